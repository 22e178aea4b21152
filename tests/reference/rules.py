"""Random requirements in the language of the maps, for every check shape.

A rule is the mapping a map's YAML would hold; whether it makes sense for a regulator is no matter
here, only that both judges read it alike.
"""

from __future__ import annotations

import re
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.maps import load_map

from .collecting import collect

Rule = dict[str, Any]
TYPES = ("receipt", "inspection", "issue", "consumption", "release", "shipment", "sample")
SUBJECTS = (
    "lot", "lot", "lot", "order", "shipment", "site_period", "event.consumption", "event.receipt",
)  # fmt: skip
MATERIAL_SUBJECTS = {"lot", "order"}


def anchors(subject: str) -> st.SearchStrategy[str]:
    """First, last or each of some event, sometimes two kinds, sometimes bounded by a date."""
    named = st.builds(
        lambda take, kinds: f"{take} {kinds}",
        st.sampled_from(["first", "last", "each", "each"]),
        st.sampled_from([*TYPES, "receipt", "consumption", "consumption", "issue or consumption"]),
    )
    dates = {
        "lot": ["lot.expires_at", "lot.retest_at"],
        "order": ["order.started_at", "order.completed_at"],
        "shipment": ["shipment.shipped_at"],
        "event": ["lot.expires_at", "subject"],
    }.get(subject.partition(".")[0], ["period end"])
    bounded = st.sampled_from(
        ["each consumption after lot.retest_at", "first issue before lot.expires_at"]
    )
    many = [named, named, named, st.sampled_from(dates)]
    return st.one_of([*many, bounded] if subject == "lot" else many)


def conditions(subject: str) -> st.SearchStrategy[Rule]:
    """A condition on the subject's context."""
    known = [{"site.regulated_as": {"has": "drug"}}, {"site.name": "present"}]
    if subject in MATERIAL_SUBJECTS or subject.startswith("event."):
        known += [
            {"material.class": "raw"},
            {"material.class": ["raw", "finished"]},
            {"material.class": {"not": "raw"}},
            {"material.flags": {"has": "micro"}},
            {"material.flags": {"has_none": ["micro", "sterile"]}},
            {"material.shelf_life_days": {"at_least": 20}},
            {"lot.lot_number": "present"},
        ]
    if subject == "lot" or subject.startswith("event."):
        known += [{"lot.supplier_id": "absent"}, {"supplier.name": "present"}]
    if subject == "order":
        known.append({"order.automated": True})
    if subject == "shipment":
        known.append({"customer.name": "present"})
    return st.sampled_from(known)


ON_EVENTS = st.sampled_from([
    {"event.result": "pass"},
    {"event.result": {"not": "fail"}},
    {"event.quantity": {"above": 99}},
    {"event.quantity": {"at_most": "$limit"}},
    {"event.reason_code": "present"},
    {"material.class": "raw"},
    {"order.automated": True},
])  # fmt: skip


