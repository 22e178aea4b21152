"""Runs the scenarios of maps and says in plain words where a verdict is not the expected one.

The judge is the warehouse's unless another is given; all scenarios of the same month and as_of
are judged at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import LotproofError
from ..yaml_files import CollectedError, raise_all
from .boundaries import untried
from .checks import FieldsCheck
from .grammar import near
from .loading import TESTS_SUFFIX
from .model import ObligationMap, Requirement
from .scenario_files import Expected, Scenario, read_scenarios, scenario_files
from .worlds import SITE, Tables, world_of

_WORLD = re.compile(r"w\d{4}/")
Judge = Callable[[Tables, Sequence[ObligationMap], str, datetime], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario gave.

    Attributes:
        scenario: the scenario.
        found: verdict by subject.
        sentences: the sentence of each verdict, by subject.
        differences: what is not as expected, in plain words; empty when all is.
    """

    scenario: Scenario
    found: Mapping[str, Expected]
    sentences: Mapping[str, str]
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every verdict is the expected one."""
        return not self.differences

    def __str__(self) -> str:
        case = self.scenario
        where = case.file.where(case.path)
        head = f"{where}: {case.map}:{case.requirement}, “{case.shows}”"
        return "\n".join([head, *(f"  {text}" for text in self.differences)])


def load_scenarios(dirs: Iterable[Path], maps: Sequence[ObligationMap]) -> list[Scenario]:
    """Every scenario of the folders that belongs to one of the maps, in the order of the files.

    Raises:
        LotproofError: every scenario that cannot be read, or names a requirement its map lacks.
    """
    known = {found.map: found for found in maps}
    faults: list[LotproofError] = []
    scenarios: list[Scenario] = []
    for path in scenario_files(dirs):
        if path.name.removesuffix(TESTS_SUFFIX) not in known:
            continue
        try:
            scenarios += read_scenarios(path)
        except CollectedError as error:
            faults += error.faults
        except LotproofError as error:
            faults.append(error)
    raise_all([*faults, *(fault for case in scenarios for fault in _unknown(case, known))])
    return scenarios


def _unknown(case: Scenario, known: Mapping[str, ObligationMap]) -> list[LotproofError]:
    """What is wrong with the map and the requirement a scenario names."""
    name = case.file.path.name.removesuffix(TESTS_SUFFIX)
    if case.map != name:
        where = case.file.where(("map",))
        return [LotproofError(f"map '{case.map}'", f"{name}, as the file is called", "", where)]
    if known[name].requirement(case.requirement) is None:
        found = f"requirement '{case.requirement}' of map '{case.map}'"
        fix = near(case.requirement, [r.id for r in known[name].requirements])
        where = case.file.where((*case.path[:2], "requirement"))
        return [LotproofError(found, "a requirement of the map", fix or "remove it", where)]
    return []


def untested(maps: Iterable[ObligationMap], scenarios: Iterable[Scenario]) -> list[str]:
    """What no scenario shows, in plain words.

    Each requirement wants one that meets and one that breaks it, each deadline one on the day on
    which it ends.
    """
    known, cases = list(maps), list(scenarios)
    seen: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        states = {verdict.state for verdict in case.expect.values()}
        seen[f"{case.map}:{case.requirement}"] |= states
    faults: list[str] = []
    for found in known:
        for requirement in found.requirements:
            if requirement.state == "waits_for":
                continue
            clause = f"{found.map}:{requirement.id}"
            wanted = _wanted(requirement)
            missing = [state for state in wanted if state not in seen[clause]]
            faults += [f"{clause} has no scenario that is {state}" for state in missing]
    return [*faults, *untried(known, cases)]


def _wanted(requirement: Requirement) -> tuple[str, str]:
    """The states a requirement's scenarios have to show."""
    if requirement.state == "attest":
        return "attested", "gap"
    asks_only = all(isinstance(c, FieldsCheck) and not c.fields for c in requirement.expect)
    return "met", "undetermined" if asks_only else "gap"


