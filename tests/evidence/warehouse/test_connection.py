"""The way into a build: only into one that this version made."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.warehouse import open_warehouse
from lotproof.evidence.warehouse.connection import database_of, note_of
from lotproof.evidence.warehouse.staging import code_digest
from lotproof.evidence.workspace import Workspace, load_workspace

PLANT = """\
company: Plant
sites:
  - {site_id: S1, name: Plant, country: BE, timezone: Europe/Brussels, regulated_as: [drug]}
sources:
  - {name: plant, mapping: generic, site: S1, files: extracts/*.csv}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "lotproof.yml").write_text(PLANT)
    found = load_workspace(tmp_path)
    found.state_dir.mkdir()
    return found


def _built_by(workspace: Workspace, code: str | None) -> None:
    duckdb.connect(str(database_of(workspace))).close()
    note = {"digest": "0", "period": "2026-09"} | ({"code": code} if code else {})
    note_of(workspace).write_text(json.dumps(note))


def test_a_build_of_this_version_is_opened(workspace: Workspace) -> None:
    _built_by(workspace, code_digest())

    with open_warehouse(workspace) as con:
        assert con.execute("select current_setting('TimeZone')").fetchone() == ("UTC",)


@pytest.mark.parametrize("code", ["another", None])
def test_a_build_of_another_version_is_to_be_built_again(
    workspace: Workspace, code: str | None
) -> None:
    _built_by(workspace, code)

    with pytest.raises(LotproofError) as raised:
        open_warehouse(workspace)

    assert "another version" in raised.value.found
    assert "lotproof build --period 2026-09" in (raised.value.fix or "")


def test_without_a_build_it_says_what_to_run(workspace: Workspace) -> None:
    with pytest.raises(LotproofError, match="without a build"):
        open_warehouse(workspace)
