"""Preventive controls for food (21 CFR 117): plan, readings, recalls, suppliers that are verified.

Everything that a food plant of the United States has to have besides its traceability; what each
batch and delivery needs of it is called where they are made.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..tables import Row
from .masterdata import SINCE, add_party, add_procedure, authorise
from .plant import Plant
from .quality import deviation
from .things import Lot, Material, Party

PCQI = "pcqi"
"""Role of the preventive controls qualified individual."""

FAILED = "PC-FAIL"
"""Reason code of a control that did not work."""

UNANTICIPATED = "UNANTICIPATED"
"""Reason code of a problem that the plan did not foresee."""

CONTROL_CHANGED = "PC-CHANGE"
"""Reason code of a change to a control."""

REANALYSE = "REANALYSE"
"""Reason code of a change that calls for a new hazard analysis."""

REISSUED = date(2026, 7, 15)
"""Day on which the plan was issued anew, since a change had called for it."""


def has_plan(site: Row) -> bool:
    """Whether a site makes food in the United States."""
    return site["country"] == "US" and "food" in str(site["regulated_as"]).split(",")


def controlled(plant: Plant) -> list[Material]:
    """What the plant makes that has a hazard with a control."""
    return [m for m in plant.catalogue.materials if "preventive_control" in m.flags]


def set_up(plant: Plant) -> None:
    """The plan and its annexes, analyses, procedures, suppliers' audits, customers' assurances."""
    issue_plan(plant, "4", date(2025, 11, 3), until=REISSUED)
    issue_plan(plant, "5", REISSUED)
    for number in ("SCP", "SCP-RECV"):
        add_procedure(plant, number, date(2025, 11, 3))
    for recipe in plant.catalogue.recipes:
        analyse(plant, recipe.product)
    for material in controlled(plant):
        add_to_plan(plant, material, SINCE)
        if "process_control" in material.flags:
            validate(plant, material, date(2025, 3, 10))
    for supplier in controlling_suppliers(plant):
        audit(plant, supplier, date(2026, 2, 16))
    for customer in plant.catalogue.partners("customer"):
        assure(plant, customer, date(2026, 1, 14))


def controlling_suppliers(plant: Plant) -> list[str]:
    """Suppliers that control a hazard of what they send."""
    return sorted(
        {
            supplier
            for material in plant.catalogue.materials
            if "supply_chain_control" in material.flags
            for supplier in material.suppliers
        }
    )


# papers


def issue_plan(
    plant: Plant,
    version: str,
    issued_on: date,
    subject: tuple[str, str] | None = None,
    until: date | None = None,
) -> str:
    """A version of the food safety plan, or of its annex on a product, by the qualified person.

    The head of food safety signs it before it takes effect a week later; an older version ends
    when the next one takes effect.
    """
    issued_at = plant.clock.at(issued_on, "09:30")
    author = plant.people[PCQI][0]
    number = f"FSP-{subject[1]}" if subject else "FSP"
    week = timedelta(days=7)
    document_id = plant.document(
        "food_safety_plan",
        subject or ("sites", plant.site_id),
        number,
        issued_at,
        author,
        doc_version=version,
        valid_from=plant.clock.at(issued_on + week, "00:00"),
        valid_to=plant.clock.at(until + week, "00:00") if until else None,
    )
    plant.sign("documents", document_id, author, PCQI, "authorship", issued_at)
    head = plant.people["head of food safety"][0]
    approved_at = plant.after(issued_at, 120, 400)
    plant.sign("documents", document_id, head, "head of food safety", "approval", approved_at)
    return document_id


def add_to_plan(plant: Plant, material: Material, issued_on: date) -> str:
    """The annex of the plan with a product and its controls."""
    return issue_plan(plant, "2", issued_on, ("materials", material.material_id))


def analyse(plant: Plant, material: Material) -> str:
    """The hazard analysis of a product."""
    issued_at = plant.clock.at(SINCE, "15:00")
    number = f"HA-{material.material_id[2:]}"
    author = plant.people[PCQI][0]
    subject = ("materials", material.material_id)
    return plant.document("hazard_analysis", subject, number, issued_at, author)


def validate(plant: Plant, material: Material, issued_on: date) -> str:
    """The study that shows that a product's process control works."""
    number = f"VAL-{material.material_id[2:]}-{plant.numbers.count('validations')}"
    issued_at = plant.clock.at(issued_on, "14:00")
    author = plant.people[PCQI][0]
    subject = ("materials", material.material_id)
    return plant.document("validation_study", subject, number, issued_at, author)


