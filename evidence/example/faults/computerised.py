"""Faults in records that computers hold: persons without role or training, marks without record.

21 CFR Part 11 binds the plants with an FDA establishment identifier, Annex 11 those in Europe.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata
from ..world.happenings import book_difference
from .planting import DRUG, FIRST_DAY, GMP, Planter, fault, row_id, time_of
from .production import hosted_step, raw_user
from .same import ANNEX11

PART11 = "us-21cfr11:"
EUROPE = ("LEU", "EIN", "LEU")
ONCE_EACH = ("LEU", "EIN")


def newcomer(p: Planter, *, kinds: tuple[str, ...] = (), scope: str | None = "production") -> str:
    """A person of the plant who is allowed only what ``kinds`` say; returns the identifier."""
    person = f"P-9{p.plant.numbers.prefix}{p.plant.numbers.count('newcomers')}"
    since = p.plant.clock.at(FIRST_DAY, "00:00")
    p.plant.put(
        "people",
        person,
        since,
        person_id=person,
        printed_name=f"Person {person}",
        email=f"{person.lower().replace('-', '')}@corvale.example",
    )
    for kind in kinds:
        masterdata.authorise(p.plant, ("person", person), kind, scope, since)
    return person


def signed_by(p: Planter, person: str) -> Row:
    """A deviation's file with one more signature, by this person."""
    when = p.plant.at(p.plant.later(p.day(), 6), "11:30")
    number = f"MEMO-{p.plant.numbers.count('memos'):03d}"
    document_id = p.plant.document("other", ("sites", p.site_id), number, when, person)
    signature = p.plant.sign("documents", document_id, person, "production", "review", when)
    return p.tables.get("signatures", signature)


@fault(*DRUG)
def examined_by_somebody_without_role(p: Planter) -> None:
    """Containers were examined by somebody who holds no role at the plant."""
    lot = p.received(p.material("packaging"))
    inspection = p.event("inspection", lot, reason_code="RECV")
    inspection["performed_by"] = newcomer(p)
    p.found("event.inspection", row_id(inspection), "wrong_person", PART11 + "11.10-d")


@fault(*DRUG)
def used_after_completion(p: Planter) -> None:
    """Material was charged to an order that had been completed an hour before."""
    batch = p.batch(p.recipe(raw_user(p)))
    used = p.tables.rows("events", order_id=batch.order_id, event_type="consumption")
    last = max(time_of(row) for row in used)
    p.tables.get("orders", batch.order_id)["completed_at"] = last - timedelta(hours=1)
    p.found("order", batch.order_id, "wrong_order", PART11 + "11.10-f")


@fault(*DRUG)
def released_without_receipt(p: Planter) -> None:
    """A packaging material was released whose receipt nobody had booked."""
    lot = p.received(p.material("packaging"))
    released = p.event("release", lot)
    p.drop("events", p.event("receipt", lot))
    clause = PART11 + "11.10-f-release"
    p.found("event.release", row_id(released), "not_covered", clause, state="undetermined")


@fault(*DRUG)
def signed_without_role(p: Planter) -> None:
    """A paper was signed by somebody trained for it who holds no role at the plant."""
    signed_by(p, newcomer(p, kinds=("qualification",)))
    p.found("site_period", p.site_id, "wrong_person", PART11 + "11.10-g")


@fault(*DRUG)
def signed_without_training(p: Planter) -> None:
    """A paper was signed by somebody of production who was not trained in signing."""
    signed_by(p, newcomer(p, kinds=("role",)))
    p.found("site_period", p.site_id, "wrong_person", PART11 + "11.10-i")


@fault(*DRUG)
def signature_policy_ended(p: Planter) -> None:
    """The policy on electronic signatures ended in the middle of the month."""
    policy = p.tables.one("documents", number="SOP-QA-014", subject_id=p.site_id)
    policy["valid_to"] = p.plant.clock.at(date(2026, 10, 16), "00:00")
    p.found("site_period", p.site_id, "expired", PART11 + "11.10-j")


@fault(*DRUG)
def signature_without_name(p: Planter) -> None:
    """A signature is shown without the name of its signer."""
    signed_by(p, p.plant.who("production"))["printed_name"] = None
    p.found("site_period", p.site_id, "incomplete", PART11 + "11.50-a")


@fault(*DRUG)
def signatures_certified_late(p: Planter) -> None:
    """FDA was told of the electronic signatures when the month had already seen many."""
    letter = p.tables.one("documents", number="FDA-ESIG", subject_id=p.site_id)
    sent_at = p.plant.clock.at(date(2026, 10, 20), "09:00")
    letter.update(issued_at=sent_at, valid_from=sent_at)
    p.found("site_period", p.site_id, "wrong_order", PART11 + "11.100-c")


@fault(*EUROPE)
def typed_in_and_not_checked(p: Planter) -> None:
    """An addition was typed in and nobody checked the entry."""
    used = hosted_step(p, raw_user(p), "consumption", "raw")
    used.update(entry_method="manual", checked_by=None)
    clauses = (ANNEX11 + "6", GMP + "211.101-d")
    p.found("event.consumption", row_id(used), "incomplete", *clauses)


@fault(*ONCE_EACH)
def role_for_everything(p: Planter) -> None:
    """Somebody's access is not limited to any role."""
    newcomer(p, kinds=("role",), scope=None)
    p.found("site_period", p.site_id, "incomplete", ANNEX11 + "12.3")


@fault(*EUROPE)
def difference_booked_by_nobody(p: Planter) -> None:
    """The booking of a difference in stock does not say who made it."""
    lot = p.received(p.material("packaging"))
    when = p.plant.at(p.plant.later(p.day(), 11), "13:00")
    event_id = book_difference(p.plant, lot, Decimal("-0.3"), when)
    p.tables.get("events", event_id)["performed_by"] = None
    p.found("event.adjustment", event_id, "incomplete", ANNEX11 + "12.4")
