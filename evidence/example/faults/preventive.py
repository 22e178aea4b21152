"""Faults in preventive controls for food (21 CFR 117, subpart C): plan, readings, what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata, preventive
from ..world.preventive import CONTROL_CHANGED, PCQI, REANALYSE, UNANTICIPATED
from ..world.production import Batch
from ..world.receiving import new_lot
from ..world.things import Lot, Recipe
from .food import FOOD, PREVENTIVE, packing
from .kept import deleted
from .planting import Planter, fault, row_id, time_of
from .same import EXERCISE

PLAN = PREVENTIVE
SALINAS = ("SAL", "SAL", "SAL")


def cutting(p: Planter) -> Recipe:
    """The recipe of chopped romaine, whose washing is a process control."""
    return next(r for r in p.plant.catalogue.recipes if "process_control" in r.product.flags)


def cut(p: Planter) -> Batch:
    """A small batch of a food with a preventive control."""
    return p.batch(cutting(p))


def reading(p: Planter, batch: Batch) -> Row:
    """The reading of the controls in a batch."""
    return preventive.reading_of(p.plant, batch.output)


def new_product(p: Planter, *flags: str, is_analysed: bool = True, in_plan: bool = True) -> Recipe:
    """A further product, cut like the others, with what the plan asks of it."""
    like = cutting(p)
    number = p.plant.numbers.count("new products")
    product = replace(
        like.product,
        material_id=f"M-12{10 + number}",
        name=f"Chopped romaine, customer blend {number}",
        flags=flags,
    )
    masterdata.add_material(p.plant, product, p.plant.catalogue.currency)
    if is_analysed:
        preventive.analyse(p.plant, product)
    if in_plan:
        preventive.add_to_plan(p.plant, product, masterdata.SINCE)
    return replace(like, product=product)


def further_annex(p: Planter) -> str:
    """A further annex of the plan on a product, issued in the month."""
    product = cutting(p).product
    return preventive.add_to_plan(p.plant, product, p.day())


def ran_out(p: Planter, number: str) -> None:
    """A paper of the site ended on the 25th and nothing follows it."""
    papers = p.tables.rows("documents", number=number, subject_id=p.site_id)
    papers[-1]["valid_to"] = p.plant.clock.at(date(2026, 10, 25), "00:00")


@fault("SAL")
def safety_plan_ran_out(p: Planter) -> None:
    """The food safety plan ended in the month and was not renewed."""
    ran_out(p, "FSP")
    p.found("site_period", p.site_id, "expired", PLAN + "117.126-a")


@fault(*SALINAS)
def annex_of_nobody_qualified(p: Planter) -> None:
    """No qualified individual wrote or reviewed a further annex of the plan."""
    annex = further_annex(p)
    p.drop("signatures", p.signature(annex, "authorship"))
    p.found("document", annex, "missing", PLAN + "117.126-a-2")


@fault(*SALINAS)
def annex_without_approval(p: Planter) -> None:
    """A further annex of the plan took effect and nobody in charge had signed it."""
    annex = further_annex(p)
    p.drop("signatures", p.signature(annex, "approval"))
    p.found("document", annex, "missing", PLAN + "117.310")


@fault(*SALINAS)
def product_without_analysis(p: Planter) -> None:
    """A new product was made and its hazards had not been analysed."""
    recipe = new_product(p, "preventive_control", is_analysed=False)
    p.batch(recipe)
    p.found("material", recipe.product.material_id, "missing", PLAN + "117.130-a")


@fault(*SALINAS)
def food_without_outcome(p: Planter) -> None:
    """What the hazard analysis of a cut vegetable found is not in master data; a trial lot came."""
    like = p.material("raw", "supply_chain_control")
    number = p.plant.numbers.count("new vegetables")
    material = replace(
        like,
        material_id=f"M-11{20 + number}",
        name=f"Mizuna, cut, trial {number}",
        klass="intermediate",
        more={},
    )
    masterdata.add_material(p.plant, material, p.plant.catalogue.currency)
    p.tables.get("materials", material.material_id)["flags"] = None
    day = p.day()
    when = p.plant.at(day, "10:00")
    lot = new_lot(p.plant, material, p.plant.numbers.received_lot(day), Decimal(1), day, when)
    looker = p.plant.who("quality-control")
    p.plant.event("inspection", when, lot, performed_by=looker, result="pass", reason_code="TRIAL")
    p.found(
        "material", material.material_id, "incomplete", PLAN + "117.130-a-flags", FOOD + "1.1300"
    )


@fault(*SALINAS)
def product_outside_plan(p: Planter) -> None:
    """A new product with a hazard was made and the plan does not name it."""
    made = p.batch(new_product(p, "preventive_control", in_plan=False))
    event = p.event("finished_goods", made.output)
    p.found("event.finished_goods", row_id(event), "missing", PLAN + "117.135-a")


def hearts(p: Planter, customer: str | None = None) -> tuple[str, str]:
    """A delivery of whole heads, whose hazard the customer controls, and its movement."""
    lot = p.batch(packing(p)).output
    shipment_id = p.delivered(lot, customer=customer)
    return shipment_id, row_id(p.event("shipment", lot))


@fault(*SALINAS)
def customer_who_assured_nothing(p: Planter) -> None:
    """Whole heads went to a customer that has not assured to control their hazard."""
    _, event = hearts(p, preventive.add_customer(p.plant))
    p.found("event.shipment", event, "missing", PLAN + "117.136-a")


@fault(*SALINAS)
def hazard_not_disclosed(p: Planter) -> None:
    """No paper with a delivery of whole heads says that their hazard was not controlled."""
    shipment_id, event = hearts(p)
    p.drop("documents", p.tables.one("documents", kind="notice", subject_id=shipment_id))
    p.found("event.shipment", event, "missing", PLAN + "117.136-a-disclosed")


@fault("SAL")
def recall_plan_ran_out(p: Planter) -> None:
    """The recall plan ended in the month and was not renewed."""
    ran_out(p, "RECALL")
    p.found("site_period", p.site_id, "expired", PLAN + "117.139-a", EXERCISE + "sqf-2.6.3")


def recalled(p: Planter) -> tuple[str, str]:
    """A lot of its own that was called back: the record and the notice."""
    batch = cut(p)
    p.delivered(batch.output)
    shipped_at = time_of(p.event("shipment", batch.output))
    return preventive.recall(p.plant, batch.output, shipped_at + timedelta(hours=30))


@fault(*SALINAS)
def consignees_not_told(p: Planter) -> None:
    """A lot was recalled and those who have it were not told."""
    record, notice = recalled(p)
    p.drop("documents", p.tables.get("documents", notice))
    p.found("quality_record", record, "missing", PLAN + "117.139-b")


@fault(*SALINAS)
def recall_without_end(p: Planter) -> None:
    """A recall was closed and its file does not say what became of the food."""
    record, _ = recalled(p)
    p.tables.get("quality_records", record)["disposition"] = None
    p.found("quality_record", record, "incomplete", PLAN + "117.139-b-4")


@fault(*SALINAS)
def batch_without_reading(p: Planter) -> None:
    """The controls of a batch were not read."""
    batch = cut(p)
    p.drop("events", reading(p, batch))
    p.found("order", batch.order_id, "missing", PLAN + "117.145-a")


@fault(*SALINAS)
def bad_reading_unheeded(p: Planter) -> None:
    """A control was out of its limit and nothing was done about it."""
    row = reading(p, cut(p))
    row["result"] = "fail"
    p.found("event.monitoring", row_id(row), "missing", PLAN + "117.150-a-1")


def acted_on(p: Planter, reason: str = preventive.FAILED) -> tuple[Lot, str]:
    """A lot of its own and the corrective action on it, an hour after its reading."""
    batch = cut(p)
    opened_at = time_of(reading(p, batch)) + timedelta(hours=1)
    return batch.output, preventive.act_on(p.plant, batch.output, opened_at, reason)


@fault(*SALINAS)
def action_without_decision(p: Planter) -> None:
    """A corrective action was closed and does not say what became of the food."""
    _, record = acted_on(p)
    p.tables.get("quality_records", record)["disposition"] = None
    p.found("quality_record", record, "incomplete", PLAN + "117.150-a-2")


@fault(*SALINAS)
def shipped_under_evaluation(p: Planter) -> None:
    """Food was delivered while a corrective action on it was open."""
    lot = cut(p).output
    p.delivered(lot)
    opened_at = time_of(p.event("shipment", lot)) - timedelta(hours=2)
    preventive.act_on(p.plant, lot, opened_at)
    p.found("lot", lot.lot_id, "mismatch", PLAN + "117.150-a-2-held")


@fault(*SALINAS)
def unanticipated_without_look(p: Planter) -> None:
    """Not a qualified individual but the head of quality looked at what nobody had foreseen."""
    _, record = acted_on(p, UNANTICIPATED)
    head = p.plant.people["head of quality"][0]
    signed = p.signature(record, "review")
    signed.update(signer_id=head, printed_name=f"Person {head}", role="quality-unit")
    clauses = (PLAN + "117.150-b", PLAN + "117.165-a-4-actions")
    p.found("quality_record", record, "wrong_person", *clauses)


@fault(*SALINAS)
def action_reviewed_late(p: Planter) -> None:
    """A corrective action was reviewed fifteen days after it had been closed."""
    _, record = acted_on(p)
    closed_at = p.tables.get("quality_records", record)["closed_at"]
    signature = p.signature(record, "review")
    signature["signed_at"] = p.plant.after(closed_at, 15 * 1440, 15.2 * 1440)  # type: ignore[arg-type]
    p.found("quality_record", record, "late", PLAN + "117.165-a-4-actions")


@fault(*SALINAS)
def control_never_validated(p: Planter) -> None:
    """A new product is washed since July, and the washing was not validated within 90 days."""
    recipe = new_product(p, "preventive_control", "process_control")
    p.batch(recipe, day=date(2026, 7, 8) + timedelta(days=p.turn % 7))
    p.batch(recipe)
    p.found("material", recipe.product.material_id, "missing", PLAN + "117.160-b")


@fault(*SALINAS)
def change_not_validated(p: Planter) -> None:
    """The washing was changed in July and not validated again within 90 days."""
    subject = ("materials", cutting(p).product.material_id)
    opened_on = date(2026, 7, 21) + timedelta(days=p.turn % 9)
    record = preventive.change(p.plant, subject, opened_on, CONTROL_CHANGED)
    p.found("quality_record", record, "wrong_order", PLAN + "117.160-b-1-iii")


@fault(*SALINAS)
def test_without_method(p: Planter) -> None:
    """The record of a test for Listeria does not name the method."""
    lot = cut(p).output
    result = p.results(lot, characteristic="Listeria monocytogenes")[0]
    result["method"] = None
    p.found("lot", lot.lot_id, "incomplete", PLAN + "117.165-a-2")


@fault("SAL")
def environment_not_sampled(p: Planter) -> None:
    """The cutting hall was not sampled from the middle of September on."""
    since = p.plant.clock.at(date(2026, 9, 15), "00:00")
    for row in p.tables.rows("events", site_id=p.site_id, reason_code="ENV"):
        if time_of(row) > since:
            p.drop("events", row)
    p.found("site_period", p.site_id, "late", PLAN + "117.165-a-3")


@fault(*SALINAS)
def reading_not_reviewed(p: Planter) -> None:
    """Nobody reviewed a reading of the controls."""
    row = reading(p, cut(p))
    p.drop("signatures", p.signature(row_id(row), "review"))
    p.found("event.monitoring", row_id(row), "missing", PLAN + "117.165-a-4")


@fault(*SALINAS)
def reading_reviewed_by_its_taker(p: Planter) -> None:
    """The qualified individual took a reading and reviewed it, too."""
    row = reading(p, cut(p))
    row["performed_by"] = p.plant.people[PCQI][0]
    p.found("event.monitoring", row_id(row), "wrong_person", PLAN + "117.165-a-4-apart")


@fault(*SALINAS)
def change_without_reanalysis(p: Planter) -> None:
    """A new line came in July and the plan was not analysed again within 90 days."""
    opened_on = date(2026, 7, 21) + timedelta(days=p.turn % 9)
    record = preventive.change(p.plant, ("sites", p.site_id), opened_on, REANALYSE)
    p.found("quality_record", record, "wrong_order", PLAN + "117.170-b")


@fault(*SALINAS)
def reading_by_untrained(p: Planter) -> None:
    """A reading was taken by somebody of whom no training is on record."""
    row = reading(p, cut(p))
    person = f"P-{970 + p.plant.numbers.count('newcomers')}"
    since = p.plant.clock.at(masterdata.SINCE, "00:00")
    p.plant.put(
        "people", person, since, person_id=person, printed_name=f"Person {person}", email=None
    )
    row["performed_by"] = person
    p.found("event.monitoring", row_id(row), "wrong_person", PLAN + "117.190-a-6")


@fault(*SALINAS)
def reading_without_person(p: Planter) -> None:
    """A reading does not say who took it."""
    row = reading(p, cut(p))
    row["performed_by"] = None
    p.found("event.monitoring", row_id(row), "incomplete", PLAN + "117.305-f")
    clauses = (PLAN + "117.165-a-4-apart", PLAN + "117.190-a-6")
    p.found("event.monitoring", row_id(row), "null_operand", *clauses, state="undetermined")


@fault(*SALINAS)
def reading_entered_late(p: Planter) -> None:
    """A reading was entered on the day after next."""
    row = reading(p, cut(p))
    row["recorded_at"] = time_of(row) + timedelta(hours=45)
    p.found("event.monitoring", row_id(row), "late", PLAN + "117.305-d")


@fault("SAL")
def action_deleted(p: Planter) -> None:
    """The record of a corrective action was deleted a week after it had been closed."""
    _, record = acted_on(p)
    closed_at = p.tables.get("quality_records", record)["closed_at"]
    deleted(p, "quality_records", record, p.plant.after(closed_at, 9000, 9500))  # type: ignore[arg-type]
    p.found("site_period", p.site_id, "missing", PLAN + "117.315-a")


@fault("SAL")
def validation_deleted(p: Planter) -> None:
    """The validation of a control that is in use was deleted."""
    product = cutting(p).product
    study = preventive.validate(p.plant, product, date(2025, 5, 12))
    deleted(p, "documents", study, p.plant.clock.at(p.day(), "16:00"))
    p.found("site_period", p.site_id, "missing", PLAN + "117.315-b")