def audit(plant: Plant, supplier: str, audited_on: date) -> str:
    """A supplier's audit on site; the qualified person reviews the report two days later."""
    issued_at = plant.clock.at(audited_on, "16:00")
    number = f"AUD-{supplier}-{plant.numbers.count('audits'):02d}"
    report = plant.document(
        "audit_report", ("parties", supplier), number, issued_at, "Alder Certification"
    )
    reviewed_at = plant.clock.at(audited_on + timedelta(days=2), "10:00")
    plant.sign("documents", report, plant.people[PCQI][0], PCQI, "review", reviewed_at)
    return report


def assure(plant: Plant, customer: str, issued_on: date) -> str:
    """A customer's yearly assurance that it controls what is left to it, signed by its official."""
    issued_at = plant.clock.at(issued_on, "11:00")
    number = f"ASSURE-{customer}-{issued_on:%y%m}"
    paper = plant.document("assurance", ("parties", customer), number, issued_at, customer)
    plant.sign("documents", paper, customer, "customer", "approval", issued_at)
    return paper


def disclose(plant: Plant, shipment_id: str, shipped_at: datetime, worker: str) -> str:
    """The note with a delivery that a hazard was not controlled here."""
    issued_at = plant.after(shipped_at, -50, -20)
    number = f"NC-{shipment_id[-5:]}"
    return plant.document("notice", ("shipments", shipment_id), number, issued_at, worker)


# readings


def review_reading(plant: Plant, event_id: str, when: datetime) -> None:
    """The qualified person reviews a reading on the next morning."""
    reviewed_at = plant.at(plant.clock.day(when) + timedelta(days=1), "10:30", 40)
    plant.sign("events", event_id, plant.people[PCQI][0], PCQI, "review", reviewed_at)


def swab(plant: Plant, day: date) -> str:
    """The floor and drains of the cutting hall are sampled for pathogens; none are found."""
    return plant.event(
        "monitoring",
        plant.at(day, "04:10"),
        performed_by=plant.who("quality-control"),
        to_location="cutting hall",
        result="pass",
        reason_code="ENV",
    )


def act_on(
    plant: Plant,
    lot: Lot,
    opened_at: datetime,
    reason: str = FAILED,
    hours: float = 4,
) -> str:
    """The corrective action on a lot, closed within hours and reviewed by the qualified person."""
    record = deviation(
        plant,
        ("lots", lot.lot_id),
        opened_at,
        opened_at + timedelta(hours=hours),
        kind="incident" if reason == UNANTICIPATED else "deviation",
        severity="major",
        reason=reason,
    )
    reviewed_at = opened_at + timedelta(hours=hours, minutes=25)
    plant.sign("quality_records", record, plant.people[PCQI][0], PCQI, "review", reviewed_at)
    return record


def recall(plant: Plant, lot: Lot, recalled_at: datetime) -> tuple[str, str]:
    """A lot is called back from its customers; returns the record and the notice to them."""
    record = deviation(
        plant,
        ("lots", lot.lot_id),
        recalled_at,
        plant.after(recalled_at, 5 * 1440, 6 * 1440),
        kind="recall",
        severity="critical",
        reason="UNSAFE",
        disposition="destroy",
    )
    number = f"NOTICE-{plant.numbers.count('notices'):03d}"
    head = plant.people["head of food safety"][0]
    told_at = plant.after(recalled_at, 60, 240)
    return record, plant.document("notice", ("lots", lot.lot_id), number, told_at, head)


# changes and suppliers


