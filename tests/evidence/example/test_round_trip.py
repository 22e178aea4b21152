from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from lotproof.evidence.example import write_company
from lotproof.evidence.example.company import SITES, make_world
from lotproof.evidence.example.tables import Row, Tables
from lotproof.evidence.example.timeline import AS_OF
from lotproof.evidence.sources.ingest import IngestReport, ingest
from lotproof.evidence.workspace import load_workspace

SEED = 11
_ZONES = {site_id: ZoneInfo(str(site["timezone"])) for site_id, site in SITES.items()}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, IngestReport]:
    folder = tmp_path_factory.mktemp("company")
    write_company(folder, seed=SEED)
    return folder, ingest(load_workspace(folder), at=AS_OF.replace(tzinfo=UTC))


@pytest.fixture(scope="module")
def world() -> Tables:
    return make_world(SEED)[0]


def _landed(folder: Path, table: str) -> dict[tuple[str, str], dict[str, Any]]:
    files = sorted((folder / ".lotproof" / "landing" / table).glob("*.parquet"))
    with duckdb.connect() as con:
        found = con.execute(
            "from read_parquet(?, union_by_name = true) order by ingest_seq", [[*map(str, files)]]
        )
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["site_id"], row["record_id"]): row for row in rows}


def _same(ours: object, theirs: object, zone: ZoneInfo) -> bool:
    if isinstance(ours, Decimal) and isinstance(theirs, Decimal):
        return ours.compare(theirs) == 0
    if isinstance(ours, datetime) and isinstance(theirs, datetime):
        return ours == theirs or _wall_clock(ours, zone) == _wall_clock(theirs, zone)
    return ours == theirs


def _wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the plant's clock shows: all that a plant without offsets can send, twice in autumn."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def _differences(rows: list[Row], landed: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    return [
        f"{row['site_id']} {row['record_id']} {column}: {value!r}, landed {there.get(column)!r}"
        for row in rows
        for there in [landed.get((str(row["site_id"]), str(row["record_id"])), {})]
        for column, value in row.items()
        if not _same(value, there.get(column), _ZONES[str(row["site_id"])])
    ]


def test_every_row_of_the_world_comes_back_from_its_plants_spelling(
    company: tuple[Path, IngestReport], world: Tables
) -> None:
    for table in world.names():
        rows = world.rows(table)
        landed = _landed(company[0], table)

        assert _differences(rows, landed) == [], table
        # what EPCIS says of papers is more than the plants' own records hold
        own = [row for row in landed.values() if not row["source"].endswith("-epcis")]
        assert len(rows) in {len(own), len(landed)}, table


def test_nothing_is_left_over_but_what_was_spoilt(company: tuple[Path, IngestReport]) -> None:
    expected = {"missing", "ambiguous"}  # a night's hour of a plant that sends no offset
    findings = [finding for finding in company[1].findings if finding.kind not in expected]

    assert findings == []
    assert {file.source[:3].upper() for file in company[1].files} >= set(SITES)
