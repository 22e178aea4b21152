"""Random requirements in the language of the maps, for every check shape.

A rule is the mapping a map's YAML would hold; whether it makes sense for a regulator is no matter
here, only that both judges read it alike.
"""

from __future__ import annotations

import re
import tempfile
from itertools import count
from pathlib import Path

import yaml
from hypothesis import strategies as st

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.maps import load_map

from .collecting import collect
from .drawn_anchors import PAIRS, SUBJECTS, TYPES, Rule, conditions
from .drawn_checks import (
    event_checks,
    field_checks,
    match_checks,
    not_by_checks,
    signed_checks,
    status_checks,
)
from .drawn_checks_of_lots import (
    authorised_checks,
    balance_checks,
    chain_checks,
    document_checks,
    every_checks,
    result_checks,
)
from .drawn_checks_of_records import (
    ON_LOTS,
    attested_checks,
    audit_trail_checks,
    retained_checks,
    rotation_checks,
    threshold_checks,
    unique_checks,
)

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
    "unique": unique_checks,
    "attested": attested_checks,
    "retained": retained_checks,
    "audit_trail": audit_trail_checks,
    "threshold": threshold_checks,
    "rotation": rotation_checks,
}
FITTING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("event", "fields", "document"), (*SUBJECTS, *PAIRS)),
    "results": ("lot", "order", "shipment", "event.receipt"),
    "chain": ("lot",),
    "unique": ON_LOTS,
    "retained": ON_LOTS,
    "audit_trail": ("lot", "order", "shipment", "site_period"),
    "threshold": ("lot", "order", "shipment", "site_period", *PAIRS),
    "rotation": ("lot", "site_period", "event.consumption", "site_material"),
    "balance": ("lot", "order", "site_period"),
    "every": ("site_period", "lot", "site_material", "supplier_material"),
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
