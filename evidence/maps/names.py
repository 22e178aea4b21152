"""Resolves the names in a map: columns in their context, parameters in their map.

Collects a fault, with its key path, for every name that means nothing, so that ``lint`` can say
them all. The result is plain data for the SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .columns import Column, column, columns_of
from .conditions import Term
from .fixed_dates import FixedDate, fixed_date
from .grammar import (
    CALENDAR_UNITS,
    SPAN_UNITS,
    UNITS,
    Actor,
    Anchor,
    Interval,
    Kinds,
    MisreadError,
    Operand,
    Scalar,
    Tolerance,
    near,
)
from .model import ObligationMap, Subject
from .vocabulary import BARE_ALIASES, COLUMN_WORDS, RECORD_KINDS, SUBJECT_CONTEXTS

Path = tuple[str | int, ...]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Override:
    """A parameter set by a workspace; no ``sites`` means all of them."""

    param: str
    value: Scalar
    sites: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NameFault:
    """A name that means nothing where it stands."""

    path: Path
    found: str
    expected: str
    fix: str = ""


@dataclass
class Names:
    """Names as one requirement sees them, and the faults met on the way.

    Attributes:
        map: the map, for its parameters.
        subject: what the requirement is about.
        overrides: parameters the workspace sets.
        faults: every name that could not be resolved.
        used: the parameters that were asked for.
    """

    map: ObligationMap
    subject: Subject
    overrides: Sequence[Override] = ()
    faults: list[NameFault] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    count: int = 0

    def number_check(self) -> int:
        """The next number of a check, depth first over the requirement."""
        self.count += 1
        return self.count

    def fault(self, path: Path, found: str, expected: str, fix: str = "") -> None:
        """Note a name that means nothing."""
        self.faults.append(NameFault(path, found, expected, fix))

    @property
    def subject_context(self) -> tuple[str, ...]:
        """Aliases whose columns the subject has."""
        return SUBJECT_CONTEXTS[self.subject.kind]

    def context(self, of: Anchor | None) -> tuple[str, ...]:
        """Aliases whose columns an anchor's records have."""
        if of is None or of.what is None:
            return self.subject_context
        return RECORD_KINDS[of.what.kind].context

    def own_alias(self, of: Anchor | None) -> str:
        """The alias a bare column of the anchor belongs to."""
        if of is not None and of.what is not None:
            return of.what.kind
        return BARE_ALIASES.get(self.subject.kind, self.subject.kind)

    def column(self, name: str, context: Iterable[str], path: Path, own: str = "") -> Column:
        """The column a name means in a context; notes a fault when there is none."""
        dotted = name if "." in name else f"{own}.{name}"
        found = column(dotted)
        aliases = tuple(context)
        if found is not None and found.alias != dotted.partition(".")[0]:
            found = Column(dotted.partition(".")[0], found.name, found.type, found.meaning)
        if found is not None and dotted.partition(".")[0] in aliases:
            return found
        known = [c for alias in aliases for c in (f"{alias}.{n}" for n in columns_of(alias))]
        self.fault(
            path,
            f"column '{dotted}'",
            f"a column of {', '.join(aliases)}",
            near(dotted, known) or "see docs/lot-model.md for the columns",
        )
        alias, _, bare = dotted.partition(".")
        return Column(alias, bare, "string", "")

    def dotted(
        self, given: Iterable[str], context: Iterable[str], path: Path, own: str = ""
    ) -> list[str]:
        """The columns that names mean in a context, each as ``alias.column``."""
        aliases = tuple(context)
        return [self.column(name, aliases, path, own).dotted for name in given]

    def literal(self, of: Operand, path: Path) -> Json:
        """A value with its overrides per site."""
        if of.param is None:
            return {"value": _plain(of.value), "sites": {}, "param": None}
        found = self.map.params.get(of.param)
        if found is None:
            self.fault(
                path,
                f"parameter '${of.param}'",
                f"one of the map's params: {', '.join(sorted(self.map.params)) or 'it has none'}",
                near(of.param, list(self.map.params)),
            )
            return {"value": None, "sites": {}, "param": of.param}
        self.used.add(of.param)
        value = found.value
        sites: dict[str, Scalar | None] = {}
        for override in self.overrides:
            if override.param == of.param and override.sites:
                sites.update(dict.fromkeys(override.sites, _plain(override.value)))
            elif override.param == of.param:
                value = override.value
        return {"value": _plain(value), "sites": dict(sorted(sites.items())), "param": of.param}

    def unit(self, of: Operand) -> str:
        """The unit of the parameter behind an operand, or nothing."""
        found = self.map.params.get(of.param or "")
        return (found.unit or "") if found else ""

    def interval(self, of: Interval | None, path: Path, *, in_days: bool = False) -> Json | None:
        """A span of time as count and unit; ``in_days``: days of a calendar may be counted."""
        if of is None:
            return None
        unit = of.unit or self.unit(of.count).removesuffix("s").replace(" ", "_")
        if unit not in SPAN_UNITS and of.count.param in self.map.params:
            known = ", ".join(name.replace("_", " ") for name in SPAN_UNITS)
            self.fault(path, f"unit '{unit}' of ${of.count.param}", f"one of: {known}")
        if unit in CALENDAR_UNITS and not in_days:
            found = f"a span in {unit.replace('_', ' ')}s"
            self.fault(path, found, "beside after: only there are days of a calendar counted")
        return {"count": self.literal(of.count, path), "unit": unit}

    def by(self, of: Operand | None, path: Path) -> Json | None:
        """A fixed date, and those of sites that have others."""
        if of is None:
            return None
        found = self.literal(of, path)
        try:
            date = fixed_date(found["value"])
            sites = {site: _date(fixed_date(value)) for site, value in found["sites"].items()}
        except MisreadError as fault:
            self.fault(path, fault.found, fault.expected, fault.fix)
            return None
        return {**_date(date), "text": date.text, "param": found["param"], "sites": sites}

    def tolerance(self, of: Tolerance | None, path: Path) -> Json:
        """A tolerance: kind none, percent, amount (with uom) or duration (with unit)."""
        if of is None:
            zero = {"value": 0, "sites": {}, "param": None}
            return {"kind": "none", "value": zero, "uom": None, "unit": None}
        kind, unit = of.kind, of.unit
        if kind is None:
            unit = self.unit(of.value)
            time = unit.removesuffix("s") in UNITS
            kind = "percent" if unit == "%" else "duration" if time else "amount"
            unit = unit.removesuffix("s") if time else unit
        return {
            "kind": kind,
            "value": self.literal(of.value, path),
            "uom": unit if kind == "amount" else None,
            "unit": unit if kind == "duration" else None,
        }

    def what(self, of: Kinds) -> Json:
        """A kind of record."""
        return {"kind": of.kind, "types": list(of.types)}

    def anchor(self, of: Anchor | None, path: Path) -> Json | None:
        """An anchor, its date columns resolved."""
        if of is None:
            return None
        bound = None
        if of.bound is not None:
            named = self.time(of.bound[1], (*self.subject_context, *self.context(of)), path)
            bound = {"is": of.bound[0], "column": named}
        return {
            "take": of.take,
            "kind": of.what.kind if of.what else None,
            "types": list(of.what.types) if of.what else [],
            "bound": bound,
            "column": self.time(of.column, self.subject_context, path) if of.column else None,
        }

    def time(self, name: str, context: Iterable[str], path: Path) -> str:
        """A date column's dotted name."""
        found = self.column(name, context, path)
        if found.meaning and found.type != "timestamp":
            self.fault(path, f"column '{name}' is a {found.type}", "a date column")
        return found.dotted

    def person(self, of: Actor, path: Path) -> Json:
        """A person by the part played in a record."""
        kind = of.of.what.kind if of.of.what else None
        if kind and of.who != "signer" and getattr(RECORD_KINDS[kind], of.who) is None:
            self.fault(path, f"{of.who} of {kind}", f"a kind of record that has a {of.who}")
        return {
            "who": of.who,
            "of": self.anchor(of.of, path),
            "meaning": list(of.meaning) or None,
        }

    def condition(self, terms: Sequence[Term], context: Iterable[str], path: Path) -> list[Json]:
        """Terms of a condition, typed."""
        aliases = tuple(context)
        return [self._term(term, aliases, (*path, term.column)) for term in terms]

    def _term(self, term: Term, context: tuple[str, ...], path: Path) -> Json:
        found = self.column(term.column, context, path)
        values = [self.literal(value, path) for value in term.values]
        self._fits(found, term, [value["value"] for value in values], path)
        if term.op == "matches":
            self._patterns(values, path)
        return {
            "column": found.dotted,
            "type": found.type,
            "op": term.op,
            "values": values,
            "value": self.literal(term.value, path) if term.value is not None else None,
        }

    def _fits(self, found: Column, term: Term, values: list[Scalar], path: Path) -> None:
        words = COLUMN_WORDS.get(found.dotted)
        for value in values:
            if words and value not in words:
                known = ", ".join(words)
                self.fault(path, f"'{value}'", f"one of: {known}", near(str(value), words))
            if found.type == "boolean" and not isinstance(value, bool):
                self.fault(path, f"'{value}'", "true or false")
        if term.value is not None and found.type != "number":
            self.fault(path, f"'{term.op}' on a {found.type}", "a column with a number")
        if term.op == "matches" and found.type != "string":
            self.fault(path, f"'matches' on a {found.type}", "a column with text")

    def _patterns(self, values: Iterable[Json], path: Path) -> None:
        """Faults of regular expressions that one of the engines would not take."""
        for text in (str(v) for one in values for v in (one["value"], *one["sites"].values())):
            try:
                re.compile(text)
            except re.error as error:
                self.fault(path, f"'{text}'", f"a regular expression ({error})")
            if re.search(r"\(\?|\\[1-9]", text):
                found = f"'{text}' with a group that looks around or back"
                self.fault(path, found, "letters, classes such as [A-Z] and \\d, and counts")


def _date(of: FixedDate) -> Json:
    return {"unit": of.unit, "months": of.months, "day": of.day, "roll": of.roll}


def _plain(value: Scalar | None) -> Scalar | None:
    """A value JSON can carry without floating point: whole numbers, else decimal text."""
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value.normalize())
    return value
