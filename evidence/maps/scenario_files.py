"""Scenario files (``<map>.tests.yml``): small worlds and the verdicts they must give.

Reads and checks them. A row is one line of text (``world_lines``) or a mapping with its table;
what the lines mean is left to ``world_lines``, what they give to ``scenarios``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from ..errors import LotproofError
from ..yaml_files import YamlFile, raise_all, read_yaml
from .grammar import MisreadError, near
from .loading import TESTS_SUFFIX, checked
from .phrases import Part
from .vocabulary import GAP_CODES

STATES = (
    "met",
    "gap",
    "pending",
    "undetermined",
    "accepted_risk",
    "attested",
    "not_applicable",
    "nothing",
)
REASONS = ("not_covered", "quarantined", "null_operand", "precision", "unit", "no_history")


@dataclass(frozen=True, slots=True)
class Expected:
    """A verdict asked for: state, and the code where the scenario names one."""

    state: str
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.state} {self.code}" if self.code else self.state


def expected(text: object) -> Expected:
    """Read ``met``, ``gap wrong_order``, ``undetermined not_covered`` or ``nothing``."""
    words = text.split() if isinstance(text, str) else []
    if not words or len(words) > 2 or words[0] not in STATES:
        raise MisreadError(f"'{text}'", f"one of: {', '.join(STATES)}", near(str(text), STATES))
    codes = GAP_CODES if words[0] in ("gap", "accepted_risk") else REASONS
    if len(words) == 2 and words[1] not in codes:
        raise MisreadError(f"'{words[1]}'", f"one of: {', '.join(codes)}", near(words[1], codes))
    if words == ["gap"]:
        raise MisreadError("'gap' without its code", f"gap and one of: {', '.join(GAP_CODES)}")
    return Expected(words[0], words[1] if len(words) == 2 else None)


def _verdicts(data: object) -> dict[str, Expected]:
    """One verdict (key ``""``: the only one there is), or one per subject."""
    if isinstance(data, dict):
        return {str(subject): expected(text) for subject, text in data.items()}
    return {"": expected(data)}


def _rows(data: object) -> tuple[str | dict[str, Any], ...]:
    if not isinstance(data, list) or not all(isinstance(row, (str, dict)) for row in data):
        raise MisreadError("no list of rows", "lines of text, or mappings with a table")
    return tuple(data)


Rows = Annotated[
    tuple[str | dict[str, Any], ...],
    PlainValidator(_rows),
    WithJsonSchema({"type": "array", "items": {"type": ["string", "object"]}}),
]
Verdicts = Annotated[
    dict[str, Expected],
    PlainValidator(_verdicts),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        }
    ),
]
Window = Literal["none"] | dict[str, str]


class World(Part):
    """What a scenario may change of the world around its rows.

    Attributes:
        period: the month judged.
        as_of: what had been recorded by then is known (UTC).
        site: columns of the one site.
        covers: tables that are not covered (``none``) or only for a window.
    """

    period: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None
    as_of: str | None = None
    site: dict[str, str] = Field(default_factory=dict)
    covers: dict[str, Window] = Field(default_factory=dict)


class Case(World):
    """One small world and its verdicts.

    Attributes:
        shows: what the scenario shows, as a statement.
        given: named rows beside those of the group.
        rows: rows beside those of the group.
        without: words that stand in the rows to be left out.
        instead: words that stand in a row, and the row that takes its place.
        expect: the verdicts of the group's requirement.
    """

    shows: Annotated[str, Field(min_length=5)]
    given: tuple[str, ...] = ()
    rows: Rows = ()
    without: tuple[str, ...] = ()
    instead: dict[str, str | dict[str, Any]] = Field(default_factory=dict)
    expect: Verdicts


class Group(World):
    """The cases of one requirement, and the rows they share."""

    requirement: str
    given: tuple[str, ...] = ()
    rows: Rows = ()
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _distinct(self) -> Group:
        said = [case.shows for case in self.cases]
        twice = next((text for text in said if said.count(text) > 1), None)
        if twice is not None:
            raise MisreadError(f"'{twice}' twice", "a statement of its own for each case")
        return self


class ScenarioFile(World):
    """One ``<map>.tests.yml``.

    Attributes:
        map: the map whose requirements are tested.
        people: role of each person who acts in the scenarios.
        given: named rows that groups can start from.
        scenarios: the cases, by requirement.
    """

    map: str
    people: dict[str, str] = Field(default_factory=dict)
    given: dict[str, Rows] = Field(default_factory=dict)
    scenarios: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case with everything it stands in.

    Attributes:
        map: the map.
        requirement: the requirement judged.
        shows: what it shows.
        rows: its rows, each with the key path it was read from.
        world: period, as_of, site and coverage that hold for it.
        people: role by person.
        expect: verdict by subject; key ``""`` when there is only one.
        file: where it was read.
        path: key path of the case.
    """

    map: str
    requirement: str
    shows: str
    rows: tuple[tuple[str | dict[str, Any], tuple[str | int, ...]], ...]
    world: World
    people: Mapping[str, str]
    expect: Mapping[str, Expected]
    file: YamlFile
    path: tuple[str | int, ...]

    @property
    def period(self) -> str:
        """The month judged."""
        return self.world.period or "2026-10"

    @property
    def as_of(self) -> str:
        """What had been recorded by then is known (UTC)."""
        return self.world.as_of or "2026-11-04 17:00"


