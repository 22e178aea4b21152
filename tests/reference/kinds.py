"""Kinds of record, the records around each, and which records belong to which thing.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .changes import changed_record, changes_of
from .instants import Instant, exactly, happened, later
from .pairs import ABOUT, PAIRS, records_of_pair
from .world import Row, World


@dataclass(frozen=True)
class Kind:
    """A kind of record: its table, its time, and the columns of the people in it."""

    table: str
    time: str
    end: str | None = None
    performer: str | None = None
    checker: str | None = None


KINDS = {
    "event": Kind("events", "occurred_at", None, "performed_by", "checked_by"),
    "lot_status": Kind("lot_status", "occurred_at", None, "changed_by"),
    "test_result": Kind("test_results", "occurred_at", None, "tested_by", "reviewed_by"),
    "quality_record": Kind("quality_records", "opened_at", "closed_at", "owner"),
    "count": Kind("counts", "occurred_at", None, "counted_by", "witnessed_by"),
    "document": Kind("documents", "issued_at", None, "issued_by"),
    "submission": Kind("submissions", "submitted_at"),
    "specification": Kind("specifications", "valid_from", "valid_to", "approved_by"),
    "signature": Kind("signatures", "signed_at", None, "signer_id"),
    "authorisation": Kind("authorisations", "valid_from"),
    "order": Kind("orders", "started_at", "completed_at"),
    "change": Kind("changes", "occurred_at", None, "changed_by", "reviewed_by"),
    "month_end": Kind("sites", "ends_at"),
    "quarter_end": Kind("sites", "ends_at"),
    "year_end": Kind("sites", "ends_at"),
}
CALENDAR_ENDS = {"month_end", "quarter_end", "year_end"}
"""Kinds of record that no source sends: the calendar has them."""
TABLE_OF = {
    "lot": "lots",
    "order": "orders",
    "shipment": "shipments",
    "site_period": "sites",
    "document": "documents",
    "person": "people",
    "material": "materials",
    "quality_record": "quality_records",
    "event": "events",
    **PAIRS,
}
JOINED = {
    **{kind: spec.table for kind, spec in KINDS.items()},
    "lot": "lots",
    "material": "materials",
    "supplier": "parties",
    "customer": "parties",
    "party": "parties",
    "site": "sites",
    "shipment": "shipments",
}
"""Table that each word before the dot stands for."""
CONTEXTS = {
    "lot": ("lot", "material", "supplier", "site"),
    "order": ("order", "material", "lot", "site"),
    "shipment": ("shipment", "customer", "site"),
    "site_period": ("site",),
    "document": ("document", "site"),
    "person": ("person", "site"),
    "material": ("material", "site"),
    "quality_record": ("quality_record", "lot", "material", "site"),
    "customer": ("customer", "site"),
    "supplier_material": ("supplier", "material", "site"),
    "site_material": ("material", "site"),
    "event": (
        "event", "lot", "material", "party", "order", "shipment", "customer", "supplier", "site",
    ),
}  # fmt: skip
"""The words before the dot that mean something of a subject itself."""
_THINGS = {"lots": "lot_id", "orders": "order_id", "shipments": "shipment_id"}
BIRTHS = ("receipt", "intermediate_output", "finished_goods", "return")


@dataclass(frozen=True)
class Thing:
    """Something records can belong to: a table and its row."""

    table: str
    row: Row


@dataclass(frozen=True)
class Wanted:
    """A kind of record, and for events their types."""

    kind: str
    types: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """Of changes: the tables of the records that were changed, any when empty."""

    @property
    def names(self) -> tuple[str, ...]:
        """The event types, or the kind where it is no event."""
        return self.types or (self.kind,)

    @property
    def spec(self) -> Kind:
        """Table and columns."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Context:
    """The records that dotted columns may name, by the word before the dot."""

    records: Mapping[str, Row | None]
    own: str

    def value(self, column: str) -> Any:
        """The cell, null when the record is absent; a bare column is the own record's."""
        word, _, name = column.rpartition(".")
        record = self.records.get(word or self.own)
        if record is None:
            return None
        if (word, name) == ("lot", "shelf_life_ends_at"):
            return self._shelf_life_ends(record)
        return record.get(name)

    def record(self, word: str) -> Row | None:
        """The record a word stands for."""
        return self.records.get(word)

    def _shelf_life_ends(self, lot: Row) -> Any:
        made, days = lot.get("manufactured_at"), self.value("material.shelf_life_days")
        return None if made is None or days is None else later(made, f"{days} days")


