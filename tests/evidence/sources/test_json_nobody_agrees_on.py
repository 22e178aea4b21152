"""JSON that two programs would read differently is refused or held back, never half read."""

from __future__ import annotations

from pathlib import Path

import pytest

from .plants import plant

GOOD = '{"lot_id": "L1", "material_id": "M1"}'
ODD = {
    "key 'lot_id' twice in one object": '{"lot_id": "L2", "material_id": "M", "lot_id": "L3"}',
    "nested too deeply to be read": '{"lot_id": "L2", "x": ' + "[" * 5000 + "]" * 5000 + "}",
    "a NUL character in a text": '{"lot_id": "L\\u0000", "material_id": "M"}',
    "half of a surrogate pair in a text": '{"lot_id": "L\\ud800", "material_id": "M"}',
    "Exceeds the limit": '{"lot_id": ' + "1" * 5000 + "}",
}


@pytest.mark.parametrize(("reason", "odd"), ODD.items(), ids=[key[:20] for key in ODD])
def test_a_line_of_it_is_held_back_and_the_others_land(
    tmp_path: Path, reason: str, odd: str
) -> None:
    made = plant(tmp_path, lots_jsonl=f"{GOOD}\n{odd}\n")
    report = made.ingest()
    (held,) = made.rows("quarantine")

    assert made.values("lots", "lot_id") == ["L1"]
    assert held["source_row"] == 2
    assert held["reason"].startswith(reason)
    assert report.files[-1].adds_up


@pytest.mark.parametrize(("reason", "odd"), ODD.items(), ids=[key[:20] for key in ODD])
def test_a_file_with_it_is_refused(tmp_path: Path, reason: str, odd: str) -> None:
    made = plant(tmp_path, lots_json=f"[{GOOD}, {odd}]")
    report = made.ingest()

    assert reason in str(report.refused[0])
    assert made.rows("lots") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lots.csv", "lot_id,material_id,Lot_ID\nL1,M1,L2\n"),
        ("lots.json", '[{"lot_id": "L1", "Lot_ID": "L2"}]'),
        ("lots.jsonl", '{"lot_id": "L1"}\n{"Lot_ID": "L2"}\n'),
    ],
)
def test_columns_that_differ_in_case_only_are_one_column_twice(
    tmp_path: Path, name: str, content: str
) -> None:
    made = plant(tmp_path)
    made.put(f"in/{name}", content)
    report = made.ingest()

    assert "column 'Lot_ID' beside 'lot_id'" in str(report.refused[0])


def test_numbers_in_json_lines_keep_their_digits(tmp_path: Path) -> None:
    line = '{"record_id": "r", "lot_id": "L", "characteristic": "c", "value_text": 12.50}'
    made = plant(tmp_path, test_results_jsonl=line + "\n")
    made.ingest()

    assert made.values("test_results", "value_text") == ["12.50"]
