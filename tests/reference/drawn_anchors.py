"""What the checks of random rules hang on, and the conditions they carry."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Rule = dict[str, Any]
TYPES = ("receipt", "inspection", "issue", "consumption", "release", "shipment", "sample")
SUBJECTS = (
    "lot", "lot", "lot", "order", "shipment", "site_period", "event.consumption", "event.receipt",
)  # fmt: skip
PAIRS = ("customer", "supplier_material", "site_material")
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
    if subject.endswith("material"):
        known += [{"material.class": "raw"}, {"material.flags": {"has_none": ["micro"]}}]
    if subject == "lot" or subject.startswith("event."):
        known += [{"lot.supplier_id": "absent"}, {"supplier.name": "present"}]
    if subject == "order":
        known.append({"order.automated": True})
    if subject in {"shipment", "customer"}:
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
