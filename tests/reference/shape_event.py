"""The check shape `event`: presence, count, order, deadline, and what each record must carry.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import product
from typing import Any

from .conditions import holds
from .correlation import same
from .deadlines import Deadline, deadline, deadline_of_day
from .instants import exactly, not_after
from .items import asks, item_of, per_anchor
from .kinds import KINDS, Thing, Wanted, records, related, wanted, when
from .nested import Found, nested_items
from .subjects import NO_CHECK, Anchor, Case, anchors, record_anchor, subject_anchor
from .truth import FAILS, HOLDS, PENDING, UNKNOWN, Item, all_of, negation
from .world import NULL, PRECISION, Row

Check = Mapping[str, Any]
_MANY = 10**9


@dataclass(frozen=True)
class Match:
    """A record of the right kind, whether it counts, and if not why."""

    record: Anchor
    is_meant: int
    is_in_order: int
    is_in_time: int
    code: str

    @property
    def truth(self) -> int:
        """Whether the record is one that the check asks for."""
        return all_of([self.is_meant, self.is_in_order, self.is_in_time])


def event(check: Check, case: Case) -> list[Item]:
    """Items of an `event` (or `never`) check: one per set of anchors, or one for the subject."""
    words = [word for word in ("before", "after", "during") if word in check]
    items, found = [], []
    for chosen in product(*(anchors(case, check[word], check=_due(check, word)) for word in words)):
        hung_on = dict(zip(words, chosen, strict=True))
        anchor = item_of(check, hung_on) or subject_anchor(case)
        judge = _Judge(check, case, hung_on, anchor)
        items += per_anchor(check, [anchor], judge.item)
        found += judge.found
    return items + nested_items(check, case, found)


def _due(check: Check, word: str) -> Check:
    return check if word == "after" else NO_CHECK


@dataclass(frozen=True)
class _Judge:
    check: Check
    case: Case
    hung_on: Mapping[str, Anchor]
    anchor: Anchor

    def item(self, anchor: Anchor) -> Item:
        matches = self._matches
        if matches is None:
            return Item(UNKNOWN, self._unclear or NULL, anchor.moment, anchor.record)
        truth, code = self._counted(matches)
        decided_by = next((m.record.record for m in matches if m.truth == HOLDS), None)
        return Item(truth, code, anchor.moment, anchor.record, decided_by)

    @property
    def found(self) -> list[Found]:
        """The records that other checks may be nested on."""
        asked = asks(self.check, self.anchor)
        return [
            Found(m.record, all_of([m.truth, asked]), m.code if m.truth == UNKNOWN else None)
            for m in self._matches or []
        ]

    @property
    def _unclear(self) -> str | None:
        return next((a.unknown for a in self.hung_on.values() if a.unknown), None)

    @cached_property
    def _matches(self) -> list[Match] | None:
        things = self._things
        if self._unclear or things is None:
            return None
        return [self._match(row, self.anchor) for thing in things for row in self._rows(thing)]

    @property
    def _things(self) -> list[Thing] | None:
        own = self.case.subject.thing
        if "of" not in self.check:
            return [own]
        return related(self.case.world, own, self.check["of"])

    @property
    def _wanted(self) -> Wanted:
        return wanted(self.check.get("event", self.check.get("never")))

    def _rows(self, thing: Thing) -> list[Row]:
        of = self._wanted
        rows = records(self.case.world, thing, of)
        if self.case.subject.kind != "site_period":
            return rows
        return [
            row for row in rows if when(of.kind, row) is None or self.case.in_period(of.kind, row)
        ]

    # --- one record -----------------------------------------------------------------------

    def _match(self, row: Row, anchor: Anchor) -> Match:
        record = record_anchor(self.case.world, self._wanted.kind, row)
        meant = [
            holds(self.check.get("where", {}), record.context),
            same(self.check.get("same", {}), record.context, anchor.context),
        ]
        if self.case.subject.kind == "site_period" and record.at is None:
            meant.append(UNKNOWN)
        order = [UNKNOWN if found is None else found for found in self._order(record)]
        is_in_time = self._in_time(record)
        is_null = UNKNOWN in meant or record.at is None or self._is_open_interval
        return Match(
            record, all_of(meant), all_of(order), is_in_time, NULL if is_null else PRECISION
        )

    @property
    def _is_open_interval(self) -> bool:
        return "during" in self.hung_on and self.hung_on["during"].at is None

    def _order(self, record: Anchor) -> list[int | None]:
        found = []
        if "before" in self.hung_on:
            found.append(not_after(record.at, self.hung_on["before"].at))
        if "after" in self.hung_on:
            found.append(not_after(self.hung_on["after"].at, record.at))
        if "during" in self.hung_on:
            found += self._within_interval(record, self.hung_on["during"])
        return found

    def _within_interval(self, record: Anchor, interval: Anchor) -> list[int | None]:
        end = next(kind.end for kind in KINDS.values() if kind.table == interval.table)
        stop = interval.row.get(end) if end else None
        begun = not_after(interval.at, record.at)
        if stop is None:
            return [begun]
        ended = not_after(exactly(stop), record.at)
        return [begun, None if ended is None else negation(ended)]

    def _in_time(self, record: Anchor) -> int:
        if "within" not in self.check and "by" not in self.check:
            return HOLDS
        if "before" in self.hung_on:
            at = self.hung_on["before"].at
            start = at and at.set_back(self.check["within"])
            known = not_after(start, record.at)
        else:
            known = self._deadline.is_kept(record.at) if self._deadline else None
        return UNKNOWN if known is None else known

    # --- all records ----------------------------------------------------------------------

    @property
    def _bounds(self) -> tuple[int, int]:
        if "never" in self.check:
            return 0, 0
        if "exactly" in self.check:
            return self.check["exactly"], self.check["exactly"]
        least = 0 if "at_most" in self.check else 1
        return self.check.get("at_least", least), self.check.get("at_most", _MANY)

    def _counted(self, matches: list[Match]) -> tuple[int, str | None]:
        sure = sum(match.truth == HOLDS for match in matches)
        maybe = [match.code for match in matches if match.truth == UNKNOWN]
        least, most = self._bounds
        if sure > most:
            return FAILS, "mismatch"
        if sure < least:
            enough = sure + len(maybe) >= least
            return (UNKNOWN, min(maybe)) if enough else self._absent(matches)
        if sure + len(maybe) > most:
            return UNKNOWN, min(maybe)
        doubt = None
        if most < _MANY:
            of = self._wanted
            doubt = self._doubt() if least else self.case.doubt(of.spec.table, of.types)
        return (UNKNOWN, doubt) if doubt else (HOLDS, None)

    def _absent(self, matches: list[Match]) -> tuple[int, str | None]:
        out_of_time = any(
            m.is_meant == m.is_in_order == HOLDS and m.is_in_time == FAILS for m in matches
        )
        due = self._due
        if due is not None and self.case.as_of < due and not out_of_time:
            return PENDING, None
        doubt = self._doubt()
        if doubt:
            return UNKNOWN, doubt
        if out_of_time:
            return FAILS, "late"
        misplaced = any(m.is_meant == HOLDS and m.is_in_order == FAILS for m in matches)
        return FAILS, "wrong_order" if misplaced else "missing"

    @cached_property
    def _deadline(self) -> Deadline | None:
        after = self.hung_on.get("after")
        if after is None:
            return None
        world, site = self.case.world, self.case.subject.site
        if "last_day" in after.row:
            return deadline_of_day(self.check, world, site, after.row["last_day"])
        return deadline(self.check, world, site, after.at)

    @property
    def _due(self) -> datetime | None:
        return self._deadline.first if self._deadline else None

    def _doubt(self) -> str | None:
        of, due, (start, end) = self._wanted, self._due, self.case.month
        after = self.hung_on.get("after")
        if after is not None:
            start = min(start, after.at.low) if after.at else start
            window = (start, end if due is None else max(start, due))
            return self.case.doubt(of.spec.table, of.types, window)
        if "during" in self.hung_on:
            return self.case.doubt(of.spec.table, of.types)
        return self.case.doubt_since_birth(of.spec.table, of.types)
