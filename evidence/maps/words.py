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
from .vocabulary import CHANGED

_KINDS = {
    "event": "an event",
    "issue": "an issue to production",
    "finished_goods": "an output of finished goods",
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
    "month_end": "an end of a month",
    "quarter_end": "an end of a quarter",
    "year_end": "an end of a year",
}
_SUBJECTS = {
    "lot": "lot",
    "order": "order",
    "shipment": "shipment",
    "site_period": "site",
    "document": "document",
    "person": "person",
    "material": "material",
    "quality_record": "quality record",
    "customer": "customer",
    "supplier_material": "supplier of a material",
    "site_material": "material at a site",
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
    "event.occurred_at": "time it happened",
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
    "document.doc_version": "version",
    "test_result.tested_by": "analyst",
    "test_result.reviewed_by": "reviewer",
    "test_result.occurred_at": "date of the test",
    "test_result.sample_id": "sample",
    "test_result.value_text": "result",
    "quality_record.owner": "person responsible",
    "quality_record.opened_at": "day opened",
    "quality_record.closed_at": "day closed",
    "quality_record.subject_id": "what it is about",
    "quality_record.disposition": "disposition",
    "quality_record.severity": "severity",
    "lot_status.to_status": "new status",
    "test_result.characteristic": "characteristic",
    "test_result.method": "method",
    "test_result.verdict": "verdict",
    "test_result.origin": "origin of the result",
    "test_result.spec_id": "specification of the result",
    "document.number": "number",
    "document.issued_at": "day issued",
    "document.issued_by": "issuer",
    "document.kind": "kind of document",
    "document.subject_type": "subject of the document",
    "submission.submitted_at": "day submitted",
    "submission.due_at": "day due",
    "count.counted_by": "person who counted",
    "count.witnessed_by": "person who witnessed it",
    "document.status": "status of the document",
    "order.lot_id": "batch of the order",
    "order.equipment": "equipment",
    "order.actual_quantity": "actual quantity",
    "order.planned_quantity": "planned quantity",
    "order.master_record": "master record of the order",
    "order.master_record_version": "version of it that the order names",
    "quality_record.reason_code": "reason",
    "site.regulated_as": "regimes of the site",
}
# words of the vocabulary that need more than the loss of their underscores
_PLAIN = {
    "oos": "out-of-specification investigation",
    "capa": "corrective and preventive action",
    "arcos": "ARCOS",
    "arcos inventory": "ARCOS inventory",
    "arcos manufacturing": "ARCOS manufacturing",
    "csos report": "CSOS",
    "csos order": "CSOS order",
    "dea 222": "DEA 222 form",
    "form 41": "DEA 41 form",
    "other": "other document",
}
_SAID = {
    ("material.dea_schedule", "present"): "the material is a scheduled substance",
    ("lot.order_id", "present"): "the lot was made here",
    ("lot.order_id", "absent"): "the lot was not made here",
    ("quality_record.closed_at", "present"): "it is closed",
    ("quality_record.closed_at", "absent"): "it is open",
    ("quality_record.disposition", "present"): "a disposition is given",
    ("test_result.origin", "in"): "the result is {}",
    ("test_result.verdict", "in"): "the result is a {}",
    ("material.flags", "has_any"): "the material is flagged {}",
    ("material.flags", "has_none"): "the material is not flagged {}",
    ("site.regulated_as", "has_any"): "the site is regulated as {}",
}
_FLAGS = {
    "order.automated": "the order's equipment is {}automated",
    "material.food_traceability_list": "the material is {}on the food traceability list",
}
# conditions that say what kind of record is meant, so that the noun can say it
KIND_COLUMNS = {
    "quality_record": "quality_record.kind",
    "document": "document.kind",
    "submission": "submission.kind",
    "count": "count.kind",
}
_SUFFIXES = {"count": " count", "submission": " report"}
_ADJECTIVES = {
    ("test_result.origin", "own"): "own",
    ("test_result.origin", "supplier"): "supplier's",
    ("test_result.verdict", "fail"): "failing",
}
_ACRONYMS = {"dea": "DEA", "ndc": "NDC", "gln": "GLN", "tlc": "TLC", "epa": "EPA", "fei": "FEI"}
_ACRONYMS |= {"uom": "unit", "cas": "CAS", "spec": "specification"}
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
        unit = (of.unit or self.unit(of.count)).removesuffix("s").replace("_", " ")
        return f"{count} {unit}" if count == "1" else f"{count} {unit}s"

    def tolerance(self, of: Tolerance) -> str:
        """A tolerance, such as ``1 %``."""
        unit = of.unit or self.unit(of.value)
        if of.kind == "percent":
            unit = "%"
        if of.kind == "duration" and self.value(of.value) != "1":
            unit = f"{unit}s"
        return f"{self.value(of.value)} {unit}".strip()

    def values(self, of: Sequence[Operand], word: str = "or") -> str:
        """Values as ``a, b or c``; words of the vocabulary in plain words."""
        return joined([_PLAIN.get(text := self.value(v), text) for v in of], word)

    def condition(self, terms: Sequence[Term]) -> str:
        """Terms as one phrase: ``the class of the material is raw or packaging``."""
        return joined([self._term(term) for term in terms], "and")

    def _term(self, term: Term) -> str:
        if term.column in _FLAGS and term.op == "in":
            no = "" if self.values(term.values) == "true" else "not "
            return _FLAGS[term.column].format(no)
        special = _SAID.get((term.column, term.op))
        if special is not None:
            return special.format(self.values(term.values))
        name = f"the {column(term.column)}"
        plural = name.startswith(("the flags ", "the regimes "))
        verb, do = ("are", "do") if plural else ("is", "does")
        if term.value is not None:
            return f"{name} {verb} {_NUMBERS[term.op]} {self.value(term.value)}"
        return {
            "in": f"{name} {verb} {self.values(term.values)}",
            "not_in": f"{name} {verb} not {self.values(term.values)}",
            "present": f"{name} {verb} given",
            "absent": f"{name} {verb} not given",
            "has_any": f"{name} {'include' if plural else 'includes'} {self.values(term.values)}",
            "has_none": f"{name} {do} not include {self.values(term.values)}",
            "matches": f"{name} {verb} formed like {self._patterns(term)}",
        }[term.op]

    def _patterns(self, term: Term) -> str:
        """Patterns as they stand, for underlines mean something in them."""
        params = self.map.params
        found = [params[v.param].value if v.param in params else v.value for v in term.values]
        return joined([str(each) for each in found], "or")


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
    return f"{'an' if noun[0] in 'aeiouA' else 'a'} {noun}"


