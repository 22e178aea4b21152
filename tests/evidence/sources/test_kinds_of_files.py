"""The same rows from every kind of file: TSV, Parquet, JSON, spreadsheets, packed, any encoding."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from .plants import AT, Plant, moment, plant

HEADER = ("record_id", "event_type", "lot_id", "occurred_local", "quantity", "uom")
ROWS = (
    ("e1", "receipt", "Käse-1", "2026-10-12 06:52:00", "12.5", "KG"),
    ("e2", "shipment", "Käse-1", "2026-10-13", "3", "KG"),
)
OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]


def lines(sign: str) -> str:
    return "".join(sign.join(row) + "\n" for row in (HEADER, *ROWS))


def sheet(*rows: tuple[Any, ...], name: str = "Sheet", far: bool = False) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(row)
    if far:
        page.cell(row=1_048_576, column=1).number_format = "0.00"
    book.create_sheet("Notes").append(("not this",))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(path: Path) -> None:
    with duckdb.connect() as connection:
        values = ", ".join(str(row) for row in ROWS)
        connection.execute(
            f"copy (select * from (values {values}) as t({', '.join(HEADER)})) to '{path}'"
        )


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"2026-10/{name.replace('_', '.')}", text)
    return out.getvalue()


FILES: dict[str, bytes] = {
    "events.csv": lines(",").encode(),
    "events.tsv": lines("\t").encode(),
    "events_bom.csv": lines(",").encode("utf-8-sig"),
    "events.ndjson": "".join(json.dumps(item) + "\n" for item in OBJECTS).encode(),
    "events.json": json.dumps(OBJECTS, indent=2).encode(),
    "events_rest.json": json.dumps({"data": OBJECTS}).encode(),
    "events.csv.gz": gzip.compress(lines(",").encode()),
    "events.xlsx": sheet(
        HEADER,
        ("e1", "receipt", "Käse-1", moment("2026-10-12T06:52"), 12.5, "KG"),
        ("e2", "shipment", "Käse-1", date(2026, 10, 13), 3, "KG"),
    ),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    made = plant(tmp_path_factory.mktemp("plain"), events_csv=lines(","))
    made.ingest()
    return said(made)


def said(made: Plant) -> list[dict[str, Any]]:
    return made.rows("events", "* exclude (source_file, source_row, load_id, ingest_seq)")


@pytest.mark.parametrize("name", [*FILES, "events.parquet"])
def test_each_kind_of_file_gives_the_same_rows(
    tmp_path: Path, plain: list[dict[str, Any]], name: str
) -> None:
    made = plant(tmp_path)
    if name.endswith(".parquet"):
        (tmp_path / "in").mkdir()
        parquet(tmp_path / "in" / name)
    else:
        made.put(f"in/{name}", FILES[name])
    report = made.ingest()

    assert report.is_complete, report.refused
    assert report.files[-1].name == name
    assert said(made) == plain


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "latin-1"])
def test_a_declared_encoding_is_read(
    tmp_path: Path, plain: list[dict[str, Any]], encoding: str
) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: plant, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        events_csv=lines(",").encode(encoding),
    )
    made.put("v.yml", f"encoding: {encoding}\n")
    made.ingest()

    assert said(made) == plain


def test_a_zip_holds_several_files_and_comes_again_in_another(tmp_path: Path) -> None:
    made = plant(tmp_path, bundle_zip=zipped(events_csv=lines(","), lots_csv="lot_id\nL1\n"))
    report = made.ingest()

    assert [file.name for file in report.files[1:]] == [
        "bundle.zip/2026-10/events.csv",
        "bundle.zip/2026-10/lots.csv",
    ]
    # what came is kept byte for byte, and so is what was in it
    assert len(list((tmp_path / ".lotproof" / "originals").iterdir())) == 4

    (tmp_path / "in" / "bundle.zip").unlink()
    made.put("in/events.csv", lines(","))
    later = made.ingest(AT + timedelta(days=1))

    assert later.skipped == ["plant: events.csv"]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("events.csv.gz", gzip.compress(lines(",").encode() * 99)[:-20], "cannot be unpacked"),
        ("bundle.zip", b"PK\x03\x04 cut off", "cannot be unpacked"),
        ("events.xlsx", b"no sheet at all", "not a spreadsheet"),
        ("events.json", b'[{"a": 1}, {"a"', "not JSON"),
        ("events.json", b'{"a": [1], "b": [2]}', "2 lists in the object (a, b)"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_the_others_land(
    tmp_path: Path, name: str, content: bytes, found: str
) -> None:
    made = plant(tmp_path, lots_csv="lot_id\nL1\n")
    made.put(f"in/{name}", content)
    report = made.ingest()
    (error,) = report.refused

    assert found in error.found
    assert str(error.where).startswith(name)
    assert made.values("lots", "lot_id") == ["L1"]


def test_a_sheet_with_three_header_rows_that_claims_a_million_is_read_to_its_end(
    tmp_path: Path,
) -> None:
    book = sheet(
        ("Stock movements of building 4",),
        ("LFDNR", "CHARGE", "MENGE", "WANN", "BELEG"),
        ("number", "batch", "quantity", "when", "document"),
        (None, None, "kg", None, None),
        (1, "26-0931", 12.5, moment("2026-10-12T06:52"), 4900001234),
        (None, None, None, None, None),
        (2, "26-0932", 1234, moment("2026-10-12T07:00"), 4900001235),
        (3, "26-0933", 7, moment("2026-10-12T08:00"), 49000012341234567890),
        name="Moves",
        far=True,
    )
    made = plant(
        tmp_path, "sources: [{name: s, mapping: sheets, site: LEU, files: in/*}]\n", moves_xlsx=book
    )
    made.put(
        "sources/sheets.yml",
        "mapping: sheets\ntitle: Sheets\n"
        "defaults: {decimal: ',', formats: ['%d.%m.%Y %H:%M', '%d.%m.%Y']}\n"
        "feeds:\n  moves: {files: ['moves*.xlsx'], sheet: Moves, skip_rows: 1, header_rows: 3}\n"
        "tables:\n  - table: events\n    from: moves\n    record_id: '{BELEG}/{LFDNR}'\n"
        "    columns: {occurred: '{WANN}', event_type: receipt, lot_id: '{CHARGE}',\n"
        "      quantity: '{MENGE}', uom: KG}\n",
    )
    report = made.ingest()
    first, second = made.rows("events")
    (held,) = made.rows("quarantine")

    assert report.files[-1].adds_up
    assert report.files[-1].rows_read == 3
    # a key keeps its digits, and no number grows a tail
    assert (first["record_id"], first["quantity"]) == ("4900001234/1", Decimal("12.5"))
    assert (first["occurred_local"], first["source_row"]) == (moment("2026-10-12T06:52"), 5)
    assert (second["quantity"], second["source_row"]) == (Decimal(1234), 7)
    assert held["reason"].startswith("a number of more than 15 digits (4.9e+19)")
    assert held["source_row"] == 8


def test_a_workbook_of_many_tables_is_refused_with_what_to_do_about_it(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id\nL1\n")
    book = openpyxl.Workbook()
    for name in ("lots", "events", "Notes"):
        book.create_sheet(name)
    book.save(tmp_path / "in" / "october.xlsx")
    (refused,) = made.ingest().refused

    assert "october.xlsx is no file that mapping 'generic' knows" in str(refused)
    assert "save its sheets (lots, events) as files of their own" in str(refused)
