"""What is judged, and the anchors that its checks hang on.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from .deadlines import deadline, deadline_of_day, ends_of, has_deadline
from .instants import Instant, exactly, in_month, month_of_site, not_after
from .kinds import (
    BIRTHS,
    CALENDAR_ENDS,
    CONTEXTS,
    JOINED,
    TABLE_OF,
    Context,
    Thing,
    Wanted,
    context_of,
    records,
    wanted,
    when,
)
from .truth import FAILS, UNKNOWN, Record
from .world import NULL, PRECISION, Row, Where, Window, World

NO_CHECK: Mapping[str, Any] = MappingProxyType({})
REACHING_BACK = {
    "events",
    "lot_status",
    "test_results",
    "documents",
    "signatures",
    "quality_records",
}
"""Tables whose absence for a lot is looked for from the lot's birth on."""


@dataclass(frozen=True)
class Anchor:
    """A record or date that a check hangs on, or why it cannot be known.

    ``stands_for_none`` marks the one unknown item that takes the place of anchors which are
    perhaps only not loaded.
    """

    table: str
    row: Row
    context: Context
    at: Instant | None
    unknown: str | None = None
    stands_for_none: bool = False

    @property
    def record(self) -> Record:
        """Table and key."""
        return self.table, self.row["record_key"]

    @property
    def moment(self) -> datetime | None:
        """The earliest it can have been."""
        return self.at.low if self.at else None


@dataclass(frozen=True)
class Subject:
    """One thing that a requirement is asked of."""

    kind: str
    row: Row
    context: Context
    site: Row

    @property
    def table(self) -> str:
        """Table of the record."""
        return TABLE_OF[self.kind.partition(".")[0]]

    @property
    def thing(self) -> Thing:
        """The record as something that others belong to."""
        return Thing(self.table, self.row)


@dataclass(frozen=True)
class Case:
    """One requirement asked of one subject, in a period, with what was known at ``as_of``."""

    world: World
    subject: Subject
    period: str
    as_of: datetime
    clause: str = ""
    extra: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """Records before the period whose deadline falls inside it, by kind or event type."""

    @property
    def month(self) -> Window:
        """The site's local month, in UTC."""
        return month_of_site(self.period, self.subject.site["timezone"])

    def in_period(self, kind: str, row: Row) -> bool:
        """Whether a record falls into the site's month."""
        if kind in CALENDAR_ENDS:
            return bool(self.month[0] < row["ends_at"] <= self.month[1])
        if "occurred_at" in row or kind == "event":
            return in_month(row.get("occurred_local"), self.period)
        at = when(kind, row)
        return at is not None and self.month[0] <= at.low < self.month[1]

    def may_be_in_period(self, kind: str, row: Row) -> bool:
        """The same; a record without a time may."""
        return when(kind, row) is None or self.in_period(kind, row)

    def doubt(
        self, table: str, types: tuple[str, ...] = (), window: Window | None = None
    ) -> str | None:
        """Why an absence in the period says nothing; ``None`` when it is sure."""
        where = Where(self.subject.site["site_id"], window or self.month, lots_of(self))
        return self.world.doubt(table, where, types)

    def doubt_since_birth(self, table: str, types: tuple[str, ...] = ()) -> str | None:
        """The same, looked for from the birth of the lot on where the subject has one."""
        lot = self.lot_id
        if lot is None or table not in REACHING_BACK:
            return self.doubt(table, types)
        start = min(birth_of(self.world, lot) or datetime.min, self.month[0])  # noqa: DTZ901
        return self.doubt(table, types, (start, self.month[1]))

    @property
    def lot_id(self) -> str | None:
        """The lot that a lot or an event subject is about."""
        is_of_lot = self.subject.kind == "lot" or self.subject.kind.startswith("event.")
        return self.subject.row.get("lot_id") if is_of_lot else None


def birth_of(world: World, lot_id: str) -> datetime | None:
    """The earliest a lot can have come in or been made; ``None`` when that is not seen."""
    thing = Thing("lots", {"lot_id": lot_id})
    times = [when("event", row) for row in records(world, thing, Wanted("event", BIRTHS))]
    return min((at.low for at in times if at is not None), default=None)


def lots_of(case: Case) -> frozenset[str]:
    """The lots a quarantined row must name to matter here; empty when any row may."""
    subject = case.subject
    if case.lot_id:
        return frozenset([case.lot_id])
    if subject.kind in {"order", "shipment"}:
        column = f"{subject.kind}_id"
        lots = {
            event.get("lot_id")
            for event in case.world.events
            if event.get(column) == subject.row[column]
        }
        if subject.kind == "order":
            lots.add(subject.row.get("lot_id"))
        return frozenset(lot for lot in lots if lot)
    return frozenset()


def subject_anchor(case: Case) -> Anchor:
    """The subject record itself; only records of a kind with a time have one."""
    subject = case.subject
    own = subject.kind.partition(".")[0]
    at = when(own, subject.row) if own in {"event", "quality_record", "document"} else None
    return Anchor(subject.table, subject.row, subject.context, at)


def record_anchor(world: World, kind: str, row: Row) -> Anchor:
    """A record with those around it."""
    at = when(kind, row)
    return Anchor(JOINED[kind], row, context_of(world, kind, row), at, NULL if at is None else None)


