"""What is covered, and by whose word: absence means something only inside such a window."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from .plants import AT, Plant, moment, plant

LOTS = "lot_id,material_id\nL1,M1\n"


def manifest(made: Plant, **content: Any) -> None:
    made.put("in/manifest.json", json.dumps(content, indent=1))


def test_a_manifest_says_what_is_covered_by_whom_and_how(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=LOTS)
    manifest(
        made,
        query="BUDAT in 2026-10",
        extracted_by="nightly job",
        extracted_at="2026-11-04T17:30:00+01:00",
        files={"lots.csv": {"rows": 1}},
        covers=[
            {"table": "lots", "from": "2026-10-01", "to": "2026-10-31", "rows": 1},
            {"table": "events", "site": "SAL", "scope": "receipt,shipment",
             "from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
        ],
    )  # fmt: skip
    report = made.ingest()
    local, utc = made.rows("coverage")
    (load,) = [row for row in made.rows("loads") if row["source_file"] == "lots.csv"]

    assert report.is_complete
    # October in Leuven, summer time at its beginning and winter time at its end
    assert local["covers_from"] == moment("2026-09-30T22:00")
    assert local["covers_to"] == moment("2026-10-31T23:00")
    assert (local["table_name"], local["site_id"], local["row_count"]) == ("lots", "LEU", 1)
    assert (utc["site_id"], utc["scope"]) == ("SAL", "receipt,shipment")
    assert utc["covers_to"] == moment("2026-11-01T00:00")
    assert all(row["custody_shown"] for row in (local, utc))
    assert local["extracted_at"] == moment("2026-11-04T16:30")
    assert (load["extracted_by"], load["query"]) == ("nightly job", "BUDAT in 2026-10")
    assert load["custody_shown"]


def test_without_a_declaration_nothing_is_covered(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=LOTS)
    made.ingest()

    assert made.rows("coverage") == []
    assert [row["custody_shown"] for row in made.rows("loads")] == [False, False]


def test_lotproof_yml_can_declare_what_is_covered_without_custody(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources:\n  - {name: p, mapping: generic, site: LEU, files: in/*,\n"
        "     covers: [{tables: [lots, events], from: 2026-10-01, to: 2026-10-31}]}\n",
        lots_csv=LOTS,
    )
    report = made.ingest()
    rows = made.rows("coverage")

    assert [row["table_name"] for row in rows] == ["lots"]
    assert rows[0]["covers_to"] == moment("2026-10-31T23:00")
    assert (rows[0]["source_file"], rows[0]["custody_shown"]) == ("lotproof.yml", False)
    # of events nothing came, so nobody can say that there were none
    assert "said to cover events, and no file of it came" in str(report.refused[0])

    made.put("in/events.csv", "record_id,event_type,occurred_at\ne1,receipt,2026-10-12T04:52Z\n")
    later = made.ingest(AT + timedelta(days=1))

    assert later.is_complete
    assert made.values("coverage", "table_name") == ["lots", "events"]


def test_a_glob_without_a_file_is_said(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources:\n  - {name: p, mapping: generic, site: LEU, files: [in/*, there/*.csv],\n"
        "     covers: [{tables: [lots], from: 2026-10-01, to: 2026-10-31}]}\n"
        "  - {name: register, mapping: register, files: register/*.jsonl}\n",
    )
    report = made.ingest()

    assert [w.found for w in report.warnings] == [
        "source 'p': no file matches in/*",
        "source 'p': no file matches there/*.csv",
    ]
    assert "lotproof.yml:7" in str(report.warnings[0])
    assert not report.is_complete
    assert made.rows("coverage") == []


def test_a_window_is_claimed_once_the_files_it_speaks_of_are_in(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=LOTS, materials_csv="name\nM1\n")
    window = {"from": "2026-10-01", "to": "2026-10-31"}
    tables = ("lots", "materials", "events")
    manifest(
        made,
        files={"lots.csv": {"rows": 1}, "events.csv": {"rows": 1}},
        covers=[{"table": table, **window} for table in tables],
    )
    report = made.ingest()
    claimed = made.values("coverage", "table_name")
    made.put("in/materials.csv", "material_id,name\nM1,sugar\n")
    made.put("in/events.csv", "record_id,event_type,occurred_at\ne1,receipt,2026-10-12T04:52Z\n")
    later = made.ingest(AT + timedelta(days=1))

    assert claimed == ["lots"]
    assert [str(error.where).rpartition("/")[2] for error in report.refused] == [
        "manifest.json:6:3",
        "materials.csv:1",
    ]
    assert later.is_complete
    assert made.values("coverage", "table_name") == ["lots", "materials", "events"]


def test_a_source_takes_only_the_windows_that_hold_for_it(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=LOTS)
    window = {"from": "2026-10-01", "to": "2026-10-31"}
    manifest(
        made,
        covers=[
            {"table": "lots", "source": "plant", **window},
            {"table": "events", "source": "another", **window},
        ],
    )
    made.ingest()

    assert made.values("coverage", "table_name") == ["lots"]


@pytest.mark.parametrize(
    ("covers", "found"),
    [
        ({"table": "lotz", "from": "2026-10-01", "to": "2026-10-31"}, "no table 'lotz'"),
        ({"table": "lots", "from": "2026-10-31", "to": "2026-10-01"}, "ends before it begins"),
        ({"table": "lots", "from": "October", "to": "2026-10-01"}, "'October' is no instant"),
        ({"table": "lots", "from": "2026-10-01T00:00", "to": "2026-10-02"}, "is no instant"),
        ({"table": "lots", "site": "LUE", "from": "2026-10-01", "to": "2026-10-02"}, "no site"),
        ({"table": "lots", "from": "2026-10-01"}, "key 'covers.0.to' is missing"),
        ({"table": "lots", "from": "2026-10-01", "to": "2026-10-02", "x": 1}, "unknown key"),
    ],
)
def test_of_a_manifest_with_a_fault_nothing_is_covered(
    tmp_path: Path, covers: dict[str, object], found: str
) -> None:
    made = plant(tmp_path, lots_csv=LOTS)
    manifest(made, covers=[covers])
    report = made.ingest()

    assert found in str(report.refused[0])
    assert "manifest.json:" in str(report.refused[0])
    assert made.rows("coverage") == []

    manifest(made, covers=[{"table": "lots", "from": "2026-10-01", "to": "2026-10-31"}])
    later = made.ingest(AT + timedelta(days=1))

    assert later.is_complete
    assert made.values("lots", "lot_id") == ["L1"]
    assert made.values("coverage", "table_name") == ["lots"]


def test_a_day_that_no_window_holds_is_a_finding_until_it_comes(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=LOTS)
    days = [{"table": "lots", "from": day, "to": day} for day in ("2026-10-24", "2026-10-26")]
    manifest(made, covers=[*days, {"table": "lots", "from": "2026-10-30", "to": "2026-10-31"}])
    report = made.ingest()

    # clocks change on the 25th: its window is 25 hours long
    assert [(f.kind, f.value, f.example) for f in report.findings] == [
        ("coverage_hole", "lots of LEU: nothing covers 2026-10-25", "manifest.json:2"),
        ("coverage_hole", "lots of LEU: nothing covers 2026-10-27 to 2026-10-29",
         "manifest.json:3"),
    ]  # fmt: skip
    assert report.is_complete

    made.put("in/lots_late.csv", LOTS)
    late = {"covers": [{"table": "lots", "from": "2026-10-25", "to": "2026-10-29"}]}
    made.put("in/lots_late.csv.manifest.json", json.dumps(late))

    assert made.ingest(AT + timedelta(days=1)).findings == []
