"""What a CI job asks of a build: is there a gap, or anything undecided, at or above a threshold?

Reads ``verdict_list`` and decides; how the answer is written is left to :mod:`.check_formats`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..evidence.errors import LotproofError, Where
from .assurance import Assurance
from .map_places import Place

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SEVERITIES = ("info", "minor", "major", "critical")
"""From least to most; a threshold takes in its own severity and everything above."""
FAILING_STATES = ("gap", "undetermined", "pending", "accepted_risk")


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least severity at which each state fails; a state that is absent never fails."""

    least: tuple[tuple[str, str], ...] = (("gap", "info"), ("undetermined", "info"))

    def fails(self, state: str, severity: str) -> bool:
        """Whether a verdict of this state and severity is a failure."""
        least = dict(self.least).get(state)
        return least is not None and SEVERITIES.index(severity) >= SEVERITIES.index(least)

    def __str__(self) -> str:
        return ", ".join(f"{state}:{severity}" for state, severity in self.least)


def parse_threshold(texts: Iterable[str]) -> Threshold:
    """Read ``gap:major``, ``undetermined:critical``, ``undetermined:never`` and the like.

    A gap's threshold holds for *undetermined* too, unless that is given its own: what could not be
    decided is not a pass.

    Raises:
        LotproofError: the text names no known state or severity.
    """
    given: dict[str, str] = {}
    for text in texts:
        state, _, severity = text.strip().partition(":")
        severity = severity or "info"
        if state not in FAILING_STATES or severity not in (*SEVERITIES, "never"):
            raise LotproofError(
                found=f"--fail-on {text!r}",
                expected="STATE:SEVERITY with a state of "
                f"{', '.join(FAILING_STATES)} and a severity of {', '.join(SEVERITIES)} or never",
                fix="write for example --fail-on gap:major",
            )
        given[state] = severity
    gap = given.get("gap", "info")
    merged = {"gap": gap, "undetermined": gap} | given
    return Threshold(tuple((s, v) for s, v in sorted(merged.items()) if v != "never"))


_IDENTITY = ("clause", "site_id", "subject_type", "subject_id", "state", "period")
_LASTING = ("lot", "order", "shipment", "document", "quality_record", "event")
"""Subjects that stay themselves from month to month; of the others each month is a finding."""


def _identity(
    clause: str, site: str, subject_type: str, subject_id: str, state: str, period: str
) -> str:
    """Clause, site, subject and state; with the month, where it is a month that is judged."""
    lasts = subject_type.partition(".")[0] in _LASTING
    month = "" if lasts else f"|{period}"
    return f"{clause}|{site}|{subject_type}|{subject_id}|{state}{month}"


