"""Entries of the sources' audit trails, and the records they speak of.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterator

from .world import Row, World

GONE = {"deleted", "purged", "destroyed"}
"""What an entry about a whole record says when the record was disposed of."""


def changed_record(world: World, change: Row) -> Row | None:
    """The record an entry speaks of; ``None`` when no source sent it."""
    table, record_id = change.get("record_type"), change.get("changed_record_id")
    rows = world.rows(table) if table else []
    return next((row for row in rows if row.get("record_id") == record_id), None)


def lot_of(row: Row) -> str | None:
    """The lot that a record is about."""
    if row.get("lot_id") is not None:
        return str(row["lot_id"])
    return row.get("subject_id") if row.get("subject_type") == "lots" else None


def changes_of(world: World, table: str, thing: Row, tables: tuple[str, ...]) -> Iterator[Row]:
    """The entries that belong to a thing, about records of some tables (none: of any)."""
    for change in world.rows("changes"):
        if not tables or change.get("record_type") in tables:
            if table == "sites":
                belongs = change.get("site_id") == thing["site_id"]
            else:
                belongs = _belongs(world, table, thing, change)
            if belongs:
                yield change


def _belongs(world: World, table: str, thing: Row, change: Row) -> bool:
    record = changed_record(world, change)
    return record is not None and is_of(world, table, thing, str(change["record_type"]), record)


def is_of(world: World, table: str, thing: Row, changed: str, record: Row) -> bool:
    """Whether changes of a record belong to a thing."""
    if (changed, record["record_id"]) == (table, thing.get("record_id")):
        return True
    lot = lot_of(record)
    if table in {"lots", "events"}:
        return lot is not None and lot == thing.get("lot_id")
    if table in {"orders", "shipments"}:
        column = f"{table[:-1]}_id"
        named = record.get("subject_id") if record.get("subject_type") == table else None
        return thing[column] in {record.get(column), named}
    if table == "sites":
        return bool(record.get("site_id") == thing["site_id"])
    if table == "materials":
        return thing["material_id"] in {
            (world.one("lots", lot) or {}).get("material_id"),
            record.get("material_id"),
            record.get("subject_id") if record.get("subject_type") == table else None,
        }
    return False
