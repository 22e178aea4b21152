"""Compares the verdicts of the SQL with those of the reference, and makes a disagreement small.

Many worlds are judged by the SQL at once, each with identifiers of its own, for a run has a price
of its own. A disagreement is made small in the same way: all worlds with one row less at once.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from lotproof.evidence.maps import load_map
from lotproof.evidence.warehouse import judge_worlds

from .drawing import AS_OF, PERIOD, World
from .drawn_anchors import Rule
from .judge import judge_prepared, prepared
from .rules import whole_map
from .worlds import side_by_side

Answer = tuple[str, str | None] | None
"""State and code; nothing when there is no verdict."""
Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Disagreement:
    """One requirement and subject of a world on which the two judges differ."""

    rule: Rule
    world: World
    subject: str
    reference: Answer
    sql: Answer

    def __str__(self) -> str:
        rule = {key: self.rule[key] for key in ("subject", "applies", "expect") if key in self.rule}
        rows = "\n".join(
            f"    {table}: {_shown(row)}" for table, rows in self.world.items() for row in rows
        )
        return (
            f"{rule}\n  subject {self.subject}: reference says {self.reference}, "
            f"SQL says {self.sql}, in\n{rows}"
        )


def disagreements(worlds: Sequence[World], rules: Sequence[Rule]) -> list[Disagreement]:
    """Every requirement and subject on which reference and SQL do not say the same."""
    random_map = whole_map(list(rules))
    by_sql = _by_sql(worlds, random_map)
    random_map = prepared(random_map, PERIOD)
    by_id = {rule["id"]: rule for rule in rules}
    found = []
    for number, world in enumerate(worlds):
        by_reference = _by_reference(world, random_map, number)
        for key in sorted(by_reference.keys() | by_sql[f"w{number}-S1"].keys()):
            one, other = by_reference.get(key), by_sql[f"w{number}-S1"].get(key)
            rule = by_id[key[0]]
            if _admitted(rule, one) != _admitted(rule, other):
                subject = key[1].replace(f"w{number}-", "")
                found.append(Disagreement(rule, world, subject, one, other))
    return found


def _by_reference(world: World, random_map: Rule, number: int) -> dict[tuple[str, str], Answer]:
    return {
        (verdict.requirement_id, _named(number, verdict.subject_id)): (verdict.state, verdict.code)
        for verdict in judge_prepared(world, random_map, PERIOD, AS_OF)
    }


def _admitted(rule: Rule, answer: Answer) -> Answer:
    """What of an answer has to be the same: of a rotation, any doubt about any lot may be named."""
    if answer is not None and answer[0] == "undetermined" and "'rotation'" in str(rule["expect"]):
        return answer[0], None
    return answer


def _named(number: int, subject: str) -> str:
    """A subject as it is called among many worlds; a pair has two identifiers."""
    return "/".join(f"w{number}-{part}" for part in subject.split("/"))


def _by_sql(worlds: Sequence[World], random_map: Rule) -> dict[str, dict[tuple[str, str], Answer]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "random.yml"
        file.write_text(yaml.safe_dump(random_map, sort_keys=False), "utf-8")
        rows = judge_worlds(side_by_side(worlds), [load_map(file)], PERIOD, AS_OF)
    found: dict[str, dict[tuple[str, str], Answer]] = defaultdict(dict)
    for row in rows:
        key = (row["requirement_id"], row["subject_id"])
        found[row["site_id"]][key] = (row["state"], row["code"])
    return found


def smallest(found: Sequence[Disagreement]) -> list[Disagreement]:
    """The same disagreements in worlds that cannot do without any of their rows."""
    current = [_only(each) for each in found]
    while current:
        tried = [(index, row) for index, each in enumerate(current) for row in _rows(each.world)]
        needless = defaultdict(list)
        for (index, row), differs in zip(
            tried, _still([_without(current[i], [row]) for i, row in tried]), strict=True
        ):
            if differs:
                needless[index].append(row)
        if not needless:
            return current
        current = _dropped(current, needless)
    return current


def _dropped(current: list[Disagreement], needless: dict[int, list[Row]]) -> list[Disagreement]:
    """Each world without as many of its needless rows as can go together."""
    steps = [(i, count) for i, rows in needless.items() for count in range(1, len(rows) + 1)]
    candidates = [_without(current[i], needless[i][:count]) for i, count in steps]
    after = list(current)
    for (index, _), candidate in zip(steps, _still(candidates), strict=True):
        if candidate:
            after[index] = candidate
    return after


def _still(candidates: Sequence[Disagreement]) -> list[Disagreement | None]:
    """The candidates on which the judges still differ in the same way."""
    rules = {each.rule["id"]: each.rule for each in candidates}
    random_map = whole_map(list(rules.values()))
    by_sql = _by_sql([each.world for each in candidates], random_map)
    answers: list[Disagreement | None] = []
    for number, each in enumerate(candidates):
        key = (each.rule["id"], _named(number, each.subject))
        alone = prepared(whole_map([each.rule]), PERIOD)
        one = _by_reference(each.world, alone, number).get(key)
        other = by_sql[f"w{number}-S1"].get(key)
        same = (one, other) == (each.reference, each.sql)
        answers.append(each if same else None)
    return answers


def _only(each: Disagreement) -> Disagreement:
    return replace(each, world={table: list(rows) for table, rows in each.world.items()})


def _rows(world: World) -> list[Row]:
    return [(table, row) for table, rows in world.items() for row in rows if table != "sites"]


def _without(each: Disagreement, gone: Sequence[Row]) -> Disagreement:
    kept = {
        table: [row for row in rows if not any(row is other for _, other in gone)]
        for table, rows in each.world.items()
    }
    return replace(each, world={table: rows for table, rows in kept.items() if rows})


def _shown(row: dict[str, Any]) -> str:
    hidden = {"site_id", "base_uom", "utc_offset"}
    return ", ".join(f"{k}={v}" for k, v in row.items() if v is not None and k not in hidden)
