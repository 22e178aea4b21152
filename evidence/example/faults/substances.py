"""Faults in the records of controlled substances: what moved, to whom, under which registration."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import diversion, masterdata, substances
from ..world.controlled import order_form
from ..world.receiving import receive
from ..world.running import deliver_part
from ..world.things import Lot, Material, Party
from .controlled import ORD, REC, THREE, order_of, oxycodone, sold
from .planting import GMP, SUPPLY, Planter, fault, row_id, time_of
from .same import SECURITY

BULK = "M-6102"
"""Tablets of a Schedule IV substance, in bulk."""


def of_number(p: Planter, material_id: str) -> Material:
    """A material of the plant."""
    return next(m for m in p.plant.catalogue.materials if m.material_id == material_id)


def stranger(p: Planter, role: str, registration: str | None = None) -> Party:
    """A partner of its own, by default without a registration number."""
    number = p.plant.numbers.count("strangers")
    party = Party(
        f"X-2{number:02d}",
        f"Outer Banks Trading {number}",
        role,
        f"{number} Dune Road, Nags Head, NC 27959, US",
        None,
        registration,
    )
    masterdata.add_party(p.plant, party, p.plant.catalogue.dial)
    if role == "customer":
        diversion.inquire(p.plant, party.party_id)
    return party


def first_sale(p: Planter, event: Row, registration: str | None = None) -> None:
    """What a first delivery to a customer breaks: nothing is usual for it.

    ``registration`` is the code of the gap where it has none for the schedule.
    """
    unusual = SECURITY + "1301.74-b-unusual"
    shipment_id = str(event["shipment_id"])
    p.found("shipment", shipment_id, "no_history", unusual, state="undetermined")
    if registration:
        p.found("event.shipment", row_id(event), registration, SECURITY + "1301.74-a")


def substance(
    p: Planter, schedule: str | None, code: str | None, *, klass: str = "raw", ndc: str = ""
) -> Material:
    """A material of its own, with a specification, an approved supplier and little else."""
    number = p.plant.numbers.count("further substances")
    like = of_number(p, "M-5102" if klass == "raw" else "M-7103")
    given = {"dea_schedule": schedule, "dea_code": code, "ndc": ndc}
    material = Material(
        f"{like.material_id[:3]}8{number:02d}",
        f"Reference substance {number}",
        klass,
        like.uom,
        like.base_uom,
        like.tests,
        like.suppliers,
        ("none",),
        shelf_days=1095,
        price="3.00",
        lot_size="40",
        more={column: value for column, value in given.items() if value},
    )
    masterdata.add_material(p.plant, material, p.plant.catalogue.currency)
    if klass == "finished":
        masterdata.review_product(p.plant, material)
    return material


def october(p: Planter, days: int) -> date:
    """A working day some days after the fault's own."""
    return p.plant.later(p.day(), days)


@fault(*THREE)
def handled_without_registration(p: Planter) -> None:
    """A Schedule V substance was received; the site is not registered for that schedule."""
    lot = p.received(substance(p, "V", "2782"))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", REC + "1304.03-a")


@fault(*THREE)
def substance_without_schedule(p: Planter) -> None:
    """A substance with a drug code has no schedule in its master data."""
    lot = p.received(substance(p, None, "2885"))
    p.found("material", lot.material.material_id, "incomplete", REC + "1304.04-f")
    clauses = (ORD + "1305.03-received", ORD + "1305.06")
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "null_operand", *clauses, state="undetermined")


