"""Faults in papers and statements: procedures, certificates, attestations, accepted risks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..world import masterdata
from ..world.things import Lot
from .planting import DRUG, GMP, Planter, fault, row_id, time_of
from .same import PART1
from .testing import result

Q7 = "ich-q7-11-4:"
EN = "en-10204:"
IPEC = "ipec-coa:"
ISO = "iso-17025:"
CUST = "customer-coa:"
HOUSTON = ("HOU", "HOU", "HOU")


@fault(*DRUG)
def procedure_not_approved(p: Planter) -> None:
    """A procedure took effect that the quality unit had not approved."""
    number = f"SOP-PR-{p.plant.numbers.count('odd procedures') + 90:03d}"
    document_id = masterdata.add_procedure(p.plant, number, p.plant.later(p.day(), 3))
    p.drop("signatures", p.signature(document_id, "approval"))
    p.found("document", document_id, "missing", GMP + "211.22-c")


@fault(*DRUG)
def procedure_approved_after_effect(p: Planter) -> None:
    """A procedure was approved two days after it had taken effect."""
    number = f"SOP-PR-{p.plant.numbers.count('odd procedures') + 90:03d}"
    issued_on = p.plant.later(p.day(), 2)
    document_id = masterdata.add_procedure(p.plant, number, issued_on)
    late = p.plant.clock.at(issued_on + timedelta(days=9), "10:00")
    p.signature(document_id, "approval")["signed_at"] = late
    p.found("document", document_id, "wrong_order", GMP + "211.22-c")


@fault(*DRUG)
def statement_not_signed(p: Planter) -> None:
    """Nobody signed the statement about the back-ups of the records this year."""
    clause = GMP + "211.68-b-backup"
    p.tables.remove("attestations", f"{p.site_id}/{clause}")
    p.found("site_period", p.site_id, "missing", clause)


@fault(*DRUG)
def accepted_for_now(p: Planter) -> None:
    """An analyst reviewed a result of their own; the head of quality accepts that until spring."""
    lot = reviewed_alone(p)
    accept(p, lot, date(2027, 3, 1))
    clause = GMP + "211.194-a-8"
    p.found("lot", lot.lot_id, "wrong_person", clause, state="accepted_risk")
    p.found("lot", lot.lot_id, "wrong_person", PART1 + "6.17-verified")


@fault(*DRUG)
def accepted_once(p: Planter) -> None:
    """An analyst reviewed a result of their own; what accepted that has run out."""
    lot = reviewed_alone(p)
    accept(p, lot, date(2026, 11, 2))
    p.found("lot", lot.lot_id, "wrong_person", GMP + "211.194-a-8", PART1 + "6.17-verified")


def reviewed_alone(p: Planter) -> Lot:
    """A lot of which one person both found and reviewed a result."""
    lot = p.received(p.material("packaging"))
    row = result(p, lot, "dimensions")
    row["reviewed_by"] = row["tested_by"]
    return lot


def accept(p: Planter, lot: Lot, until: date) -> None:
    """The head of quality signs for the gap, until a day."""
    since = p.plant.clock.at(date(2026, 10, 28), "16:00")
    p.plant.put(
        "accepted_risks",
        f"{p.site_id}/RISK-{p.plant.numbers.count('accepted risks'):03d}",
        since,
        requirement=GMP + "211.194-a-8",
        subject_type="lots",
        subject_id=lot.lot_id,
        reason="second analyst on leave; all raw data looked at again by the quality unit",
        by=p.plant.people["head of quality"][0],
        role="head of quality",
        prepared_by=p.plant.people["quality-unit"][1],
        valid_from=since,
        valid_to=p.plant.clock.at(until, "00:00"),
    )


def sold(p: Planter, material_id: str) -> tuple[Lot, str, str]:
    """A small lot of a product and its delivery: lot, event, the certificate that went along."""
    recipe = next(r for r in p.plant.catalogue.recipes if r.product.material_id == material_id)
    lot = p.batch(recipe).output
    shipment_id = p.delivered(lot)
    event = p.event("shipment", lot)
    paper = p.tables.one("documents", kind="certificate_of_analysis", subject_id=shipment_id)
    return lot, row_id(event), row_id(paper)


@fault(*HOUSTON)
def excipient_without_certificate(p: Planter) -> None:
    """An excipient went to a customer without its certificate."""
    _, event, paper = sold(p, "M-0201")
    p.drop("documents", p.tables.get("documents", paper))
    p.found("event.shipment", event, "missing", IPEC + "identification")


@fault(*HOUSTON)
def excipient_certificate_not_signed(p: Planter) -> None:
    """Nobody authorised the certificate of an excipient."""
    _, event, paper = sold(p, "M-0201")
    p.drop("signatures", p.signature(paper, "approval"))
    p.found("event.shipment", event, "missing", IPEC + "authorisation")


@fault(*HOUSTON)
def excipient_without_dates(p: Planter) -> None:
    """Neither expiry nor retest date of an excipient is known."""
    lot, event, _ = sold(p, "M-0201")
    p.tables.get("lots", lot.lot_id).update(expires_at=None, retest_at=None)
    p.found("event.shipment", event, "incomplete", IPEC + "dates")


@fault(*HOUSTON)
def excipient_result_without_method(p: Planter) -> None:
    """A result of an excipient does not name its method."""
    lot, event, _ = sold(p, "M-0201")
    p.results(lot)[0]["method"] = None
    p.found("event.shipment", event, "incomplete", IPEC + "methods")


@fault(*HOUSTON)
def excipient_not_fully_tested(p: Planter) -> None:
    """A test of an excipient's specification has no result."""
    lot, event, _ = sold(p, "M-0201")
    p.drop("test_results", p.results(lot)[-1])
    p.found("event.shipment", event, "missing", IPEC + "body")


