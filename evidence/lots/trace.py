"""A trace: a lot, all it was made from and all that was made from it, with what each says.

Quantities are those of the records: nothing is pro-rated, so what a lot far away holds of the lot
in question is not said. Facts later than the moment asked for are left out. How a trace is written
is left to ``lotproof.reports``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import LotproofError
from .chains import Chains, LinkFacts
from .repairs import Repair, repairs_of

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Known:
    """What a trace had to go by.

    Attributes:
        at: records stored by then count [aware].
        untold: rows left out because they do not say when they were stored.
    """

    at: datetime
    untold: int


@dataclass(frozen=True, slots=True)
class TracedLot:
    """A lot of a trace, as of its moment.

    Attributes:
        place: its place in the chain files.
        level: links away from the lot in question: below 0 before it, above 0 after it.
        facts: what the build says of it, without what came later.
        status: its status then; empty when none is recorded.
        first_at: when it is first heard of [UTC, ISO 8601], whatever the moment; empty when no
            fact of it has a time.
    """

    place: int
    level: int
    facts: dict[str, Any]
    status: str
    first_at: str

    @property
    def name(self) -> str:
        """The number people read on its label, else its identifier."""
        return str(self.facts["lot_number"] or self.facts["lot_id"])

    def status_at(self, at: str | None) -> str:
        """Its status at an instant [UTC, ISO 8601]; empty when none is recorded by then."""
        if not at:
            return ""
        then = [s["status"] for s in self.facts["statuses"] if s["at"] and s["at"] <= at]
        return str(then[-1] or "") if then else ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A lot with everything before and after it.

    Attributes:
        lot: the lot in question.
        lots: all lots of the trace by place, itself among them.
        links: all links of the trace.
        repairs: what is broken on the way.
        directions: which of ``up`` and ``down`` were walked.
        as_of: the moment; none when everything built counts.
        known: what had been recorded by when; none when all that is built counts.
    """

    lot: TracedLot
    lots: dict[int, TracedLot]
    links: tuple[LinkFacts, ...]
    repairs: tuple[Repair, ...]
    directions: tuple[str, ...]
    as_of: datetime | None
    known: Known | None = None

    def before(self) -> list[TracedLot]:
        """The lots it was made from, nearest first."""
        return self._side(-1)

    def after(self) -> list[TracedLot]:
        """The lots that were made from it, nearest first."""
        return self._side(1)

    def _side(self, sign: int) -> list[TracedLot]:
        found = [lot for lot in self.lots.values() if lot.level * sign > 0]
        return sorted(found, key=lambda lot: (abs(lot.level), lot.facts["lot_id"]))


def find_one(chains: Chains, name: str, site: str | None = None) -> int:
    """The place of the one lot of that name.

    Args:
        chains: where to look.
        name: identifier, lot number, supplier's lot number, or traceability lot code.
        site: only lots of this site.

    Raises:
        LotproofError: none, or several; lists them.
    """
    found = chains.find(name)
    if not found:
        from ..near_names import did_you_mean
        from .close_names import close_names

        near = close_names(chains, name)
        raise LotproofError(
            f"lot {name!r}", "a lot of the last build",
            did_you_mean(
                near, "look it up in the source; a lot that came since needs an ingest and a build"
            ),
        )  # fmt: skip
    facts = {place: chains.lot(place) for place in found}
    here = [place for place in found if site is None or facts[place]["site"] == site]
    exact = [place for place in here if facts[place]["lot_id"] == name]
    chosen = exact or here
    if len(chosen) == 1:
        return chosen[0]
    wanted = [facts[place] for place in chosen or found]
    where = f" at {site}" if site and not chosen else ""
    raise LotproofError(
        f"{len(chosen) or 'no'} lots{where} named {name!r}",
        f"one of: {_candidates(wanted)}",
        "name the lot by its identifier, or add --site",
    )


def _candidates(wanted: Sequence[dict[str, Any]]) -> str:
    said = [f"{f['lot_id']} ({f['material'] or '?'}, {f['site']})" for f in wanted[:_SHOWN]]
    more = len(wanted) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more else "")


def trace(
    chains: Chains, place: int, directions: Iterable[str] = ("up", "down"),
    as_of: datetime | None = None, known: Known | None = None,
) -> Trace:  # fmt: skip
    """Follow a lot.

    Args:
        chains: the build's chain files.
        place: of the lot.
        directions: ``up`` to suppliers, ``down`` to customers.
        as_of: what happened later is left out [aware]; by default nothing is.
        known: what the chain files were written from, when not from the whole build.
    """
    until = None if as_of is None else int(as_of.timestamp())
    levels, links = {place: 0}, set[int]()
    chosen = tuple(directions)
    for direction in chosen:
        walk = chains.walk(place, "up" if direction == "up" else "down", until)
        sign = -1 if direction == "up" else 1
        for lot, depth in walk.depth.items():
            if lot not in levels:
                levels[lot] = sign * depth
        links.update(walk.links)
    moment = None if as_of is None else f"{as_of:%Y-%m-%dT%H:%M:%SZ}"
    lots = {p: _traced(chains.lot(p), p, level, moment) for p, level in levels.items()}
    facts = tuple(chains.link(*ends) for ends in chains.ends(sorted(links)))
    repairs = repairs_of({p: lot.facts for p, lot in lots.items()}, levels, facts)
    return Trace(lots[place], lots, facts, repairs, chosen, as_of, known)


_HAPPENED = ("statuses", "results", "documents", "quality", "shipments", "moves", "containers")


def _traced(facts: dict[str, Any], place: int, level: int, moment: str | None) -> TracedLot:
    times = [f["at"] for name in _HAPPENED for f in facts[name] if f["at"]]
    first_at = min([*times, *([facts["made_at"]] if facts["made_at"] else [])], default="")
    if moment is not None:
        for name in _HAPPENED:
            facts[name] = [f for f in facts[name] if f["at"] is None or f["at"] <= moment]
        for record in facts["quality"]:
            if record["closed_at"] and record["closed_at"] > moment:
                record["closed_at"] = record["disposition"] = None
        for box in facts["containers"]:
            if box["until"] and box["until"] > moment:
                box["until"] = None
    last = facts["statuses"][-1]["status"] if facts["statuses"] else ""
    return TracedLot(place, level, facts, last or "", first_at)
