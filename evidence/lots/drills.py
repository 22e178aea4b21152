"""Drills: a lot drawn by lot, and what past drills came to.

The draw is told by its seed alone: the same build and seed give the same lot. A drill is recorded
in the workspace's register and is taken in as a quality record of kind drill.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import LotproofError
from ..register import Entry, append_entry, read_entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .indicators import Observation

By = Literal["plant", "family", "risk"]

_STRATA = {"plant": "lots.site_id", "family": "materials.product_family",
           "risk": "parties.risk_category"}  # fmt: skip
_CANDIDATES = """
select distinct {stratum} as stratum, lots.lot_id
from lots
left join materials on materials.material_id = lots.material_id and materials.is_current
left join parties on parties.party_id = lots.supplier_id and parties.is_current
where lots.is_current and {stratum} is not null and (? is null or lots.site_id = ?)
    and (
        lots.lot_id in (select parent_lot_id from lot_links where is_current)
        or lots.lot_id in (
            select lot_id from events where is_current and event_type = 'shipment'
        )
    )
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class PastDrill:
    """A drill that was recorded: when, about what, how long, and what was said of it."""

    at: datetime
    subject: str
    hours: float | None
    said: str


def draw(
    con: DuckDBPyConnection, seed: int, by: By = "plant", site: str | None = None
) -> tuple[str, str]:
    """A lot at random, and the plant, product family or supplier risk it was drawn from.

    Each plant (family, risk) is as likely as any other, however many lots it has.

    Args:
        con: the warehouse.
        seed: says which.
        by: what is drawn first.
        site: only lots of this site.

    Raises:
        LotproofError: there is no lot to draw.
    """
    sql = _CANDIDATES.format(stratum=_STRATA[by])
    strata: dict[str, list[str]] = {}
    for stratum, lot_id in con.execute(sql, [site, site]).fetchall():
        strata.setdefault(stratum, []).append(lot_id)
    if not strata:
        raise LotproofError(
            f"no lot to draw by {by}{f' at {site}' if site else ''}",
            "lots that went into others or were shipped",
            "draw by plant, or from all sites",
        )
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated, nothing secret
    stratum = chance.choice(sorted(strata))
    return chance.choice(strata[stratum]), stratum


def record_drill(
    register: Path, lot_id: str, site: str | None, *, by: str, role: str, said: str,
    began: datetime, ended: datetime,
) -> Entry:  # fmt: skip
    """Append a drill to the register.

    Args:
        register: the workspace's ``register`` folder.
        lot_id: the lot that was drawn.
        site: its site.
        by: person who did it.
        role: role they did it in.
        said: what it came to.
        began: when the question was asked, aware.
        ended: when it was answered, aware.
    """
    name = f"DRILL-{lot_id}-{began:%Y%m%dT%H%M%SZ}"
    record = {
        "quality_record_id": name, "kind": "drill", "subject_type": "lots", "subject_id": lot_id,
        "site_id": site, "opened_at": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "closed_at": f"{ended:%Y-%m-%dT%H:%M:%SZ}", "status": "closed",
    }  # fmt: skip
    return append_entry(
        register, "quality_records", record,
        by=by, role=role, reason=said, at=ended, entry_id=name,
    )  # fmt: skip


def past_drills(con: DuckDBPyConnection, register: Path) -> list[PastDrill]:
    """Drills of the sources and of the register, oldest first, each once."""
    found: dict[str, PastDrill] = {}
    rows = con.execute(
        "select quality_record_id, opened_at, closed_at, subject_id, disposition "
        "from quality_records where is_current and kind = 'drill' and opened_at is not null"
    ).fetchall()
    for name, opened, closed, subject, disposition in rows:
        hours = (closed - opened).total_seconds() / 3600 if closed else None
        found[name] = PastDrill(opened, subject, hours, disposition or "")
    for entry, began, hours in _registered(register):
        found[entry.id] = PastDrill(began, str(entry.record["subject_id"]), hours, entry.reason)
    return sorted(found.values(), key=lambda drill: (drill.at, drill.subject))


def _registered(register: Path) -> Iterator[tuple[Entry, datetime, float]]:
    """Each drill of the register, when it began [UTC, without zone], and the hours it took."""
    path = register / "quality_records.jsonl"
    for entry in read_entries(path) if path.is_file() else ():
        if entry.record.get("kind") == "drill":
            began, ended = (
                datetime.fromisoformat(str(entry.record[x])).replace(tzinfo=None)
                for x in ("opened_at", "closed_at")
            )
            yield entry, began, (ended - began).total_seconds() / 3600


_ABOUT = """
select lots.site_id, materials.product_family, lots.supplier_id,
    strftime(timezone(sites.timezone, timezone('UTC', ?::timestamp)), '%Y-%m')
from lots
join sites on sites.site_id = lots.site_id and sites.is_current
left join materials on materials.material_id = lots.material_id and materials.is_current
where lots.is_current and lots.lot_id = ?
    and ? not in (
        select quality_record_id from quality_records
        where is_current and quality_record_id is not null
    )
"""


def drill_times(con: DuckDBPyConnection, register: Path) -> list[Observation]:
    """The hours that each drill of the register took which the build does not know yet."""
    return [
        (site, family, supplier, "register", month, hours)
        for entry, began, hours in _registered(register)
        for site, family, supplier, month in con.execute(
            _ABOUT, [began, entry.record["subject_id"], entry.id]
        ).fetchall()
    ]