@st.composite
def event_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Presence, count, order, deadline, and what each event carries."""
    kinds = draw(st.sampled_from([*TYPES, ["issue", "consumption"], "release", "release"]))
    shape = draw(
        st.sampled_from(
            [
                "plain",
                "count",
                "never",
                "before",
                "before",
                "after",
                "within",
                "within",
                "shortly",
                "during",
            ]
        )
    )
    if shape == "never":
        check: Rule = {"never": kinds}
        if draw(st.booleans()):
            check["after"] = draw(anchors(subject))
    else:
        check = {"event": kinds}
    if shape == "count":
        check |= draw(st.sampled_from([{"at_least": 2}, {"at_most": 1}, {"exactly": 1}]))
    if shape in {"before", "shortly"}:
        check["before"] = draw(anchors(subject))
    if shape in {"after", "within"}:
        check["after"] = draw(anchors(subject))
    if shape in {"within", "shortly"}:
        check |= draw(_deadlines(check))
    if shape == "during":
        check = {"never": kinds, "during": "each quality_record"}
    if draw(st.integers(0, 3)) == 0:
        check["where"] = draw(ON_EVENTS)
    if "event" in check:
        check |= draw(_nested())
    return check


@st.composite
def _deadlines(draw: st.DrawFn, check: Rule) -> Rule:
    spans = ["4 days", "48 hours", "20 days", "2 months", "2 months", "$days", "7 weeks"]
    found = {"within": draw(st.sampled_from(spans))}
    word = "before" if "before" in check else "after"
    kinds = check["event"] if isinstance(check["event"], list) else [check["event"]]
    if check[word] == f"each {' or '.join(kinds)}":
        found[word] = "first receipt"  # a record measured against itself is refused
    return found


@st.composite
def _nested(draw: st.DrawFn) -> Rule:
    chosen = draw(st.integers(0, 7))
    if chosen == 0:
        return {"signed": draw(_signings())}
    if chosen == 1:
        return {"not_by": draw(st.sampled_from(["performer of inspection", "checker of same"]))}
    if chosen == 2:
        return {"signed": draw(_signings()), "not_by": "performer of sample"}
    return {"fields": ["performed_by", "event.result"]} if chosen == 3 else {}


@st.composite
def _signings(draw: st.DrawFn) -> Rule:
    asked: Rule = {"meaning": draw(st.sampled_from(["release", "review", ["release", "review"]]))}
    if draw(st.integers(0, 2)):
        asked["role"] = "quality-unit"
    if draw(st.integers(0, 2)) == 0:
        asked["distinct"] = 2
    return asked


@st.composite
def signed_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Signatures on anchors or on the subject."""
    check: Rule = {"signed": draw(_signings())}
    on = draw(st.sampled_from(["each release", "each consumption", "first receipt", "subject"]))
    if on != "subject" or subject not in {"site_period", "shipment"}:
        check["on"] = on
    if draw(st.booleans()):
        check["before"] = draw(anchors(subject).filter(lambda text: not text.startswith("each")))
    return check


@st.composite
def not_by_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Segregation."""
    del subject
    on = draw(st.sampled_from(["each release", "each consumption", "each test_result"]))
    inner = {"not_by": "performer", "actor": "checker", "on": on}
    if on == "each test_result":
        return inner
    return draw(
        st.sampled_from(
            [
                inner,
                {"not_by": "performer of inspection", "actor": "performer", "on": on},
                {"not_by": "performer of sample", "actor": "signer (release)", "on": on},
            ]
        )
    )


@st.composite
def status_checks(draw: st.DrawFn, subject: str) -> Rule:
    """The status as it was."""
    if subject.startswith("event."):
        at = draw(st.sampled_from(["subject", "each issue"]))
    else:
        known = ["each consumption", "first receipt", "each receipt", "last issue"]
        at = draw(st.one_of(st.sampled_from(known), anchors(subject)))
    wanted = draw(st.sampled_from([
        {"is": ["released"]}, {"is": ["released", "quarantine"]},
        {"is_not": ["blocked", "rejected"]},
    ]))  # fmt: skip
    return {"status_at": at, **wanted}


@st.composite
def field_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Complete records."""
    if draw(st.booleans()):
        return {
            "on": draw(st.sampled_from(["each receipt", "each consumption", "last shipment"])),
            **draw(st.sampled_from([
                {"fields": ["quantity", "uom", "result"]},
                {"fields": ["event.performed_by", "lot.lot_number", "material.name"]},
                {"fields": ["party.name", "party.address"]},
                {"fields": ["quantity"], "if_known": ["lot.supplier_id", "result"]},
            ])),
        }  # fmt: skip
    own = {
        "lot": ["lot_number", "supplier.address", "material.name"],
        "order": ["order.master_record", "lot.lot_number"],
        "shipment": ["customer.name", "shipped_at"],
        "event": ["performed_by", "lot.supplier_id", "shipment.customer_id"],
    }.get(subject.partition(".")[0])
    return {"fields": own} if own else {"fields": ["quantity"], "on": "each receipt"}


