"""A row in quarantine counts until it is settled, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.evidence.warehouse.calendars import calendar_models
from lotproof.evidence.warehouse.dbt_runs import run_models
from lotproof.evidence.warehouse.map_models import generated_models
from lotproof.evidence.warehouse.staging import Pin, stage

FIRST, SECOND = (datetime(2026, 11, day, tzinfo=UTC).replace(tzinfo=None) for day in (3, 4))
READ = "source, source_file, sha256, rows_read, rows_landed, exact_duplicates"
FILES = [
    ("first", FIRST, "a", "corrected.csv", "1", 10, 9, 0),
    ("second", SECOND, "a", "corrected.csv", "2", 10, 10, 9),
    ("first", FIRST, "a", "monthly.csv", "3", 10, 9, 0),
    ("second", SECOND, "a", "monthly.csv", "4", 12, 12, 0),
    ("first", FIRST, "a", "shortened.csv", "5", 10, 9, 0),
    ("second", SECOND, "a", "shortened.csv", "6", 9, 0, 9),
    ("first", FIRST, "a", "other.csv", "7", 10, 9, 0),
    ("second", SECOND, "b", "other.csv", "8", 10, 10, 9),
    ("first", FIRST, "a", "landed.csv", "9", 10, 9, 0),
]
HELD = ["corrected.csv", "monthly.csv", "shortened.csv", "other.csv", "landed.csv"]
SETTLED = [("second", "first", "landed.csv", 3, "events")]


def _land(folder: Path, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    place = folder / "landing" / table
    place.mkdir(parents=True)
    marks = ", ".join("?" * len(rows[0]))
    with duckdb.connect() as con:
        con.execute(
            f"create table t as select * from (values {', '.join([f'({marks})'] * len(rows))}) "
            f"as t({columns})",
            [value for row in rows for value in row],
        )
        con.table("t").write_parquet(str(place / "rows.parquet"))


def _in_quarantine(folder: Path, known_at: datetime) -> set[str]:
    database = folder / "some.duckdb"
    pin = Pin("2026-10", known_at, known_at)
    models = generated_models([]) | calendar_models((), (), pin.period)
    project = stage(folder, pin, models, database=database)
    run_models(project, lambda *_: None, select=("+quarantine",))
    with duckdb.connect(str(database), read_only=True) as con:
        return {row[0] for row in con.execute("select source_file from quarantine").fetchall()}


def test_a_row_is_settled_by_its_record_or_by_the_whole_file_and_not_before(tmp_path: Path) -> None:
    _land(tmp_path, "loads", f"load_id, ingested_at, {READ}", FILES)
    held = [("first", FIRST, "a", name, 3, "events") for name in HELD]
    named = "load_id, ingested_at, source, source_file, source_row, table_name"
    _land(tmp_path, "quarantine", named, held)
    _land(tmp_path, "settled", "load_id, held_by, source_file, source_row, table_name", SETTLED)

    assert _in_quarantine(tmp_path, FIRST) == set(HELD)
    assert _in_quarantine(tmp_path, SECOND) == {"monthly.csv", "shortened.csv", "other.csv"}


def test_a_file_read_again_beside_its_correction_holds_nothing_back(tmp_path: Path) -> None:
    again = "second"
    files = [
        ("first", FIRST, "a", "corrected.csv", "1", 10, 9, 0),
        (again, SECOND, "a", "corrected.csv", "1", 10, 1, 8),
        (again, SECOND, "a", "corrected.csv", "2", 10, 1, 9),
        ("first", FIRST, "a", "monthly.csv", "3", 10, 9, 0),
        (again, SECOND, "a", "monthly.csv", "3", 10, 1, 8),
        (again, SECOND, "a", "monthly.csv", "4", 12, 11, 1),
    ]
    held = [
        (load, when, "a", name, digest, 3, "events")
        for load, when, _, name, digest, *_ in files
        if digest in ("1", "3")
    ]
    named = "load_id, ingested_at, source, source_file, sha256, source_row, table_name"
    _land(tmp_path, "loads", f"load_id, ingested_at, {READ}", files)
    _land(tmp_path, "quarantine", named, held)

    assert _in_quarantine(tmp_path, FIRST) == {"corrected.csv", "monthly.csv"}
    assert _in_quarantine(tmp_path, SECOND) == {"monthly.csv"}
