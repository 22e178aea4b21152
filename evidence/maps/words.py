"""Plain words for the pieces of a rule: kinds of record, columns, anchors, conditions.

Sentences are made in ``explaining``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .conditions import Term
from .grammar import Actor, Anchor, Interval, Kinds, Operand, Scalar, Tolerance
from .model import ObligationMap
from .names import Override

_KINDS = {
    "event": "an event",
    "issue": "an issue to production",
    "finished_goods": "a declaration of finished goods",
    "intermediate_output": "an intermediate output",
    "return": "a return",
    "label_issue": "an issue of labels",
    "label_reconciliation": "a label reconciliation",
    "equipment_use": "an entry of equipment use",
    "line_clearance": "a line clearance",
    "monitoring": "a monitoring record",
    "status_change": "a status change",
    "lot_status": "a change of the lot's status",
    "test_result": "a test result",
    "quality_record": "a quality record",
    "count": "an inventory count",
    "submission": "a report to the authority",
}
_SUBJECTS = {
    "lot": "lot",
    "order": "order",
    "shipment": "shipment",
    "site_period": "site and month",
    "document": "document",
    "person": "person",
    "material": "material",
    "quality_record": "quality record",
}
_COLUMNS = {
    "lot.lot_id": "lot",
    "lot.lot_number": "lot number",
    "lot.material_id": "material of the lot",
    "lot.supplier_id": "supplier of the lot",
    "lot.supplier_lot_number": "supplier's lot number",
    "lot.expires_at": "expiry date of the lot",
    "lot.retest_at": "retest date of the lot",
    "lot.manufactured_at": "date of manufacture of the lot",
    "lot.shelf_life_ends_at": "end of the lot's shelf life",
    "lot.traceability_lot_code": "traceability lot code",
    "lot.tlc_source": "source of the traceability lot code",
    "event.lot_id": "lot",
    "event.order_id": "order",
    "event.shipment_id": "shipment",
    "event.party_id": "party",
    "event.uom": "unit",
    "event.performed_by": "person who did it",
    "event.checked_by": "person who checked it",
    "event.occurred_at": "time",
    "event.recorded_at": "time of the entry",
    "event.from_location": "place it came from",
    "event.to_location": "place it went to",
    "event.result": "result",
    "event.reason_code": "reason",
    "material.class": "class of the material",
    "material.name": "name of the material",
    "material.flags": "flags of the material",
    "order.kind": "kind of the order",
    "order.started_at": "start of the order",
    "order.completed_at": "completion of the order",
    "order.automated": "automated check of the order",
    "shipment.shipped_at": "date shipped",
    "shipment.ship_to": "address shipped to",
    "shipment.customer_id": "consignee",
    "customer.name": "name of the consignee",
    "customer.address": "address of the consignee",
    "document.valid_from": "day the document takes effect",
    "document.doc_version": "version of the document",
    "test_result.tested_by": "analyst",
    "test_result.reviewed_by": "reviewer",
    "test_result.occurred_at": "date of the test",
    "test_result.sample_id": "sample",
    "test_result.value_text": "result",
    "quality_record.owner": "person responsible",
    "quality_record.reason_code": "reason",
    "site.regulated_as": "regimes of the site",
}
_NUMBERS = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of a rule depend on: the map's parameters and the workspace's."""

    map: ObligationMap
    overrides: Sequence[Override] = ()

    def value(self, of: Operand) -> str:
        """A value; a parameter by what it is set to."""
        return self._set_to(of.param) if of.param else _text(of.value)

    def _set_to(self, name: str) -> str:
        found = self.map.params.get(name)
        base = found.value if found else "?"
        sites: list[str] = []
        for override in self.overrides:
            if override.param != name:
                continue
            if override.sites:
                sites += [f"{_text(override.value)} at {site}" for site in override.sites]
            else:
                base = override.value
        return _text(base) + (f" ({', '.join(sites)})" if sites else "")

    def unit(self, of: Operand) -> str:
        """The unit of a parameter, or nothing."""
        found = self.map.params.get(of.param or "")
        return (found.unit or "") if found else ""

    def span(self, of: Interval) -> str:
        """A span of time, such as ``30 days``."""
        count = self.value(of.count)
        unit = (of.unit or self.unit(of.count)).removesuffix("s")
        return f"{count} {unit}" if count == "1" else f"{count} {unit}s"

    def tolerance(self, of: Tolerance) -> str:
        """A tolerance, such as ``1 %``."""
        unit = of.unit or self.unit(of.value)
        if of.kind == "percent":
            unit = "%"
        if of.kind == "duration" and self.value(of.value) != "1":
            unit = f"{unit}s"
        return f"{self.value(of.value)} {unit}".strip()

    def condition(self, terms: Sequence[Term]) -> str:
        """Terms as one phrase: ``the class of the material is raw or packaging``."""
        return joined([self._term(term) for term in terms], "and")

    def _term(self, term: Term) -> str:
        name = f"the {column(term.column)}"
        values = joined([self.value(v) for v in term.values], "or")
        verb = "are" if name.startswith(("the flags ", "the regimes ")) else "is"
        plural = verb == "are"
        if term.column == "order.automated" and term.op == "in":
            true = values == "true"
            return f"the order's equipment is {'' if true else 'not '}automated"
        if term.value is not None:
            return f"{name} {verb} {_NUMBERS[term.op]} {self.value(term.value)}"
        return {
            "in": f"{name} {verb} {values}",
            "not_in": f"{name} {verb} not {values}",
            "present": f"{name} {verb} given",
            "absent": f"{name} {verb} not given",
            "has_any": f"{name} {'include' if plural else 'includes'} {values}",
            "has_none": f"{name} {'do' if plural else 'does'} not include {values}",
        }[term.op]


