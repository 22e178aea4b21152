"""Real tablet batches, one wide row each: lots, genealogy, months, results, and their oddities."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from lotproof.evidence.sources.ingest import IngestReport

from .plants import FIXTURES, Plant, moment, plant

FOLDER = FIXTURES / "pharma_tablets"


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, IngestReport]:
    if not FOLDER.is_dir():
        pytest.skip("the tablet data are not here (they may not be shipped)")
    made = plant(
        tmp_path_factory.mktemp("tablets"),
        "sources: [{name: tablets, mapping: pharma-tablets, site: LEU, "
        f"files: '{FOLDER}/*.csv'}}]\n",
    )
    return made, made.ingest()


def test_every_row_has_its_place(batches: tuple[Plant, IngestReport]) -> None:
    _, report = batches
    laboratory, sizes, process = report.files[1:]

    assert report.is_complete
    assert (laboratory.rows_read, sizes.rows_read, process.rows_read) == (464, 8, 464)
    assert laboratory.rows_landed + laboratory.rows_quarantined == 464


def test_a_wide_row_is_a_batch_four_lots_used_and_their_links(
    batches: tuple[Plant, IngestReport],
) -> None:
    made, report = batches
    used = {row["lot_id"] for row in made.rows("events") if row["order_id"] == "19"}
    parents = [r["parent_lot_id"] for r in made.rows("lot_links") if r["child_lot_id"] == "TAB/19"]

    assert report.landed["orders"] == 464
    assert report.landed["lots"] == 464 + 122 + 17 + 21 + 17
    assert report.landed["lot_links"] == 4 * 464
    assert parents == ["API/1/4", "SMCC/2", "LACTOSE/2", "STARCH/1"]
    assert used == {"TAB/19", *parents}


def test_months_in_slovene_stay_months(batches: tuple[Plant, IngestReport]) -> None:
    made, _ = batches
    events = made.rows("events")
    first = next(row for row in events if row["record_id"] == "19")

    assert {row["precision"] for row in events} == {"month"}
    assert first["occurred_local"] == moment("2018-11-01T00:00")
    assert first["occurred_at"] == moment("2018-10-31T23:00")
    assert {row["occurred_local"].month for row in events} == set(range(1, 13))


def test_results_keep_their_text_and_their_batch(batches: tuple[Plant, IngestReport]) -> None:
    made, _ = batches
    results = {row["record_id"]: row for row in made.rows("test_results")}
    water = results["API/1/4/water"]

    assert (water["value"], water["value_text"], water["uom"]) == (Decimal("1.68"), "1.68", "%")
    # when a lot of substance was tested, the data do not say
    assert water["occurred_at"] is None
    assert results["TAB/19/dissolution, mean"]["value"] == Decimal("89.67")
    assert results["TAB/19/pre-compression force, mean"]["precision"] == "month"


def test_two_values_for_one_lot_are_findings_and_neither_is_taken(
    batches: tuple[Plant, IngestReport],
) -> None:
    made, report = batches
    held = {row["lot_id"] for row in made.rows("quarantine")}
    twice = [f for f in report.findings if f.kind == "conflict"]
    ids = set(made.values("test_results", "record_id"))

    assert len(twice) == 97
    assert len(held) == 21
    assert "SMCC/13" in held
    assert not ids & {finding.value for finding in twice}


def test_missing_results_are_findings_with_counts(batches: tuple[Plant, IngestReport]) -> None:
    _, report = batches
    missing = Counter(f.reason for f in report.findings if f.kind == "left_out")

    assert missing["no result of impurity L (api_l_impurity)"] > 0
    assert (
        missing["no result of drug release in the process record, least (Drug release min (%))"]
        == 6
    )


def test_damaged_cells_are_kept_aside_and_the_rest_of_the_row_lands(tmp_path: Path) -> None:
    if not FOLDER.is_dir():
        pytest.skip("the tablet data are not here (they may not be shipped)")
    made = plant(
        tmp_path, "sources: [{name: t, mapping: pharma-tablets, site: LEU, files: in/*.csv}]\n"
    )
    for name in ("Process.csv", "Normalization.csv"):
        made.put(f"in/{name}", FOLDER.joinpath(name).read_bytes())
    rows = FOLDER.joinpath("Laboratory.csv").read_text().splitlines()[:4]
    rows[1] = rows[1].replace("nov.18", "nvb.18")
    rows[2] = rows[2].replace(";960000;", ";960001;")
    rows[3] = rows[3].replace(";1;5;", ";1;;")
    made.put("in/Laboratory.csv", "\n".join(rows) + "\n")
    report = made.ingest()
    held = {(row["source_row"], row["table_name"]) for row in made.rows("quarantine")}

    assert (2, "events") in held
    assert (3, "orders") in held
    assert any(row == 4 for row, _ in held)
    assert all(file.adds_up for file in report.files)
    assert [f.value for f in report.findings if "no lot of API" in f.reason] == ["21/API-1"]
