from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lotproof.evidence.example.company import SITES, make_world
from lotproof.evidence.example.world.statements import adopted_maps, binds, concerns

ONLY_SCENARIOS = {
    "customer-traceability-exercise:iso22000-8.3-kept": (
        "what a plant sends as EPCIS has no audit trail of deletions"
    ),
    "customer-traceability-exercise:iso22000-8.3-tested": (
        "other faults spoil exercises, so there were some"
    ),
    "eu-178-2002:18-kept": "what a plant sends as EPCIS has no audit trail of deletions",
    "eu-178-2002:931.3-2": "what a plant sends as EPCIS has no audit trail of deletions",
    "customer-coa:version": "what is agreed with a customer holds for all of its deliveries",
    "eu-gmp-annex11:14": "a signature without its record is set aside when it is taken in",
    "eu-gmp-part1:6.32-year": "due in December, and the example is a month of October",
    "eu-reach:31.1-known": "what moves without flags leaves every clause about flags open",
    "house-rules:counted": "what lies in stock is counted at the end of the month",
    "us-21cfr11:11.70": "a signature without its record is set aside when it is taken in",
    "us-21cfr117:117.170-a": "another fault issues an annex of the plan, which renews it",
    "us-21cfr117:117.190-a": "other faults spoil readings, so there are some",
    "us-21cfr1s:1.1315-b": "the traceability plan of the example was never replaced",
    "us-21cfr1304:1304.21-b": "the number stands in lotproof.yml, which a fault leaves alone",
    "us-epcra313:372.30-d": "due in July, and the example is a month of October",
    "us-epcra313:372.30-d-missed": "another fault files a report, so none is missing for so long",
    "us-rcra:262.13": "the category stands in lotproof.yml, which a fault leaves alone",
    "us-rcra:262.13-amount": "the example's site is a large generator",
    "us-rcra:262.16-b": "the example's site is a large generator",
    "us-rcra:262.41": "due in March, and the example is a month of October",
}
"""Judged requirements that no planted fault can break, and why; their scenarios do."""

ONLY_HOUSTON = {"ich-q7:6.13-expiry", "ich-q7:6.13-retest"}
"""Clauses on a site's month about drug substances, which one only of the sites bound has."""


def judged() -> Iterator[tuple[str, Mapping[str, Any], int]]:
    """Clause, requirement, and at how many of the example's sites it binds."""
    for found in adopted_maps():
        sites = [site for site in SITES.values() if binds(found.get("applies_to", {}), site)]
        for requirement in found["requirements"]:
            bound = sum(concerns(requirement, site) for site in sites)
            if "expect" in requirement:
                yield f"{found['map']}:{requirement['id']}", requirement, bound


@pytest.fixture(scope="module")
def broken() -> Counter[str]:
    planted = make_world(2026)[1]
    return Counter(each.clause for each in planted if each.state != "pending")


def test_every_judged_requirement_is_broken_three_times(broken: Counter[str]) -> None:
    """Or at every site, when its subject is the site's month, of which each has one."""
    too_few = {}
    for clause, requirement, bound in judged():
        sites = 1 if clause in ONLY_HOUSTON else bound
        needed = min(3, sites) if requirement["subject"] == "site_period" else 3
        if clause not in ONLY_SCENARIOS and broken[clause] < needed:
            too_few[clause] = f"{broken[clause]} of {needed}"

    assert too_few == {}


def test_what_only_scenarios_break_is_shipped_and_not_planted(broken: Counter[str]) -> None:
    clauses = {clause for clause, _, _ in judged()}

    assert set(ONLY_SCENARIOS) <= clauses
    assert {clause for clause in ONLY_SCENARIOS if broken[clause]} == set()


def test_no_fault_is_said_to_break_what_is_not_shipped(broken: Counter[str]) -> None:
    clauses = {
        f"{found['map']}:{requirement['id']}"
        for found in adopted_maps()
        for requirement in found["requirements"]
    }

    assert set(broken) - clauses == set()