def scenario_files(dirs: Iterable[Path]) -> list[Path]:
    """The scenario files of the folders and below, by path."""
    return sorted({path for folder in dirs for path in folder.rglob(f"*{TESTS_SUFFIX}")})


def read_scenarios(path: Path) -> list[Scenario]:
    """The scenarios of one file, in its order.

    Raises:
        LotproofError: every fault of the file, each with line and key.
    """
    file = read_yaml(path)
    found = checked(file, ScenarioFile)
    faults: list[LotproofError] = []
    scenarios = [
        _scenario(file, found, (at, group), (number, case), faults)
        for at, group in enumerate(found.scenarios)
        for number, case in enumerate(group.cases)
    ]
    raise_all(faults)
    return scenarios


@dataclass
class _Rows:
    rows: list[tuple[str | dict[str, Any], tuple[str | int, ...]]] = field(default_factory=list)

    def add(self, rows: Sequence[str | dict[str, Any]], path: tuple[str | int, ...]) -> None:
        self.rows += [(row, (*path, index)) for index, row in enumerate(rows)]

    def named(self, words: str) -> list[int]:
        """Places of the rows in which the words stand."""
        pattern = re.compile(rf"(?<!\S){re.escape(words)}(?!\S)")
        return [index for index, (row, _) in enumerate(self.rows) if pattern.search(str(row))]


def _scenario(
    file: YamlFile,
    found: ScenarioFile,
    grouped: tuple[int, Group],
    numbered: tuple[int, Case],
    faults: list[LotproofError],
) -> Scenario:
    at, group = grouped
    number, case = numbered
    path = ("scenarios", at, "cases", number)
    rows = _Rows()
    for name in (*group.given, *case.given):
        if name not in found.given:
            known = ", ".join(found.given) or "the file has none"
            where = file.where((*(path[:2] if name in group.given else path), "given"))
            faults.append(LotproofError(f"given '{name}'", f"one of: {known}", "", where))
        rows.add(found.given.get(name, ()), ("given", name))
    rows.add(group.rows, ("scenarios", at, "rows"))
    _change(rows, case, file, path, faults)
    rows.add(case.rows, (*path, "rows"))
    return Scenario(
        found.map,
        group.requirement,
        case.shows,
        tuple(rows.rows),
        _merged(found, group, case),
        found.people,
        case.expect,
        file,
        path,
    )


def _change(
    rows: _Rows,
    case: Case,
    file: YamlFile,
    path: tuple[str | int, ...],
    faults: list[LotproofError],
) -> None:
    for words in case.without:
        places = rows.named(words)
        if not places:
            faults.append(_nowhere(words, file, (*path, "without")))
        rows.rows = [row for index, row in enumerate(rows.rows) if index not in places]
    for words, row in case.instead.items():
        places = rows.named(words)
        if len(places) != 1:
            faults.append(_nowhere(words, file, (*path, "instead", words), len(places)))
            continue
        rows.rows[places[0]] = (row, (*path, "instead", words))


def _nowhere(
    words: str, file: YamlFile, path: tuple[str | int, ...], times: int = 0
) -> LotproofError:
    found = f"'{words}' stands in {times or 'no'} rows of the scenario"
    wanted = "words that stand in exactly one" if times else "words that stand in one of them"
    return LotproofError(found, wanted, "write more of the row, as it stands", file.where(path))


def _merged(*worlds: World) -> World:
    """The later ones over the earlier ones."""
    period = as_of = None
    site: dict[str, str] = {}
    covers: dict[str, Window] = {}
    for world in worlds:
        period = world.period or period
        as_of = world.as_of or as_of
        site |= world.site
        covers |= world.covers
    return World(period=period, as_of=as_of, site=site, covers=covers)
