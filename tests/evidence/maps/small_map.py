"""A small map for tests, and the map with one line changed."""

from __future__ import annotations

from pathlib import Path

from lotproof.evidence.maps import ObligationMap, load_map

SMALL = """\
map: small
title: A small map
authority: Nobody
regime: gmp
source: {edition: first, checked_on: 2026-11-22}
in_force: {from: 2020-01-01}
applies_to: {site.regulated_as: {has: drug}}
owner: quality-unit
params:
  days: {value: 30, unit: days, from: the site}
requirements:
  - id: 1.10
    cites: Rule 1.10
    title: Released before use
    requires: Nothing is used before it has been released.
    sureness: V
    subject: lot
    applies: {material.class: [raw, packaging], has: consumption}
    expect:
      - event: release
        before: first consumption
        signed: {role: quality-unit, meaning: release}
        not_by: performer of inspection
      - status_at: each consumption
        is: [released]
    severity: critical
    remedy: Quarantine what it went into.
  - id: 1.20
    cites: Rule 1.20
    title: Disposed of in time
    requires: What is rejected is disposed of.
    sureness: P
    subject: lot
    expect:
      - event: disposition
        after: each lot_status
        when: {lot_status.to_status: rejected}
        within: $days
    severity: minor
    remedy: Dispose of the rejected lot.
"""


def written(folder: Path, old: str = "", new: str = "", name: str = "small.yml") -> Path:
    """The small map as a file, with ``old`` replaced by ``new``."""
    assert old in SMALL
    path = folder / name
    path.write_text(SMALL.replace(old, new, 1) if old else SMALL)
    return path


def small(folder: Path, old: str = "", new: str = "") -> ObligationMap:
    """The small map, loaded."""
    return load_map(written(folder, old, new))
