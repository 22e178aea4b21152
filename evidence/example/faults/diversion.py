"""Faults in the watch over controlled substances (21 CFR 1301), and in the quotas of 1303."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..parameters import PROCUREMENT_QUOTA
from ..tables import Row
from ..world import diversion, masterdata
from ..world.controlled import order_form
from ..world.receiving import receive
from ..world.things import Ingredient, Lot, Party
from .computerised import newcomer
from .controlled import THREE, tablets
from .planting import Planter, fault, row_id, time_of
from .same import SECURITY
from .substances import first_sale

TABLETS = "M-7102"
"""Packs of a Schedule IV substance."""


def registered(p: Planter, *, is_asked_about: bool = True) -> str:
    """A further customer, registered for the schedules of the plant."""
    number = p.plant.numbers.count("registered customers")
    party = Party(
        f"C-2{number + 20}",
        f"Albemarle Pharmacy Group {number}",
        "customer",
        f"{number} Water Street, Elizabeth City, NC 27909, US",
        None,
        f"PA07{number:05d}",
    )
    masterdata.add_party(p.plant, party, p.plant.catalogue.dial)
    for schedule in ("II", "IV"):
        masterdata.authorise(p.plant, ("party", party.party_id), "registration", schedule)
    if is_asked_about:
        diversion.inquire(p.plant, party.party_id)
    return party.party_id


def delivered(p: Planter, customer: str = "C-202") -> tuple[Lot, str, Row]:
    """A small lot of packs and its delivery: the lot, the delivery's number and its event."""
    lot = tablets(p, TABLETS)
    shipment_id = p.delivered(lot, customer=customer)
    return lot, shipment_id, p.event("shipment", shipment_id=shipment_id)


@fault(*THREE)
def customer_nobody_asked_about(p: Planter) -> None:
    """Packs went to a new customer, and DEA had not been asked about its registration."""
    _, _, event = delivered(p, registered(p, is_asked_about=False))
    p.found("event.shipment", row_id(event), "missing", SECURITY + "1301.74-a-inquiry")
    first_sale(p, event)


@fault(*THREE)
def order_of_unusual_size(p: Planter) -> None:
    """A customer that takes forty packs at a time got hundreds, and the order was not flagged."""
    customer = registered(p)
    lot = tablets(p, TABLETS)
    old = diversion.old_lot(p.plant, lot.material, Decimal(120))
    for day in diversion.EARLIER[-3:]:
        diversion.deliver_earlier(p.plant, old, Decimal(40), day, customer)
    shipment_id = p.delivered(lot, customer=customer)
    p.found("shipment", shipment_id, "out_of_limit", SECURITY + "1301.74-b-unusual")


@fault(*THREE)
def flagged_order_filled(p: Planter) -> None:
    """A flagged order left the plant an hour before it was cleared."""
    _, shipment_id, event = delivered(p)
    when = time_of(event)
    subject = ("shipments", shipment_id)
    diversion.flag(p.plant, subject, when - timedelta(hours=4), when + timedelta(hours=1))
    p.found("shipment", shipment_id, "mismatch", SECURITY + "1301.74-b-held")


@fault(*THREE)
def flagged_order_cleared_by_nobody(p: Planter) -> None:
    """A flagged order was cleared and nobody signed for that."""
    _, shipment_id, event = delivered(p)
    when = time_of(event) - timedelta(hours=30)
    subject = ("shipments", shipment_id)
    record = diversion.flag(p.plant, subject, when, when + timedelta(hours=3))
    p.drop("signatures", p.signature(record, "approval"))
    p.found("quality_record", record, "missing", SECURITY + "1301.74-b-cleared")


@fault(*THREE)
def suspicious_order_not_reported(p: Planter) -> None:
    """An order was flagged and neither cleared nor reported."""
    when = p.plant.at(p.day(), "10:00")
    record = diversion.flag(p.plant, ("parties", registered(p)), when, None)
    p.found("quality_record", record, "missing", SECURITY + "1301.74-b-reported")


@fault(*THREE)
def loss_told_late(p: Planter) -> None:
    """A significant loss was told to the field office after five days."""
    when = p.plant.at(p.day(), "09:30")
    incident, notice, _ = diversion.lose(p.plant, when)
    p.tables.get("submissions", notice)["submitted_at"] = when + timedelta(days=5)
    p.found("quality_record", incident, "late", SECURITY + "1301.74-c-notice")


@fault(*THREE)
def loss_without_form(p: Planter) -> None:
    """A loss of late summer was never followed by a Form 106."""
    when = p.plant.at(date(2026, 8, 24) + timedelta(days=p.turn % 10), "09:30")
    incident, _, form = diversion.lose(p.plant, when)
    p.drop("submissions", p.tables.get("submissions", form))
    p.found("quality_record", incident, "missing", SECURITY + "1301.74-c-form")


@fault(*THREE)
def written_off_without_incident(p: Planter) -> None:
    """Packs that nobody could find were written off, and no incident was opened."""
    lot = tablets(p, TABLETS)
    when = p.plant.at(p.plant.later(p.day(), 14), "15:00")
    event = diversion.write_off(p.plant, lot, Decimal(3), when)
    p.found("event.disposition", event, "missing", SECURITY + "1301.74-c-written-off")


@fault(*THREE)
def moved_by_somebody_uninformed(p: Planter) -> None:
    """Packs were handed to the carrier by somebody who had not been told whom to tell."""
    _, _, event = delivered(p)
    event["performed_by"] = newcomer(p, kinds=("role",), scope="warehouse")
    p.found("event.shipment", row_id(event), "wrong_person", SECURITY + "1301.91-informed")


@fault("DUR")
def procured_beyond_quota(p: Planter) -> None:
    """More of a Schedule II substance was bought in the year than the quota allows."""
    active = next(m for m in p.plant.catalogue.materials if m.material_id == "M-5101")
    day = p.day()
    kilograms = Decimal(PROCUREMENT_QUOTA) / 1000
    lot = receive(p.plant, active, day, quantity=kilograms)
    p.plant.store.keep(lot)
    before = p.plant.clock.at(day, "06:00")
    order_form(p.plant, ("lots", lot.lot_id), before, active.suppliers[0])
    p.found("site_period", p.site_id, "out_of_limit", SECURITY + "1303.12-procurement")


@fault("DUR")
def made_without_quota(p: Planter) -> None:
    """A Schedule II substance was recovered from tablets, and the plant has no quota to make it."""
    active = next(m for m in p.plant.catalogue.materials if m.material_id == "M-5101")
    like = p.recipe("intermediate", of="M-6101")
    recipe = replace(
        like,
        product=active,
        master_record="MPR-5101-X",
        version="1",
        ingredients=(Ingredient(like.product, "20"),),
        planned="1.0",
    )
    masterdata.add_master_record(p.plant, recipe)
    p.batch(recipe)
    p.found("site_period", p.site_id, "out_of_limit", SECURITY + "1303.21-manufacturing")