@dataclass(frozen=True)
class Phrase:
    """``each issue or consumption after lot.retest_at``, taken apart."""

    take: str
    what: Wanted
    side: str | None = None
    column: str | None = None


def phrase(text: str) -> Phrase:
    """Read an anchor that names records."""
    take, *words = text.split()
    side = column = None
    if len(words) > 2 and words[-2] in {"after", "before"}:
        side, column = words[-2:]
        words = words[:-2]
    names = [name for name in words if name != "or"]
    return Phrase(take, wanted(names), side, column)


def anchors(
    case: Case, text: str, thing: Thing | None = None, check: Mapping[str, Any] = NO_CHECK
) -> list[Anchor]:
    """Every item that ``each X``, ``first X``, ``subject``, ``period end`` or a date names.

    A check with a deadline has the ends of months, quarters or years that fall due in the period.
    """
    if text == "subject":
        return [subject_anchor(case)]
    if text == "period end":
        subject = case.subject
        return [Anchor(subject.table, subject.row, subject.context, exactly(case.month[1]))]
    if " " not in text:
        return [_date_anchor(case, text)]
    asked = phrase(text)
    if asked.what.kind in CALENDAR_ENDS:
        return _ends(case, asked.what.kind, check)
    rows = records(case.world, thing or case.subject.thing, asked.what)
    fallen_due = _fallen_due(case, asked, rows, check)
    if case.subject.kind == "site_period":
        rows = [row for row in rows if case.may_be_in_period(asked.what.kind, row)]
    found = (
        _each(case, asked, rows, fallen_due)
        if asked.take == "each"
        else _end_most(case, asked, rows)
    )
    if found:
        return found
    types = asked.what.types
    table = asked.what.spec.table
    doubt = (
        case.doubt(table, types) if asked.take == "each" else case.doubt_since_birth(table, types)
    )
    return [_unknown(case, doubt)] if doubt else []


def _ends(case: Case, kind: str, check: Mapping[str, Any]) -> list[Anchor]:
    start, end = case.month
    site = case.subject.site
    found = []
    for row in ends_of(kind, site, end.date()):
        due = deadline_of_day(check, case.world, site, row["last_day"])
        is_meant = start < row["ends_at"] <= end if due is None else start <= due.at < end
        if is_meant:
            found.append(record_anchor(case.world, kind, row))
    return found


def _each(case: Case, asked: Phrase, rows: list[Row], due: list[Row]) -> list[Anchor]:
    kind = asked.what.kind
    kept = [row for row in rows if case.may_be_in_period(kind, row)]
    known = {row["record_key"] for row in kept}
    kept += [row for row in due if row["record_key"] not in known]
    bounded = [(_bounded(case, asked, row), row) for row in kept]
    return [_bound_anchor(case, kind, row, code) for (keep, code), row in bounded if keep != FAILS]


def _fallen_due(case: Case, asked: Phrase, rows: list[Row], check: Mapping[str, Any]) -> list[Row]:
    """Records before the period whose deadline, by this very check, falls inside it."""
    if not has_deadline(check):
        return []
    start, end = case.month
    found = []
    for row in rows:
        at = when(asked.what.kind, row)
        due = deadline(check, case.world, case.subject.site, at)
        if at is not None and due is not None and at.low < start <= due.at < end:
            found.append(row)
    return found


def _end_most(case: Case, asked: Phrase, rows: list[Row]) -> list[Anchor]:
    kind = asked.what.kind
    bounded = [(_bounded(case, asked, row), row) for row in rows]
    kept = [(code, row) for (keep, code), row in bounded if keep != FAILS]
    for code, row in kept:
        if code is not None or when(kind, row) is None:
            return [_bound_anchor(case, kind, row, code)]
    ordered = sorted(
        (row for _, row in kept), key=lambda row: (row[asked.what.spec.time], row["record_key"])
    )
    chosen = ordered[:1] if asked.take == "first" else ordered[-1:]
    return [record_anchor(case.world, kind, row) for row in chosen]


def _bounded(case: Case, asked: Phrase, row: Row) -> tuple[int, str | None]:
    if asked.column is None:
        return 1, None
    at = when(asked.what.kind, row)
    is_own = asked.column.partition(".")[0] in CONTEXTS[case.subject.kind.partition(".")[0]]
    context = case.subject.context if is_own else context_of(case.world, asked.what.kind, row)
    limit = exactly(context.value(asked.column))
    pair = (limit, at) if asked.side == "after" else (at, limit)
    order = not_after(*pair)
    if order is None:
        return UNKNOWN, NULL
    return order, PRECISION if order == UNKNOWN else None


def _bound_anchor(case: Case, kind: str, row: Row, code: str | None) -> Anchor:
    anchor = record_anchor(case.world, kind, row)
    if code is None:
        return anchor
    return Anchor(anchor.table, row, anchor.context, anchor.at, code)


def _date_anchor(case: Case, column: str) -> Anchor:
    word = column.partition(".")[0]
    at = exactly(case.subject.context.value(column))
    subject = case.subject
    record, table = subject.context.record(word), JOINED.get(word, subject.table)
    if record is None:
        record, table = subject.row, subject.table
    return Anchor(table, record, subject.context, at, NULL if at is None else None)


def _unknown(case: Case, code: str) -> Anchor:
    return Anchor(case.subject.table, case.subject.row, case.subject.context, None, code, True)
