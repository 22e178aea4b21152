"""The command that writes the example company at any size."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.workspace import load_workspace

from .command_line import assert_refused, lotproof


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("example") / "company"
    assert lotproof("example", root, "--lots", 1, "--clean").code == 0
    return root


def test_the_manifests_state_the_rows_of_the_parquet_files(company: Path) -> None:
    stated = {
        manifest.parent / name: facts["rows"]
        for manifest in sorted(company.glob("extracts/*/manifest.json"))
        for name, facts in json.loads(manifest.read_text())["files"].items()
    }
    with duckdb.connect() as con:
        counted = {
            file: con.execute("select count(*) from read_parquet(?)", [str(file)]).fetchall()[0][0]
            for file in stated
        }

    assert counted == stated
    assert set(stated) == set(company.glob("extracts/*/*.parquet"))


@pytest.mark.slow
def test_all_that_was_written_is_taken_in(company: Path) -> None:
    taken = lotproof("ingest", "--workspace", company)

    assert taken.code == 0, taken.err
    landed = sorted((load_workspace(company).landing_dir / "lots").glob("*.parquet"))
    written = sorted(company.glob("extracts/*/lots.parquet"))
    with duckdb.connect() as con:
        lots = [
            con.execute(
                "select count(distinct lot_id) from read_parquet(?)", [[str(f) for f in files]]
            ).fetchall()
            for files in (landed, written)
        ]

    assert lots[0] == lots[1]


def test_a_clean_company_has_no_answer_key(company: Path) -> None:
    assert not (company / "planted.csv").exists()


def test_nothing_is_written_over(company: Path) -> None:
    assert_refused(lotproof("example", company), "a folder that is new or empty")
