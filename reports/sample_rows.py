"""The rows behind one sample: everything the lot model holds of a lot, a shipment or a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ..evidence.lots.sampling import Kind
from ..evidence.recomputation.landing import MODELLED
from . import reading, words
from .originals import Originals
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST: Final = 500
"""Rows of a table on a sheet; the rest is counted."""
_NAMED_BY: Final[dict[Kind, tuple[str, ...]]] = {
    "lots": ("lot_id", "parent_lot_id", "child_lot_id", "content_id", "subject_id"),
    "shipments": ("shipment_id", "subject_id"),
    "days": (),
}
_ABOUT: Final = {"signatures": "signed_record_id", "changes": "changed_record_id"}
_LINKED: Final = {"documents": "document_id"}
_APART: Final = {
    "record_key", "load_id", "ingested_at", "ingest_seq", "record_hash", "source", "source_file",
    "source_row", "source_ref", "is_current", "site_id", "base_quantity", "base_uom",
}  # fmt: skip


_TOLD: Final = {
    "record_id", "version", "occurred_at", "occurred_local", "utc_offset", "precision",
}  # fmt: skip
"""Fields that stand in the heading of a row or in the line of its time."""
_FINE: Final = ("second", "minute", None)
_AMOUNTS: Final = ("quantity", "value")
"""Columns that are amounts in tables with units; the value of an identifier is a name."""


@dataclass(frozen=True, slots=True)
class SampledRow:
    """A row: its fields in words, and where it stands in which original, as it was sent."""

    record: str
    fields: str
    place: str
    link: str
    line: str
    digest: str


@dataclass(frozen=True, slots=True)
class SampledTable:
    """The rows of one table, and a line that counts those not printed."""

    name: str
    count: str
    rows: tuple[SampledRow, ...]
    note: str


def rows_of(
    con: DuckDBPyConnection, kind: Kind, item: str, site_id: str
) -> dict[str, list[Row]]:  # fmt: skip
    """The rows of a sample by table, in the order of the lot model.

    Args:
        con: the build, as narrow as its reader may see it.
        kind: what the sample is.
        item: its name.
        site_id: the site; of a day only what happened there counts.
    """
    found: dict[str, list[Row]] = {}
    for table in MODELLED:
        condition = _condition(kind, reading.columns_of(con, table))
        if condition:
            times, places = condition.count("$item"), condition.count("$site")
            values = [item] * times + [site_id] * places
            rows = _read(con, table, condition.replace("$item", "?").replace("$site", "?"), values)
            found |= {table: rows} if rows else {}
    _follow(con, found)
    return {table: found[table] for table in MODELLED if table in found}


def _condition(kind: Kind, columns: set[str]) -> str:
    if kind == "days":
        happened = "strftime(occurred_local, '%Y-%m-%d') = $item and site_id = $site"
        return happened if "occurred_local" in columns else ""
    return " or ".join(f'"{name}" = $item' for name in _NAMED_BY[kind] if name in columns)


def _follow(con: DuckDBPyConnection, found: dict[str, list[Row]]) -> None:
    """Documents that links lead to, then signatures on and changes of all that was found."""
    links = {row["document_id"] for row in found.get("document_links", [])}
    for table, column in _LINKED.items():
        _add(con, found, table, column, links)
    records = {row["record_id"] for rows in found.values() for row in rows}
    for table, column in _ABOUT.items():
        _add(con, found, table, column, records)


def _add(
    con: DuckDBPyConnection, found: dict[str, list[Row]], table: str, column: str, names: set[str]
) -> None:
    if not names or not reading.has_table(con, table):
        return
    known = {(row["record_id"], row["version"]) for row in found.get(table, [])}
    condition = f'"{column}" in (select unnest(?::varchar[]))'
    more = [
        row for row in _read(con, table, condition, [sorted(filter(None, names))])
        if (row["record_id"], row["version"]) not in known
    ]  # fmt: skip
    if more:
        found.setdefault(table, []).extend(more)


def _read(
    con: DuckDBPyConnection, table: str, condition: str, values: Sequence[object]
) -> list[Row]:
    sql = f"select * from {table} where {condition} order by record_id, version"
    return reading.rows(con, sql, *values)


def printed(
    found: dict[str, list[Row]], originals: Originals, timezone: str
) -> tuple[SampledTable, ...]:
    """The rows as a sheet prints them.

    Args:
        found: rows by table.
        originals: the files in which they stand.
        timezone: of the site; in it instants are told.
    """
    tables = []
    for name, rows in found.items():
        more = len(rows) - MOST
        note = f"{words.capital(words.counted(more, 'further row'))}." if more > 0 else ""
        shown = tuple(_printed(row, originals, timezone) for row in rows[:MOST])
        tables.append(
            SampledTable(name.replace("_", " ").capitalize(), words.number(len(rows)), shown, note)
        )
    return tuple(tables)


def _printed(row: Row, originals: Originals, timezone: str) -> SampledRow:
    file, number = row.get("source_file"), row.get("source_row")
    where = f"{file}, row {number}" if number else file or "no original: made by lotproof"
    return SampledRow(
        record=f"{row['record_id']} v{row['version']}",
        fields="; ".join(_fields(row, timezone)),
        place=where,
        link=originals.link(row.get("source"), file),
        line=originals.line(row.get("source"), file, number),
        digest=words.short_digest(row["record_hash"] or ""),
    )


def _fields(row: Row, timezone: str) -> Iterator[str]:
    """Each field as its name and value in words; a time and an amount are one field each."""
    if row.get("occurred_local") is not None:
        fine = "" if row["precision"] in _FINE else f", known to the {row['precision']}"
        yield f"happened {row['occurred_local']} ({row['utc_offset']}){fine}"
    for name, value in row.items():
        if name in _APART or name in _TOLD or value is None:
            continue
        label = name.removesuffix("_id").replace("_", " ")
        if name in _AMOUNTS and "uom" in row:
            yield f"{label} {words.quantity(value, row['uom'])}"
        elif name == "uom" and any(row.get(amount) is not None for amount in _AMOUNTS):
            continue
        elif isinstance(value, datetime):
            yield f"{label.removesuffix(' at')} {words.local_time(value, timezone)}"
        elif isinstance(value, bool):
            yield f"{label} {'yes' if value else 'no'}"
        else:
            yield f"{label} {value}"