def change(plant: Plant, subject: tuple[str, str], opened_on: date, reason: str) -> str:
    """A change of the plant or of a control, put into effect four days later."""
    opened_at = plant.at(opened_on, "09:00")
    closed_at = plant.at(opened_on + timedelta(days=4), "15:00")
    return deviation(plant, subject, opened_at, closed_at, kind="change", reason=reason)


def complain_to(plant: Plant, supplier: str, opened_on: date) -> str:
    """A supplier was found not to control its hazard; it mends that within a week."""
    return deviation(
        plant,
        ("parties", supplier),
        plant.at(opened_on, "10:00"),
        plant.at(opened_on + timedelta(days=7), "15:00"),
        kind="nonconformance",
        severity="major",
        reason="SUPPLIER",
        disposition="accept",
    )


def add_supplier(plant: Plant, *, is_approved_for: Material | None = None) -> str:
    """A further supplier of the plant, approved for a material or for none; never audited."""
    number = plant.numbers.count("further suppliers")
    party = Party(
        f"S-4{number:02d}",
        f"Valley Growers {number}",
        "supplier",
        f"{number} Foothill Rd, Hollister, CA 95023, US",
        f"06900000499{50 + number}",
    )
    add_party(plant, party, plant.catalogue.dial)
    if is_approved_for:
        since = plant.clock.at(date(2026, 3, 2), "10:00")
        holder = ("party", party.party_id)
        authorise(plant, holder, "supplier_approval", is_approved_for.material_id, since)
    return party.party_id


def add_customer(plant: Plant) -> str:
    """A further customer of the plant, which has not assured anything."""
    number = plant.numbers.count("further customers")
    party = Party(
        f"C-49{number}",
        f"Bay Street Deli {number}",
        "customer",
        f"{number} Bay Street, Monterey, CA 93940, US",
        f"06900000499{number:02d}",
    )
    add_party(plant, party, plant.catalogue.dial)
    return party.party_id


# what happened in the month


def happen(plant: Plant) -> None:
    """Changes in July, weekly swabs, a bad reading, a recall, a renewed assurance, an audit."""
    product = controlled(plant)[0]
    change(plant, ("sites", plant.site_id), date(2026, 7, 3), REANALYSE)
    change(plant, ("materials", product.material_id), date(2026, 7, 6), CONTROL_CHANGED)
    validate(plant, product, date(2026, 7, 20))
    for week in range(9):
        swab(plant, date(2026, 9, 3) + timedelta(weeks=week))
    first, second = made_lots(plant, product)[-2:]
    reading = reading_of(plant, first)
    reading["result"] = "fail"
    act_on(plant, first, plant.after(moment(reading), 10, 30))
    act_on(plant, second, plant.after(moment(reading_of(plant, second)), 10, 30), UNANTICIPATED)
    shipped = plant.tables.rows("events", site_id=plant.site_id, event_type="shipment")[0]
    lot = next(
        lot
        for material in plant.catalogue.materials
        for lot in plant.store.lots(material)
        if lot.lot_id == shipped["lot_id"]
    )
    recall(plant, lot, plant.at(date(2026, 10, 8), "09:00"))
    supplier = controlling_suppliers(plant)[0]
    complain_to(plant, supplier, date(2026, 10, 6))
    audit(plant, supplier, date(2026, 10, 19))
    assure(plant, plant.catalogue.partners("customer")[0], date(2026, 10, 20))


def made_lots(plant: Plant, material: Material) -> list[Lot]:
    """Lots of a product that the plant made, in order."""
    return [lot for lot in plant.store.lots(material) if reading_rows(plant, lot)]


def reading_rows(plant: Plant, lot: Lot) -> list[Row]:
    """Readings of the controls in a lot."""
    return plant.tables.rows("events", lot_id=lot.lot_id, event_type="monitoring")


def reading_of(plant: Plant, lot: Lot) -> Row:
    """The only reading of the controls in a lot."""
    return reading_rows(plant, lot)[0]


def moment(row: Row) -> datetime:
    """When an event was, UTC."""
    when = row["occurred_at"]
    if not isinstance(when, datetime):
        raise TypeError(f"{row['record_id']} has no time")
    return when
