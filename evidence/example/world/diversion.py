"""Watch over controlled substances: customers asked about, orders flagged, losses reported.

What 21 CFR 1301 asks of Durham beside its records. What is usual for a customer rests on the year
before: from autumn to May the plant delivered from stock, of one lot of each product, and bought
and made nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from .controlled import submit
from .distribution import address_of
from .masterdata import authorise
from .plant import Plant
from .quality import deviation, dispose
from .receiving import new_lot
from .substances import draw_one
from .things import Lot, Material

INQUIRY = "DEA-CHECK"
"""Number of the record that DEA was asked about a customer."""

SUSPICIOUS = "SUSPICIOUS"
"""Reason code of an order that the plant's system flagged."""

LOSS = "LOSS"
"""Reason code of a theft or significant loss."""

ASSESSED = "LOSS-ASSESSED"
"""Reason code of a shortage that was found not to be significant."""

POLICY = "diversion-policy"
"""What everybody has been told: whom to tell of diversion."""

EARLIER = (date(2025, 11, 10), date(2026, 1, 19), date(2026, 3, 9), date(2026, 5, 18))
"""Days of the deliveries that say what is usual for a customer."""

USUAL: dict[tuple[str, str], str] = {
    ("C-201", "M-7101"): "18000",
    ("C-201", "M-7102"): "5400",
    ("C-202", "M-7101"): "5400",
    ("C-202", "M-7102"): "5400",
    ("C-203", "M-7101"): "5400",
    ("C-203", "M-7102"): "5400",
    ("C-203", "M-7103"): "250",
    ("C-204", "M-5101"): "0.6",
    ("C-204", "M-6102"): "12",
    ("C-204", "M-7101"): "5400",
    ("C-204", "M-7102"): "5400",
}
"""How much of a material a customer usually takes at a time, in the unit it is booked in."""


def set_up(plant: Plant) -> None:
    """Staff know the policy, customers were asked about, and have taken goods for a year."""
    since = plant.clock.at(date(2025, 1, 13), "08:00")
    for person in sorted({person for group in plant.people.values() for person in group}):
        authorise(plant, ("person", person), "qualification", POLICY, since)
    for customer in plant.catalogue.partners("customer"):
        inquire(plant, customer)
    lots = {
        material.material_id: old_lot(plant, material, usually_taken(material.material_id))
        for material in plant.catalogue.materials
        if any(material.material_id == number for _, number in USUAL)
    }
    for (customer, number), quantity in USUAL.items():
        for day in EARLIER:
            deliver_earlier(plant, lots[number], Decimal(quantity), day, customer)


def usually_taken(material_id: str) -> Decimal:
    """All that the usual deliveries of the year take of a material."""
    taken = (Decimal(quantity) for (_, number), quantity in USUAL.items() if number == material_id)
    return sum(taken, Decimal(0)) * len(EARLIER)


def inquire(plant: Plant, customer: str) -> str:
    """DEA was asked whether a customer is registered."""
    asked_at = plant.clock.at(date(2025, 2, 3), "11:00")
    asker = plant.people["quality-unit"][1]
    return plant.document("other", ("parties", customer), INQUIRY, asked_at, asker)


def old_lot(plant: Plant, material: Material, quantity: Decimal) -> Lot:
    """A lot from before the history, all of which the deliveries of the year will take."""
    made_on = date(2025, 8, 4)
    when = plant.clock.at(made_on, "15:00")
    count = plant.numbers.count(f"old lots of {material.material_id}")
    number = f"25-{material.material_id[2:]}-S{count}"
    lot = new_lot(plant, material, number, Decimal(0), made_on, when)
    output = "intermediate_output" if material.klass == "intermediate" else "finished_goods"
    plant.event(
        "receipt" if material.suppliers else output,
        when,
        lot,
        quantity,
        performed_by=plant.people["warehouse"][0],
        checked_by=plant.people["warehouse"][1],
        party_id=material.suppliers[0] if material.suppliers else None,
        recorded_at=when + timedelta(minutes=1),
    )
    return lot


