"""Random checks of what records are kept, told and stated: the shapes that came second."""

from __future__ import annotations

from hypothesis import strategies as st

from .drawn_anchors import ON_EVENTS, PAIRS, Rule

ON_LOTS = ("lot", "lot", "event.receipt", "event.consumption", "site_period", "order")


@st.composite
def unique_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Keys that stand for one thing; always within a site, for worlds know nothing of others."""
    if subject == "lot":
        return draw(
            st.sampled_from(
                [
                    {"unique": "lot_number", "in": "site.site_id"},
                    {"unique": "traceability_lot_code", "in": "site.site_id"},
                    {"unique": "lot_number", "per": "material_id", "in": "site.site_id"},
                    {
                        "unique": ["lot_number", "traceability_lot_code"],
                        "per": ["material_id", "supplier_id"],
                        "in": "site_id",
                        "versions": True,
                    },
                    {
                        "unique": "traceability_lot_code",
                        "per": "lot_id",
                        "in": ["site.site_id", "material.material_id"],
                        "where": {"lot.supplier_id": "present"},
                    },
                ]
            )
        )
    check: Rule = draw(
        st.sampled_from(
            [
                {"unique": "lot_id", "per": ["party_id", "shipment_id"]},
                {"unique": ["lot_id", "event.result"], "per": "performed_by"},
                {"unique": "order_id", "per": "material.material_id"},
                {"unique": "event.performed_by", "where": {"event.result": "pass"}},
            ]
        )
    )
    check = dict(check) | {"in": "site.site_id"}
    if not subject.startswith("event.") or draw(st.booleans()):
        check["on"] = draw(st.sampled_from(["each receipt", "each consumption", "first receipt"]))
    return check


@st.composite
def attested_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Statements in force."""
    del subject
    check: Rule = {"attested": "What is random is well known."}
    if draw(st.booleans()):
        check["as"] = draw(st.sampled_from(["part", "other"]))
    if draw(st.integers(0, 2)) == 0:
        check["role"] = "quality-unit"
    if draw(st.integers(0, 2)) == 0:
        check["renew"] = draw(st.sampled_from(["12 months", "20 days"]))
    return check


UNTIL = (
    "record + 2 months", "record", "lot.expires_at + 5 days", "lot.retest_at",
    "first receipt + 1 months", "last shipment + 2 days", "products.expires_at + 1 months",
)  # fmt: skip


@st.composite
def retained_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Dates before which nothing is disposed of."""
    until = draw(st.lists(st.sampled_from(UNTIL), min_size=1, max_size=3, unique=True))
    if subject not in {"site_period", "order"} and draw(st.booleans()):
        until = [text for text in until if not text.startswith("record")] or [UNTIL[2]]
        check: Rule = {"disposed": draw(st.sampled_from(["each disposition", "each issue"]))}
    else:
        kinds: list[object] = ["test_result", ["receipt"], "document", "document"]
        if subject == "site_period":
            kinds += ["specification"]
        check = {"retained": draw(st.sampled_from(kinds))}
        if check["retained"] == "specification":
            until = ["record + 2 months"]
    check["until"] = until
    if draw(st.integers(0, 2)) == 0:
        check["holds"] = {"quality_record.kind": "deviation"}
    return check


@st.composite
def audit_trail_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Entries about records."""
    kinds = ["test_result", "lot", "document"]
    if subject == "site_period":
        kinds += ["specification"]
    kind = draw(st.sampled_from(kinds))
    check: Rule = {"audit_trail": kind}
    own = {
        "test_result": ["value"],
        "lot": ["lot_number"],
        "specification": ["valid_to", "approved_by"],
        "document": ["number"],
    }
    if draw(st.booleans()):
        check["fields"] = own[kind]
    if draw(st.booleans()):
        check["asks"] = draw(st.sampled_from([["user"], ["user", "review"], ["old", "new"]]))
    if draw(st.integers(0, 2)) == 0:
        check["role"] = "quality-unit"
    if draw(st.integers(0, 3)) == 0:
        check["sequence"] = True
    return check


@st.composite
def threshold_checks(draw: st.DrawFn, subject: str) -> Rule:
    """Sums, counts, means and greatest values against a limit."""
    how = draw(st.sampled_from(["sum", "sum", "count", "mean", "max"]))
    check: Rule = {
        "threshold": how,
        "of": draw(st.sampled_from(["receipt", "consumption", ["issue", "consumption"]])),
    }
    if how != "count":
        columns = ["event.base_quantity", "event.base_quantity", "event.quantity"]
        check["column"] = draw(st.sampled_from(columns))
        if check["column"].endswith("base_quantity") and draw(st.integers(0, 2)) == 0:
            check["unit"] = "G"
    if draw(st.integers(0, 2)) == 0:
        check["where"] = draw(ON_EVENTS)
    if subject in {"site_period", *PAIRS}:
        over = ["period", "quarter", "year", "2 months", "20 days"]
        check["over"] = draw(st.sampled_from(over))
    if draw(st.booleans()):
        groups = ["material.material_id", "event.performed_by", "event.order_id"]
        check["group"] = draw(
            st.lists(st.sampled_from(groups), min_size=1, max_size=2, unique=True)
        )
    limit = 1 if how == "count" else draw(st.sampled_from([0, 97, 100, 196, 1000]))
    word = draw(st.sampled_from(["at_most", "below", "at_least", "above"]))
    check[word] = limit
    if word in {"at_most", "below"} and subject in {"site_period", *PAIRS} and "group" in check:
        usual = {"times": draw(st.sampled_from([1, 2])), "mean_over": "3 months"}
        check[word] = draw(st.sampled_from([limit, {**usual, "least": 1}, {**usual, "least": 2}]))
    return check


@st.composite
def rotation_checks(draw: st.DrawFn, subject: str) -> Rule:
    """The oldest stock first."""
    del subject
    check: Rule = {
        "rotation": draw(st.sampled_from(["each consumption", "each issue or consumption"]))
    }
    by = draw(st.sampled_from(["release", "receipt", "lot.expires_at", "lot.manufactured_at"]))
    if by != "release" or draw(st.booleans()):
        check["by"] = by
    return check