def wanted(value: str | list[str]) -> Wanted:
    """Read ``release``, ``[issue, consumption]`` or another kind of record."""
    words = value.replace(" or ", " ").split() if isinstance(value, str) else value
    if words[0] == "change":
        return Wanted("change", (), tuple(_table_of(word) for word in words[2:]))
    return Wanted(words[0]) if words[0] in KINDS else Wanted("event", tuple(words))


def _table_of(word: str) -> str:
    return TABLE_OF.get(word) or KINDS[word].table


def when(kind: str, row: Row) -> Instant | None:
    """When a record was."""
    column = KINDS[kind].time
    return happened(row) if column == "occurred_at" else exactly(row.get(column))


def context_of(world: World, own: str, row: Row) -> Context:
    """The records around a lot, an order, a shipment, an event or any other record."""
    key = ("context", own, id(row))
    if key not in world.memory:
        world.memory[key] = row, _context_of(world, own, row)
    found: Context = world.memory[key][1]
    return found


def _context_of(world: World, own: str, row: Row) -> Context:
    if own == "change":
        return _context_of_change(world, row)
    records: dict[str, Row | None] = {}
    named = {row.get("subject_type"): row.get("subject_id")}
    for word, table in (("lot", "lots"), ("order", "orders"), ("shipment", "shipments")):
        key = row.get(_THINGS[table]) or named.get(table)
        records[word] = world.one(table, key)
    records["site"] = world.one("sites", row.get("site_id"))
    records["party"] = world.one("parties", row.get("party_id"))
    lot, shipment = records["lot"], records["shipment"]
    source = row if own in {"order", "specification", "count", *PAIRS} else lot
    material = (source or {}).get("material_id") or named.get("materials")
    records["material"] = world.one("materials", material)
    records["supplier"] = world.one("parties", (lot or {}).get("supplier_id"))
    records["customer"] = world.one("parties", (shipment or {}).get("customer_id"))
    if own in PAIRS:
        records["supplier"] = world.one("parties", row.get("supplier_id"))
        records["customer"] = world.one("parties", row.get("customer_id"))
    else:
        records[own] = row
    if records["lot"] is not None:
        made_by = _order_of(world, records["lot"])
        records["lot"] = {**records["lot"], "order_id": made_by}
    return Context(records, own)


def _context_of_change(world: World, change: Row) -> Context:
    """A change with the lot and the material of the record that was changed."""
    changed = changed_record(world, change)
    around: Mapping[str, Row | None] = {}
    if changed is not None:
        table = str(change["record_type"])
        word = next((name for name, own in JOINED.items() if own == table), "event")
        around = _context_of(world, word, changed).records
    kept = {word: around.get(word) for word in ("lot", "material")}
    return Context(
        {**kept, "site": world.one("sites", change.get("site_id")), "change": change}, "change"
    )


def _order_of(world: World, lot: Row) -> str | None:
    made = [order for order in world.rows("orders") if order.get("lot_id") == lot["lot_id"]]
    return min((str(order["order_id"]) for order in made), default=None)


def records(world: World, thing: Thing, of: Wanted) -> list[Row]:
    """The records of a kind that belong to a thing, over all time, reversed events left out."""
    if thing.table in ABOUT:
        rows: list[Row] = [*(world.events if of.kind == "event" else world.rows(of.spec.table))]
        found: Iterable[Row] = records_of_pair(world, thing.table, thing.row, of.kind, rows)
        return [row for row in found if not of.types or row.get("event_type") in of.types]
    if of.kind == "event":
        found = _events(world, thing)
        return [event for event in found if event.get("event_type") in of.types]
    if of.kind == "change":
        return list(changes_of(world, thing.table, thing.row, of.tables))
    rows = list(world.rows(of.spec.table))
    if thing.table == "sites":
        return [row for row in rows if row.get("site_id") == thing.row["site_id"]]
    if of.kind == "submission":
        return [row for row in rows if row.get("site_id") == thing.row.get("site_id")]
    if of.kind == "signature":
        return list(world.signatures_on(thing.table, thing.row))
    if of.kind in {"quality_record", "document"}:
        return _about(world, thing, of.kind)
    return _of_lots(world, thing, of.kind)


