"""Faults under ICH Q7: inputs of drug substances, and drug substances that are traded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ..tables import Row
from ..world import masterdata
from ..world.actives import ANALYSED_ON, analyse_in_full, take_on_certificate
from ..world.houston import CAFFEINE, GUAIACOL
from ..world.receiving import receive
from ..world.things import Lot, Party
from .kept import deleted
from .planting import Planter, fault, row_id, time_of
from .records import HOUSTON, ISO
from .records import sold as sold_product
from .testing import result

Q7 = "ich-q7:"


def new_maker(p: Planter, *kinds: str) -> str:
    """A maker of guaiacol who is allowed only what ``kinds`` say."""
    number = p.plant.numbers.count("new makers")
    party = Party(
        f"S-68{number}",
        f"Sabine Intermediates {number}",
        "supplier",
        f"{number} Refinery Rd, Port Arthur, TX 77640, US",
    )
    masterdata.add_party(p.plant, party, p.plant.catalogue.dial)
    since = p.plant.clock.at(ANALYSED_ON[-1], "17:00")
    for kind in kinds:
        holder = ("party", party.party_id)
        masterdata.authorise(p.plant, holder, kind, GUAIACOL.material_id, since)
    return party.party_id


def made_by(p: Planter, supplier: str) -> Lot:
    """A lot of guaiacol of a maker."""
    lot = receive(p.plant, replace(GUAIACOL, lot_size="300"), p.day(), supplier=supplier)
    p.plant.store.keep(lot)
    return lot


def pair(supplier: str) -> str:
    """How the maker and guaiacol are named together."""
    return f"{supplier}/{GUAIACOL.material_id}"


@fault("HOU")
def record_of_active_deleted(p: Planter) -> None:
    """A result of a drug substance was deleted in the month in which it was sold."""
    lot, event, _ = sold_product(p, "M-0203")
    when = time_of(p.tables.get("events", event)) + timedelta(days=1)
    deleted(p, "test_results", row_id(p.results(lot)[0]), when)
    p.found("site_period", p.site_id, "missing", Q7 + "6.13-expiry", Q7 + "6.13-retest")
    p.found("lot", lot.lot_id, "missing", ISO + "7.8.8")


@fault(*HOUSTON)
def input_not_identified(p: Planter) -> None:
    """An input of a drug substance was released on its maker's identity test alone."""
    lot = p.received(GUAIACOL)
    p.drop("test_results", result(p, lot, "identity"))
    p.found("lot", lot.lot_id, "missing", Q7 + "7.30-identity")


@fault(*HOUSTON)
def input_neither_tested_nor_certified(p: Planter) -> None:
    """An input was released without an assay, and there is no certificate of its maker."""
    lot = p.received(GUAIACOL)
    p.drop("test_results", result(p, lot, "assay"))
    p.drop("documents", certificate_of(p, lot))
    p.found("lot", lot.lot_id, "missing", Q7 + "7.30-certificate")


def certificate_of(p: Planter, lot: Lot) -> Row:
    """The certificate that a received lot came with."""
    return p.tables.one("documents", subject_id=lot.lot_id, kind="certificate_of_analysis")


@fault(*HOUSTON)
def maker_of_input_not_approved(p: Planter) -> None:
    """An input came from a maker who is not approved and never was analysed in full."""
    supplier = new_maker(p)
    receipt = p.event("receipt", made_by(p, supplier))
    p.found("event.receipt", row_id(receipt), "missing", Q7 + "7.31-approval")
    clause = Q7 + "7.31-periodic"
    p.found("supplier_material", pair(supplier), "not_covered", clause, state="undetermined")


@fault(*HOUSTON)
def testing_reduced_without_comparison(p: Planter) -> None:
    """An assay was taken from a certificate though nobody had compared the maker's results."""
    supplier = new_maker(p, "supplier_approval")
    analyse_in_full(p.plant, GUAIACOL, supplier)
    lot = made_by(p, supplier)
    p.drop("test_results", result(p, lot, "assay"))
    p.found("lot", lot.lot_id, "missing", Q7 + "7.31-reduced")


@fault(*HOUSTON)
def testing_reduced_after_two_analyses(p: Planter) -> None:
    """Testing was reduced for a maker of whom two batches only had been analysed in full."""
    supplier = new_maker(p, "supplier_approval", "supplier_validation")
    analyse_in_full(p.plant, GUAIACOL, supplier, ANALYSED_ON[:2])
    made_by(p, supplier)
    p.found("supplier_material", pair(supplier), "missing", Q7 + "7.31-three")


@fault(*HOUSTON)
def exempt_input_without_certificate(p: Planter) -> None:
    """A toxic input was released without its maker's certificate."""
    lot = toxic(p)
    p.drop("documents", certificate_of(p, lot))
    p.found("lot", lot.lot_id, "missing", Q7 + "7.30-certificate", Q7 + "7.32-certificate")


@fault(*HOUSTON)
def exempt_input_not_examined(p: Planter) -> None:
    """Nobody looked at the containers and labels of a toxic input."""
    lot = toxic(p)
    p.drop("events", p.event("inspection", lot, reason_code="RECV"))
    p.found("lot", lot.lot_id, "missing", Q7 + "7.32-examined")


def toxic(p: Planter) -> Lot:
    """A lot of the toxic input of its own."""
    lot = take_on_certificate(p.plant, p.day())
    p.plant.store.keep(lot)
    return lot


def traded(p: Planter) -> Lot:
    """A lot of a drug substance that another maker sent."""
    return p.received(CAFFEINE)


@fault(*HOUSTON)
def maker_batch_not_recorded(p: Planter) -> None:
    """The original maker's number of a traded drug substance was not recorded."""
    lot = traded(p)
    p.tables.get("lots", lot.lot_id)["supplier_lot_number"] = None
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", Q7 + "17.20-origin")


@fault(*HOUSTON)
def traded_lot_of_unknown_origin(p: Planter) -> None:
    """A traded drug substance was filled up from a lot that nobody received."""
    lot = traded(p)
    p.delivered(lot)
    when = time_of(p.event("receipt", lot)) + timedelta(hours=4)
    other = replace(lot, lot_id=f"{lot.lot_id}X")
    p.plant.link(other, lot, lot.left / 10, when, "merged", None)
    p.found("lot", lot.lot_id, "broken_chain", Q7 + "17.20-chain")


@fault(*HOUSTON)
def active_sent_without_carrier(p: Planter) -> None:
    """Nobody recorded who carried a delivery of a drug substance."""
    lot = traded(p)
    shipment_id = p.delivered(lot)
    p.tables.get("shipments", shipment_id)["carrier"] = None
    shipped = p.event("shipment", shipment_id=shipment_id)
    p.found("event.shipment", row_id(shipped), "incomplete", Q7 + "17.20-transport")


@fault(*HOUSTON)
def traded_lot_without_dates(p: Planter) -> None:
    """Neither the retest nor the expiry date of a traded drug substance is known."""
    lot = traded(p)
    p.tables.get("lots", lot.lot_id).update(retest_at=None, expires_at=None)
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", Q7 + "17.20-dates")
