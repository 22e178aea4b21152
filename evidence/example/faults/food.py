"""Faults in the records of foods on the traceability list (21 CFR 1 Subpart S)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ..tables import Row
from ..world import masterdata
from ..world.happenings import harvest
from ..world.quality import deviation
from ..world.receiving import receive
from ..world.things import Lot, Material, Recipe
from .planting import Planter, fault, row_id
from .same import EXERCISE, FOOD_LAW, HOUSE, binds

FOOD = "us-21cfr1s:"
PREVENTIVE = "us-21cfr117:"
"""Clauses of the rules on preventive controls, which bind Salinas."""

THREE = ("GNT", "SAL", "GNT")
SALINAS = ("SAL", "SAL", "SAL")


def vegetable(p: Planter) -> Material:
    """A listed food that comes packed."""
    fitting = [
        material
        for material in p.plant.catalogue.materials
        if material.klass == "raw"
        and material.more.get("food_traceability_list")
        and not {"vessel_caught", "rac_unpacked"} & set(material.flags)
        and material.suppliers
    ]
    return fitting[p.turn % len(fitting)]


def flagged(p: Planter, flag: str) -> Material:
    """The bought material with a flag."""
    return next(m for m in p.plant.catalogue.materials if flag in m.flags and m.suppliers)


def cut(p: Planter) -> Lot:
    """A small lot of a listed product made from packed vegetables."""
    return p.batch(p.recipe("finished", without=("rac_packed",))).output


def shipped(p: Planter) -> tuple[Lot, str]:
    """A lot of its own and its delivery."""
    lot = cut(p)
    return lot, p.delivered(lot)


def lot_row(p: Planter, lot: Lot) -> Row:
    """The row of a lot."""
    return p.tables.get("lots", lot.lot_id)


def without_quantity(p: Planter, event: Row) -> None:
    """Where the plant holds to the house rules, these too ask how much was moved."""
    if binds(HOUSE, p.plant.site):
        clauses = (HOUSE + "booked-by", HOUSE + "base-quantity")
        p.found(f"event.{event['event_type']}", row_id(event), "incomplete", *clauses)


@fault(*THREE)
def product_without_code(p: Planter) -> None:
    """A listed food was made here and got no traceability lot code."""
    lot = cut(p)
    lot_row(p, lot)["traceability_lot_code"] = None
    made = p.event("finished_goods", lot)
    p.found("lot", lot.lot_id, "incomplete", FOOD + "1.1320-a")
    p.found("event.finished_goods", row_id(made), "incomplete", FOOD + "1.1350-a-2")


@fault(*THREE)
def code_of_another_place(p: Planter) -> None:
    """The code of a food made here names another place as its source."""
    lot = cut(p)
    lot_row(p, lot)["tlc_source"] = "0690000009995"
    p.found("lot", lot.lot_id, "mismatch", FOOD + "1.1320-a-source")


@fault(*THREE)
def receipt_without_code(p: Planter) -> None:
    """A listed food was received and the code it came with was not recorded."""
    lot = p.received(vegetable(p))
    lot_row(p, lot)["traceability_lot_code"] = None
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD + "1.1345-a")


@fault(*THREE)
def receipt_without_paper(p: Planter) -> None:
    """No delivery paper of a listed food is on record."""
    lot = p.received(vegetable(p))
    p.drop("documents", p.tables.one("documents", subject_id=lot.lot_id, kind="shipping_document"))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD + "1.1345-a")


@fault(*THREE)
def recipient_not_told(p: Planter) -> None:
    """No shipping document of a delivery is on file, so nobody was told what was shipped."""
    lot, shipment_id = shipped(p)
    paper = p.tables.one("documents", subject_id=shipment_id, kind="shipping_document")
    p.drop("documents", paper)
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "missing", FOOD + "1.1340-b")


@fault(*THREE, "GNT")
def shipment_without_unit(p: Planter) -> None:
    """A delivery of a listed food gives a quantity without its unit."""
    lot, _ = shipped(p)
    event = p.event("shipment", lot)
    event["uom"] = None
    p.found("event.shipment", row_id(event), "incomplete", FOOD + "1.1340-a")
    without_quantity(p, event)


@fault(*THREE)
def ingredient_without_code(p: Planter) -> None:
    """A listed ingredient went into a food without its traceability lot code."""
    lot = p.received(vegetable(p))
    recipe = next(
        recipe
        for recipe in p.plant.catalogue.recipes
        if any(line.material == lot.material for line in recipe.ingredients)
    )
    batch = p.batch(recipe, day=p.plant.later(p.day(), 5), using=(lot,))
    lot_row(p, lot)["traceability_lot_code"] = None
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD + "1.1345-a")
    p.found("order", batch.order_id, "incomplete", FOOD + "1.1350-a-1")


@fault(*THREE, "GNT")
def link_without_quantity(p: Planter) -> None:
    """How much of an ingredient went into a food was not recorded with the link."""
    lot = cut(p)
    link = p.tables.rows("lot_links", child_lot_id=lot.lot_id)[0]
    link["quantity"] = None
    p.found("lot", lot.lot_id, "broken_chain", FOOD + "1.1350-a-linked")


@fault(*THREE)
def drill_took_too_long(p: Planter) -> None:
    """The records asked for in a drill were there after two days."""
    opened_at = p.plant.at(p.plant.later(date(2026, 10, 5), p.turn % 9), "09:00")
    number = deviation(
        p.plant,
        ("sites", p.site_id),
        opened_at,
        opened_at + timedelta(hours=51),
        kind="drill",
        reason="MOCK",
    )
    p.found("quality_record", number, "mismatch", FOOD + "1.1455-c")
    if binds(EXERCISE + "brcgs-3.9.2-time", p.plant.site):
        p.found("quality_record", number, "late", EXERCISE + "brcgs-3.9.2-time")


@fault(*THREE)
def material_without_place_on_list(p: Planter) -> None:
    """It was never decided whether a new packaging material is exempt from the rule."""
    like = next(m for m in p.plant.catalogue.materials if m.klass == "packaging")
    number = p.plant.numbers.count("new packaging")
    material = replace(like, material_id=f"{like.material_id[:-1]}{4 + number}", name="Paper band")
    masterdata.add_material(p.plant, material, p.plant.catalogue.currency)
    p.tables.get("materials", material.material_id)["flags"] = None
    receipt = p.event("receipt", p.received(material))
    p.found("material", material.material_id, "incomplete", FOOD + "1.1300")
    if binds(FOOD_LAW, p.plant.site):
        clauses = (FOOD_LAW + "931.3-1-received", FOOD_LAW + "931.3-3")
        p.found("event.receipt", row_id(receipt), "null_operand", *clauses, state="undetermined")
    if binds(PREVENTIVE, p.plant.site):
        on_receipts = [
            PREVENTIVE + each for each in ("117.420-b", "117.420-b-use", "117.430-a", "117.430-b")
        ]
        p.found(
            "event.receipt", row_id(receipt), "null_operand", *on_receipts, state="undetermined"
        )


@fault("SAL", "GNT")
def plan_out_of_force(p: Planter) -> None:
    """The traceability plan ended in September and was not renewed."""
    plan = p.tables.one("documents", number="FTP", subject_id=p.site_id)
    plan["valid_to"] = p.plant.clock.at(date(2026, 9, 30), "00:00")
    p.found("site_period", p.site_id, "expired", FOOD + "1.1315-a")


@fault(*SALINAS)
def harvest_without_field(p: Planter) -> None:
    """A harvest does not say from which field it came."""
    lot = harvest(p.plant, p.plant.later(p.day(), 3))
    p.plant.store.keep(lot)
    event = p.event("intermediate_output", lot)
    event["from_location"] = None
    p.found("event.intermediate_output", row_id(event), "incomplete", FOOD + "1.1325-a")


@fault(*SALINAS)
def cooling_without_recipient(p: Planter) -> None:
    """The record of a cooling does not say whom the lettuce went to."""
    lot = p.received(flagged(p, "rac_cooled"))
    p.event("transfer", lot)["party_id"] = None
    p.found("lot", lot.lot_id, "incomplete", FOOD + "1.1325-b")


@fault(*SALINAS)
def lettuce_of_unknown_field(p: Planter) -> None:
    """Lettuce was received for packing and its field was not recorded."""
    lot = p.received(flagged(p, "rac_unpacked"))
    receipt = p.event("receipt", lot)
    receipt["from_location"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD + "1.1330-a-received")


@fault(*SALINAS)
def packed_without_code_source(p: Planter) -> None:
    """The code of packed lettuce does not say who gave it."""
    lot = p.batch(packing(p)).output
    lot_row(p, lot)["tlc_source"] = None
    packed = p.event("finished_goods", lot)
    p.found("event.finished_goods", row_id(packed), "incomplete", FOOD + "1.1330-a-packed")
    p.found("lot", lot.lot_id, "incomplete", FOOD + "1.1320-a")


@fault(*SALINAS)
def packed_from_unknown_quantity(p: Planter) -> None:
    """How much lettuce went into a packed lot was not recorded with the link."""
    lot = p.batch(packing(p)).output
    p.tables.rows("lot_links", child_lot_id=lot.lot_id)[0]["quantity"] = None
    p.found("lot", lot.lot_id, "broken_chain", FOOD + "1.1330-a-linked")


def packing(p: Planter) -> Recipe:
    """The recipe by which lettuce is first packed."""
    return next(r for r in p.plant.catalogue.recipes if "rac_packed" in r.product.flags)


@fault("GNT", "GNT", "GNT")
def landing_without_catch_area(p: Planter) -> None:
    """Shrimp was landed and its catch area was not recorded."""
    lot = receive(p.plant, flagged(p, "vessel_caught"), p.day())
    p.plant.store.keep(lot)
    receipt = p.event("receipt", lot)
    receipt["from_location"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD + "1.1335")