def _events(world: World, thing: Thing) -> list[Row]:
    row, table = thing.row, thing.table
    if table in _THINGS:
        column = _THINGS[table]
        return [event for event in world.events if event.get(column) == row[column]]
    if table == "sites":
        return [event for event in world.events if event.get("site_id") == row["site_id"]]
    if table == "materials":
        lots = _lots_of_material(world, row)
        return [event for event in world.events if event.get("lot_id") in lots]
    if table == "people":
        return [event for event in world.events if event.get("performed_by") == row["person_id"]]
    if table == "parties":
        return [event for event in world.events if event.get("party_id") == row["party_id"]]
    if table == "events":
        columns = [name for name in _THINGS.values() if row.get(name) is not None][:1]
        return [e for e in world.events for name in columns if e.get(name) == row[name]] or [row]
    named = _named_by(world, table, row)
    return [
        event
        for event in world.events
        if any((other, event.get(column)) in named for other, column in _THINGS.items())
    ]


def _named_by(world: World, table: str, row: Row) -> set[tuple[str, str]]:
    links = [
        link
        for link in world.rows("document_links")
        if table == "documents" and link.get("document_id") == row["document_id"]
    ]
    return {
        (each["subject_type"], each["subject_id"])
        for each in [row, *links]
        if each.get("subject_type") and each.get("subject_id")
    }


def _lots_of_material(world: World, material: Row) -> set[str]:
    return {
        lot["lot_id"]
        for lot in world.rows("lots")
        if lot.get("material_id") == material["material_id"]
    }


def _about(world: World, thing: Thing, kind: str) -> list[Row]:
    table, row = thing.table, thing.row
    if table == "events":
        table, row = "lots", {"lot_id": row.get("lot_id")}
    if table == "quality_records":
        target = (row.get("subject_type"), row.get("subject_id"))
    else:
        column = {
            **_THINGS,
            "materials": "material_id",
            "parties": "party_id",
            "sites": "site_id",
            "people": "person_id",
        }.get(table, "document_id")
        target = (table, row.get(column))
    linked = {
        link.get("document_id")
        for link in world.rows("document_links")
        if kind == "document" and (link.get("subject_type"), link.get("subject_id")) == target
    }
    return [
        each
        for each in world.rows(KINDS[kind].table)
        if (each.get("subject_type"), each.get("subject_id")) == target
        or (linked and each.get("document_id") in linked)
    ]


def _of_lots(world: World, thing: Thing, kind: str) -> list[Row]:
    row, rows = thing.row, world.rows(KINDS[kind].table)
    if kind == "specification" or (kind == "count" and thing.table == "materials"):
        lot = world.one("lots", row.get("lot_id")) if thing.table != "materials" else row
        material = (lot or {}).get("material_id")
        return [each for each in rows if material and each.get("material_id") == material]
    if thing.table == "materials":
        lots = _lots_of_material(world, row)
    elif thing.table == "quality_records":
        lots = {key for table, key in _named_by(world, "", row) if table == "lots"}
    else:
        lots = {str(row["lot_id"])} if row.get("lot_id") else set()
    return [each for each in rows if each.get("lot_id") in lots]


def related(world: World, thing: Thing, of: str) -> list[Thing] | None:
    """What ``of:`` names, seen from a thing; ``None`` when the field that names it is null."""
    row, table = thing.row, JOINED.get(of, TABLE_OF.get(of, ""))
    if of == "site":
        return _found(world, "sites", row.get("site_id"))
    if of == "order" and thing.table == "lots":
        return [
            Thing("orders", order)
            for order in world.rows("orders")
            if order.get("lot_id") == row["lot_id"]
        ]
    if of == "shipment" and thing.table == "lots":
        shipped = {
            event.get("shipment_id")
            for event in _events(world, thing)
            if event.get("event_type") == "shipment"
        }
        return [
            Thing("shipments", each)
            for each in world.rows("shipments")
            if each["shipment_id"] in shipped
        ]
    own = next((word for word, name in TABLE_OF.items() if name == thing.table), "event")
    record = context_of(world, "site" if own == "site_period" else own, row).record(of)
    return None if record is None else [Thing(table, record)]


def _found(world: World, table: str, key: str | None) -> list[Thing] | None:
    row = world.one(table, key)
    return None if row is None else [Thing(table, row)]
