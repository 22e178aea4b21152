"""Numbers that a system keeps with zeros before them, told apart from names that begin with one.

SAP's conversion ALPHA puts zeros before what consists of digits only and takes them off where it
shows it; anything else stays as it is. To look at every sign of every cell costs several times as
much as to take zeros off, and the keys of a feed are few, so that they are looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from duckdb import DuckDBPyConnection

from .mapping import Target
from .sql_text import UNPADDED, named, unpadded_sql

_CELL = re.compile(r"\{([^{}|]+)\|unpad\b")
_KEY = re.compile(r"^([^{}|]+)\|unpad\b")


def know_numbers(connection: DuckDBPyConnection, targets: Iterable[Target]) -> None:
    """Make the macro that takes zeros off, as plain as the feeds that targets read allow."""
    connection.execute(_macro("value"))
    padded = False
    for feed, column in sorted({cell for target in targets for cell in _unpadded(target)}):
        cell = named(column)
        looked_at = connection.execute(
            f"select count(*), coalesce(bool_or(regexp_matches({cell}, '[^0-9]')), false) "
            f"from (select distinct {cell} from {named(feed)} where {cell} < '1')"
        )
        beginning, some_name = looked_at.fetchone() or (0, False)
        if some_name:
            connection.execute(_macro(unpadded_sql("value")))
            return
        padded = padded or bool(beginning)
    if padded:
        connection.execute(_macro("nullif(ltrim(value, '0'), '')"))


def _macro(sql: str) -> str:
    return f"create or replace temp macro {UNPADDED}(value) as {sql}"


def _texts(part: Any) -> Iterator[str]:  # noqa: ANN401 -- what a model is made of
    """Yield every text in a part of a mapping, keys included."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(part, (list, tuple)):
        for item in part:
            yield from _texts(item)


def _unpadded(target: Target) -> Iterator[tuple[str, str]]:
    """Yield feed and column of every cell of which a target takes zeros off first of all."""
    feeds = {alias: join.feed for alias, join in target.join.items()}
    names = (name for text in _texts(target.model_dump()) for name in _CELL.findall(text))
    for name in names:
        alias, _, column = name.strip().partition(".")
        yield (feeds[alias], column) if column and alias in feeds else (target.feed, name.strip())
    for join in target.join.values():
        for key in (*join.on, *join.distinct):
            if found := _KEY.match(key):
                yield join.feed, found[1].strip()