def one(word: str) -> str:
    """A kind of record with its article: ``a receipt``."""
    return _KINDS.get(word) or article(plain(word))


def noun(word: str) -> str:
    """A kind of record without article: ``receipt``."""
    return one(word).split(" ", 1)[1]


def kinds(of: Kinds, form: str = "one") -> str:
    """Kinds of record, each with article (``one``) or without (``noun``)."""
    if of.kind == "change" and of.types:
        records = [word for table in of.types for word, t in CHANGED.items() if t == table]
        return f"{one('change') if form == 'one' else 'change'} of {kinds_of_records(records)}"
    words = of.types or (of.kind,)
    return joined([one(w) if form == "one" else noun(w) for w in words], "or")


def kinds_of_records(words: Sequence[str]) -> str:
    """Words for records, each with article: ``a test result or a specification``."""
    return joined([article(plain(word)) for word in words], "or")


def named(of: Kinds, terms: Sequence[Term], wording: Wording, form: str = "one") -> str:
    """Kinds of record with their condition: ``a deviation where …``, ``status … to released``."""
    name, rest = kinds(of, form), list(terms)
    told = [t for t in terms if t.column == KIND_COLUMNS.get(of.kind) and t.op == "in"]
    if told:
        nouns = [
            f"{wording.values([value])}{_SUFFIXES.get(of.kind, '')}" for value in told[0].values
        ]
        name = joined([article(word) if form == "one" else word for word in nouns], "or")
        rest = [t for t in rest if t is not told[0]]
    for term in terms:
        adjective = _ADJECTIVES.get((term.column, wording.values(term.values)))
        if term.op == "in" and adjective is not None:
            bare = f"{adjective} {name.split(' ', 1)[1] if form == 'one' else name}"
            name = article(bare) if form == "one" else bare
            rest = [t for t in rest if t is not term]
    to = [t for t in rest if t.column == "lot_status.to_status" and t.op == "in"]
    if to:
        name, rest = (
            f"{name} to {wording.values(to[0].values)}",
            [t for t in rest if t is not to[0]],
        )
    return f"{name} where {wording.condition(rest)}" if rest else name


def many(noun_: str) -> str:
    """The plural of a noun phrase: ``issues of labels``."""
    head, space, rest = noun_.partition(" of ")
    if not space:
        head, space, rest = noun_.partition(" to ")
    plural = head[:-1] + "ies" if head.endswith("y") else head + "s"
    return f"{'finished goods' if noun_ == 'finished goods' else plural}{space}{rest}"


def subject(kind: str, types: Sequence[str]) -> str:
    """What a verdict is about: ``lot``, ``receipt``."""
    return joined([noun(word) for word in types], "or") if types else _SUBJECTS[kind]


def column(dotted: str) -> str:
    """A column in plain words, without article."""
    if dotted in _COLUMNS:
        return _COLUMNS[dotted]
    alias, _, name = dotted.rpartition(".")
    words = name.removesuffix("_id").removesuffix("_at").split("_")
    plain_name = " ".join(_ACRONYMS.get(word, word) for word in words)
    if not alias or alias in ("event",):
        return plain_name
    return f"{plain_name} of the {plain(alias)}"


def anchor(of: Anchor) -> str:
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
    return f"each {name}{bound}" if of.take == "each" else f"the {of.take} {name}{bound}"


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
