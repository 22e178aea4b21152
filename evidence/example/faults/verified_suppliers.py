"""Faults in the supply-chain programme for food (21 CFR 117, subpart G), and in assurances."""

from __future__ import annotations

from datetime import date, timedelta

from ..world import preventive
from ..world.receiving import receive
from ..world.things import Lot, Material
from .planting import Planter, fault, row_id
from .preventive import PLAN, SALINAS, ran_out
from .same import HOUSE


def vegetable(p: Planter) -> Material:
    """A vegetable whose grower controls a hazard that is not a serious one."""
    return p.material("raw", "supply_chain_control", without=("serious_hazard",))


def from_supplier(p: Planter, material: Material, supplier: str) -> Lot:
    """A lot of its own from a supplier."""
    lot = receive(p.plant, material, p.day(), supplier=supplier)
    p.plant.store.keep(lot)
    return lot


@fault(*SALINAS)
def assurance_without_signature(p: Planter) -> None:
    """A customer's assurance came without the signature of its official."""
    customers = p.plant.catalogue.partners("customer")
    paper = preventive.assure(p.plant, customers[p.turn % len(customers)], p.day())
    p.drop("signatures", p.signature(paper, "approval"))
    p.found("document", paper, "missing", PLAN + "117.335-a")


@fault("SAL")
def supplier_programme_ran_out(p: Planter) -> None:
    """The written supply-chain programme ended in the month and was not renewed."""
    ran_out(p, "SCP")
    p.found("site_period", p.site_id, "expired", PLAN + "117.405-b")


@fault("SAL")
def receiving_procedure_ran_out(p: Planter) -> None:
    """The written procedure for receiving ended in the month and was not renewed."""
    ran_out(p, "SCP-RECV")
    p.found("site_period", p.site_id, "expired", PLAN + "117.420-a")


@fault(*SALINAS)
def failing_supplier_of_nobody(p: Planter) -> None:
    """A supplier was found wanting and nobody has the record."""
    suppliers = preventive.controlling_suppliers(p.plant)
    record = preventive.complain_to(p.plant, suppliers[p.turn % len(suppliers)], p.day())
    p.tables.get("quality_records", record)["owner"] = None
    p.found("quality_record", record, "incomplete", PLAN + "117.410-e")


@fault(*SALINAS)
def supplier_not_approved(p: Planter) -> None:
    """A vegetable was received from a grower that is not approved for it."""
    lot = from_supplier(p, vegetable(p), preventive.add_supplier(p.plant))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PLAN + "117.420-b")


@fault(*SALINAS)
def receipt_not_examined(p: Planter) -> None:
    """A vegetable was used and nobody had looked at it."""
    lot = p.received(vegetable(p))
    recipe = next(
        recipe
        for recipe in p.plant.catalogue.recipes
        if any(line.material == lot.material for line in recipe.ingredients)
    )
    p.batch(recipe, day=p.plant.later(p.day(), 5), using=(lot,))
    for row in p.tables.rows("events", lot_id=lot.lot_id, event_type="inspection"):
        p.drop("events", row)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PLAN + "117.420-b-use")
    p.found("lot", lot.lot_id, "missing", HOUSE + "events-raw")


@fault(*SALINAS)
def supplier_never_audited(p: Planter) -> None:
    """Spinach was received from a grower that was never audited, though its hazard is serious."""
    spinach = p.material("raw", "serious_hazard")
    supplier = preventive.add_supplier(p.plant, is_approved_for=spinach)
    receipt = p.event("receipt", from_supplier(p, spinach, supplier))
    p.found("event.receipt", row_id(receipt), "missing", PLAN + "117.430-b")


@fault(*SALINAS)
def supplier_never_verified(p: Planter) -> None:
    """A vegetable came from a grower that nothing verifies: no audit, no comparison, no paper."""
    material = vegetable(p)
    supplier = preventive.add_supplier(p.plant, is_approved_for=material)
    lot = from_supplier(p, material, supplier)
    paper = p.tables.one("documents", kind="certificate_of_analysis", subject_id=lot.lot_id)
    p.drop("documents", paper)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", PLAN + "117.430-a")


def audited(p: Planter) -> str:
    """A further audit of a supplier in the month: its report."""
    suppliers = preventive.controlling_suppliers(p.plant)
    day = date(2026, 10, 5) + timedelta(days=p.turn % 9)
    return preventive.audit(p.plant, suppliers[p.turn % len(suppliers)], day)


@fault(*SALINAS)
def audit_of_nobody(p: Planter) -> None:
    """The report of a supplier's audit does not say who audited."""
    report = audited(p)
    p.tables.get("documents", report)["issued_by"] = None
    p.found("document", report, "incomplete", PLAN + "117.435-c")


@fault(*SALINAS)
def audit_not_reviewed(p: Planter) -> None:
    """No qualified individual reviewed the report of a supplier's audit."""
    report = audited(p)
    p.drop("signatures", p.signature(report, "review"))
    p.found("document", report, "missing", PLAN + "117.475-c")
