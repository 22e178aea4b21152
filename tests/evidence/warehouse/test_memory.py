"""A build that needs more memory than it may have says how to give it more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.warehouse.calendars import calendar_models
from lotproof.evidence.warehouse.dbt_runs import run_models
from lotproof.evidence.warehouse.map_models import generated_models
from lotproof.evidence.warehouse.staging import Pin, stage

AT = datetime(2026, 11, 4, tzinfo=UTC)


def test_a_build_without_enough_memory_says_how_to_give_it_more(tmp_path: Path) -> None:
    models = generated_models([]) | calendar_models((), (), "2026-10")
    models["too_much.sql"] = "select list(n) as numbers from range(20000000) as given(n)"
    project = stage(
        tmp_path, Pin("2026-10", AT, AT), models, database=tmp_path / "x.duckdb", memory="20MB"
    )

    with pytest.raises(LotproofError) as error:
        run_models(project, lambda *_: None, select=("too_much",))
    with pytest.raises(LotproofError) as other:
        run_models(project, lambda *_: None, select=("too_much",), room="`--memory 8GB`")

    assert "too_much" in str(error.value)
    assert "memory: 4GB" in str(error.value)
    assert "such as `--memory 8GB`" in other.value.fix
