"""The check shape `document`: one of the kind was in force, issued in time, and is complete.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from .conditions import holds
from .correlation import same
from .instants import Instant, exactly, not_after
from .items import asks, item_of, per_anchor
from .kinds import Thing, context_of, related, when
from .nested import Found, nested_items
from .pairs import ABOUT
from .shape_people import as_list, valid
from .subjects import Anchor, Case, anchors, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of
from .world import KEYS, NULL, PRECISION, Row

Check = Mapping[str, Any]
Judged = tuple[int, str | None]

_WORST_FIRST = ("expired", "late", "wrong_order", "mismatch", "missing")
"""Which fault is named where there are several, of one document or of many."""

_TARGETS = {
    "lot": ("lots", "lot.lot_id"),
    "supplier": ("parties", "lot.supplier_id"),
    "customer": ("parties", "shipment.customer_id"),
    "order": ("orders", "order.order_id"),
    "shipment": ("shipments", "shipment.shipment_id"),
    "material": ("materials", "material.material_id"),
    "site": ("sites", "site.site_id"),
}


def document(check: Check, case: Case) -> list[Item]:
    """At each anchor a document of the kind was in force for what it is about."""
    words = [word for word in ("before", "at") if word in check]
    items, found = [], []
    for chosen in product(*(anchors(case, check[word]) for word in words)):
        hung_on = dict(zip(words, chosen, strict=True))
        anchor = item_of(check, hung_on) or next(iter(chosen), None) or subject_anchor(case)
        judge = _Judge(check, case, hung_on, anchor)
        items += per_anchor(check, [anchor], judge.item)
        found += judge.found
    return items + nested_items(check, case, found)


@dataclass(frozen=True)
class _Judge:
    check: Check
    case: Case
    hung_on: Mapping[str, Anchor]
    anchor: Anchor

    def item(self, anchor: Anchor) -> Item:
        truth, code = self._judged()
        return Item(truth, code, anchor.moment, anchor.record)

    @property
    def found(self) -> list[Found]:
        """The documents that other checks may be nested on."""
        asked = asks(self.check, self.anchor)
        return [
            Found(record, all_of([truth, asked]), code if truth == UNKNOWN else None)
            for record, truth, code in self._documents or []
        ]

    @property
    def _unclear(self) -> str | None:
        return next((a.unknown for a in self.hung_on.values() if a.unknown), None)

    @cached_property
    def _documents(self) -> list[tuple[Anchor, int, str | None]] | None:
        targets = _targets(self.check, self.case, self.anchor)
        if self._unclear or not targets:
            return None
        rows = _about(self.check, self.case, targets)
        return [self._one_document(row) for row in rows]

    def _judged(self) -> Judged:
        if self._documents is None:
            return UNKNOWN, self._unclear or NULL
        if any(truth == HOLDS for _, truth, _ in self._documents):
            return HOLDS, None
        unsure = [code for _, truth, code in self._documents if truth == UNKNOWN and code]
        if unsure:
            return UNKNOWN, min(unsure)
        doubt = self._doubt()
        if doubt:
            return UNKNOWN, doubt
        codes = [code for _, _, code in self._documents if code]
        return FAILS, next((code for code in _WORST_FIRST if code in codes), "missing")

    def _doubt(self) -> str | None:
        if self.check["document"] == "specification":
            return self.case.doubt("specifications")
        return self.case.doubt_since_birth("documents")

    def _one_document(self, row: Row) -> tuple[Anchor, int, str | None]:
        is_specification = self.check["document"] == "specification"
        context = context_of(self.case.world, "document", row)
        table = "specifications" if is_specification else "documents"
        record = Anchor(table, row, context, when("document", row))
        meant = [
            holds(self.check.get("where", {}), context),
            same(self.check.get("same", {}), context, self.anchor.context),
        ]
        if all_of(meant) == FAILS:
            return record, FAILS, None
        at = self.hung_on.get("at")
        judged: list[Judged] = [
            (all_of(meant), NULL),
            *_document_then(row, at.at if at else None),
            *_issued_in_time(self.check, row, self.hung_on.get("before")),
        ]
        truth = all_of(truth for truth, _ in judged)
        codes = [code for found, code in judged if found == truth and code]
        worst_first = [*_WORST_FIRST, NULL, PRECISION]
        return record, truth, min(codes, key=worst_first.index, default=None)


def _targets(check: Check, case: Case, anchor: Anchor) -> set[tuple[str, str]]:
    """Tables and identifiers that the document may be about; none when nobody knows."""
    of = check.get("of", "subject")
    if check["document"] == "specification" and of == "subject":
        of = "material"
    if of == "subject":
        return {_identity(case.subject.thing)}
    table, column = _TARGETS[of]
    target = anchor.context.value(column)
    if target is not None:
        return {(table, target)}
    return {_identity(thing) for thing in related(case.world, case.subject.thing, of) or []}


def _identity(thing: Thing) -> tuple[str, str]:
    if thing.table in ABOUT:
        table, column = ABOUT[thing.table]
        return table, thing.row[column]
    return thing.table, str(thing.row.get(KEYS.get(thing.table, ""), thing.row.get("record_id")))


def _about(check: Check, case: Case, targets: set[tuple[str, str]]) -> Iterator[Row]:
    if check["document"] == "specification":
        for row in case.world.rows("specifications"):
            if ("materials", row.get("material_id")) in targets:
                yield {
                    "status": "effective",
                    "issued_at": row.get("valid_from"),
                    "issued_by": row.get("approved_by"),
                    "kind": "specification",
                    "number": row.get("spec_id"),
                    "doc_version": row.get("spec_version"),
                    **row,
                }
        return
    links = {
        link.get("document_id")
        for link in case.world.rows("document_links")
        if (link.get("subject_type"), link.get("subject_id")) in targets
    }
    for row in case.world.rows("documents"):
        chief = (row.get("subject_type"), row.get("subject_id")) in targets
        if row.get("kind") in as_list(check["document"]) and (chief or row["document_id"] in links):
            yield row


def _document_then(row: Row, at: Instant | None) -> Iterator[Judged]:
    status = row.get("status")
    if status is None:
        yield UNKNOWN, NULL
    elif status in {"draft", "rejected"}:
        yield FAILS, "mismatch"
    elif at is None and status == "superseded":
        yield FAILS, "expired"
    if at is not None:
        in_force = valid(row, at)
        yield in_force, {FAILS: "expired", UNKNOWN: PRECISION}.get(in_force)


def _issued_in_time(check: Check, row: Row, gate: Anchor | None) -> Iterator[Judged]:
    if gate is None:
        return
    issued = exactly(row.get("issued_at"))
    order = not_after(issued, gate.at)
    yield _unknown_or(order, "wrong_order")
    if "within" in check and gate.at is not None:
        yield _unknown_or(not_after(gate.at.set_back(check["within"]), issued), "late")


def _unknown_or(order: int | None, code: str) -> Judged:
    if order is None:
        return UNKNOWN, NULL
    return order, {FAILS: code, UNKNOWN: PRECISION}.get(order)
