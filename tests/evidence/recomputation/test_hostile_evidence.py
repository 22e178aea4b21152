"""A pack judged again may come from an enemy: nothing in it runs, nothing outside is read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.recomputation.landing import land
from lotproof.evidence.warehouse.calendars import calendar_models, enclosed_calendar_models
from lotproof.evidence.warehouse.dbt_runs import run_models
from lotproof.evidence.warehouse.map_models import generated_models
from lotproof.evidence.warehouse.staging import Pin, StagedProject, stage

AT = datetime(2026, 11, 4, tzinfo=UTC)


def _staged(root: Path, site: str, days: dict[str, list[list[object]]], *sql: str) -> StagedProject:
    models = generated_models([]) | calendar_models((), (), "2026-10")
    models |= enclosed_calendar_models(days)
    models |= {f"odd_{number}.sql": text for number, text in enumerate(sql)}
    pin = Pin("2026-10", AT, AT, site)
    return stage(root, pin, models, database=root / "x.duckdb", alone=True)


def test_what_a_pack_calls_a_site_or_country_is_text_and_never_run(tmp_path: Path) -> None:
    written = tmp_path / "written.csv"
    copy = f"copy (select 1) to '{written}'"
    odd = f"""LEU'{{{{ run_query("{copy}") }}}}{{% do run_query("{copy}") %}}"""
    project = _staged(tmp_path, odd, {"public_holidays": [[odd, "2026-10-01", False]]})

    run_models(project, lambda *_: None, select=("pin", "public_holidays"))
    with duckdb.connect(str(project.database)) as con:
        site = con.execute("select site_id from pin").fetchall()
        days = con.execute("select country, day from public_holidays").fetchall()

    assert not written.exists()
    assert site == [(odd,)]
    assert days == [(odd, date(2026, 10, 1))]


@pytest.mark.parametrize(
    "sql", ["select * from read_text('/etc/hostname')", "select * from glob('/etc/*')"]
)
def test_sql_that_judges_a_pack_reaches_no_file_outside(tmp_path: Path, sql: str) -> None:
    project = _staged(tmp_path, "LEU", {}, sql)

    with pytest.raises(LotproofError, match="disabled by configuration"):
        run_models(project, lambda *_: None, select=("odd_0",))


def test_a_column_whose_name_is_sql_is_refused(tmp_path: Path) -> None:
    parquet, written = tmp_path / "lots.parquet", tmp_path / "written.csv"
    name = f"""x" from (select 1) as t(x); copy (select 1) to '{written}'; select "x"""
    column = name.replace('"', '""')
    duckdb.execute(f"copy (select 1 as \"{column}\") to '{parquet}' (format parquet)")

    with pytest.raises(LotproofError, match="a column named"):
        land({"lots": parquet}, tmp_path / "landing", AT)

    assert not written.exists()