def run_scenarios(
    scenarios: Sequence[Scenario], maps: Sequence[ObligationMap], judge: Judge | None = None
) -> list[Outcome]:
    """Judge the scenarios and compare, in their order.

    Raises:
        LotproofError: a row of a scenario cannot be read.
    """
    judged = judge or _warehouse
    batches: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for index, case in enumerate(scenarios):
        batches[(case.period, datetime.fromisoformat(case.as_of))].append(index)
    outcomes: dict[int, Outcome] = {}
    for (period, as_of), members in sorted(batches.items()):
        tables: Tables = {}
        for index in members:
            for table, rows in world_of(scenarios[index], _prefix(index)).items():
                tables.setdefault(table, []).extend(rows)
        needed = _needed(maps, [scenarios[index] for index in members])
        verdicts = _by_world(judged(tables, needed, period, as_of))
        for index in members:
            outcomes[index] = _compared(scenarios[index], verdicts.get(_prefix(index), []))
    return [outcomes[index] for index in range(len(scenarios))]


def _needed(maps: Sequence[ObligationMap], scenarios: Sequence[Scenario]) -> list[ObligationMap]:
    """The maps with only those requirements that the scenarios are about."""
    asked = {(case.map, case.requirement) for case in scenarios}
    trimmed = [
        (found, tuple(r for r in found.requirements if (found.map, r.id) in asked))
        for found in maps
    ]
    return [found.model_copy(update={"requirements": kept}) for found, kept in trimmed if kept]


def _warehouse(
    tables: Tables, maps: Sequence[ObligationMap], period: str, as_of: datetime
) -> Iterable[Mapping[str, Any]]:
    from ..warehouse import judge_worlds

    return judge_worlds(tables, maps, period, as_of)


def _prefix(index: int) -> str:
    return f"w{index:04d}/"


def _by_world(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[str(row["site_id"]).removesuffix(SITE)].append(row)
    return found


def _compared(case: Scenario, rows: Iterable[Mapping[str, Any]]) -> Outcome:
    mine = [
        row
        for row in rows
        if (row["map_id"], row["requirement_id"]) == (case.map, case.requirement)
    ]
    found = {_subject(row): Expected(row["state"], row["code"] or None) for row in mine}
    sentences = {_subject(row): str(row.get("sentence") or "") for row in mine}
    return Outcome(case, found, sentences, tuple(_differences(case.expect, found, sentences)))


def _subject(row: Mapping[str, Any]) -> str:
    return _WORLD.sub("", str(row["subject_id"]))


def _differences(
    expect: Mapping[str, Expected], found: Mapping[str, Expected], sentences: Mapping[str, str]
) -> list[str]:
    if "" in expect:
        return _single(expect[""], found, sentences)
    texts: list[str] = []
    for subject, wanted in expect.items():
        given = found.get(subject, Expected("nothing"))
        if not _fits(wanted, given):
            texts.append(_told(f"{subject}: ", wanted, given, sentences.get(subject, "")))
    return texts


def _single(
    wanted: Expected, found: Mapping[str, Expected], sentences: Mapping[str, str]
) -> list[str]:
    if wanted.state == "nothing":
        return [f"expected no verdict, found {_list(found)}"] if found else []
    if len(found) != 1:
        what = f"{len(found)} ({_list(found)})" if found else "none"
        return [f"expected one verdict, {wanted}; found {what}; name the subjects in expect"]
    subject, given = next(iter(found.items()))
    return [] if _fits(wanted, given) else [_told("", wanted, given, sentences[subject])]


def _fits(wanted: Expected, given: Expected) -> bool:
    return wanted.state == given.state and wanted.code in (None, given.code)


def _list(found: Mapping[str, Expected]) -> str:
    return ", ".join(f"{subject} {verdict}" for subject, verdict in sorted(found.items()))


def _told(who: str, wanted: Expected, given: Expected, sentence: str) -> str:
    because = f": {sentence}" if sentence else ""
    return f"{who}expected {wanted}, found {given}{because}"
