"""Faults with hazardous waste: undetermined, kept too long, shipped without its papers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata, waste
from ..world.things import Lot, Material
from .planting import Planter, fault, row_id

RCRA = "us-rcra:"
THREE = ("HOU", "HOU", "HOU")
ON_LOTS = ("262.17-a", "262.17-a-5", "262.40-a", "262.42-a-1", "262.42-a-2")
"""Clauses about lots of waste that ask whether the waste is hazardous."""


def own_waste(p: Planter, code: str | None = "F002", *, is_determined: bool = True) -> Material:
    """A waste of its own, with its determination or without."""
    number = p.plant.numbers.count("further wastes")
    more: dict[str, str | bool] = {"cas_number": "75-09-2"}
    if code:
        more["hazardous_code"] = code
    material = Material(
        f"M-09{number + 10}",
        f"Spent solvent {number}",
        "waste",
        "GAL",
        "mL",
        flags=("none",),
        shelf_days=365,
        price="0.00",
        more=more,
    )
    masterdata.add_material(p.plant, material, p.plant.catalogue.currency)
    if is_determined:
        waste.determine(p.plant, material)
    return material


def shipped(p: Planter, material: Material | None = None, left: date | None = None) -> Lot:
    """Drums of its own that left in October, or on another day."""
    left = left or p.day()
    begun = left - timedelta(days=40)
    lot = waste.fill(p.plant, material or waste.waste_of(p.plant), begun, Decimal(55))
    waste.dispatch(p.plant, lot, left)
    return lot


def paper(p: Planter, lot: Lot, kind: str) -> Row:
    """The manifest of a lot, or its copy."""
    if kind == "manifest_copy":
        return p.tables.one("documents", kind=kind, subject_id=lot.lot_id)
    shipment_id = str(p.event("shipment", lot)["shipment_id"])
    return p.tables.one("documents", kind=kind, subject_id=shipment_id)


@fault(*THREE)
def waste_nobody_determined(p: Planter) -> None:
    """A waste was put in drums and nobody determined whether it is hazardous."""
    material = own_waste(p, None, is_determined=False)
    lot = waste.fill(p.plant, material, p.day(), Decimal(20))
    p.found("material", material.material_id, "incomplete", RCRA + "262.11-a")
    clauses = [RCRA + each for each in ON_LOTS]
    p.found("lot", lot.lot_id, "null_operand", *clauses, state="undetermined")


@fault(*THREE)
def determination_not_written(p: Planter) -> None:
    """A hazardous waste was shipped and the ground of its determination is not on file."""
    lot = shipped(p, own_waste(p, is_determined=False))
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "missing", RCRA + "262.11-f")


@fault("HOU")
def determination_thrown_away(p: Planter) -> None:
    """The determination of a waste was deleted while the waste was still being shipped."""
    material_id = waste.waste_of(p.plant).material_id
    document = p.tables.one("documents", kind="waste_determination", subject_id=material_id)
    thrown_away(p, document, "documents", p.plant.at(date(2026, 10, 19), "10:00"))
    p.found("site_period", p.site_id, "missing", RCRA + "262.11-f-kept")


def thrown_away(p: Planter, row: Row, table: str, when: datetime) -> str:
    """What the source's audit trail says of a record that was deleted."""
    return p.plant.put(
        "changes",
        p.plant.numbers.next("changes", when),
        when,
        record_type=table,
        changed_record_id=row_id(row),
        field="record",
        new_value="deleted",
        changed_by=p.plant.who("warehouse"),
        reason="clean-up of the archive",
        reviewed_by=p.plant.people["quality-unit"][0],
        **p.plant.happens(when),
    )


@fault(*THREE)
def waste_kept_too_long(p: Planter) -> None:
    """Drums of waste left a hundred days after they had been begun."""
    begun = date(2026, 7, 6) + timedelta(days=p.turn % 5)
    lot = waste.fill(p.plant, waste.waste_of(p.plant), begun, Decimal(55))
    waste.dispatch(p.plant, lot, begun + timedelta(days=100))
    p.found("lot", lot.lot_id, "late", RCRA + "262.17-a")


