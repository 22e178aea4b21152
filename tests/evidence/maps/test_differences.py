"""What changed between two versions of a map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lotproof.evidence.maps import ObligationMap, load_map
from lotproof.evidence.maps.differences import map_differences

from ..warehouse.small_worlds import small_map

RELEASED: dict[str, Any] = {"expect": [{"event": "release", "before": "first consumption"}]}
SOON: dict[str, Any] = {
    "expect": [{"event": "inspection", "after": "first receipt", "within": "$days"}]
}


def version(
    folder: Path, name: str, rules: dict[str, dict[str, Any]], days: int = 5
) -> ObligationMap:
    path = folder / f"{name}.yml"
    content = small_map("m", rules) | {"params": {"days": {"value": days, "unit": "days"}}}
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return load_map(path)


def test_each_requirement_that_changed_says_what_it_said_and_says(tmp_path: Path) -> None:
    before = version(tmp_path, "a", {"1": RELEASED, "2": SOON, "3": RELEASED, "4": RELEASED})
    other = RELEASED | {"severity": "minor"}
    signed = {"expect": [{"event": "release"}], "title": "Released at all"}
    after = version(tmp_path, "b", {"1": signed, "2": SOON, "3": other, "5": RELEASED}, days=7)
    found = {change.requirement: change for change in map_differences(before, after)}

    assert {name: change.what for name, change in found.items()} == {
        "1": "changed", "2": "changed", "3": "changed", "4": "removed", "5": "added",
    }  # fmt: skip
    rule, title = found["1"].parts
    assert (rule.part, title.part) == ("rule", "title")
    assert "before the first consumption" in rule.before
    assert "before the first consumption" not in rule.after
    assert (rule.decides, title.decides) == (True, False)
    assert {name: change.decides for name, change in found.items()} == {
        "1": True, "2": True, "3": False, "4": True, "5": True,
    }  # fmt: skip
    assert "7 days" in found["2"].parts[0].after


def test_a_map_does_not_differ_from_itself(tmp_path: Path) -> None:
    same = version(tmp_path, "a", {"1": RELEASED, "2": SOON})

    assert map_differences(same, same) == []
