"""EPCIS parts of another shape than the standard gives them: held back, and the rest lands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .documents import MAKING, SOURCE
from .plants import plant


@pytest.mark.parametrize(
    ("part", "value"),
    [("ilmd", "lot 4711"), ("errorDeclaration", ["x"]), ("outputQuantityList", {"quantity": 1})],
)
def test_an_event_with_a_part_of_another_shape_is_held_back(
    tmp_path: Path, part: str, value: object
) -> None:
    text = json.dumps({"epcisBody": {"eventList": [MAKING | {part: value}, MAKING]}})
    made = plant(tmp_path, SOURCE, events_json=text)
    report = made.ingest()
    held = made.rows("quarantine")

    assert (report.files[-1].rows_landed, report.files[-1].rows_quarantined) == (1, 1)
    assert {row["source_row"] for row in held} == {1}
    assert all(f"'{part}' is not" in row["reason"] for row in held)


@pytest.mark.parametrize(
    ("header", "n_held"),
    [
        ("none", 1),
        ({"epcisMasterData": ["x"]}, 1),
        ({"epcisMasterData": {"vocabularyList": [7, {"vocabularyElementList": "x"}]}}, 2),
        (
            {
                "epcisMasterData": {
                    "vocabularyList": [
                        {"vocabularyElementList": [{"id": "a", "attributes": ["x", {"id": "y"}]}]}
                    ]
                }
            },
            1,
        ),
    ],
)
def test_master_data_of_another_shape_are_held_back_and_events_land(
    tmp_path: Path, header: object, n_held: int
) -> None:
    text = json.dumps({"epcisHeader": header, "epcisBody": {"eventList": [MAKING]}})
    made = plant(tmp_path, SOURCE, events_json=text)
    made.ingest()

    held = made.rows("quarantine")
    assert len({row["source_row"] for row in held}) == n_held
    assert {row["reason"] for row in held} == {"not an element of master data"}
    assert len(made.rows("lot_links")) > 0
