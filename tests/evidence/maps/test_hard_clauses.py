"""The ten clauses that decided the language can be said in it (docs/adr/0005)."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.maps import compile_map, explain, load_map, shipped_maps

SHIPPED = {
    "us-21cfr211": ["211.84-d-2", "211.101-c", "211.101-d", "211.125-c", "211.150-b", "211.170-a"],
    "us-21cfr1s": ["1.1345-a", "1.1350-a-1", "1.1350-a-2"],
    "us-21cfr1304": ["1304.22-a-1-iii", "1304.22-a-2-iii"],
    "us-21cfr1305": ["1305.13-b"],
}
# Part 117 has no map yet; its hardest clause stands here so that the language can go on saying it
PART_117 = """\
map: us-21cfr117
title: Preventive controls for human food
authority: US FDA
regime: food_safety
source: {edition: 21 CFR 2016, checked_on: 2026-11-22}
in_force: {from: 2016-09-17}
applies_to: {site.regulated_as: {has: food}}
owner: quality-unit
params:
  action_days: {value: 30, unit: days, from: the site's procedure on corrective actions}
requirements:
  - id: 117.150-a-2
    cites: 21 CFR 117.150(a)(2)
    title: Affected food is kept out of commerce until it has been evaluated
    requires: All affected food is evaluated and kept out of commerce unless it is shown to be safe.
    control: Nothing of the lot leaves while the breach is open; the text asks for the evaluation.
    sureness: V
    subject: lot
    applies: {has: shipment}
    expect:
      - never: shipment
        during: each quality_record
        when:
          quality_record.kind: [nonconformance, incident]
          quality_record.severity: [critical, major]
    severity: critical
    remedy: Hold what is left, evaluate the lot, and recall what was shipped if it is not safe.
  - id: 117.150-b
    cites: 21 CFR 117.150(a), (c), (d)
    title: A breach leads to a corrective action, or to a correction where that is enough
    requires: Corrective actions identify and correct the problem and are documented.
    sureness: V
    subject: quality_record
    applies:
      quality_record.kind: [nonconformance, incident]
    expect:
      - any_of:
          - label: correction of a minor, isolated problem
            all:
              - fields: [quality_record.disposition]
                when: {quality_record.severity: minor}
              - match: quality_record.closed_at
                at_most: quality_record.opened_at
                tolerance: 1 day
          - label: corrective action
            event: quality_record
            where: {quality_record.kind: capa}
            after: quality_record.opened_at
            within: $action_days
            signed: {meaning: [review, approval]}
    severity: critical
    remedy: Open the corrective action and have it reviewed.
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_the_hard_clauses_are_judged_in_the_shipped_maps(name: str) -> None:
    found = next(m for m in shipped_maps() if m.map == name)

    for clause in SHIPPED[name]:
        requirement = found.requirement(clause)

        assert requirement is not None, clause
        assert requirement.state == "judged", clause


def test_corrective_actions_for_food_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "us-21cfr117.yml"
    path.write_text(PART_117)
    found = load_map(path)
    hold, action = found.requirements

    assert len(compile_map(found)["requirements"]) == 2
    assert "no shipment while any nonconformance or incident where the severity is" in explain(
        hold, found
    )
    assert "(b) corrective action: there is a corrective and preventive action within 30 days" in (
        explain(action, found)
    )