@fault(*THREE)
def substance_hardly_described(p: Planter) -> None:
    """A substance's master data hold neither its drug code nor its name."""
    lot = p.received(substance(p, "IV", None))
    material_id = lot.material.material_id
    p.tables.get("materials", material_id)["name"] = None
    clauses = (REC + "1304.04-f-code", REC + "1304.22-a-1-i")
    p.found("material", material_id, "incomplete", *clauses)
    receipt, sample = p.event("receipt", lot), p.event("sample", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", GMP + "211.184-a")
    p.found("event.sample", row_id(sample), "incomplete", GMP + "211.84-c")


@fault(*THREE)
def product_without_national_code(p: Planter) -> None:
    """A finished form has no NDC, so its strength and container are not on record."""
    material = substance(p, "IV", None, klass="finished")
    lot = p.received(material)
    p.found("material", material.material_id, "incomplete", REC + "1304.22-a-2-ii")
    p.found("material", lot.material.material_id, "incomplete", REC + "1304.04-f-code")


@fault(*THREE)
def bought_in_from_nobody(p: Planter) -> None:
    """The receipt of a bought-in product does not say who sent it."""
    lot = p.received(of_number(p, "M-7103"))
    receipt = p.event("receipt", lot)
    receipt["party_id"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", REC + "1304.22-a-2-iv")


@fault(*THREE)
def bought_in_sold_without_registration(p: Planter) -> None:
    """A bought-in product went to a customer whose registration number is not on record."""
    lot = p.received(of_number(p, "M-7103"))
    deliver_part(p.plant, lot, Decimal(100), october(p, 8), stranger(p, "customer").party_id)
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "incomplete", REC + "1304.22-b")
    first_sale(p, event, "missing")
    p.found("event.shipment", row_id(event), "missing", SUPPLY + "582-b-3")


@fault(*THREE)
def bought_in_destroyed_by_a_stranger(p: Planter) -> None:
    """A bought-in product was handed over to somebody without a registration number."""
    lot = p.received(of_number(p, "M-7103"))
    event = handed_over(p, lot, Decimal(20), stranger(p, "carrier").party_id)
    p.found("event.disposition", row_id(event), "incomplete", REC + "1304.22-b-disposal")


def handed_over(p: Planter, lot: Lot, quantity: Decimal, to: str | None = None) -> Row:
    """Part of a lot is handed over for destruction."""
    day = october(p, 10)
    event_id = substances.hand_over(p.plant, lot, quantity, day, to or substances.DESTROYER)
    return p.tables.get("events", event_id)


@fault(*THREE)
def handed_over_before_one_witness(p: Planter) -> None:
    """Only one employee watched what was handed over for destruction."""
    event = handed_over(p, p.received(of_number(p, "M-7103")), Decimal(30))
    witness = p.tables.rows("signatures", signed_record_id=row_id(event), meaning="witness")[0]
    p.drop("signatures", witness)
    p.found("event.disposition", row_id(event), "missing", REC + "1304.21-e-transfer")


@fault(*THREE)
def substance_destroyed_by_a_stranger(p: Planter) -> None:
    """Part of a substance in bulk was handed over to somebody without a registration number."""
    lot = p.received(of_number(p, "M-5102"))
    event = handed_over(p, lot, Decimal("0.02"), stranger(p, "carrier").party_id)
    p.found("event.disposition", row_id(event), "incomplete", REC + "1304.22-a-1-ix")


@fault(*THREE)
def product_destroyed_by_a_stranger(p: Planter) -> None:
    """Packs of our own were handed over to somebody without a registration number."""
    lot = p.batch(p.recipe("finished", of="M-7102")).output
    event = handed_over(p, lot, Decimal(15), stranger(p, "carrier").party_id)
    p.found("event.disposition", row_id(event), "incomplete", REC + "1304.22-a-2-ix")


@fault(*THREE)
def product_sold_without_registration(p: Planter) -> None:
    """A product went to a customer whose registration number is not on record."""
    lot = p.batch(p.recipe("finished", of="M-7102")).output
    p.delivered(lot, customer=stranger(p, "customer").party_id)
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "incomplete", REC + "1304.22-a-2-vii")
    first_sale(p, event, "missing")
    p.found("event.shipment", row_id(event), "missing", SUPPLY + "582-b-3")


@fault(*THREE)
def bulk_sold_without_registration(p: Planter) -> None:
    """A substance in bulk went to a customer whose registration number is not on record."""
    lot = p.received(of_number(p, "M-5102"))
    lot.left -= Decimal("0.2")
    customer = stranger(p, "customer").party_id
    substances.ship_bulk(p.plant, (lot, Decimal("0.2")), october(p, 9), customer)
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "incomplete", REC + "1304.22-a-1-vii")
    first_sale(p, event, "missing")


def handled(p: Planter, event_type: str) -> Row:
    """A packaging order's step with bulk tablets that no fault has broken yet."""
    for batch in p.hosts_of("finished", "M-7102"):
        for row in p.tables.rows("events", order_id=batch.order_id, event_type=event_type):
            lot = p.tables.get("lots", str(row["lot_id"]))
            if lot["material_id"] == BULK and row_id(row) not in p.broken:
                p.broken.add(row_id(row))
                return row
    raise LookupError(f"no {event_type} of {BULK}")


@fault(*THREE)
def issue_without_unit(p: Planter) -> None:
    """Tablets were handed to the packing line and the record gives no unit."""
    issued = handled(p, "issue")
    issued["uom"] = None
    p.found("event.issue", row_id(issued), "incomplete", REC + "1304.21-a")


@fault(*THREE)
def use_without_order(p: Planter) -> None:
    """The use of bulk tablets does not say for which order."""
    used = handled(p, "consumption")
    used["order_id"] = None
    clauses = (REC + "1304.22-a-1-v", GMP + "211.188-b-3")
    p.found("event.consumption", row_id(used), "incomplete", *clauses)


@fault(*THREE)
def packed_without_order(p: Planter) -> None:
    """The output of a controlled product does not say which order it came from."""
    batch = p.batch(p.recipe("finished", of="M-7102"))
    made = p.event("finished_goods", batch.output)
    made["order_id"] = None
    clauses = (GMP + "211.103", GMP + "211.130-c", REC + "1304.22-a-2-iii")
    p.found("event.finished_goods", row_id(made), "incomplete", *clauses)


