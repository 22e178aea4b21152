"""The check shape `event`: presence, count, order, deadline, and what each record must carry.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from .conditions import holds
from .correlation import same
from .instants import earlier, exactly, not_after
from .items import per_anchor
from .kinds import Thing, Wanted, records, related, wanted, when
from .shape_people import nested_not_by, nested_signed
from .shape_records import nested_fields
from .subjects import Anchor, Case, anchors, record_anchor, subject_anchor
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
    code: str | None

    @property
    def truth(self) -> int:
        """Whether the record is one that the check asks for."""
        return all_of([self.is_meant, self.is_in_order, self.is_in_time])


def event(check: Check, case: Case) -> list[Item]:
    """Items of an `event` (or `never`) check: one per set of anchors, or one for the subject."""
    words = [word for word in ("before", "after", "during") if word in check]
    items = []
    for chosen in product(*(anchors(case, check[word]) for word in words)):
        judge = _Judge(check, case, dict(zip(words, chosen, strict=True)))
        hung_on = _item_of(check, words, chosen) or subject_anchor(case)
        items += per_anchor(check, [hung_on], judge.item)
    return items


def _item_of(check: Check, words: list[str], chosen: Sequence[Anchor]) -> Anchor | None:
    """The anchor that `when` and `except_when` look at: one of each, else one of a record."""
    by_take = {
        str(check[word]).partition(" ")[0]: anchor
        for word, anchor in reversed(list(zip(words, chosen, strict=True)))
        if " " in check[word] and check[word] != "period end"
    }
    return by_take.get("each") or next(
        (anchor for word, anchor in zip(words, chosen, strict=True) if anchor in by_take.values()),
        None,
    )


@dataclass(frozen=True)
class _Judge:
    check: Check
    case: Case
    hung_on: Mapping[str, Anchor]

    def item(self, anchor: Anchor) -> Item:
        unclear = next((a.unknown for a in self.hung_on.values() if a.unknown), None)
        things = self._things
        if unclear or things is None:
            return Item(UNKNOWN, unclear or NULL, anchor.moment, anchor.record)
        matches = [self._match(row, anchor) for thing in things for row in self._rows(thing)]
        truth, code = self._counted(matches)
        if truth == HOLDS:
            truth, code = self._nested(matches)
        decided_by = next((m.record.record for m in matches if m.truth == HOLDS), None)
        return Item(truth, code, anchor.moment, anchor.record, decided_by)

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
        kind = self.check["during"].split()[-1]
        end = wanted(kind).spec.end
        stop = interval.row.get(end) if end else None
        begun = not_after(interval.at, record.at)
        if stop is None:
            return [begun]
        ended = not_after(exactly(stop), record.at)
        return [begun, None if ended is None else negation(ended)]

    def _in_time(self, record: Anchor) -> int:
        if "within" not in self.check:
            return HOLDS
        span = self.check["within"]
        if "before" in self.hung_on:
            at = self.hung_on["before"].at
            start = at and exactly(earlier(at.low, span))
            known = not_after(start, record.at)
        else:
            at = self.hung_on["after"].at
            known = not_after(record.at, at and at.shifted(span))
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
            return (UNKNOWN, maybe[0]) if enough else self._absent(matches)
        if sure + len(maybe) > most:
            return UNKNOWN, maybe[0]
        of = self._wanted
        doubt = self.case.doubt(of.spec.table, of.types) if most < _MANY else None
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

    @property
    def _due(self) -> datetime | None:
        after = self.hung_on.get("after")
        if "within" not in self.check or after is None or after.at is None:
            return None
        return after.at.shifted(self.check["within"]).low

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

    # --- what each matching record must carry -----------------------------------------------

    def _nested(self, matches: list[Match]) -> tuple[int, str | None]:
        judges = {"signed": nested_signed, "not_by": nested_not_by, "fields": nested_fields}
        sure: list[tuple[int, str | None]] = []
        possible: list[tuple[int, str | None]] = []
        for word, judge in judges.items():
            for match in matches if word in self.check else []:
                truth, code = judge(self.check, self.case, match.record)
                if match.truth == HOLDS:
                    sure.append((truth, code))
                elif match.truth == UNKNOWN and truth != HOLDS:
                    possible.append((UNKNOWN, match.code))
        found = sure + possible
        whole = all_of(truth for truth, _ in found)
        return whole, next((code for truth, code in found if truth == whole), None)
