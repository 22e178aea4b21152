"""Random checks that look at many records at once, or at what stands beside a lot."""

from __future__ import annotations

from hypothesis import strategies as st

from .drawn_anchors import Rule, anchors


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
        "customer": ["customer", "site"],
        "supplier_material": ["supplier", "material"],
        "site_material": ["material", "site"],
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