@dataclass(frozen=True, slots=True)
class CheckedVerdict:
    """One verdict as a CI job sees it."""

    clause: str
    title: str
    cites: str
    regime: str
    severity: str
    site_id: str
    period: str
    subject_type: str
    subject_id: str
    subject_label: str
    state: str
    code: str | None
    sentence: str | None
    remedy: str | None

    @property
    def identity(self) -> str:
        """What makes it the same finding in the next build."""
        return _identity(
            self.clause, self.site_id, self.subject_type, self.subject_id, self.state, self.period
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answer behind every output format.

    Attributes:
        verdicts: every verdict looked at that is neither met nor not applicable, worst first.
        failures: those at or above the threshold and not in the baseline.
        known: those at or above the threshold that the baseline already had.
        has_baseline: whether there was one to compare with.
        closed: how many findings of the baseline are none any more; not told of a part.
        counts: number of verdicts by state, all of them.
        clauses: number of verdicts by clause, for formats that list what passed.
        assurances: what was assured and covered at each site looked at.
        places: where clauses stand in their maps, for formats that point there.
    """

    threshold: Threshold
    verdicts: tuple[CheckedVerdict, ...]
    failures: tuple[CheckedVerdict, ...]
    known: tuple[CheckedVerdict, ...]
    counts: tuple[tuple[str, int], ...]
    clauses: tuple[tuple[str, str, int], ...]
    has_baseline: bool = False
    closed: int = 0
    assurances: tuple[Assurance, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """True when nothing fails *and* something was judged: nothing tested is never a pass."""
        return not self.failures and any(count for _, count in self.counts)

    @property
    def judged(self) -> int:
        """How many verdicts were looked at."""
        return sum(count for _, count in self.counts)


def check_build(
    con: DuckDBPyConnection,
    threshold: Threshold,
    *,
    regimes: tuple[str, ...] = (),
    site: str | None = None,
    baseline: Path | None = None,
) -> CheckResult:
    """Judge the last build against a threshold.

    Args:
        con: the warehouse.
        threshold: what fails.
        regimes: only these regimes (``gmp``, ``food_safety``, …); all when empty.
        site: only this site.
        baseline: an earlier ``check --format json``; what it lists is known and does not fail.

    Raises:
        LotproofError: the baseline cannot be read, or a regime or site is unknown to the build.
    """
    where, values = _filter(con, regimes, site)
    open_states = "state not in ('met', 'not_applicable', 'attested')"
    rows = con.execute(
        "select clause, title, cites, regime, severity, site_id, period, subject_type, subject_id,"
        " subject_label, state, code, sentence, remedy from verdict_list"
        f" where {open_states} and {where} order by clause, subject_id, state",
        values,
    ).fetchall()
    verdicts = sorted(
        (CheckedVerdict(*row) for row in rows),
        key=lambda v: (FAILING_STATES.index(v.state), -SEVERITIES.index(v.severity)),
    )
    known_before = _baseline(baseline) if baseline else frozenset()
    open_now = {v.identity for v in verdicts}
    failing = [v for v in verdicts if threshold.fails(v.state, v.severity)]
    return CheckResult(
        threshold=threshold,
        verdicts=tuple(verdicts),
        failures=tuple(v for v in failing if v.identity not in known_before),
        known=tuple(v for v in failing if v.identity in known_before),
        counts=tuple(_grouped(con, "state", where, values)),
        clauses=tuple(_grouped(con, "clause, title", where, values)),
        has_baseline=baseline is not None,
        closed=0 if regimes or site else len(known_before - open_now),
    )


def _grouped(con: DuckDBPyConnection, columns: str, where: str, values: list[object]) -> list[Any]:
    return con.execute(
        f"select {columns}, count(*) from verdict_list where {where}"
        f" group by {columns} order by {columns}",
        values,
    ).fetchall()


def _filter(
    con: DuckDBPyConnection, regimes: tuple[str, ...], site: str | None
) -> tuple[str, list[object]]:
    conditions, values = ["true"], list[object]()
    for column, wanted in (("regime", regimes), ("site_id", (site,) if site else ())):
        if not wanted:
            continue
        known = [
            r[0] for r in con.execute(f"select distinct {column} from verdict_list").fetchall()
        ]
        strangers = [w for w in wanted if w not in known]
        if strangers:
            raise LotproofError(
                found=f"{column.removesuffix('_id')} {', '.join(map(str, strangers))}",
                expected=f"one the last build judged: {', '.join(sorted(known)) or 'none'}",
                fix="correct the name, or build again with the map or site included",
            )
        conditions.append(f"{column} in ({', '.join('?' * len(wanted))})")
        values.extend(wanted)
    return " and ".join(conditions), values


def _baseline(path: Path) -> frozenset[str]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["verdicts"]
        return frozenset(_identity(*(v[name] for name in _IDENTITY)) for v in listed)
    except OSError as error:
        raise LotproofError(
            found=f"baseline that cannot be opened: {error.strerror}",
            expected="the JSON of an earlier check",
            fix="write one with: lotproof check --format json > baseline.json",
            where=path,
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        line = getattr(error, "lineno", None)
        raise LotproofError(
            found="a baseline that is not the JSON of an earlier check",
            expected=f"an object with a list 'verdicts', each with {', '.join(_IDENTITY)}",
            fix="write one with: lotproof check --format json > baseline.json",
            where=Where(path, line),
        ) from error