@st.composite
def document_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Documents in force."""
    check: Rule = {
        "document": draw(
            st.sampled_from(
                ["certificate_of_analysis", "procedure", ["certificate_of_analysis", "procedure"]]
            )
        )
    }
    of = {
        "lot": ["lot", "material", "site"],
        "order": ["order", "lot", "material"],
        "shipment": ["shipment", "site"],
        "site_period": ["site"],
    }.get(subject, ["lot", "order", "shipment"])
    check["of"] = draw(st.sampled_from(of))
    if draw(st.booleans()):
        check["at"] = draw(anchors(subject))
    elif draw(st.booleans()):
        check["before"] = draw(anchors(subject))
        if draw(st.booleans()):
            check["within"] = "20 days"
    if draw(st.integers(0, 3)) == 0:
        check |= draw(st.sampled_from([
            {"where": {"document.number": "present"}},
            {"fields": ["number", "issued_by"]},
            {"signed": {"meaning": "release"}},
        ]))  # fmt: skip
    return check


@st.composite
def result_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Results against the specification."""
    check: Rule = {
        "results": draw(
            st.sampled_from(["specification", "specification", ["purity"], ["identity", "assay"]])
        )
    }
    if draw(st.booleans()):
        check["origin"] = draw(st.sampled_from(["own", "supplier"]))
    if draw(st.integers(0, 2)) == 0:
        check["before"] = draw(anchors(subject))
    if subject == "shipment" and draw(st.booleans()):
        check["customer"] = True
    check |= draw(st.sampled_from([{}, {}, {"any_fail": True}, {"failing": "explained"}]))
    return check


@st.composite
def chain_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Genealogy."""
    del subject
    check = draw(st.sampled_from([
        {"chain": "up", "ends": ["receipt"]},
        {"chain": "up", "ends": ["receipt", "finished_goods"]},
        {"chain": "down", "ends": ["shipment", "disposition"]},
        {"chain": "down", "ends": ["shipment", "stock"]},
    ]))  # fmt: skip
    return {**check, "quantities": True} if draw(st.booleans()) else dict(check)


@st.composite
def balance_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Reconciliation."""
    check: Rule = {
        "balance": draw(st.sampled_from([["receipt"], ["receipt", "finished_goods"]])),
        "equals": draw(st.sampled_from([["consumption", "issue"], ["shipment"]])),
    }
    check |= draw(st.sampled_from([
        {"tolerance": "1 %"}, {"tolerance": "2 g"}, {"tolerance": "$slack"},
        {"ratio": {"lower": "0.9", "upper": "1.1"}}, {},
    ]))  # fmt: skip
    if subject == "site_period" and draw(st.booleans()):
        check["per"] = "material"
    if draw(st.integers(0, 3)) == 0:
        check["where"] = {"event.result": {"not": "fail"}}
    return check


@st.composite
def match_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Two columns."""
    if subject == "order" and draw(st.booleans()):
        word = draw(st.sampled_from(["equals", "at_most", "at_least"]))
        check: Rule = {"match": "order.actual_quantity", word: "order.planned_quantity"}
        return check | draw(st.sampled_from([{}, {"tolerance": "5 %"}, {"tolerance": "5"}]))
    if subject == "order":
        return {"match": "order.started_at", "at_most": "order.completed_at"}
    on = draw(st.sampled_from(["each receipt", "each consumption"]))
    return draw(st.sampled_from([
        {"match": "quantity", "equals": "base_quantity", "on": on, "tolerance": "1"},
        {"match": "event.performed_by", "equals": "event.checked_by", "on": on},
        {"match": "order.lot_id", "equals": "event.lot_id", "on": on},
    ]))  # fmt: skip


@st.composite
def every_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Recurrence."""
    span = draw(st.sampled_from(["12 months", "20 days", "400 days"]))
    if subject != "site_period":
        return {"every": span, "of": draw(st.sampled_from(["sample", "receipt"]))}
    return {"every": span} | draw(st.sampled_from([
        {"of": "count"},
        {"of": "count", "where": {"count.kind": "annual"}},
        {"of": "submission", "where": {"submission.kind": "arcos"}},
        {"of": "inspection"},
        {"of": "quality_record"},
    ]))  # fmt: skip


