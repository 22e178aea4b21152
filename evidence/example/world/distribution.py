"""What leaves the plant and what comes back: deliveries, transfers between plants, returns."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from .billing import bill, credit
from .plant import Plant
from .preventive import disclose
from .quality import dispose, examine_lot, release
from .receiving import day_made, new_lot, other_name, sample_size, take_in
from .things import Lot


def ship(plant: Plant, parts: list[tuple[Lot, Decimal]], day: date, customer: str) -> str:
    """A delivery to a customer of parts taken out of the stock; returns its number."""
    carrier = plant.catalogue.partners("carrier")[0]
    shipped_at = plant.at(day, "13:00", 180)
    shipment_id = plant.numbers.delivery()
    worker = plant.who("warehouse")
    checker = plant.who("warehouse", worker)
    _shipment(plant, shipment_id, shipped_at, customer, address_of(plant, customer), carrier)
    paper = plant.document(
        "shipping_document",
        ("shipments", shipment_id),
        f"BOL-{shipment_id[-5:]}",
        plant.after(shipped_at, -50, -20),
        worker,
    )
    for lot, quantity in parts:
        event_id = plant.event(
            "shipment",
            shipped_at,
            lot,
            quantity,
            performed_by=worker,
            checked_by=checker,
            shipment_id=shipment_id,
            party_id=customer,
            from_location="FG-01",
        )
        plant.post(event_id, lot, -quantity, "892000", shipped_at)
        plant.link_document(paper, ("lots", lot.lot_id), shipped_at)
        customer_certificate(plant, lot, shipment_id, shipped_at)
    if any("customer_control" in lot.material.flags for lot, _ in parts):
        disclose(plant, shipment_id, shipped_at, worker)
    bill(plant, shipment_id, parts, shipped_at)
    return shipment_id


def _shipment(
    plant: Plant,
    shipment_id: str,
    shipped_at: datetime,
    customer: str | None,
    ship_to: str,
    carrier: str,
) -> None:
    plant.put(
        "shipments",
        shipment_id,
        plant.after(shipped_at, 1, 6),
        shipment_id=shipment_id,
        customer_id=customer,
        ship_to=ship_to,
        carrier=carrier,
        reference_document=f"BOL-{shipment_id[-5:]}",
        shipped_at=shipped_at,
        received_at=shipped_at + timedelta(hours=plant.random.randrange(18, 44)),
    )


def address_of(plant: Plant, party_id: str) -> str:
    """Where the party takes deliveries: its global location number, or its address."""
    party = plant.tables.get("parties", party_id)
    return str(party.get("gln") or party["address"])


def customer_certificate(plant: Plant, lot: Lot, shipment_id: str, shipped_at: datetime) -> None:
    """The certificate of analysis that goes with a lot, signed by the quality unit."""
    if not lot.material.tests:
        return
    signer = plant.who("quality-unit")
    issued_at = plant.after(shipped_at, -180, -70)
    document_id = plant.document(
        "certificate_of_analysis",
        ("shipments", shipment_id),
        f"COA-{lot.lot_number}-{shipment_id[-3:]}",
        issued_at,
        signer,
    )
    plant.sign("documents", document_id, signer, "quality-unit", "approval", issued_at)
    plant.link_document(document_id, ("lots", lot.lot_id), issued_at)


def send(plant: Plant, lot: Lot, quantity: Decimal, day: date, to_site: str) -> str:
    """A transfer of part of a lot to another plant; returns the delivery's number."""
    left_at = plant.at(day, "11:00", 120)
    shipment_id = plant.numbers.delivery()
    worker = plant.who("warehouse")
    carrier = plant.catalogue.partners("carrier")[0]
    _shipment(plant, shipment_id, left_at, None, to_site, carrier)
    paper = plant.document(
        "shipping_document",
        ("shipments", shipment_id),
        f"BOL-{shipment_id[-5:]}",
        plant.after(left_at, -50, -20),
        worker,
    )
    plant.link_document(paper, ("lots", lot.lot_id), left_at)
    event_id = plant.event(
        "transfer",
        left_at,
        lot,
        quantity,
        performed_by=worker,
        checked_by=plant.who("warehouse", worker),
        shipment_id=shipment_id,
        from_location=plant.site_id,
        to_location=to_site,
    )
    plant.post(event_id, lot, -quantity, "160000", left_at)
    return shipment_id


def receive_transfer(
    plant: Plant, sender: Plant, sent: Lot, quantity: Decimal, day: date, shipment_id: str
) -> Lot:
    """What another plant sent, under a number of our own, tested and released like any receipt."""
    arrived = plant.at(day, "07:15", 380)
    lot = new_lot(
        plant,
        sent.material,
        plant.numbers.received_lot(day),
        quantity,
        day_made(sender, sent),
        plant.after(arrived, 0.1, 1),
        supplier_lot_number=sent.lot_number,
    )
    other_name(plant, lot, sent.lot_number, arrived)
    plant.prices[sent.material.material_id] = sender.prices[sent.material.material_id]
    take_in(plant, lot, arrived, quantity, None, shipment_id=shipment_id)
    plant.link(sent, lot, quantity, arrived, "split", None)
    taken = sample_size(sent.material)
    sampled_at = plant.at(plant.later(day, 1), "08:30", 120)
    release(
        plant, lot, examine_lot(plant, lot, sampled_at, sent.material.testing_days, taken, None)
    )
    plant.store.put(lot)
    return lot


def take_back(
    plant: Plant, lot: Lot, quantity: Decimal, day: date, customer: str, *, resell: bool = False
) -> Lot:
    """A customer's return, kept apart under a number of its own, examined and destroyed."""
    arrived = plant.at(day, "09:00", 240)
    number = f"{lot.lot_number}-R{plant.numbers.count('returns of ' + lot.lot_id)}"
    made = day_made(plant, lot)
    back = new_lot(plant, lot.material, number, quantity, made, plant.after(arrived, 0.1, 1))
    worker = plant.who("warehouse")
    event_id = plant.event(
        "return",
        arrived,
        back,
        quantity,
        performed_by=worker,
        party_id=customer,
        reason_code="DMG",
        to_location="RET-01",
    )
    plant.post(event_id, back, quantity, "892000", arrived)
    credit(plant, back, quantity, arrived)
    plant.link(lot, back, quantity, arrived, "returned", None)
    plant.status(back, "quarantine", arrived, worker, "RET")
    looked = plant.after(arrived, 60, 240)
    examiner = plant.who("quality-control")
    plant.event("inspection", looked, back, performed_by=examiner, result="fail", reason_code="RET")
    if resell:
        examine_lot(plant, back, plant.after(looked, 10, 30), 2, sample_size(lot.material), None)
    dispose(plant, back, looked + timedelta(days=4), back.left, "RET", result="reject")
    return back
