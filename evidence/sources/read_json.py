"""JSON as tables of text: a list of objects, or documents with lists inside them.

Nested keys are joined by dots, as in JSON lines. A document (``relation: document``) is one row,
and feeds that are parts of it have a row for each item on a path of keys. What the values mean is
left to the mapping.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from .json_text import StrictJson
from .read_csv import Rejected, TextTable, column_name, demand_once, read_rows, write_rows
from .read_jsonl import as_text, flat

DOCUMENT = "document"
"""Relation of a feed whose files are one object each, or a list of such objects."""
ANY = "*"
"""Step of a path that stands for every key of an object."""
_ITEM = "item"

Cells = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A feed that is part of another.

    Attributes:
        path: keys that lead from a row of the other to the items; lists on the way, and at its end,
            are gone through, and ``*`` is every key of an object.
        cells: names of the columns wanted; documents may hold others of any size.
    """

    path: str
    cells: frozenset[str]


def read_json(
    connection: DuckDBPyConnection,
    path: Path,
    name: str,
    table: str,
    aside: Path,
    is_document: bool = False,
    pairs: bool = False,
    parts: Mapping[str, Part] | None = None,
) -> tuple[TextTable, dict[str, TextTable]]:
    """Read JSON in UTF-8 into a table with a column for every key that occurs.

    Args:
        connection: the database.
        path: the file.
        name: what errors call it.
        table: name of the table to make, and the beginning of those of its parts.
        aside: where rows are written on their way, likewise.
        is_document: whether an object is one row, whatever lists it holds.
        pairs: whether a list of a number and a text stands for a record, by its number.
        parts: the feeds that are parts of its rows, by name.

    Returns:
        The table, and those of its parts by feed. The items of a part have the cells of the row
        that they are of, with those of the items that hold them; their own begin with ``item.``
        (``item`` itself for a plain value), ``item.(nr)`` counts them in each row, and
        ``item.(key)`` is the key at the end of the path.

    Raises:
        LotproofError: it is not JSON, has a key twice, is nested too deeply, or, unless it is a
            document, holds no list of objects or several.
    """
    items = _records(_value(path, name), name, is_document)
    rejected: list[Rejected] = []
    rows: list[tuple[int, Cells]] = []
    objects: list[tuple[int, dict[str, Any]]] = []
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            rows.append((number, dict(flat("", item, pairs))))
            objects.append((number, item))
        else:
            rejected.append(_rejected(number, item))
    main = _table(connection, rows, name, table, aside)
    of_parts: dict[str, TextTable] = {}
    for place, (feed, part) in enumerate((parts or {}).items()):
        made = [(nr, cells) for nr, item in objects for cells in _items(item, part)]
        own = aside.with_name(f"{aside.name}_{place}")
        of_parts[feed] = _table(connection, made, name, f"{table}_{place}", own)
    return TextTable(main.sql, main.columns, 1, rejected), of_parts


def _table(
    connection: DuckDBPyConnection,
    rows: list[tuple[int, Cells]],
    name: str,
    table: str,
    aside: Path,
) -> TextTable:
    keys = list(dict.fromkeys(key for _, row in rows for key in row))
    names = [column_name(key) for key in keys]
    demand_once(names, Where(name))
    write_rows(aside, names, ((nr, nr, *(row.get(key) for key in keys)) for nr, row in rows))
    return read_rows(connection, aside, names, table)


def _items(document: dict[str, Any], part: Part) -> Iterator[Cells]:
    """Yield the cells of each item of a part."""
    whole = _wanted(flat("", document), part)
    walked = _walk(document, part.path.split("."), "", whole, "", part)
    for number, (cells, key, value) in enumerate(walked, 1):
        own = flat(f"{_ITEM}.", value) if isinstance(value, dict) else [(_ITEM, as_text(value))]
        yield cells | dict(own) | {f"{_ITEM}.(nr)": str(number), f"{_ITEM}.(key)": key}


def _walk(
    value: Any,  # noqa: ANN401 -- any JSON value
    path: list[str],
    at: str,
    cells: Cells,
    key: str,
    part: Part,
) -> Iterator[tuple[Cells, str, Any]]:
    """Yield the values at the end of a path, with the cells that hold where each of them is."""
    if isinstance(value, list):
        for each in value:
            own = _wanted(flat(f"{at}.", each), part) if isinstance(each, dict) else {}
            yield from _walk(each, path, at, cells | own, key, part)
    elif path and isinstance(value, dict):
        for step in value if path[0] == ANY else [path[0]]:
            if step in value:
                further = f"{at}.{step}" if at else step
                yield from _walk(value[step], path[1:], further, cells, step, part)
    elif value is not None:
        yield cells, key, value


def _wanted(cells: Iterator[tuple[str, str | None]], part: Part) -> Cells:
    return {name: cell for name, cell in cells if name in part.cells}


def _value(path: Path, name: str) -> Any:  # noqa: ANN401 -- any JSON value
    text = path.read_text(encoding="utf-8")
    try:
        return StrictJson().value(text)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) - 1
        raise LotproofError(
            f"not JSON: {error.msg}" + ("; the file may be cut off" if cut_off else ""),
            "a list of objects, or an object that holds one",
            "get the file again",
            Where(name, error.lineno, error.colno),
        ) from None
    except ValueError as error:
        raise _refused(str(error), name) from None


def _refused(reason: str, name: str) -> LotproofError:
    return LotproofError(
        reason,
        "JSON that every reader takes for the same",
        "correct the file at its source, or export it anew",
        Where(name),
    )


def _records(value: Any, name: str, is_document: bool) -> list[Any]:  # noqa: ANN401 -- any JSON
    if isinstance(value, list):
        return value
    if is_document:
        return [value]
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
