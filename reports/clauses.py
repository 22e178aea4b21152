"""The clause-by-clause matrix: for each map, what applied, what was met, what was not, how sure.

Also names clauses as people cite them. Stories of single gaps are left to :mod:`.gaps`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from . import states, words
from .reading import Row
from .tally import Tally

SURENESS = {"V": "read", "P": "partly read", "M": "from memory"}
"""How sure the text of a clause is, in a word."""

_INDICATIVE = "The site has not adopted this map; its verdicts are indicative."
_OPEN = ("gap", "undetermined", "accepted_risk", "pending", "attested")


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a page shows it: class for the colour, sign, words."""

    state: str
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause of the matrix, every cell as printed."""

    clause: str
    label: str
    title: str
    applied: str
    met: str
    marks: tuple[Mark, ...]
    text: str


@dataclass(frozen=True, slots=True)
class WaitingClause:
    """A clause that is listed and was not judged, and what its check waits for."""

    clause: str
    label: str
    title: str
    waits_for: str


@dataclass(frozen=True, slots=True)
class MapSection:
    """One map: its name, what it rests on, its clauses.

    ``rows`` are the clauses that applied, ``idle`` names those that applied to nothing, ``waiting``
    are those no check judges yet.
    """

    map_id: str
    name: str
    title: str
    facts: str
    note: str
    is_indicative: bool
    rows: tuple[ClauseRow, ...]
    idle: tuple[str, ...]
    waiting: tuple[WaitingClause, ...]


def map_sections(requirements: Sequence[Row], tallies: dict[str, Tally]) -> list[MapSection]:
    """The matrix of each map, in the order of the requirements."""
    grouped = groupby(requirements, key=lambda row: row["map_id"])
    sections = [_section(map_id, list(clauses), tallies) for map_id, clauses in grouped]
    names = Counter(section.name for section in sections)
    return [
        section if names[section.name] == 1 else replace(section, name=_full_name(section))
        for section in sections
    ]


def _full_name(section: MapSection) -> str:
    """The name of a map that shares its number with another: with its title."""
    return f"{section.name}: {section.title or section.map_id}"


def _section(map_id: str, clauses: list[Row], tallies: dict[str, Tally]) -> MapSection:
    first = clauses[0]
    name = map_name(clauses)
    judged = [row for row in clauses if row["state"] != "waits_for"]
    is_indicative = _is_indicative(clauses, tallies)

    def applied(row: Row) -> bool:
        return bool(tallies.get(row["clause"], Tally()).applied)

    return MapSection(
        map_id=map_id,
        # its labels go on where the name ends, and a heading does not end in half of one
        name=name.removesuffix(" chapter"),
        title=first.get("map_title") or "",
        facts=" · ".join(
            part
            for part in (
                first.get("map_title"),
                first["authority"],
                f"text of {first['edition']}" if first["edition"] else None,
                f"checked on {first['checked_on']}" if first["checked_on"] else None,
            )
            if part
        ),
        note=_INDICATIVE if is_indicative else "",
        is_indicative=is_indicative,
        rows=tuple(_row(row, name, tallies[row["clause"]]) for row in judged if applied(row)),
        idle=_idle([row for row in judged if not applied(row)], clauses, name),
        waiting=tuple(
            WaitingClause(
                row["clause"], label_of(row, name), row["title"],
                (row["waits_for"] or "a check").replace(",", ", "),
            )
            for row in clauses if row["state"] == "waits_for"
        ),
    )  # fmt: skip


def _idle(idle: list[Row], clauses: list[Row], name: str) -> tuple[str, ...]:
    """Clauses that applied to nothing; with their title where others bear the same number."""
    numbers = Counter(label_of(row, name) for row in clauses)
    return tuple(
        label if numbers[label] == 1 else f"{label} ({row['title']})"
        for row in idle
        for label in [label_of(row, name)]
    )


def _is_indicative(clauses: list[Row], tallies: dict[str, Tally]) -> bool:
    """Whether the site has not adopted the map: its verdicts say so, or else its status."""
    applied = [tallies[row["clause"]] for row in clauses if row["clause"] in tallies]
    if any(tally.applied for tally in applied):
        return any(tally.indicative for tally in applied)
    return bool(clauses[0]["status"] != "adopted")


def _row(row: Row, name: str, tally: Tally) -> ClauseRow:
    counts = tally.states
    by_statement = row["state"] == "attest" and not counts["gap"]
    return ClauseRow(
        clause=row["clause"],
        label=label_of(row, name),
        title=row["title"],
        applied=words.NOTHING if by_statement else words.number(tally.applied),
        met=words.NOTHING if by_statement or not tally.applied else words.number(counts["met"]),
        marks=marks_of(tally, row["severity"]),
        text=SURENESS.get(row["sureness"], words.NOTHING),
    )


def marks_of(tally: Tally, severity: str) -> tuple[Mark, ...]:
    """What a clause came to: every state but *met* with its count, or the one word for all."""
    found = [
        Mark(state, states.sign(state), _mark_text(state, tally.states[state], severity))
        for state in _OPEN
        if tally.states[state]
    ]
    if found:
        return tuple(found)
    state = "met" if tally.applied else "not_applicable"
    return (Mark(state, states.sign(state), "met" if tally.applied else "did not apply"),)


def _mark_text(state: str, count: int, severity: str) -> str:
    if state == "gap":
        return f"{words.number(count)} {words.plural(count, 'gap')} · {severity}"
    if state == "attested":
        return "attested"
    word = states.word(state)
    return f"{words.number(count)} {words.plural(count, word) if word[-1] == 'k' else word}"


def map_name(clauses: Sequence[Row]) -> str:
    """How people call a map: what all its citations begin with, such as ``21 CFR 211``.

    Where they begin with nothing in common, the map's title.
    """
    cites = [row["cites"] for row in clauses if row["cites"]]
    shared = _common_start(cites)
    if len(set(cites)) > 1 or not shared:
        shared = shared[: _whole(shared, cites)]
    else:
        shared = re.sub(r"\.[^.]*$", "", shared)
    shared = shared.rstrip(" .,(§")
    tells = any(letter.isdigit() for letter in shared) or " " in shared
    return shared if tells else clauses[0].get("map_title") or str(clauses[0]["map_id"]).upper()


def _common_start(texts: Sequence[str]) -> str:
    first, last = min(texts, default=""), max(texts, default="")
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)


def _whole(shared: str, cites: Sequence[str]) -> int:
    """How much of the shared beginning ends at the end of a word or number in every citation."""
    if all(len(c) == len(shared) or not c[len(shared)].isalnum() for c in cites):
        return len(shared)
    return max((match.end() for match in re.finditer(r"[ .]", shared)), default=0)


def label_of(row: Row, name: str) -> str:
    """The clause under the map's heading: ``211.84(a)`` under 21 CFR 211."""
    cites: str = row["cites"] or row["requirement_id"]
    lead, _, part = name.rpartition(" ")
    for start in (f"{name}, ", f"{name} "):
        if cites.startswith(start):
            return cites[len(start) :]
    if lead and cites.startswith(f"{lead} {part}"):
        return cites[len(lead) + 1 :]
    return cites


def clause_labels(requirements: Sequence[Row]) -> dict[str, str]:
    """For each clause, what it is called under its map's heading."""
    by_map: dict[str, list[Row]] = {}
    for row in requirements:
        by_map.setdefault(row["map_id"], []).append(row)
    names = {map_id: map_name(clauses) for map_id, clauses in by_map.items()}
    return {row["clause"]: label_of(row, names[row["map_id"]]) for row in requirements}


def label_for(row: Row, labels: dict[str, str]) -> str:
    """The label of a verdict's clause; its citation where the map is not among the requirements."""
    return labels.get(row["clause"]) or str(row["cites"] or row["clause"])
