"""Subjects that are no row of their own: what a site ships to, buys from, and works with.

Part of the plain-Python judge of the obligation language. A pair is a row made up of the site and
the identifiers of the customer, of supplier and material, or of the material.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .world import Row, World

PAIRS = {
    "customer": "site_customers",
    "supplier_material": "supplier_materials",
    "site_material": "site_materials",
}
"""Made-up table by kind of subject."""
COLUMNS = {
    "site_customers": ("customer_id",),
    "supplier_materials": ("supplier_id", "material_id"),
    "site_materials": ("material_id",),
}
ABOUT = {
    "site_customers": ("parties", "customer_id"),
    "supplier_materials": ("parties", "supplier_id"),
    "site_materials": ("materials", "material_id"),
}
"""What quality records and documents speak of when they concern the pair."""


def pair_rows(world: World, kind: str) -> list[Row]:
    """Every pair of the kind that a record of any time names, in order."""
    table = PAIRS[kind]
    found = {
        (row["site_id"], *named)
        for row, pair in _naming(world, kind)
        if None not in (named := tuple(pair.get(column) for column in COLUMNS[table]))
    }
    rows: list[Row] = []
    for number, (site, *names) in enumerate(sorted(found), start=1):
        row: dict[str, Any] = dict(zip(COLUMNS[table], names, strict=True))
        row["record_key"] = number
        row["record_id"] = "/".join(str(name) for name in names)
        row["site_id"] = site
        rows.append(row)
    return rows


def names_pair(world: World, kind: str, pair: Row) -> Iterable[Row]:
    """The records that make a pair a subject: shipments, receipts, any events."""
    for row, named in _naming(world, kind):
        if row["site_id"] == pair["site_id"] and _is(pair, named, PAIRS[kind]):
            yield row


def _naming(world: World, kind: str) -> Iterable[tuple[Row, Mapping[str, Any]]]:
    if kind == "customer":
        for shipment in world.rows("shipments"):
            yield shipment, shipment
    for event in world.events:
        if kind == "customer" and event.get("event_type") == "shipment":
            yield event, world.one("shipments", event.get("shipment_id")) or {}
        elif kind == "site_material" or (
            kind == "supplier_material" and event.get("event_type") == "receipt"
        ):
            yield event, world.one("lots", event.get("lot_id")) or {}


def _is(pair: Row, named: Mapping[str, Any], table: str) -> bool:
    return all(named.get(column) == pair[column] for column in COLUMNS[table])


def records_of_pair(world: World, table: str, pair: Row, kind: str, rows: list[Row]) -> list[Row]:
    """The rows of a kind that belong to a pair, at its site and over all time."""
    here = [row for row in rows if row.get("site_id") == pair["site_id"]]
    if kind == "submission":
        return here
    if kind in {"quality_record", "document"}:
        return _about(world, table, pair, here)
    if kind == "specification":
        column = "customer_id" if table == "site_customers" else "material_id"
        return [row for row in here if row.get(column) == pair[column]]
    if kind == "authorisation":
        return [row for row in here if _permits(table, pair, row)]
    if kind == "event" and table == "site_customers":
        shipments = world.rows("shipments")
        theirs = {row["shipment_id"] for row in shipments if _is(pair, row, table)}
        return [row for row in here if row.get("shipment_id") in theirs]
    if kind in {"event", "lot_status", "test_result", "count"} and table != "site_customers":
        lots = {lot["lot_id"] for lot in world.rows("lots") if _is(pair, lot, table)}
        return [row for row in here if _counts_for(pair, table, kind, row, lots)]
    return []


def _counts_for(pair: Row, table: str, kind: str, row: Row, lots: set[str]) -> bool:
    if kind == "count" and table == "site_materials" and row.get("material_id") is not None:
        return bool(row["material_id"] == pair["material_id"])
    return row.get("lot_id") in lots


def _about(world: World, table: str, pair: Row, rows: list[Row]) -> list[Row]:
    subject_type, column = ABOUT[table]
    target = (subject_type, pair[column])
    linked = {
        link.get("document_id")
        for link in world.rows("document_links")
        if (link.get("subject_type"), link.get("subject_id")) == target
    }
    return [
        row
        for row in rows
        if (row.get("subject_type"), row.get("subject_id")) == target
        or ("document_id" in row and row["document_id"] in linked)
    ]


def _permits(table: str, pair: Row, row: Row) -> bool:
    if table == "site_materials":
        return bool(row.get("scope") == pair["material_id"])
    holder = (row.get("holder_type"), row.get("holder_id"))
    if table == "site_customers":
        return holder == ("party", pair["customer_id"])
    return holder == ("party", pair["supplier_id"]) and row.get("scope") in {
        None,
        pair["material_id"],
    }
