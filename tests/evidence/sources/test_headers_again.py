"""Rows that name the columns once more are no data: labels below a header, headers in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from .plants import plant
from .test_kinds_of_files import sheet

HEADER = ("material_id", "name", "class")
LABELS = ("Material ID", "Name", None)
ROW = ("M-1", "Lactose", "raw")


def lines(*rows: tuple[str | None, ...]) -> str:
    return "".join(",".join(cell or "" for cell in row) + "\n" for row in rows)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_labels_below_a_header_are_no_material_but_refused_with_what_to_declare(
    tmp_path: Path, kind: str
) -> None:
    made = plant(tmp_path)
    content = (HEADER, LABELS, ROW)
    made.put(f"in/materials.{kind}", lines(*content) if kind == "csv" else sheet(*content))
    (refused,) = made.ingest().refused

    assert f"materials.{kind}:2: row 2 names the columns again" in str(refused)
    assert "declare `feeds: {materials: {header_rows: 2}}`" in str(refused)
    assert made.rows("materials") == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_header_between_rows_as_joined_files_have_it_is_passed_over(
    tmp_path: Path, kind: str
) -> None:
    made = plant(tmp_path)
    content = (HEADER, HEADER, ROW, HEADER, ("M-2", "Starch", "raw"))
    made.put(f"in/materials.{kind}", lines(*content) if kind == "csv" else sheet(*content))
    report = made.ingest()

    assert report.refused == []
    assert [row["source_row"] for row in made.rows("materials")] == [3, 5]
    assert made.rows("quarantine") == []


@pytest.mark.parametrize("row", [("material_id", "Lactose", "raw"), ("name", "name", "raw")])
def test_a_row_that_names_a_column_by_chance_is_data(
    tmp_path: Path, row: tuple[str, str, str]
) -> None:
    made = plant(tmp_path, materials_csv=lines(HEADER, row))

    assert made.ingest().refused == []
    assert made.values("materials", "material_id") == [row[0]]
