"""Faults that the European guide to good manufacturing practice finds (chapters 4, 5 and 7).

Most of what it asks is asked by 21 CFR 211 too and planted there (``same``); this is the rest.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..world import masterdata
from ..world.europe import BOUGHT_BULK, STABILITY
from ..world.happenings import rework_lot
from ..world.production import Batch
from ..world.quality import deviation
from ..world.receiving import receive
from ..world.things import Lot, Material, Party, Recipe
from .components import (
    coded_labels_put_back,
    plain_component,
    rejected_and_left_lying,
    used,
    used_after_retest_date,
)
from .computerised import newcomer
from .planting import GMP, Planter, fault, row_id, time_of
from .production import (
    batch_record_not_checked,
    entered_two_days_late,
    hosted_step,
    order,
    order_without_equipment,
    raw_user,
    yield_not_investigated,
)
from .products import product_free_at_once
from .receiving import COUNTED, supplier_lot_not_known
from .same import PART1, PART11
from .testing import no_own_identity_test, result_without_method

EUROPE = ("LEU", "EIN", "LEU")
EINDHOVEN = ("EIN", "EIN", "EIN")
LEUVEN = ("LEU", "LEU", "LEU")

ONCE_MORE = (
    entered_two_days_late,
    batch_record_not_checked,
    order_without_equipment,
    supplier_lot_not_known,
    yield_not_investigated,
    used_after_retest_date,
    rejected_and_left_lying,
    no_own_identity_test,
    coded_labels_put_back,
    product_free_at_once,
    result_without_method,
)
"""Faults of which two of three plants are European, and which break what only Europe asks."""

for each in ONCE_MORE:
    fault("LEU")(each)


def made(p: Planter) -> Batch:
    """A small batch of what the plant makes from raw material."""
    return p.batch(p.recipe(raw_user(p)))


def plain(p: Planter) -> Lot:
    """A received lot of a raw material that only the plain clauses are about."""
    return p.received(p.material("raw", without=COUNTED))


# chapter 4: documentation


@fault(*EUROPE)
def component_without_dates(p: Planter) -> None:
    """Neither the retest nor the expiry date of a component is known."""
    lot = plain(p)
    p.tables.get("lots", lot.lot_id).update(retest_at=None, expires_at=None)
    p.found("lot", lot.lot_id, "incomplete", PART1 + "4.14-storage")


@fault(*LEUVEN)
def intermediate_specification_ended(p: Planter) -> None:
    """The specification of new tablets ended between their tests and their release."""
    recipe = own_intermediate(p)
    batch = p.batch(recipe)
    released_at = time_of(p.event("release", batch.output))
    spec_id = p.plant.specifications[recipe.product.material_id][-1][1]
    p.tables.get("specifications", spec_id)["valid_to"] = released_at - timedelta(hours=2)
    p.found("lot", batch.output.lot_id, "expired", PART1 + "4.15")
    p.found("lot", batch.output.lot_id, "missing", GMP + "211.110-a")


def own_intermediate(p: Planter) -> Recipe:
    """A recipe of its own for tablets of a new strength, with a master record."""
    like = p.recipe("intermediate")
    number = p.plant.numbers.count("new strengths")
    product = replace(
        like.product,
        material_id=f"M-32{number:02d}",
        name=f"{like.product.name}, trial {number}",
    )
    masterdata.add_material(p.plant, product, p.plant.catalogue.currency)
    recipe = replace(like, product=product, master_record=f"MPR-32{number:02d}", version="1")
    masterdata.add_master_record(p.plant, recipe)
    return recipe


def own_instructions(p: Planter, issued_on: date) -> tuple[Recipe, str]:
    """A version of processing instructions that only one order follows."""
    version = f"{p.plant.numbers.count('own versions')}T"
    recipe = replace(p.recipe(raw_user(p)), version=version)
    return recipe, masterdata.add_master_record(p.plant, recipe, issued_on)


@fault(*EUROPE)
def instructions_not_approved(p: Planter) -> None:
    """A batch followed processing instructions that nobody had approved."""
    recipe, document_id = own_instructions(p, date(2026, 8, 17))
    p.drop("signatures", p.signature(document_id, "approval"))
    batch = p.batch(recipe)
    p.found("order", batch.order_id, "missing", GMP + "211.100-a", PART1 + "4.17")


@fault(*EUROPE)
def processed_without_equipment(p: Planter) -> None:
    """The order of a batch does not name its equipment."""
    batch = made(p)
    order(p, batch)["equipment"] = None
    p.found("order", batch.order_id, "incomplete", GMP + "211.188-b", PART1 + "4.20")


@fault("EIN", "EIN")
def one_number_for_two_lots(p: Planter) -> None:
    """Two deliveries of a material were given the same batch number."""
    material = p.material("packaging")
    first, second = p.received(material), p.received(material)
    row = p.tables.get("lots", second.lot_id)
    row["lot_number"] = first.lot_number
    for lot in (first, second):
        receipt = p.event("receipt", lot)
        p.found("event.receipt", row_id(receipt), "mismatch", PART1 + "4.23-own-number")


# chapter 5: production


@fault(*EINDHOVEN)
def bought_bulk_free_at_once(p: Planter) -> None:
    """Tablets from a contract maker had the status released when they came."""
    lot = p.received(BOUGHT_BULK)
    first = p.tables.one("lot_status", lot_id=lot.lot_id, to_status="quarantine")
    first["to_status"] = "released"
    p.found("lot", lot.lot_id, "mismatch", PART1 + "5.6")


@fault(*EUROPE)
def yield_without_unit(p: Planter) -> None:
    """The yield of an order has no unit."""
    batch = made(p)
    order(p, batch)["uom"] = None
    p.found("order", batch.order_id, "incomplete", PART1 + "5.8")


@fault(*EUROPE)
def deviation_closed_by_nobody(p: Planter) -> None:
    """A deviation was closed and nobody approved how."""
    lot = p.received(p.material("packaging"))
    opened_at = time_of(p.event("receipt", lot)) + timedelta(hours=3)
    number = deviation(
        p.plant, ("lots", lot.lot_id), opened_at, opened_at + timedelta(days=1), reason="DAMAGE"
    )
    p.drop("signatures", p.signature(number, "approval"))
    p.found("quality_record", number, "missing", PART1 + "5.15")


@fault(*EUROPE)
def yield_of_process_not_investigated(p: Planter) -> None:
    """The yield of a process was far below its limit, and nobody looked into it."""
    batch = made(p)
    row = order(p, batch)
    row["planned_quantity"] = (Decimal(str(row["planned_quantity"])) * Decimal("1.09")).quantize(
        Decimal("0.1")
    )
    clauses = (GMP + "211.192-yield", PART1 + "5.44")
    p.found("order", batch.order_id, "out_of_limit", *clauses)


def new_supplier(p: Planter) -> str:
    """A supplier with whom nothing has been agreed and who is approved for nothing."""
    number = p.plant.numbers.count("new suppliers")
    party = Party(
        f"S-{p.plant.numbers.prefix}9{number}",
        f"Noordzee Grondstoffen {number}",
        "supplier",
        f"Kaai {number}, 9000 Gent, BE",
    )
    masterdata.add_party(p.plant, party, p.plant.catalogue.dial)
    return party.party_id


@fault(*EUROPE)
def supplier_not_approved(p: Planter) -> None:
    """A component came from somebody who is not approved for it."""
    lot = receive(p.plant, plain_component(p), p.day(), supplier=new_supplier(p))
    p.plant.store.keep(lot)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PART1 + "5.27")


@fault(*EUROPE)
def nothing_agreed_with_supplier(p: Planter) -> None:
    """A new component came before its specification was in force, and nothing was agreed."""
    supplier = new_supplier(p)
    material = own_component(p, supplier)
    effective = p.plant.clock.at(p.plant.later(p.day(), 1), "00:00")
    masterdata.add_specification(p.plant, material, "1", valid_from=effective)
    lot = p.received(material)
    for row in p.results(lot, origin="supplier"):
        p.drop("test_results", row)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PART1 + "5.28")
    p.found("lot", lot.lot_id, "expired", PART1 + "4.13")


def own_component(p: Planter, supplier: str) -> Material:
    """A component of its own, like one the plant has, without specification or approval."""
    like = plain_component(p)
    material_id = f"{like.material_id[:3]}7{p.plant.numbers.count('new components'):02d}"
    name = f"{like.name}, new grade"
    bare = replace(like, material_id=material_id, name=name, suppliers=(), tests=())
    masterdata.add_material(p.plant, bare, p.plant.catalogue.currency)
    holder = ("party", supplier)
    for kind in ("supplier_approval", "supplier_validation"):
        masterdata.authorise(p.plant, holder, kind, material_id)
    return replace(bare, suppliers=(supplier,), tests=like.tests)


@fault(*LEUVEN)
def maker_of_active_not_audited(p: Planter) -> None:
    """An active came from a maker whom nobody had audited."""
    supplier = new_supplier(p)
    active = p.material("raw", "active", without=("who_certificate",))
    masterdata.approve_supplier(p.plant, supplier, active.material_id)
    lot = receive(p.plant, active, p.day(), supplier=supplier)
    p.plant.store.keep(lot)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PART1 + "5.29")


@fault(*EUROPE)
def delivery_not_checked(p: Planter) -> None:
    """Nobody checked the seals and labels of a component when it came."""
    lot = plain(p)
    p.drop("events", p.event("inspection", lot, reason_code="RECV"))
    receipt = p.event("receipt", lot)
    p.found("lot", lot.lot_id, "missing", GMP + "211.82-a")
    p.found("event.receipt", row_id(receipt), "missing", PART1 + "5.30")


@fault(*EUROPE)
def component_not_sampled(p: Planter) -> None:
    """A component was released on the sample of another delivery."""
    lot = plain(p)
    p.drop("events", p.event("sample", lot))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", GMP + "211.84-b", PART1 + "5.31")


@fault(*EUROPE)
def component_used_after_expiry(p: Planter) -> None:
    """A component was used on the day after it had expired."""
    lot = p.received(plain_component(p))
    batch = used(p, lot)
    row = p.tables.get("lots", lot.lot_id)
    row.update(
        retest_at=None, expires_at=p.plant.clock.at(p.plant.clock.day(batch.started_at), "00:00")
    )
    p.found("lot", lot.lot_id, "expired", PART1 + "5.34-expiry")


@fault(*EUROPE)
def released_while_certificate_in_doubt(p: Planter) -> None:
    """A component was released while a difference from its certificate was being looked into."""
    lot = plain(p)
    released_at = time_of(p.event("release", lot))
    deviation(
        p.plant,
        ("lots", lot.lot_id),
        released_at - timedelta(days=1),
        released_at + timedelta(days=2),
        kind="nonconformance",
        reason="COA",
    )
    p.found("lot", lot.lot_id, "wrong_order", PART1 + "5.36-suspended")


@fault(*EUROPE)
def dispensed_by_somebody_without_role(p: Planter) -> None:
    """A component was weighed out by somebody who holds no role at the plant."""
    issued = hosted_step(p, raw_user(p), "issue", "raw")
    issued["performed_by"] = newcomer(p)
    clauses = (PART11 + "11.10-d", PART1 + "5.37")
    p.found("event.issue", row_id(issued), "wrong_person", *clauses)


@fault(*LEUVEN)
def rework_not_fully_tested(p: Planter) -> None:
    """A reworked batch was released without its dissolution test."""
    recipe = p.plant.catalogue.specials[0]
    bulk = p.batch(p.recipe("intermediate", of=recipe.product.material_id))
    batch = rework_lot(p.plant, recipe, bulk.output, p.plant.later(p.day(), 9))
    p.plant.store.keep(batch.output)
    p.drop("test_results", p.results(batch.output, characteristic="dissolution")[0])
    p.found("lot", batch.output.lot_id, "missing", PART1 + "5.67-specification")


# chapter 6: quality control


@fault("LEU", "LEU", "EIN")
def no_batch_in_stability_programme(p: Planter) -> None:
    """Since the extracts begin, no batch of a product entered the stability programme."""
    number = p.plant.numbers.count("products without stability") - 1
    finished = [m for m in p.plant.catalogue.materials if m.klass == "finished"]
    material = finished[number]
    lot_id = p.plant.numbers.lot_id(material.material_id, f"25-{material.material_id[2:]}")
    p.drop("events", p.tables.one("events", reason_code=STABILITY, lot_id=lot_id))
    clause = PART1 + "6.32"
    p.found("material", material.material_id, "not_covered", clause, state="undetermined")


# chapter 7: outsourced activities


@fault(*EINDHOVEN)
def maker_not_approved(p: Planter) -> None:
    """Tablets came from a contract maker with a contract, but without an approval."""
    supplier = new_supplier(p)
    agreed_at = p.plant.clock.at(date(2026, 3, 2), "10:00")
    p.plant.document("agreement", ("parties", supplier), f"TA-{supplier}", agreed_at, supplier)
    lot = bought(p, supplier)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PART1 + "7.5")


@fault(*EINDHOVEN)
def made_without_contract(p: Planter) -> None:
    """Tablets came from an approved contract maker with whom there is no contract."""
    supplier = new_supplier(p)
    since = p.plant.clock.at(date(2026, 3, 2), "10:00")
    holder = ("party", supplier)
    masterdata.authorise(p.plant, holder, "supplier_approval", BOUGHT_BULK.material_id, since)
    lot = bought(p, supplier)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PART1 + "7.14")


def bought(p: Planter, supplier: str) -> Lot:
    """A lot of tablets from a contract maker."""
    lot = receive(p.plant, BOUGHT_BULK, p.day(), supplier=supplier)
    p.plant.store.keep(lot)
    return lot
