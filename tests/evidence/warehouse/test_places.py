"""Where dbt leaves the SQL of a build: beside the project, wherever it was started from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotproof.evidence.warehouse.calendars import calendar_models
from lotproof.evidence.warehouse.dbt_runs import run_models
from lotproof.evidence.warehouse.map_models import generated_models
from lotproof.evidence.warehouse.staging import Pin, stage

AT = datetime(2026, 11, 4, tzinfo=UTC)


def test_the_sql_of_a_project_named_relatively_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    state = Path("w/.lotproof")
    models = generated_models([]) | calendar_models((), (), "2026-10")
    models["one.sql"] = "select 1 as number"
    project = stage(state, Pin("2026-10", AT, AT), models, database=state / "x.duckdb")

    run_models(project, lambda *_: None, select=("one",))

    written = [path.relative_to(tmp_path) for path in tmp_path.rglob("compiled/**/one.sql")]
    assert written == [state / "dbt/target/compiled/lotproof/models/generated/one.sql"]
