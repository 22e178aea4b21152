"""Faults in the certification of batches for Europe (EU GMP Annex 16, and Annex 11 section 15)."""

from __future__ import annotations

from datetime import timedelta

from ..world.distribution import send
from ..world.masterdata import RENEWED_ON
from ..world.quality import deviation
from ..world.things import Lot
from .planting import GMP, Planter, fault, later_release, row_id, time_of
from .production import batch_record
from .same import ANNEX11, ANNEX16

EUROPE = ("LEU", "EIN", "LEU")


def packed(p: Planter) -> Lot:
    """A lot of a product of its own, certified and on hand."""
    return p.batch(p.recipe("finished")).output


@fault(*EUROPE)
def not_certified(p: Planter) -> None:
    """The quality unit released a product that the qualified person had not certified."""
    lot = packed(p)
    released = p.event("release", lot)
    p.drop("signatures", p.signature(row_id(released), "release", "qualified-person"))
    p.found("event.release", row_id(released), "wrong_person", ANNEX11 + "15")
    p.found("lot", lot.lot_id, "wrong_person", ANNEX16 + "4-status")


@fault(*EUROPE)
def sold_without_certification(p: Planter) -> None:
    """A product was delivered that the qualified person had not certified."""
    lot = packed(p)
    p.delivered(lot)
    released = p.event("release", lot)
    p.drop("signatures", p.signature(row_id(released), "release", "qualified-person"))
    p.found("event.release", row_id(released), "wrong_person", ANNEX11 + "15")
    p.found("lot", lot.lot_id, "wrong_person", ANNEX16 + "4-certification", ANNEX16 + "4-status")


@fault(*EUROPE)
def released_between_authorisations(p: Planter) -> None:
    """A product was released on the Sunday before the new authorisation was in force."""
    lot = packed(p)
    later_release(p, lot, p.plant.clock.at(RENEWED_ON, "10:00"))
    scope = "manufacturing authorisation"
    rows = p.tables.rows("authorisations", site_id=p.site_id, scope=scope, valid_to=None)
    rows[0]["valid_from"] = p.plant.clock.at(RENEWED_ON + timedelta(days=1), "00:00")
    p.found("lot", lot.lot_id, "expired", ANNEX16 + "1.6-authorisation")


@fault(*EUROPE)
def not_in_the_register(p: Planter) -> None:
    """A certified batch was not entered in the qualified person's register."""
    lot = packed(p)
    p.drop("documents", p.tables.one("documents", kind="register_entry", subject_id=lot.lot_id))
    p.found("lot", lot.lot_id, "missing", ANNEX16 + "1.6-register")


@fault(*EUROPE)
def record_neither_reviewed_nor_approved(p: Planter) -> None:
    """Nobody of the quality unit looked at a batch record before the product was certified."""
    batch = p.batch(p.recipe("finished"))
    for meaning in ("review", "approval"):
        p.drop("signatures", p.signature(batch_record(p, batch), meaning))
    lot_id = batch.output.lot_id
    p.found("lot", lot_id, "missing", GMP + "211.192", ANNEX16 + "1.7-record")


@fault(*EUROPE)
def certified_while_deviation_open(p: Planter) -> None:
    """A product was certified while a major deviation about it was open."""
    lot = packed(p)
    released_at = time_of(p.event("release", lot))
    deviation(
        p.plant,
        ("lots", lot.lot_id),
        released_at - timedelta(days=1),
        released_at + timedelta(days=3),
        severity="major",
        reason="TEMP",
    )
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.192-open", ANNEX16 + "1.7-deviations")


@fault(*EUROPE)
def packaging_of_unknown_origin(p: Planter) -> None:
    """A product's packaging material comes from a lot that nobody received."""
    batch = p.batch(p.recipe("finished"))
    for link in p.tables.rows("lot_links", child_lot_id=batch.output.lot_id):
        lot = p.tables.get("lots", str(link["parent_lot_id"]))
        if p.tables.get("materials", str(lot["material_id"]))["class"] == "packaging":
            link["parent_lot_id"] = f"{lot['lot_id']}X"
            break
    p.found("lot", batch.output.lot_id, "broken_chain", ANNEX16 + "1.7-starting-materials")


@fault(*EUROPE)
def sent_on_unreleased(p: Planter) -> None:
    """A product went to another plant before its release, and nobody had agreed to that."""
    batch = p.batch(p.recipe("finished"), testing_days=None)
    lot = batch.output
    part = (lot.left / 4).quantize(lot.left)
    lot.left -= part
    day = p.plant.later(p.plant.clock.day(batch.completed_at), 1)
    send(p.plant, lot, part, day, "EIN" if p.site_id == "LEU" else "LEU")
    event = p.event("transfer", lot)
    p.found("event.transfer", row_id(event), "mismatch", ANNEX16 + "4-quarantine")