def deliver_earlier(plant: Plant, lot: Lot, quantity: Decimal, day: date, customer: str) -> str:
    """A delivery of the year before, as far as the warehouse's system still holds it."""
    shipped_at = plant.clock.at(day, "14:10")
    shipment_id = plant.numbers.delivery()
    worker, checker = plant.people["warehouse"][:2]
    plant.put(
        "shipments",
        shipment_id,
        shipped_at + timedelta(minutes=3),
        shipment_id=shipment_id,
        customer_id=customer,
        ship_to=address_of(plant, customer),
        carrier=plant.catalogue.partners("carrier")[0],
        reference_document=f"BOL-{shipment_id[-5:]}",
        shipped_at=shipped_at,
        received_at=shipped_at + timedelta(hours=26),
    )
    plant.event(
        "shipment",
        shipped_at,
        lot,
        quantity,
        performed_by=worker,
        checked_by=checker,
        shipment_id=shipment_id,
        party_id=customer,
        from_location="FG-01",
        recorded_at=shipped_at + timedelta(minutes=1),
    )
    return shipment_id


def flag(
    plant: Plant, subject: tuple[str, str], when: datetime, cleared_at: datetime | None
) -> str:
    """The system flags an order of a customer or for a delivery; quality clears it, or does not."""
    return deviation(
        plant,
        subject,
        when,
        cleared_at,
        kind="hold",
        severity="major",
        reason=SUSPICIOUS,
    )


def report_suspicious(plant: Plant, customer: str, when: datetime) -> str:
    """An order that was flagged is not filled, and told to the authority within hours."""
    record = flag(plant, ("parties", customer), when, None)
    submit(plant, "suspicious_order", customer, when + timedelta(hours=24), 20 * 60)
    return record


def lose(plant: Plant, when: datetime) -> tuple[str, str, str]:
    """A theft or significant loss: the incident, the notice within hours, the form in weeks."""
    incident = deviation(
        plant,
        ("sites", plant.site_id),
        when,
        when + timedelta(days=20),
        kind="incident",
        severity="critical",
        reason=LOSS,
    )
    notice = submit(plant, "theft_loss_notice", incident, when + timedelta(hours=24), 21 * 60)
    form = submit(plant, "form_106", incident, when + timedelta(days=45), 26 * 1440)
    return incident, notice, form


def write_off(plant: Plant, lot: Lot, quantity: Decimal, when: datetime) -> str:
    """A little of a lot that nobody can find is written off; returns the event."""
    return dispose(plant, lot, when, quantity, "LOST", result="loss")


def assess(plant: Plant, lot: Lot, when: datetime) -> str:
    """A shortage of a lot was looked into and is not significant."""
    return deviation(
        plant,
        ("lots", lot.lot_id),
        when,
        when + timedelta(hours=30),
        kind="incident",
        severity="major",
        reason=ASSESSED,
    )


def happen(plant: Plant) -> None:
    """An order cleared, another one reported; losses of September and October; a write-off.

    In a small company the customer whose order is cleared may have none in the month.
    """
    flagged_at = plant.clock.at(date(2026, 10, 1), "10:00")
    for row in plant.tables.rows("shipments", site_id=plant.site_id, customer_id="C-202"):
        shipped_at = row["shipped_at"]
        if isinstance(shipped_at, datetime) and shipped_at > flagged_at + timedelta(
            days=1, hours=14
        ):
            subject = ("shipments", str(row["shipment_id"]))
            flag(plant, subject, flagged_at, flagged_at + timedelta(hours=5))
            break
    report_suspicious(plant, "C-203", plant.clock.at(date(2026, 10, 19), "10:30"))
    for day in (date(2026, 9, 2), date(2026, 10, 6)):
        lose(plant, plant.clock.at(day, "11:00"))
    material = next(m for m in plant.catalogue.materials if m.material_id == "M-5102")
    missing = Decimal("0.003")
    lot, _ = draw_one(plant, material, missing, date(2026, 10, 27))
    lot.left += missing
    found_at = plant.clock.at(date(2026, 10, 27), "15:00")
    write_off(plant, lot, missing, found_at)
    assess(plant, lot, found_at + timedelta(hours=1))