@fault(*THREE)
def drums_without_start(p: Planter) -> None:
    """Nobody recorded when drums of waste were begun."""
    lot = shipped(p)
    p.tables.get("lots", lot.lot_id)["manufactured_at"] = None
    p.found("lot", lot.lot_id, "incomplete", RCRA + "262.17-a-5")


@fault(*THREE)
def waste_without_manifest(p: Planter) -> None:
    """Hazardous waste left without a manifest."""
    lot = shipped(p)
    p.drop("documents", paper(p, lot, "manifest"))
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "missing", RCRA + "262.20-a")


@fault(*THREE)
def manifest_without_number(p: Planter) -> None:
    """The tracking number of a manifest was not recorded."""
    manifest = paper(p, shipped(p), "manifest")
    manifest["number"] = None
    p.found("document", row_id(manifest), "incomplete", RCRA + "262.20-a-1")
    p.found(
        "document", row_id(manifest), "null_operand", RCRA + "262.20-unique", state="undetermined"
    )


@fault(*THREE)
def waste_without_unit(p: Planter) -> None:
    """The quantity of waste shipped has no unit."""
    event = p.event("shipment", shipped(p))
    event["uom"] = None
    p.found("event.shipment", row_id(event), "incomplete", RCRA + "262.20-a-1-waste")


@fault(*THREE)
def one_number_on_two_manifests(p: Planter) -> None:
    """A tracking number stands on two manifests."""
    first, second = (paper(p, shipped(p), "manifest") for _ in range(2))
    second["number"] = first["number"]
    for manifest in (first, second):
        p.found("document", row_id(manifest), "mismatch", RCRA + "262.20-unique")


@fault(*THREE)
def manifest_not_signed(p: Planter) -> None:
    """The generator did not sign the certification of a manifest."""
    manifest = paper(p, shipped(p), "manifest")
    p.drop("signatures", p.signature(row_id(manifest), "approval"))
    p.found("document", row_id(manifest), "missing", RCRA + "262.23-a")


@fault(*THREE)
def refused_waste_without_copy(p: Planter) -> None:
    """Waste came back refused, and no signed manifest was sent to the facility within 30 days."""
    lot = shipped(p, left=date(2026, 9, 22))
    p.drop("documents", paper(p, lot, "manifest_copy"))
    came_at = p.plant.at(date(2026, 10, 2), "10:00")
    event_id = p.plant.event(
        "return",
        came_at,
        lot,
        Decimal(55),
        performed_by=p.plant.who("warehouse"),
        party_id=waste.FACILITY,
        reason_code="REFUSED",
    )
    p.found("event.return", event_id, "missing", RCRA + "262.23-f")


@fault(*THREE)
def copy_never_came(p: Planter) -> None:
    """The signed copy of a manifest never came, and nobody asked or reported."""
    lot = shipped(p, left=date(2026, 8, 20))
    p.drop("documents", paper(p, lot, "manifest_copy"))
    clauses = (RCRA + "262.40-a", RCRA + "262.42-a-1", RCRA + "262.42-a-2")
    p.found("lot", lot.lot_id, "missing", *clauses)


@fault("HOU")
def manifest_thrown_away(p: Planter) -> None:
    """The manifest of a shipment of the month before was deleted."""
    manifest = paper(p, shipped(p, left=date(2026, 9, 17)), "manifest")
    thrown_away(p, manifest, "documents", p.plant.at(date(2026, 10, 20), "10:00"))
    p.found("site_period", p.site_id, "missing", RCRA + "262.40-kept")


@fault("HOU")
def biennial_report_not_filed(p: Planter) -> None:
    """The biennial report on 2025 was not filed."""
    p.drop("submissions", p.tables.rows("submissions", kind="biennial_report")[0])
    p.found("site_period", p.site_id, "missing", RCRA + "262.41-missed")
