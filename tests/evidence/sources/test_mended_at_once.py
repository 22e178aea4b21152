"""A file that is corrected is what counts, also where it is read beside the one before it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.intake.findings import find
from lotproof.evidence.intake.landed import open_landing

from ...command_line import lotproof
from .plants import AT, Plant, plant
from .test_odoo import FILES

SOURCE = "sources: [{name: odoo, mapping: odoo, site: LEU, files: in/*, values: v.yml}]\n"
LOTS = FILES["stock_lot.csv"]
LINES = FILES["stock_move_line.csv"]


def begun(tmp_path: Path) -> Plant:
    """A plant with one lot in two contents and one quantity that is none, taken in."""
    made = plant(tmp_path, SOURCE)
    made.put("v.yml", "words: {}\n")
    for name, text in FILES.items():
        made.put(f"in/{name}", text)
    made.put("in/stock_lot.csv", LOTS + "16,A,7,2030-01-01 00:00:00\n")
    made.put("in/stock_move_line.csv", LINES.replace(",130.5,", ",13O.5,"))
    made.ingest()
    return made


def held_by(made: Plant) -> set[str]:
    workspace = made.workspace()
    with open_landing(workspace) as con:
        groups = [group for group in find(con, workspace).groups if group.kind == "quarantine"]
    return {example.place for group in groups for example in group.examples}


FAULTS = {"stock_lot.csv:2", "stock_lot.csv:7", "stock_move_line.csv:2"}


@pytest.mark.parametrize("at_once", [True, False])
def test_words_and_files_can_be_mended_in_any_order(tmp_path: Path, at_once: bool) -> None:
    made = begun(tmp_path)
    before = held_by(made)
    made.put("in/stock_lot.csv", LOTS)
    made.put("in/stock_move_line.csv", LINES)
    if not at_once:
        made.ingest(AT + timedelta(hours=1))
    made.put("v.yml", "words: {uom: {kg: KG}}\n")
    made.ingest(AT + timedelta(hours=2))

    assert before >= FAULTS
    assert held_by(made).isdisjoint(FAULTS)
    assert "7/A" in made.values("lots", "record_id")
    assert "101" in made.values("events", "record_id")


def test_what_came_again_corrected_is_told_as_such(tmp_path: Path) -> None:
    made = begun(tmp_path)
    made.put("in/stock_lot.csv", LOTS)
    made.put("in/stock_move_line.csv", "".join(LINES.splitlines(keepends=True)[:-1]))
    first = lotproof("ingest", "--workspace", tmp_path)
    made.put("v.yml", "words: {uom: {kg: KG}}\n")
    again = lotproof("ingest", "--workspace", tmp_path)

    assert "stock_move_line.csv:2" not in first.out
    assert "stock_lot.csv" not in [line.partition(":")[0] for line in again.out.splitlines()]