@fault(*THREE)
def output_without_unit(p: Planter) -> None:
    """How many kilograms of tablets came off the press was recorded without the unit."""
    batch = p.batch(p.recipe("intermediate", of=BULK))
    made = p.event("intermediate_output", batch.output)
    made["uom"] = None
    clauses = (REC + "1304.22-a-1-ii", GMP + "211.103")
    p.found("event.intermediate_output", row_id(made), "incomplete", *clauses)
    unbalanced(p, batch.output)


def unbalanced(p: Planter, lot: Lot) -> None:
    """A quantity without unit leaves the balance of the lot open."""
    clause = REC + "1304.21-a-balance"
    p.found("lot", lot.lot_id, "null_operand", clause, state="undetermined")


@fault(*THREE)
def order_without_unit(p: Planter) -> None:
    """An order gives theoretical and actual yield without a unit."""
    batch = p.batch(p.recipe("finished", of="M-7102"))
    p.tables.get("orders", batch.order_id)["uom"] = None
    p.found("order", batch.order_id, "incomplete", REC + "1304.22-a-1-v-d")


@fault(*THREE)
def sample_without_unit(p: Planter) -> None:
    """The quantity that the laboratory took of a substance has no unit."""
    lot = p.received(of_number(p, "M-5102"))
    sample = p.event("sample", lot, reason_code="TEST")
    sample["uom"] = None
    p.found("event.sample", row_id(sample), "incomplete", REC + "1304.22-a-1-v-e")
    unbalanced(p, lot)


@fault(*THREE)
def loss_without_unit(p: Planter) -> None:
    """A loss of a substance was recorded without its unit."""
    lot = p.received(of_number(p, "M-5102"))
    event_id = substances.lose(p.plant, lot, Decimal("0.004"), october(p, 9))
    p.tables.get("events", event_id)["uom"] = None
    p.found("event.adjustment", event_id, "incomplete", REC + "1304.22-a-1-v-f")
    unbalanced(p, lot)


@fault(*THREE)
def relabelled_without_order(p: Planter) -> None:
    """Packs were used for relabelling and the record does not say in which order."""
    lot = p.batch(p.recipe("finished", of="M-7102")).output
    lot.left -= 60
    batch = substances.relabel(p.plant, lot, Decimal(60), october(p, 9))
    p.plant.store.keep(batch.output)
    used = p.event("consumption", lot)
    used["order_id"] = None
    p.found("event.consumption", row_id(used), "incomplete", REC + "1304.22-a-2-vi")


@fault(*THREE)
def moved_without_order(p: Planter) -> None:
    """A Schedule II substance went to the other store without an order form."""
    lot = oxycodone(p)
    lot.left -= 1
    shipment_id = substances.move_to_vault(p.plant, lot, Decimal(1), october(p, 9))
    p.drop("documents", p.tables.one("documents", kind="dea_222", subject_id=shipment_id))
    event = p.event("transfer", lot)
    p.found("event.transfer", row_id(event), "missing", ORD + "1305.03-transfer")


@fault(*THREE)
def sold_to_unregistered_customer(p: Planter) -> None:
    """Schedule II tablets went to a customer whose registration had run out."""
    customer = stranger(p, "customer", f"RX05{p.turn:05d}")
    lapsed = p.plant.clock.at(date(2026, 9, 30), "00:00")
    holder = ("party", customer.party_id)
    masterdata.authorise(p.plant, holder, "registration", "II", None, lapsed)
    lot = p.batch(p.recipe("finished", of="M-7101")).output
    p.delivered(lot, customer=customer.party_id)
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "expired", ORD + "1305.04-a", SUPPLY + "582-b-3")
    first_sale(p, event, "expired")


@fault(*THREE)
def bought_from_unregistered_supplier(p: Planter) -> None:
    """A Schedule II substance came from a supplier who is not registered for it."""
    supplier = stranger(p, "supplier", f"RX06{p.turn:05d}").party_id
    material = of_number(p, "M-5101")
    masterdata.approve_supplier(p.plant, supplier, material.material_id)
    lot = receive(p.plant, material, p.day(), supplier=supplier)
    p.plant.store.keep(lot)
    before = p.plant.clock.at(p.day(), "06:00")
    order_form(p.plant, ("lots", lot.lot_id), before, supplier)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", ORD + "1305.06")


@fault(*THREE)
def shipped_on_refused_form(p: Planter) -> None:
    """Tablets were delivered on a form that had been refused as not properly executed."""
    shipment_id, event = sold(p, "dea_222")
    before = time_of(event) - timedelta(days=1)
    document_id = order_form(p.plant, ("shipments", shipment_id), before, "C-201")
    p.tables.get("documents", document_id)["status"] = "rejected"
    p.found("event.shipment", row_id(event), "mismatch", ORD + "1305.15-a")


@fault(*THREE)
def electronic_order_not_reported(p: Planter) -> None:
    """A filled electronic order was reported a week late."""
    shipment_id, event = sold(p, "csos_order")
    report = p.tables.one("submissions", kind="csos_report", period=shipment_id)
    report["submitted_at"] = time_of(event) + timedelta(days=7)
    p.found("document", row_id(order_of(p, shipment_id)), "late", ORD + "1305.29")
