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
    """The lots that a record is about; a document of an order is about the lot it made."""
    own = {str(row["lot_id"])} if row.get("lot_id") is not None else set()
    return own or _named(world, row, "lots") | {
        str(order["lot_id"]) for order in _orders_of(world, row) if order.get("lot_id") is not None
    }


def _named(world: World, row: Row, table: str) -> set[str]:
    return {key for named, key in spoken_of(world, row) if named == table}


def _orders_of(world: World, row: Row) -> list[Row]:
    """The orders that a document speaks of."""
    named = _named(world, row, "orders") if "document_id" in row else set()
    return [order for order in world.rows("orders") if order["order_id"] in named]


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
        own = {str(record["lot_id"])} if record.get("lot_id") is not None else set()
        about = [world.one("lots", lot) or {} for lot in own or _named(world, record, "lots")]
        about += [*_orders_of(world, record), record]
        named = (table, thing["material_id"]) in spoken_of(world, record)
        return named or thing["material_id"] in {each.get("material_id") for each in about}
    return False
