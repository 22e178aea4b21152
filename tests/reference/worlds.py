"""Small random worlds for hypothesis: few lots, and everything that makes a verdict hard.

A world is a dictionary of canonical rows by table, as ``judge`` and the warehouse take it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from .drawing import (
    MOMENTS,
    PEOPLE,
    ZONES,
    Row,
    World,
    sometimes,
)
from .drawn_papers import (
    some_accepted_risks,
    some_attestations,
    some_authorisations,
    some_changes,
    some_coverage,
    some_documents,
    some_laboratory,
    some_quality_records,
    some_quarantine,
    some_signatures,
    some_submissions,
)
from .drawn_things import (
    convert,
    one_site,
    put_in_stock,
    reverse_one,
    some_counts,
    some_events,
    some_links,
    some_lots,
    some_materials,
    some_orders,
    some_shipments,
    some_site_days,
    some_statuses,
)
from .world import KEYS


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One small world."""
    zone = draw(st.sampled_from(ZONES))
    lots = draw(some_lots())
    events = draw(some_events(zone))
    world: World = {
        "sites": [one_site(draw, zone)],
        "people": [{"person_id": person} for person in PEOPLE],
        "parties": [
            {"party_id": "SUP", "name": "Supplier", "address": draw(sometimes(["Street 1", " "]))},
            {"party_id": "CUS", "name": draw(sometimes(["Customer"], null=2)), "address": "Road"},
        ],
        "materials": some_materials(draw),
        "lots": lots,
        "orders": draw(some_orders()),
        "shipments": draw(some_shipments()),
        "events": events,
        "lot_status": draw(some_statuses(zone)),
        "lot_links": draw(some_links()),
        "authorisations": draw(some_authorisations()),
        **draw(some_laboratory(zone)),
        **draw(some_documents()),
        "quality_records": draw(some_quality_records()),
        "counts": draw(some_counts(zone)),
        "submissions": draw(some_submissions()),
        "changes": draw(some_changes(zone)),
        "attestations": draw(some_attestations()),
        "accepted_risks": draw(some_accepted_risks()),
        "quarantine": draw(some_quarantine()),
        "coverage": draw(some_coverage()),
        "site_days": draw(some_site_days()),
    }
    if draw(st.integers(0, 4)) == 0:
        put_in_stock(draw, world)
    for table, rows in world.items():
        for number, row in enumerate(rows, start=1):
            name = row.get(KEYS.get(table, ""), "S1" if table == "sites" else f"{table}-{number}")
            row.update({"record_id": name, "site_id": "S1"})
    convert(world)
    world["signatures"] = draw(some_signatures(len(events), len(world["documents"])))
    reverse_one(draw, events)
    for table, column in (("lots", "lot_number"), ("specifications", "approved_by")):
        world[table] = draw(_with_versions(world[table], column))
    return world


@st.composite
def _with_versions(draw: st.DrawFn, rows: list[Row], column: str) -> list[Row]:
    """Some records with an earlier version before them, as the source stored it."""
    found = []
    for row in rows:
        if draw(st.integers(0, 3)) == 0:
            before = "other" if row.get(column) is None else draw(sometimes(["other"]))
            found.append({**row, column: before, "recorded_at": draw(sometimes(MOMENTS[:6]))})
            row["recorded_at"] = draw(sometimes(MOMENTS[2:9]))
        found.append(row)
    return found


IDENTIFIERS = {
    "record_id", "site_id", "lot_id", "material_id", "party_id", "person_id", "order_id",
    "shipment_id", "supplier_id", "customer_id", "holder_id", "performed_by", "checked_by",
    "signer_id", "signed_record_id", "changed_record_id", "parent_lot_id", "child_lot_id",
    "spec_id", "document_id", "quality_record_id", "subject_id", "reverses", "changed_by",
    "tested_by", "reviewed_by",
    "counted_by", "witnessed_by", "owner", "by", "issued_by", "approved_by",
}  # fmt: skip


def prefixed(world: World, prefix: str) -> World:
    """The same world with identifiers of its own, so that many can lie side by side."""
    materials = {row["material_id"] for row in world.get("materials", [])}

    def renamed(column: str, value: Any) -> Any:
        is_name = column in IDENTIFIERS or (column == "scope" and value in materials)
        return f"{prefix}{value}" if is_name and isinstance(value, str) else value

    return {
        table: [{column: renamed(column, value) for column, value in row.items()} for row in rows]
        for table, rows in world.items()
    }


def side_by_side(many: Sequence[World]) -> World:
    """All worlds in one set of tables: ``w0-``, ``w1-``… before every identifier."""
    tables: World = {}
    for number, world in enumerate(many):
        for table, rows in prefixed(world, f"w{number}-").items():
            tables.setdefault(table, []).extend(rows)
    return tables
