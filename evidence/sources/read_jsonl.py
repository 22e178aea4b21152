"""JSON lines as a table of text: one object per line, nested keys joined by dots.

Values become text as JSON writes them, strings as they are. What they mean is left to the mapping.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ..errors import Where
from .json_text import TOO_DEEP, StrictJson
from .read_csv import Rejected, TextTable, column_name, demand_once, read_rows, write_rows


def read_jsonl(
    connection: DuckDBPyConnection,
    path: Path,
    name: str,
    table: str,
    aside: Path,
    pairs: bool = False,
) -> TextTable:
    """Read JSON lines in UTF-8 into a table with a column for every key that occurs.

    Raises:
        LotproofError: two keys differ in case only.
    """
    rejected: list[Rejected] = []
    columns: dict[str, None] = {}
    for _, item in _objects(path, rejected, pairs):
        columns |= dict.fromkeys(item)
    names = [column_name(key) for key in columns]
    demand_once(names, Where(name))
    rows = ((nr, nr, *(item.get(key) for key in columns)) for nr, item in _objects(path, [], pairs))
    write_rows(aside, names, rows)
    read = read_rows(connection, aside, names, table)
    return TextTable(read.sql, names, 1, rejected)


def _objects(
    path: Path, rejected: list[Rejected], pairs: bool
) -> Iterator[tuple[int, dict[str, str | None]]]:
    strict = StrictJson()
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                item = strict.value(line)
                cells = dict(flat("", item, pairs)) if isinstance(item, dict) else None
            except json.JSONDecodeError as error:
                rejected.append(_rejected(number, line, f"not JSON: {error.msg}"))
                continue
            except (RecursionError, ValueError) as error:
                why = TOO_DEEP if isinstance(error, RecursionError) else str(error)
                rejected.append(_rejected(number, line, why))
                continue
            if cells is not None:
                yield number, cells
            else:
                rejected.append(_rejected(number, line, "not a JSON object"))


def flat(
    prefix: str, item: dict[str, Any], pairs: bool = False
) -> Iterator[tuple[str, str | None]]:
    """Yield the values of an object as text, nested keys joined by dots.

    Args:
        prefix: what stands before each key.
        item: the object.
        pairs: whether a list of a number and a text stands for a record, by its number.
    """
    for key, value in item.items():
        if isinstance(value, dict):
            yield from flat(f"{prefix}{key}.", value, pairs)
        else:
            is_pair = pairs and isinstance(value, list) and len(value) == 2
            yield f"{prefix}{key}", as_text(value[0] if is_pair and _names(*value) else value)


def _names(number: object, text: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and isinstance(text, str)


def as_text(value: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    """Return a JSON value as the text of a cell."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rejected(number: int, line: str, reason: str) -> Rejected:
    cut_off = not line.endswith("\n")
    return Rejected(
        number,
        number,
        line.rstrip("\n"),
        reason + ("; the file ends here and may be cut off" if cut_off else ""),
        "a JSON object on every line",
        "get the file again" if cut_off else "correct the line at its source",
    )
