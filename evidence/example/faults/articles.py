"""Faults under REACH: sheets, notices, registrations, authorisations of chemicals and articles."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..world import masterdata
from ..world.articles import (
    BAND,
    CHROMIUM,
    GUM,
    REGISTERED,
    SOLVENT,
    ask,
    like,
    news,
    send_paper,
    sheet,
)
from ..world.receiving import receive
from ..world.running import deliver_part
from ..world.things import Material, Party
from .kept import deleted
from .planting import Planter, fault, row_id

REACH = "eu-reach:"
EINDHOVEN = ("EIN", "EIN", "EIN")


def printer(p: Planter) -> str:
    """A customer of its own."""
    number = p.plant.numbers.count("printers")
    party = Party(
        f"C-56{number}", f"Drukwerk {number} BV", "customer", f"Havenweg {number}, 5211 Den Bosch"
    )
    masterdata.add_party(p.plant, party, p.plant.catalogue.dial)
    return party.party_id


def sold(p: Planter, material: Material, customer: str) -> str:
    """Part of a lot is sold; returns the event."""
    lot = p.received(material)
    day = p.plant.later(p.day(), 12)
    shipment_id = deliver_part(p.plant, lot, Decimal(20), day, customer)
    return row_id(p.event("shipment", shipment_id=shipment_id))


@fault(*EINDHOVEN)
def sold_without_sheet(p: Planter) -> None:
    """A customer got a hazardous solvent and never its safety data sheet."""
    event = sold(p, SOLVENT, printer(p))
    p.found("event.shipment", event, "missing", REACH + "31.1-sheet")


@fault(*EINDHOVEN)
def sheet_withdrawn(p: Planter) -> None:
    """A solvent was sold after its safety data sheet had been withdrawn."""
    material, customer = like(p.plant, SOLVENT), printer(p)
    holder = ("site", p.site_id)
    masterdata.authorise(p.plant, holder, REGISTERED, material.material_id)
    begun = p.plant.clock.at(date(2026, 1, 19), "09:00")
    sheet(p.plant, material, begun, until=p.plant.clock.at(date(2026, 10, 1), "00:00"))
    send_paper(p.plant, "safety_data_sheet", customer, material)
    event = sold(p, material, customer)
    p.found("event.shipment", event, "expired", REACH + "31.1-valid")


@fault(*EINDHOVEN)
def sheet_renewed_late(p: Planter) -> None:
    """News of hazards led to a new safety data sheet after forty days only."""
    material = like(p.plant, GUM)
    heard_at = p.plant.clock.at(date(2026, 9, 10), "10:00")
    record = news(p.plant, material, heard_at)
    sheet(p.plant, material, heard_at + timedelta(days=40))
    p.found("quality_record", record, "late", REACH + "31.9-update")


@fault(*EINDHOVEN)
def recipient_not_told(p: Planter) -> None:
    """A customer got an article and did not hear of the candidate substance in it."""
    event = sold(p, BAND, printer(p))
    p.found("event.shipment", event, "missing", REACH + "33.1-told")


@fault(*EINDHOVEN)
def consumer_answered_late(p: Planter) -> None:
    """A consumer who asked what is in an article was answered after eight weeks."""
    lot = p.received(BAND, day=date(2026, 8, 10))
    asked_at = p.plant.clock.at(date(2026, 8, 17), "10:00")
    record = ask(p.plant, lot, asked_at, asked_at + timedelta(days=56))
    p.found("quality_record", record, "late", REACH + "33.2-answered")


@fault(*EINDHOVEN)
def article_not_notified(p: Planter) -> None:
    """An article with a candidate substance was bought and the agency was not notified."""
    material = like(p.plant, BAND)
    p.received(material)
    p.found("material", material.material_id, "missing", REACH + "7.2-notified")


@fault(*EINDHOVEN)
def substance_not_registered(p: Planter) -> None:
    """A substance was received that the site has not registered."""
    lot = p.received(like(p.plant, SOLVENT))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", REACH + "6.1-registered")


@fault(*EINDHOVEN)
def substance_not_authorised(p: Planter) -> None:
    """A substance of Annex XIV was received for a use that is not authorised."""
    lot = p.received(like(p.plant, CHROMIUM))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", REACH + "56.1-authorised")


@fault("EIN")
def sheet_deleted(p: Planter) -> None:
    """A safety data sheet was deleted in the month after it had been written."""
    material = like(p.plant, GUM)
    written = sheet(p.plant, material, p.plant.clock.at(date(2026, 9, 8), "10:00"))
    deleted(p, "documents", written, p.plant.clock.at(p.day(), "15:00"))
    p.found("site_period", p.site_id, "missing", REACH + "36.1-kept")


@fault("EIN")
def tonne_exceeded(p: Planter) -> None:
    """More than a tonne of a substance was bought in the year, and it is not registered."""
    material = like(p.plant, GUM)
    p.plant.store.keep(receive(p.plant, material, p.day(), quantity=Decimal(1200)))
    p.found("site_period", p.site_id, "out_of_limit", REACH + "6.1-tonnage")
