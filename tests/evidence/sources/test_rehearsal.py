"""A source looked at before it is taken in: lint, preview and profile write nothing."""

from __future__ import annotations

import json
from pathlib import Path

from ...command_line import lotproof
from .plants import Plant, plant

HEADER = "record_id,event_type,lot_id,occurred_at,quantity,uom\n"
EVENTS = (
    HEADER
    + "e1,receipt,L1,2026-10-12T04:52:00Z,12.50,KG\n"
    + "e2,receipt,L2,12.10.2026,1,KG\n"
    + "e3,Wareneingang,L2,2026-10-13,1,KG\n"
)


def made(root: Path) -> Plant:
    return plant(root, events_csv=EVENTS, lots_csv="lot_id,material_id,hue\nL1,M1,red\nL2,,\n")


def test_lint_names_each_file_with_its_feed_and_all_faults(tmp_path: Path) -> None:
    place = made(tmp_path)
    place.put("in/lotz.csv", "lot_id\nL1\n")
    said = lotproof("sources", "lint", "-w", tmp_path)

    assert said.code == 1
    assert "events.csv  is of feed  events" in said.out
    assert "lotz.csv is no file that mapping 'generic' knows" in said.out

    (tmp_path / "in" / "lotz.csv").unlink()

    assert lotproof("sources", "lint", "-w", tmp_path).code == 0


def test_lint_says_what_is_wrong_with_a_mapping_with_file_and_line(tmp_path: Path) -> None:
    plant(tmp_path, "sources: [{name: p, mapping: own, site: LEU, files: in/*}]\n")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "own.yml").write_text(
        "mapping: own\ntitle: Own\nfeeds:\n  a: {files: ['a*.csv']}\n"
        "tables:\n  - table: lots\n    from: a\n    record_id: '{A}'\n"
        "    columns: {colour: '{A}'}\n"
    )
    said = lotproof("sources", "lint", "-w", tmp_path)

    assert said.code == 1
    assert "own.yml:6" in said.out
    assert "no column 'colour' in table 'lots'" in said.out


def test_preview_shows_rows_as_sent_beside_what_they_become(tmp_path: Path) -> None:
    made(tmp_path)
    said = lotproof("sources", "preview", "plant", "-w", tmp_path, "--table", "events")
    first, second, third = json.loads(
        lotproof(
            "sources", "preview", "plant", "-w", tmp_path, "--table", "events", "--format", "json"
        ).out
    )

    assert said.code == 0
    assert "events.csv:2  (events)" in said.out
    assert "→ events" in said.out
    assert first["sent"]["quantity"] == "12.50"
    assert first["mapped"][0][1]["quantity"] == "12.5"
    assert first["mapped"][0][1]["occurred_local"] == "2026-10-12 04:52:00"
    assert second["held"] == [
        ["events", "'occurred_at' cannot be read: 12.10.2026; expected: a date or time spelt iso"]
    ]
    assert third["held"][0][1].startswith("no word for this value of 'event_type'")
    assert not (tmp_path / ".lotproof").exists()


def test_profile_counts_values_and_names_those_without_a_word(tmp_path: Path) -> None:
    made(tmp_path)
    said = lotproof("sources", "profile", "plant", "-w", tmp_path)
    found = json.loads(
        lotproof("sources", "profile", "plant", "-w", tmp_path, "--format", "json").out
    )
    columns = {(item["feed"], item["column"]): item for item in found["columns"]}
    lot = columns["events", "lot_id"]

    assert said.code == 0
    assert (lot["rows"], lot["filled"], lot["distinct"]) == (3, 3, 2)
    assert lot["most"] == [["L2", 2], ["L1", 1]]
    assert not columns["lots", "hue"]["is_read"]
    assert "events.event_type: no word for 'Wareneingang', 1 rows, first events.csv:4" in said.out


def test_profile_and_preview_end_with_the_files_of_which_they_show_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "in" / "lots.csv").write_text("Lots of October\nlot_id,x\nL1,\n", encoding="utf-8")

    for command in ("profile", "preview"):
        said = lotproof("sources", command, "plant", "-w", tmp_path)
        assert said.code == 1
        assert "declare `feeds: {lots: {skip_rows: 1}}`" in said.err