@st.composite
def authorised_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Permissions."""
    at = draw(st.sampled_from(["each receipt", "first receipt", "each consumption"]))
    if subject.startswith("event.") and draw(st.booleans()):
        at = "subject"
    return draw(st.sampled_from([
        {"authorised": "supplier_approval", "holder": "supplier", "scope": "material", "at": at},
        {"authorised": "supplier_approval", "holder": "supplier", "at": at},
        {"authorised": "role", "holder": "performer", "scope": "quality-unit", "at": at},
        {"authorised": "role", "holder": "checker", "at": at},
        {"authorised": "registration", "holder": "site", "scope": "schedule", "at": at},
    ]))  # fmt: skip


SHAPES = {
    "event": event_checks,
    "signed": signed_checks,
    "not_by": not_by_checks,
    "status_at": status_checks,
    "fields": field_checks,
    "document": document_checks,
    "results": result_checks,
    "chain": chain_checks,
    "balance": balance_checks,
    "match": match_checks,
    "every": every_checks,
    "authorised": authorised_checks,
}
FITTING = {
    "results": ("lot", "order", "shipment", "event.receipt"),
    "chain": ("lot",),
    "balance": ("lot", "order", "site_period"),
    "every": ("site_period", "lot"),
}


@st.composite
def checks(draw: st.DrawFn, shape: str, subject: str) -> Rule:
    """One check of a shape, now and then with `when`, `except_when` or `code`."""
    check: Rule = draw(SHAPES[shape](subject))
    if draw(st.integers(0, 5)) == 0:
        hung_on_events = any(
            str(check.get(key, "")).partition(" ")[0] in {"each", "first", "last"}
            for key in ("before", "after", "on", "at", "status_at")
        )
        if not hung_on_events:
            key = draw(st.sampled_from(["when", "except_when"]))
            check[key] = draw(conditions(subject))
    if draw(st.integers(0, 9)) == 0:
        check["code"] = "expired"
    return check


@st.composite
def requirements(draw: st.DrawFn, shape: str) -> Rule:
    """One requirement, mostly of one check of the shape, sometimes combined with others."""
    subject = draw(st.sampled_from(FITTING.get(shape, SUBJECTS)))
    first = draw(checks(shape, subject))
    expect: list[Rule] = [first]
    combination = draw(st.integers(0, 7))
    if combination <= 2:
        second = draw(checks(draw(st.sampled_from(["event", "fields", "document"])), subject))
        ways: list[list[Rule]] = [
            [{"any_of": [first, second]}],
            [{"if": second, "then": [first]}],
            [second, first],
        ]
        expect = ways[combination]
    rule: Rule = {
        "id": "r",
        "cites": "random",
        "title": "Random rule",
        "requires": "What this random rule asks for.",
        "sureness": "M",
        "subject": subject,
        "expect": expect,
        "severity": "minor",
        "remedy": "Nothing to be done about it.",
    }
    if draw(st.integers(0, 2)) == 0:
        rule["applies"] = draw(conditions(subject))
    if subject in {"lot", "order"} and draw(st.integers(0, 3)) == 0:
        word = draw(st.sampled_from(["has", "has", "has_not"]))
        rule.setdefault("applies", {})
        rule["applies"] = {**rule["applies"], word: draw(st.sampled_from([*TYPES]))}
    return rule


PARAMETERS = {
    "days": {"value": 15, "unit": "days"},
    "limit": {"value": 99},
    "slack": {"value": 1, "unit": "%"},
}


def some_rules(per_shape: int, of: int = 0) -> dict[str, list[Rule]]:
    """The same random rules of every shape each time, ids numbered through; of events thrice."""
    numbers = count()
    drawn = {}
    for shape in SHAPES:
        number = per_shape * (3 if shape == "event" else 1)
        drawn[shape] = collect(requirements(shape), number, of)
        for rule in drawn[shape]:
            rule["id"] = f"r{next(numbers)}"
            rule["title"] = f"Random rule {rule['id']}"
    refused = _refused([rule for many in drawn.values() for rule in many])
    return {
        shape: [rule for rule in many if rule["id"] not in refused] for shape, many in drawn.items()
    }


def _refused(rules: list[Rule]) -> set[str]:
    """Rules that can be read and say nothing, such as a record ordered against itself."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "random.yml"
        file.write_text(yaml.safe_dump(whole_map(rules), sort_keys=False), "utf-8")
        try:
            load_map(file)
        except LotproofError as error:
            return set(re.findall(r"requirement (r\d+)", str(error)))
    return set()


def whole_map(rules: list[Rule]) -> Rule:
    """The rules as the one map that is judged."""
    used = str(rules)
    return {
        "map": "random",
        "title": "Random rules",
        "authority": "nobody",
        "regime": "gmp",
        "source": {"edition": "random", "checked_on": "2026-01-01"},
        "in_force": {"from": "2000-01-01"},
        "applies_to": {"site.timezone": "present"},
        "owner": "quality-unit",
        "params": {name: value for name, value in PARAMETERS.items() if f"${name}" in used},
        "requirements": rules,
    }
