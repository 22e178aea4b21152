from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml

from lotproof.evidence.example.workspace import write_company


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_company(folder)
    return folder


def test_the_same_seed_writes_the_same_bytes(company: Path, tmp_path: Path) -> None:
    write_company(tmp_path)

    written = sorted(path.relative_to(company) for path in company.rglob("*") if path.is_file())
    assert written == sorted(
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()
    )
    assert all((company / path).read_bytes() == (tmp_path / path).read_bytes() for path in written)


def test_every_source_of_the_configuration_has_files_and_a_manifest(company: Path) -> None:
    config = yaml.safe_load((company / "lotproof.yml").read_text())

    for source in config["sources"]:
        files = list(company.glob(source["files"]))
        assert files
        assert source["name"] == "register" or (files[0].parent / "manifest.json").is_file()


def test_manifests_state_the_rows_that_the_files_hold(company: Path) -> None:
    for manifest in company.glob("extracts/*/manifest.json"):
        for name, facts in json.loads(manifest.read_text())["files"].items():
            with (manifest.parent / name).open(newline="") as file:
                rows = sum(1 for _ in csv.reader(file)) - 1

            assert rows == facts["rows"], (manifest, name)


SAP_TABLES = (
    *("MKPF", "MSEG", "MCH1", "AFKO", "AFPO", "LIKP", "LIPS"),
    *("QALS", "QAMV", "QAMR", "QAVE", "BKPF", "BSEG"),
)


@pytest.mark.parametrize("site_id", ["LEU", "DUR"])
def test_the_medicine_plants_send_most_of_their_lots_as_sap_tables(
    company: Path, site_id: str
) -> None:
    rows = {}
    for table in SAP_TABLES:
        path = company / "extracts" / site_id / "sap" / f"{table}_{site_id}_202610.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows[table] = list(csv.DictReader(file, delimiter=";"))
    with (company / "extracts" / site_id / "lots.csv").open(newline="") as file:
        others = list(csv.DictReader(file))

    assert min(map(len, rows.values())) > 50
    assert len(rows["MCH1"]) > 20 * len(others)
    assert {row["AUFNR"] for row in rows["AFKO"]} == {row["AUFNR"] for row in rows["AFPO"]}
    assert {row["PRUEFLOS"] for row in rows["QAMR"]} == {row["PRUEFLOS"] for row in rows["QALS"]}
