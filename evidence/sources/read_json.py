"""JSON as a table of text: a list of objects, or an object that holds one such list.

Nested keys are joined by dots, as in JSON lines. What the values mean is left to the mapping.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from .read_csv import Rejected, TextTable, read_rows, write_rows
from .read_jsonl import as_text, flat


def read_json(
    connection: DuckDBPyConnection, path: Path, name: str, table: str, aside: Path
) -> TextTable:
    """Read JSON in UTF-8 into a table with a column for every key that occurs.

    Raises:
        LotproofError: it is not JSON, or holds no list of objects or several.
    """
    items = _list_of(_value(path, name), name)
    rejected: list[Rejected] = []
    rows: list[tuple[int, dict[str, str | None]]] = []
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            rows.append((number, dict(flat("", item))))
        else:
            rejected.append(_rejected(number, item))
    names = list(dict.fromkeys(key for _, row in rows for key in row))
    write_rows(aside, names, _records(rows, names))
    read = read_rows(connection, aside, names, table)
    return TextTable(read.sql, names, 1, rejected)


def _records(
    rows: list[tuple[int, dict[str, str | None]]], names: list[str]
) -> Iterator[tuple[object, ...]]:
    for number, row in rows:
        yield (number, number, *(row.get(name) for name in names))


def _value(path: Path, name: str) -> Any:  # noqa: ANN401 -- any JSON value
    text = path.read_text(encoding="utf-8")
    try:
        # numbers keep the digits they are written with
        return json.loads(text, parse_float=str)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) - 1
        raise LotproofError(
            f"not JSON: {error.msg}" + ("; the file may be cut off" if cut_off else ""),
            "a list of objects, or an object that holds one",
            "get the file again",
            Where(name, error.lineno, error.colno),
        ) from None


def _list_of(value: Any, name: str) -> list[Any]:  # noqa: ANN401 -- any JSON value
    if isinstance(value, list):
        return value
    lists = []
    if isinstance(value, dict):
        inner = value.get("result") if isinstance(value.get("result"), dict) else value
        lists = [(key, part) for key, part in (inner or {}).items() if isinstance(part, list)]
    if len(lists) == 1:
        return list(lists[0][1])
    keys = ", ".join(key for key, _ in lists) or "none"
    raise LotproofError(
        f"{len(lists)} lists in the object ({keys})",
        'a list of objects, or an object that holds one, such as {"data": […]}',
        "export the records alone",
        Where(name, 1),
    )


def _rejected(number: int, item: Any) -> Rejected:  # noqa: ANN401 -- any JSON value
    return Rejected(
        number,
        number,
        as_text(item) or "null",
        "not a JSON object",
        "an object for every record",
        "correct the record at its source",
    )
