"""Faults in certificates and the results behind them: customers, laboratories, traders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world.running import deliver_part
from ..world.things import Lot
from .planting import GMP, Planter, fault, row_id, time_of
from .records import CUST, EN, HOUSTON, ISO, Q7, sold
from .testing import COA, value_of

ACTIVES = "ich-q7:"
WHO = "who-coa:"


def own_certificate(p: Planter, lot: Lot) -> Row:
    """The laboratory's certificate of a lot."""
    return p.tables.one("documents", kind="certificate_of_analysis", subject_id=lot.lot_id)


@fault("LEU", "LEU", "LEU")
def house_limit_missed(p: Planter) -> None:
    """A characteristic that the customer does not ask for lies outside the house limits."""
    lot = p.batch(p.recipe("finished", of="M-4101")).output
    row = p.results(lot, characteristic="uniformity of dosage units")[0]
    value_of(row, Decimal("16.2"))
    p.delivered(lot, customer="C-102")
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "out_of_limit", CUST + "house-results")
    p.found("lot", lot.lot_id, "out_of_limit", GMP + "211.165-a", GMP + "211.165-f")


@fault(*HOUSTON)
def certificate_validated_by_its_maker(p: Planter) -> None:
    """Who made a solvent also validated its certificate."""
    lot, event, paper = sold(p, "M-0202")
    made = p.event("finished_goods", lot)
    signer = str(p.signature(paper, "approval")["signer_id"])
    made["performed_by"] = signer
    p.found("event.shipment", event, "wrong_person", EN + "3.1-validated")


@fault(*HOUSTON)
def drug_substance_without_certificate(p: Planter) -> None:
    """A drug substance was delivered without any certificate."""
    lot, event, paper = sold(p, "M-0203")
    for row in (p.tables.get("documents", paper), own_certificate(p, lot)):
        p.drop("documents", row)
    p.found("event.shipment", event, "missing", Q7 + "11.40")
    p.found("lot", lot.lot_id, "missing", ISO + "7.8.2.1-d")


@fault(*HOUSTON)
def certificate_before_release(p: Planter) -> None:
    """The certificate of a drug substance was issued two hours before its release."""
    lot, event, _ = sold(p, "M-0203")
    released_at = time_of(p.event("release", lot))
    own_certificate(p, lot).update(
        issued_at=released_at - timedelta(hours=2), valid_from=released_at - timedelta(hours=2)
    )
    p.found("event.shipment", event, "wrong_order", Q7 + "11.41")


@fault(*HOUSTON)
def traded_without_original_certificate(p: Planter) -> None:
    """A traded drug substance went on without the certificate of its manufacturer."""
    material = next(m for m in p.plant.catalogue.materials if m.material_id == "M-0204")
    lot = p.received(material, day=date(2026, 9, 8 + p.turn % 9))
    deliver_part(p.plant, lot, lot.left / 2, p.plant.later(date(2026, 10, 5), p.turn % 9), "C-602")
    for row in p.tables.rows("documents", kind="certificate_of_analysis", subject_id=lot.lot_id):
        p.drop("documents", row)
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "missing", Q7 + "11.44")
    p.found("lot", lot.lot_id, "missing", ACTIVES + "17.20-certificate")


@fault(*HOUSTON)
def sampled_after_the_test(p: Planter) -> None:
    """The sample of a solvent was booked after the first result had been found on it."""
    lot, _, _ = sold(p, "M-0202")
    first = min(p.results(lot), key=time_of)
    sample = p.event("sample", lot)
    sample.update(p.plant.happens(time_of(first) + timedelta(hours=2)))
    sample["recorded_at"] = time_of(first) + timedelta(hours=2, minutes=1)
    p.found("lot", lot.lot_id, "wrong_order", ISO + "7.8.2.1-h")


@fault(*HOUSTON)
def result_without_unit(p: Planter) -> None:
    """A numeric result of a solvent has no unit."""
    lot, event, _ = sold(p, "M-0202")
    p.results(lot, characteristic="assay")[0]["uom"] = None
    p.found("lot", lot.lot_id, "incomplete", ISO + "7.8.2.1-m")
    p.found("event.shipment", event, "unit", EN + "3.1-results", state="undetermined")


@fault(*HOUSTON)
def result_of_unknown_origin(p: Planter) -> None:
    """It is not said whether a result was found here or elsewhere."""
    lot, _, _ = sold(p, "M-0203")
    p.results(lot)[0]["origin"] = None
    p.found("lot", lot.lot_id, "incomplete", ISO + "7.8.2.1-p")


@fault(*HOUSTON)
def result_without_date(p: Planter) -> None:
    """A result does not say when it was found."""
    lot, event, _ = sold(p, "M-0203")
    row = p.results(lot, characteristic="loss on drying")[0]
    row.update(occurred_at=None, occurred_local=None, utc_offset=None, precision=None)
    p.found("lot", lot.lot_id, "incomplete", ISO + "7.8.2.1-i")
    p.found("lot", lot.lot_id, "null_operand", ISO + "7.8.2.1-h", state="undetermined")
    p.found("event.shipment", event, "null_operand", Q7 + "11.42", state="undetermined")


def with_who_certificate(p: Planter) -> Lot:
    """A lot that goes with a certificate after the WHO model, made here or bought."""
    if p.site_id == "LEU":
        return p.batch(p.recipe("finished", of="M-4102")).output
    return p.received(p.material("raw", "who_certificate"))


@fault("LEU", "DUR", "LEU")
def who_certificate_without_number(p: Planter) -> None:
    """A certificate after the WHO model has no number."""
    lot = with_who_certificate(p)
    for row in p.tables.rows("documents", kind="certificate_of_analysis", subject_id=lot.lot_id):
        row["number"] = None
    p.found("lot", lot.lot_id, "incomplete", WHO + "identification")
    if lot.material.suppliers:
        p.found("lot", lot.lot_id, "incomplete", COA + "211.84-d-2-report")


@fault("LEU", "DUR", "LEU")
def who_certificate_not_signed(p: Planter) -> None:
    """Nobody signed a certificate after the WHO model."""
    lot = with_who_certificate(p)
    for row in p.tables.rows("documents", kind="certificate_of_analysis", subject_id=lot.lot_id):
        for signature in p.tables.rows("signatures", signed_record_id=row_id(row)):
            p.drop("signatures", signature)
    p.found("lot", lot.lot_id, "missing", WHO + "signature")


@fault("LEU", "DUR", "LEU")
def who_sample_without_number(p: Planter) -> None:
    """A result behind a certificate after the WHO model does not name its sample."""
    lot = with_who_certificate(p)
    p.results(lot, origin="own")[0]["sample_id"] = None
    p.found("lot", lot.lot_id, "incomplete", WHO + "sample", GMP + "211.194-a")


@fault("DUR", "DUR", "DUR")
def manufacturer_not_known(p: Planter) -> None:
    """Of a bought active with a certificate after the WHO model the maker's lot is not known."""
    lot = p.received(p.material("raw", "who_certificate"))
    p.tables.get("lots", lot.lot_id)["supplier_lot_number"] = None
    p.found("lot", lot.lot_id, "incomplete", WHO + "manufacturer", COA + "211.84-d-2-report")
    clause = GMP + "211.184-a-supplier-lot"
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "null_operand", clause, state="undetermined")