def _text(value: Scalar | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("_", " ") if isinstance(value, str) else str(value)


def joined(parts: Iterable[str], word: str) -> str:
    """``a, b or c``."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def plain(word: str) -> str:
    """A word of the vocabulary without its underscores."""
    return word.replace("_", " ")


def article(noun: str) -> str:
    """The noun with ``a`` or ``an``."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def one(word: str) -> str:
    """A kind of record with its article: ``a receipt``."""
    return _KINDS.get(word) or article(plain(word))


def noun(word: str) -> str:
    """A kind of record without article: ``receipt``."""
    return one(word).split(" ", 1)[1]


def kinds(of: Kinds, form: str = "one") -> str:
    """Kinds of record, each with article (``one``) or without (``noun``)."""
    words = of.types or (of.kind,)
    return joined([one(w) if form == "one" else noun(w) for w in words], "or")


def subject(kind: str, types: Sequence[str]) -> str:
    """What a verdict is about: ``lot``, ``receipt``."""
    return joined([noun(word) for word in types], "or") if types else _SUBJECTS[kind]


def column(dotted: str) -> str:
    """A column in plain words, without article."""
    if dotted in _COLUMNS:
        return _COLUMNS[dotted]
    alias, _, name = dotted.rpartition(".")
    plain_name = plain(name.removesuffix("_id").removesuffix("_at"))
    if not alias or alias in ("event",):
        return plain_name
    return f"{plain_name} of the {plain(alias)}"


def anchor(of: Anchor, whose: str = "the") -> str:
    """An anchor with article: ``the first consumption``, ``each receipt``."""
    if of.take == "subject":
        return "it"
    if of.take == "period_end":
        return "the end of the month"
    if of.column is not None:
        return f"the {column(of.column)}"
    if of.what is None:
        return "the same record"
    name = kinds(of.what, "noun")
    bound = f" {of.bound[0]} the {column(of.bound[1])}" if of.bound else ""
    return f"each {name}{bound}" if of.take == "each" else f"{whose} {of.take} {name}{bound}"


def person(of: Actor) -> str:
    """A person by the part played: ``whoever performed the inspection``."""
    verb = {"performer": "performed", "checker": "checked", "signer": "signed"}[of.who]
    meaning = f" for {joined([plain(m) for m in of.meaning], 'or')}" if of.meaning else ""
    what = "it" if of.of.what is None else _any(of.of)
    return f"whoever {verb} {what}{meaning}"


def _any(of: Anchor) -> str:
    name = kinds(of.what, "noun") if of.what else "record"
    return {"each": f"the {name}", "first": f"the first {name}", "last": f"the last {name}"}[
        of.take
    ]