@fault(*HOUSTON)
def solvent_without_certificate_of_its_own(p: Planter) -> None:
    """A solvent's certificate was issued after the delivery it was ordered for."""
    lot, event, paper = sold(p, "M-0202")
    shipped_at = time_of(p.tables.get("events", event))
    own = p.tables.one("documents", kind="certificate_of_analysis", subject_id=lot.lot_id)
    for document_id in (paper, row_id(own)):
        issued_at = shipped_at + timedelta(days=2)
        p.tables.get("documents", document_id).update(issued_at=issued_at, valid_from=issued_at)
    p.found("event.shipment", event, "wrong_order", EN + "3.1-certificate")


@fault(*HOUSTON)
def solvent_out_of_limit(p: Planter) -> None:
    """A solvent was delivered whose content lies outside its limits."""
    lot, event, _ = sold(p, "M-0202")
    p.results(lot, characteristic="assay")[0].update(value=Decimal("73.4"), value_text="73.4")
    p.found("event.shipment", event, "out_of_limit", EN + "3.1-results")


@fault(*HOUSTON)
def drug_substance_certificate_not_signed(p: Planter) -> None:
    """Nobody of the quality unit signed the certificates of a drug substance."""
    lot, event, paper = sold(p, "M-0203")
    own = p.tables.one("documents", kind="certificate_of_analysis", subject_id=lot.lot_id)
    for document_id in (paper, row_id(own)):
        p.drop("signatures", p.signature(document_id, "approval"))
    p.found("event.shipment", event, "missing", Q7 + "11.43")
    p.found("lot", lot.lot_id, "missing", ISO + "7.8.2.1-o")


@fault(*HOUSTON)
def drug_substance_not_fully_tested(p: Planter) -> None:
    """A test of a drug substance's specification has no result."""
    lot, event, _ = sold(p, "M-0203")
    p.drop("test_results", p.results(lot, characteristic="loss on drying")[0])
    p.found("event.shipment", event, "missing", Q7 + "11.42")


@fault(*HOUSTON)
def report_sample_without_number(p: Planter) -> None:
    """A result of an accredited laboratory does not name its sample."""
    lot, _, _ = sold(p, "M-0203")
    p.results(lot)[0]["sample_id"] = None
    p.found("lot", lot.lot_id, "incomplete", ISO + "7.8.2.1-g")


@fault(*HOUSTON)
def report_result_without_method(p: Planter) -> None:
    """A result of an accredited laboratory does not name its method."""
    lot, _, _ = sold(p, "M-0203")
    p.results(lot)[0]["method"] = None
    p.found("lot", lot.lot_id, "incomplete", ISO + "7.8.2.1-f")


@fault("LEU", "LEU", "LEU")
def customer_certificate_not_signed(p: Planter) -> None:
    """The certificate agreed with a customer was sent unsigned."""
    _, event, paper = sold(p, "M-4101")
    p.drop("signatures", p.signature(paper, "approval"))
    p.found("event.shipment", event, "missing", CUST + "certificate")


@fault("LEU", "LEU", "LEU")
def customer_certificate_without_number(p: Planter) -> None:
    """A certificate for a customer has no number."""
    _, _, paper = sold(p, "M-4101")
    p.tables.get("documents", paper)["number"] = None
    p.found("document", paper, "incomplete", CUST + "versions")


@fault("LEU", "LEU", "LEU")
def customer_limit_missed(p: Planter) -> None:
    """A lot meets the house specification but not the narrower one agreed with the customer."""
    recipe = next(r for r in p.plant.catalogue.recipes if r.product.material_id == "M-4101")
    lot = p.batch(recipe).output
    p.results(lot, characteristic="assay")[0].update(value=Decimal("95.4"), value_text="95.4")
    p.delivered(lot, customer="C-102")
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "out_of_limit", CUST + "results")
