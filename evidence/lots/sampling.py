"""What an auditor wants to see: lots, shipments or days, named or drawn, and recorded at once.

A draw can be done again with ``sha256sum`` alone: of the whole population those come first whose
SHA-256 over the seed, a colon and their name is smallest. The register keeps seed and population,
so that a draw repeated until it suits is seen. Sheets are left to
``lotproof.reports.sample_sheets``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ..errors import LotproofError
from ..register import Entry, append_entry

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Kind = Literal["lots", "shipments", "days"]
FILE: Final = "samples"
"""Kind of the register's entries."""
_ITEM: Final[dict[Kind, str]] = {
    "lots": "lot_id",
    "shipments": "shipment_id",
    "days": "strftime(occurred_local, '%Y-%m-%d')",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """What was chosen out of what.

    Attributes:
        kind: lots, shipments or days.
        site_id: the site.
        period: the month.
        population: everything of that kind with an event at the site in that month, by name.
        chosen: what was chosen, in the order of the draw or as named.
        seed: of the draw; None where it was named.
    """

    kind: Kind
    site_id: str
    period: str
    population: tuple[str, ...]
    chosen: tuple[str, ...]
    seed: str | None = None

    @property
    def population_sha256(self) -> str:
        """SHA-256 over the population, one name a line."""
        return hashlib.sha256("".join(f"{item}\n" for item in self.population).encode()).hexdigest()


def population(
    con: DuckDBPyConnection, kind: Kind, site_id: str, period: str
) -> tuple[str, ...]:  # fmt: skip
    """Everything of a kind with an event at a site in a month, by the bytes of its name."""
    found = con.execute(
        f"select distinct {_ITEM[kind]} as item from events where is_current and site_id = ? "
        "and strftime(occurred_local, '%Y-%m') = ? and item is not null",
        [site_id, period],
    ).fetchall()
    return tuple(sorted((str(item) for (item,) in found), key=str.encode))


def drawn(items: Sequence[str], count: int, seed: str) -> tuple[str, ...]:
    """So many items at random, told by the seed alone.

    Raises:
        LotproofError: there are fewer.
    """
    if not 0 < count <= len(items):
        raise LotproofError(
            f"{count} to draw out of {len(items)}", f"a number from 1 to {len(items)}",
            "draw fewer, or another month or site",
        )  # fmt: skip
    ranked = sorted(items, key=lambda item: hashlib.sha256(f"{seed}:{item}".encode()).digest())
    return tuple(ranked[:count])


def named(items: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The items asked for, each once.

    Raises:
        LotproofError: one of them is not in the population.
    """
    strange = [item for item in wanted if item not in set(items)]
    if strange:
        raise LotproofError(
            f"{', '.join(strange)}: not among the {len(items)} of this month and site",
            f"names such as {', '.join(items[:3]) or '(there are none)'}",
            "check the names; they are those of the lot model",
        )
    return tuple(dict.fromkeys(wanted))


def record_sample(
    register: Path, sample: Sample, *, by: str, role: str, reason: str, at: datetime
) -> Entry:
    """Append a sample to the register, before anything of it is shown.

    Args:
        register: the workspace's ``register`` folder.
        sample: what was chosen.
        by: who chose, or had it drawn.
        role: in which role.
        reason: why.
        at: when, aware.
    """
    record: dict[str, str | int | bool | None] = {
        "kind": sample.kind,
        "site_id": sample.site_id,
        "period": sample.period,
        "seed": sample.seed,
        "population": len(sample.population),
        "population_sha256": sample.population_sha256,
        "chosen": json.dumps(sample.chosen, ensure_ascii=False),
    }
    return append_entry(register, FILE, record, by=by, role=role, reason=reason, at=at)
