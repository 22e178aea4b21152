"""Extracts that are named as the lot model, and the spellings a plant can declare."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from .plants import moment, plant


def test_columns_of_the_same_name_land_with_their_types(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        lots_csv="lot_id,material_id,lot_number,expires_at\nL1,M1,26-01,2028-09-03\n",
        events_csv=(
            "record_id,event_type,lot_id,occurred_at,quantity,uom,performed_by,extra\n"
            "e1,receipt,L1,2026-10-12 04:52:00,12.5,KG,P-1,left alone\n"
        ),
    )
    report = made.ingest()
    (event,) = made.rows("events")
    (lot,) = made.rows("lots")

    assert report.is_complete
    assert report.landed == {"sites": 2, "lots": 1, "events": 1}
    assert event["record_id"] == "e1"
    assert event["occurred_at"] == moment("2026-10-12T04:52")
    assert event["occurred_local"] == moment("2026-10-12T06:52")
    assert (event["utc_offset"], event["precision"]) == ("+02:00", "second")
    assert (event["quantity"], event["uom"]) == (Decimal("12.5"), "KG")
    assert (event["source"], event["source_file"], event["source_row"]) == (
        "plant",
        "events.csv",
        2,
    )
    assert lot["record_id"] == "L1"
    # the third of September in Leuven begins on the evening before in UTC
    assert lot["expires_at"] == moment("2028-09-02T22:00")


def test_local_times_are_read_with_their_offset_or_the_sites_zone(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        events_csv=(
            "record_id,event_type,occurred_local,utc_offset,precision\n"
            "a,monitoring,2026-10-12 06:52:00,,\n"
            "b,monitoring,2026-10-25 02:30,+01:00,\n"
            "c,monitoring,2026-10-25 02:30,+02:00,hour\n"
            "d,monitoring,2026-10,,\n"
        ),
    )
    made.ingest()
    found = [
        (row["occurred_at"], row["utc_offset"], row["precision"]) for row in made.rows("events")
    ]

    assert found == [
        (moment("2026-10-12T04:52"), "+02:00", "second"),
        (moment("2026-10-25T01:30"), "+01:00", "minute"),
        (moment("2026-10-25T00:30"), "+02:00", "hour"),
        (moment("2026-09-30T22:00"), "+02:00", "month"),
    ]


def test_the_sites_of_lotproof_yml_are_rows_of_their_own(tmp_path: Path) -> None:
    made = plant(tmp_path, "sources: []\n")
    made.ingest()
    leuven, salinas = made.rows("sites")

    assert (leuven["site_id"], leuven["source"]) == ("LEU", "workspace")
    assert (leuven["source_file"], leuven["source_row"]) == ("lotproof.yml", 1)
    assert leuven["regulated_as"] == "drug"
    assert salinas["gln"] == "0614141000012"


def test_a_plant_with_its_own_words_and_spellings_says_so_in_one_file(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: ein, mapping: generic, site: LEU, files: in/*, values: maps/ein.yml}]\n",
        charges_csv="Charge;Artikel;Hoeveelheid\nC1;A1;\n".encode("cp1252"),
        events_csv=(
            "record_id;soort;lot_id;occurred_at;quantity;uom\n"
            "1;Ontvangst;C1;12-10-2026 06:52;1.234,5;Stück\n"
        ).encode("cp1252"),
    )
    made.put(
        "maps/ein.yml",
        """\
delimiter: ";"
decimal: ","
thousands: "."
encoding: cp1252
formats: ["%d-%m-%Y %H:%M", "%d-%m-%Y"]
timezone: site
feeds:
  lots: {files: [charges*.csv], columns: {Charge: lot_id, Artikel: material_id}}
  events: {columns: {soort: event_type}}
words:
  events.event_type: {Ontvangst: receipt}
  uom: {Stück: EA}
""",
    )
    report = made.ingest()
    (event,) = made.rows("events")

    assert report.is_complete
    assert not report.findings
    assert made.values("lots", "lot_id") == ["C1"]
    assert (event["event_type"], event["quantity"], event["uom"]) == (
        "receipt",
        Decimal("1234.5"),
        "EA",
    )
    assert event["occurred_at"] == moment("2026-10-12T04:52")


def test_parquet_and_json_lines_read_as_csv_does(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        lots_jsonl='{"lot_id": "J1", "material_id": "M1", "lot_number": 7}\n',
    )
    more = tmp_path / "in" / "lots_more.parquet"
    duckdb.execute(
        "copy (select 'P' || i as lot_id, 'M1' as material_id, "
        f"timestamp '2026-01-01 10:00:00' as manufactured_at from range(3) t(i)) to '{more}'"
    )
    report = made.ingest()
    rows = {row["lot_id"]: row for row in made.rows("lots")}

    assert report.is_complete
    assert sorted(rows) == ["J1", "P0", "P1", "P2"]
    assert rows["J1"]["lot_number"] == "7"
    assert rows["P2"]["manufactured_at"] == moment("2026-01-01T10:00")
    assert rows["P2"]["source_row"] == 3


def test_rows_without_a_key_get_one_that_stays_the_same(tmp_path: Path) -> None:
    text = "event_type,lot_id,occurred_at\nreceipt,L1,2026-10-12T04:52:00Z\n"
    one, two = plant(tmp_path / "a", events_csv=text), plant(tmp_path / "b", events_csv=text)
    one.ingest()
    two.ingest()

    assert one.values("events", "record_id") == two.values("events", "record_id")
    assert one.values("events", "record_id")[0].startswith("content-")


def test_a_local_time_that_came_twice_is_known_to_the_day_and_reported(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        events_csv=(
            "record_id,event_type,occurred_local,utc_offset\n"
            "a,monitoring,2026-10-25 02:30:00,\nb,monitoring,2026-10-25 02:30:00,+02:00\n"
            "c,monitoring,2026-10-25 03:00:00,\nd,monitoring,2026-10-25 01:59:59,\n"
            "e,monitoring,2026-10-25,\n"
        ),
    )
    report = made.ingest()
    (finding,) = report.findings

    assert made.values("events", "precision") == ["day", "second", "second", "second", "day"]
    assert (finding.kind, finding.example) == ("ambiguous", "events.csv:2")


def test_a_recorded_time_that_came_twice_is_a_finding_and_the_later_is_taken(
    tmp_path: Path,
) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: ein, mapping: generic, site: LEU, files: in/*, values: ein.yml}]\n",
        events_csv=(
            "record_id,event_type,occurred_local,recorded_at\n"
            "a,monitoring,2026-10-24 12:00:00,2026-10-25 02:30:00\n"
            "b,monitoring,2026-10-24 12:00:00,2026-10-25 02:30:00+02:00\n"
            "c,monitoring,2026-10-24 12:00:00,2026-10-25 03:00:00\n"
        ),
    )
    made.put("ein.yml", "timezone: site\n")
    (finding,) = made.ingest().findings

    assert (finding.kind, finding.example) == ("ambiguous", "events.csv:2")
    assert [f"{at:%H:%M}" for at in made.values("events", "recorded_at")] == [
        "01:30",
        "00:30",
        "02:00",
    ]
