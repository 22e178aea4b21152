"""Random checks of single records: events, signatures, segregation, status, columns."""

from __future__ import annotations

from hypothesis import strategies as st

from .drawn_anchors import ON_EVENTS, PAIRS, TYPES, Rule, anchors


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
        check |= draw(_deadlines(check, subject))
    if shape == "during":
        check = {"never": kinds, "during": "each quality_record"}
    if draw(st.integers(0, 3)) == 0:
        check["where"] = draw(ON_EVENTS)
    if "event" in check:
        check |= draw(_nested())
    return check


SPANS = (
    "4 days", "48 hours", "20 days", "2 months", "2 months", "$days", "7 weeks",
    "2 working days", "4 business days", "15 working days",
)  # fmt: skip
DATES = (
    "15th of the following month", "last day of the month", "last day of the following month",
    "10th of the month after the quarter", "last day of the quarter",
    "1 November of the year", "last day of the following month or next business day",
)  # fmt: skip


@st.composite
def _deadlines(draw: st.DrawFn, check: Rule, subject: str) -> Rule:
    word = "before" if "before" in check else "after"
    if word == "after" and draw(st.integers(0, 3)) == 0:
        found = {"by": draw(st.sampled_from(DATES))}
    else:
        spans = SPANS if word == "after" else SPANS[:7]
        found = {"within": draw(st.sampled_from(spans))}
    has_ends = subject in {"site_period", *PAIRS}
    if word == "after" and has_ends and draw(st.integers(0, 2)) == 0:
        found["after"] = draw(st.sampled_from(["each month_end", "each quarter_end"]))
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
