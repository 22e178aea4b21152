"""Faults in goods receipt, sampling and release of bought materials (21 CFR 211.80 to 211.94)."""

from __future__ import annotations

from .planting import DRUG, GMP, Planter, fault, move, row_id
from .same import PART1

COUNTED = ("active", "dea_code", "foreign_matter", "who_certificate")
"""What the plain faults of raw materials keep clear of, since more clauses ask about it."""


@fault(*DRUG)
def release_without_signature(p: Planter) -> None:
    """A raw material was released and nobody signed the release."""
    lot = p.received(p.material("raw", without=COUNTED))
    event = p.event("release", lot)
    p.drop("signatures", p.signature(row_id(event), "release"))
    p.found("event.release", row_id(event), "missing", GMP + "211.22-a")
    p.found("lot", lot.lot_id, "missing", PART1 + "6.17-decision")


@fault(*DRUG)
def release_signed_by_warehouse(p: Planter) -> None:
    """A raw material's release was signed by somebody of the warehouse."""
    lot = p.received(p.material("raw", without=COUNTED))
    event = p.event("release", lot)
    signature = p.signature(row_id(event), "release")
    signer = p.plant.who("warehouse")
    signature.update(signer_id=signer, printed_name=f"Person {signer}", role="warehouse")
    p.found("event.release", row_id(event), "wrong_person", GMP + "211.22-a")


@fault(*DRUG)
def rejection_without_signature(p: Planter) -> None:
    """A packaging material was rejected and nobody of the quality unit signed for it."""
    from ..world.happenings import reject_lot

    material = next(
        material
        for material in p.plant.catalogue.materials
        if material.klass == "raw"
        and material.suppliers
        and any(test.text is None for test in material.laboratory)
        and not {"dea_code"} & set(material.more)
    )
    lot = reject_lot(p.plant, material, p.day())
    event = p.event("status_change", lot)
    p.drop("signatures", p.signature(row_id(event), "rejection"))
    p.found("event.status_change", row_id(event), "missing", GMP + "211.22-a-rejection")
    p.found("lot", lot.lot_id, "missing", PART1 + "6.17-decision")


@fault(*DRUG)
def received_lot_without_number(p: Planter) -> None:
    """The lot record of a receipt has no number that people could read."""
    lot = p.received(p.material("packaging"))
    p.tables.get("lots", lot.lot_id)["lot_number"] = None
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", GMP + "211.80-d", PART1 + "4.23")


@fault(*DRUG)
def receipt_without_status(p: Planter) -> None:
    """A lot was received and never got a status."""
    lot = p.received(p.material("packaging"), testing_days=None)
    p.drop("lot_status", p.tables.one("lot_status", lot_id=lot.lot_id))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", GMP + "211.80-d")
    p.found("lot", lot.lot_id, "no_history", GMP + "211.82-b", state="undetermined")


@fault(*DRUG)
def containers_not_examined(p: Planter) -> None:
    """Nobody looked at the containers when a lot arrived."""
    lot = p.received(p.material("packaging"))
    p.drop("events", p.event("inspection", lot, reason_code="RECV"))
    p.found("lot", lot.lot_id, "missing", GMP + "211.82-a")


@fault(*DRUG)
def containers_examined_after_release(p: Planter) -> None:
    """The containers were looked at a day after the lot had been released."""
    lot = p.received(p.material("raw", without=COUNTED))
    examined = p.event("inspection", lot, reason_code="RECV")
    released = p.event("release", lot)
    move(p, examined, released, 1440)
    receipt = p.event("receipt", lot)
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.82-a")
    p.found("event.receipt", row_id(receipt), "wrong_order", PART1 + "5.30")


@fault(*DRUG)
def received_into_free_stock(p: Planter) -> None:
    """A lot was booked as restricted, not quarantine, when it arrived."""
    lot = p.received(p.material("packaging"))
    first, second = p.tables.rows("lot_status", lot_id=lot.lot_id)
    first["to_status"] = "restricted"
    second["from_status"] = "restricted"
    p.found("lot", lot.lot_id, "mismatch", GMP + "211.82-b")


@fault(*DRUG)
def free_before_release(p: Planter) -> None:
    """A lot had the status released two days before the quality unit released it."""
    lot = p.received(p.material("packaging"))
    status = p.tables.one("lot_status", lot_id=lot.lot_id, to_status="released")
    move(p, status, p.event("release", lot), -2880)
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.82-b")


@fault(*DRUG)
def shipment_not_sampled(p: Planter) -> None:
    """No sample was taken of a lot that was received, tested on a sample of another one."""
    lot = p.received(p.material("packaging"))
    receipt = p.event("receipt", lot)
    p.drop("events", p.event("sample", lot))
    p.found("event.receipt", row_id(receipt), "missing", GMP + "211.84-b")


@fault(*DRUG)
def sample_without_container(p: Planter) -> None:
    """A sample does not say which container it came from."""
    lot = p.received(p.material("packaging"))
    sample = p.event("sample", lot)
    sample["from_location"] = None
    p.found("event.sample", row_id(sample), "incomplete", GMP + "211.84-c")


@fault(*DRUG)
def inspection_without_result(p: Planter) -> None:
    """The laboratory's inspection of a lot was recorded without a result."""
    lot = p.received(p.material("packaging"))
    inspection = p.event("inspection", lot, reason_code="TEST")
    inspection["result"] = None
    p.found("event.inspection", row_id(inspection), "incomplete", GMP + "211.184-b")


@fault(*DRUG)
def label_examination_without_person(p: Planter) -> None:
    """The examination of a shipment of labels does not say who made it."""
    lot = p.received(p.material("label"))
    inspection = p.event("inspection", lot, reason_code="RECV")
    inspection["performed_by"] = None
    p.found("event.inspection", row_id(inspection), "incomplete", GMP + "211.184-d")


@fault(*DRUG)
def receipt_without_supplier(p: Planter) -> None:
    """The receipt of a raw material names neither supplier nor delivery."""
    lot = p.received(p.material("raw", without=COUNTED))
    receipt = p.event("receipt", lot)
    receipt["party_id"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", GMP + "211.184-a")


@fault(*DRUG)
def labels_without_supplier(p: Planter) -> None:
    """The receipt of labels names neither supplier nor delivery."""
    lot = p.received(p.material("label"))
    receipt = p.event("receipt", lot)
    receipt["party_id"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", GMP + "211.122-c", GMP + "211.184-a")


@fault(*DRUG)
def supplier_lot_not_known(p: Planter) -> None:
    """The supplier's number of a lot was not recorded; perhaps nobody knew it."""
    lot = p.received(p.material("packaging"))
    p.tables.get("lots", lot.lot_id)["supplier_lot_number"] = None
    receipt = p.event("receipt", lot)
    clause = GMP + "211.184-a-supplier-lot"
    p.found("event.receipt", row_id(receipt), "null_operand", clause, state="undetermined")


@fault("LEU", "LEU", "DUR")
def no_reserve_of_active(p: Planter) -> None:
    """The reserve sample of a lot of active ingredient went to the laboratory and was used up."""
    lot = p.received(p.material("raw", "active", without=("who_certificate",)))
    p.event("sample", lot, reason_code="RSV")["reason_code"] = "TEST"
    p.found("lot", lot.lot_id, "missing", GMP + "211.170-a")
