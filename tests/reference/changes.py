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


def spoken_of(world: World, row: Row) -> set[tuple[str, str]]:
    """What a record names as its subject; of a document also what it is linked to."""
    links = [
        link
        for link in world.rows("document_links")
        if row.get("document_id") is not None and link.get("document_id") == row["document_id"]
    ]
    return {
        (each["subject_type"], each["subject_id"])
        for each in [row, *links]
        if each.get("subject_type") and each.get("subject_id")
    }


def lots_of(world: World, row: Row) -> set[str]:
    """The lots that a record is about."""
    own = {str(row["lot_id"])} if row.get("lot_id") is not None else set()
    return own or {key for table, key in spoken_of(world, row) if table == "lots"}


def is_of(world: World, table: str, thing: Row, changed: str, record: Row) -> bool:
    """Whether changes of a record belong to a thing."""
    if (changed, record["record_id"]) == (table, thing.get("record_id")):
        return True
    lots = lots_of(world, record)
    if table in {"lots", "events"}:
        return thing.get("lot_id") in lots
    if table in {"orders", "shipments"}:
        column = f"{table[:-1]}_id"
        named = (table, thing[column]) in spoken_of(world, record)
        return named or thing[column] == record.get(column)
    if table == "sites":
        return bool(record.get("site_id") == thing["site_id"])
    if table == "materials":
        of_lots = {(world.one("lots", lot) or {}).get("material_id") for lot in lots}
        named = (table, thing["material_id"]) in spoken_of(world, record)
        return named or thing["material_id"] in {*of_lots, record.get("material_id")}
    return False
