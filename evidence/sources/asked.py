"""Which targets find rows to read in a feed: what they ask for is held against what there is.

A feed has few kinds of rows, told apart by the few columns that conditions compare with words:
these are found once for each feed. Conditions that read other feeds are left to the target itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from .sql_text import condition_sql, named
from .target_sql import DRIVER, TargetSql

_THERE = ("present", "absent")
_WITH_WORDS = frozenset(("not", "like", "unlike"))


def with_rows(connection: DuckDBPyConnection, targets: Iterable[tuple[int, TargetSql]]) -> set[int]:
    """Return the numbers of targets that may find rows to read.

    Args:
        connection: the load's database, with a view for each feed.
        targets: the targets, each with its number.
    """
    by_feed: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, compiled in targets:
        target = compiled.target
        asked = {name: wanted for name, wanted in target.where.items() if _is_plain(name, wanted)}
        by_feed.setdefault(target.feed, []).append((number, asked))
    found: set[int] = set()
    for feed, asking in by_feed.items():
        row = connection.execute(_kinds_sql(feed, [asked for _, asked in asking])).fetchone() or ()
        found |= {number for (number, _), is_there in zip(asking, row, strict=True) if is_there}
    return found


def _kinds_sql(feed: str, asked: list[dict[str, Any]]) -> str:
    """Return SQL of whether any row of a feed is as asked, for each of what is asked."""
    columns = [column for condition in asked for column in _columns(condition)]
    by_word = {name for name, is_word in columns if is_word}
    there = sorted({name for name, _ in columns} - by_word)
    listed = [
        *map(named, sorted(by_word)),
        *(f"case when {item} is not null then '' end as {item}" for item in map(named, there)),
    ]
    conditions = [condition_sql(item, lambda name: f"{DRIVER}.{named(name)}", {}) for item in asked]
    return (
        f"select {', '.join(f'coalesce(bool_or({item}), false)' for item in conditions)} "
        f"from (select distinct {', '.join(['_is_new', *listed])} from {named(feed)} "
        f"where _is_new) as {DRIVER}"
    )


def _columns(condition: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the columns that a condition asks for, and whether by what stands in them."""
    for name, wanted in condition.items():
        if not name.startswith("'"):
            yield name, wanted not in _THERE


def _is_plain(name: str, wanted: Any) -> bool:  # noqa: ANN401 -- YAML data
    """Return whether a condition compares one column of the feed itself, or a word, with words."""
    if name.startswith("'"):
        return True
    if name == "any" or "{" in name or "." in name:
        return False
    return not isinstance(wanted, dict) or set(wanted) <= _WITH_WORDS
