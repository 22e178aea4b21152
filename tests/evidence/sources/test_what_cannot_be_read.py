"""Nothing that cannot be read is lost, guessed or said without file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.sources.ingest import FileResult

from .plants import Plant, plant

HEADER = "record_id,event_type,lot_id,occurred_at,quantity,uom\n"
GOOD = "e1,receipt,L1,2026-10-12T04:52:00Z,12.5,KG\n"


def refusal(made: Plant) -> str:
    report = made.ingest()
    assert not report.is_complete
    assert len(report.refused) == 1
    # a file lands as a whole or not at all
    assert "events" not in report.landed
    return str(report.refused[0])


def counts(file: FileResult) -> tuple[int, int, int, int, int]:
    assert file.adds_up
    return (
        file.rows_read,
        file.rows_landed,
        file.rows_quarantined,
        file.rows_ignored,
        file.exact_duplicates,
    )


def test_an_unreadable_cell_holds_its_row_back_and_keeps_it_whole(tmp_path: Path) -> None:
    made = plant(tmp_path, events_csv=HEADER + GOOD + "e2,receipt,L2,2026-10-12T04:52Z,12-5,KG\n")
    report = made.ingest()
    (held,) = made.rows("quarantine")

    assert counts(report.files[-1]) == (2, 1, 1, 0, 0)
    assert (held["source_file"], held["source_row"]) == ("events.csv", 3)
    assert (held["table_name"], held["column_name"]) == ("events", "quantity")
    assert (held["site_id"], held["lot_id"]) == ("LEU", "L2")
    assert held["reason"] == "'quantity' cannot be read: 12-5"
    assert "a number with '.' before the decimals" in held["expected"]
    assert '"quantity":"12-5"' in held["raw"]


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("e2,receipt,L2,12.10.2026,1,KG", "occurred_at"),
        ("e2,receipt,L2,2026-13-12,1,KG", "occurred_at"),
        ('e2,receipt,L2,2026-10-12T04:52Z,"1,5",KG', "quantity"),
        ("e2,receipt,L2,2026-10-12T04:52Z,1e99,KG", "quantity"),
        ("e2,receipt,L2,,1,KG", "occurred_at"),
        ("e2,,L2,2026-10-12T04:52Z,1,KG", "event_type"),
        ("e2,reciept,L2,2026-10-12T04:52Z,1,KG", "event_type"),
    ],
)
def test_dates_numbers_and_words_are_never_guessed(tmp_path: Path, cell: str, column: str) -> None:
    made = plant(tmp_path, events_csv=HEADER + GOOD + cell + "\n")
    report = made.ingest()

    assert made.values("events", "record_id") == ["e1"]
    assert [row["column_name"] for row in made.rows("quarantine")] == [column]
    assert counts(report.files[-1]) == (2, 1, 1, 0, 0)


def test_rows_keep_their_numbers_where_cells_hold_line_breaks(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        lots_csv=(
            'lot_id,material_id,lot_number\nL1,M1,"two\nlines"\n\nL2,M1\nL3,M1,x\nL4,M1,y,z\n'
        ),
    )
    report = made.ingest()
    held = made.rows("quarantine")

    assert [(r["lot_id"], r["source_row"]) for r in made.rows("lots")] == [("L1", 2), ("L3", 5)]
    assert [row["source_row"] for row in held] == [4, 6]
    assert held[0]["reason"] == "2 cells instead of 3 (line 5)"
    assert held[0]["raw"] == "L2,M1"
    assert counts(report.files[-1]) == (4, 2, 2, 0, 0)


@pytest.mark.parametrize("end", ["e2,receipt,L2,2026-1", 'e2,receipt,L2,"2026-10-12\ne3,x\n'])
def test_the_last_row_of_a_file_that_was_cut_off_is_held_back(tmp_path: Path, end: str) -> None:
    made = plant(tmp_path, events_csv=HEADER + GOOD + end)
    report = made.ingest()
    (held,) = made.rows("quarantine")

    assert made.values("events", "record_id") == ["e1"]
    assert held["source_row"] == 3
    assert held["raw"].startswith("e2,receipt,L2")
    assert counts(report.files[-1]) == (2, 1, 1, 0, 0)


def test_a_file_shorter_than_its_manifest_says_is_refused(tmp_path: Path) -> None:
    made = plant(tmp_path, events_csv=HEADER + GOOD)
    made.put("in/events.csv.manifest.json", '{"rows": 2}')

    assert "events.csv: 1 rows\n  expected: 2 rows, as its manifest says" in refusal(made)


def test_a_file_other_than_its_manifest_says_is_refused(tmp_path: Path) -> None:
    made = plant(tmp_path, events_csv=HEADER + GOOD)
    made.put("in/manifest.json", '{"files": {"events.csv": {"sha256": "' + "0" * 64 + '"}}}')

    assert "events.csv: the file's sha256 is" in refusal(made)


def test_a_wrong_encoding_is_refused_with_line_and_byte(tmp_path: Path) -> None:
    text = "lot_id,material_id\nL1,M1\nL2,Crème\n"
    made = plant(tmp_path, lots_csv=text.encode("cp1252"))

    assert "lots.csv:3:6: byte 0xe8 is not utf-8" in refusal(made)


def test_utf_8_that_is_declared_to_be_something_else_is_not_mangled(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: p, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        lots_csv="lot_id,material_id\nL1,Crème\n",
    )
    made.put("v.yml", "encoding: cp1252\n")

    assert "lots.csv:1: the bytes are utf-8, not cp1252" in refusal(made)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_declared_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: p, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        lots_csv="lot_id,material_id\nL1,Crème\n".encode(encoding),
    )
    made.put("v.yml", f"encoding: {encoding}\n")
    report = made.ingest()

    assert report.is_complete
    assert made.values("lots", "material_id") == ["Crème"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id,material_id\nL1,M1\n".encode("utf-8-sig"))
    made.ingest()

    assert made.values("lots", "lot_id") == ["L1"]


def test_utf_16_without_being_declared_is_refused(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id\nL1\n".encode("utf-16"))

    assert "declare `encoding: utf-16`" in refusal(made)


@pytest.mark.parametrize(
    ("content", "found"),
    [("", "an empty file"), ("lot_id,lot_id\n", "column 'lot_id' twice"), ("\n\n", "no header")],
)
def test_a_file_without_a_usable_header_is_refused(
    tmp_path: Path, content: str, found: str
) -> None:
    made = plant(tmp_path, lots_csv=content)

    assert f"lots.csv:1: {found}" in refusal(made)


def test_a_file_that_no_feed_takes_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id\nL1\n", lotz_csv="lot_id\nL2\n")

    assert "lotz.csv is no file that mapping 'generic' knows" in refusal(made)


def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "not a Parquet file" in refusal(plant(tmp_path, lots_parquet=b"PAR1 not really"))


def test_an_unknown_unit_lands_as_sent_and_is_reported(tmp_path: Path) -> None:
    made = plant(tmp_path, events_csv=HEADER + GOOD.replace("KG", "KGX"))
    report = made.ingest()
    (finding,) = report.findings

    assert made.values("events", "uom") == ["KGX"]
    assert (finding.kind, finding.value, finding.example) == ("unknown_unit", "KGX", "events.csv:2")
    assert made.rows("unmapped")[0]["row_count"] == 1


def test_a_word_that_no_map_covers_becomes_empty_and_is_reported_with_counts(
    tmp_path: Path,
) -> None:
    rows = "".join(f"e{n},receipt,L1,2026-10-12T04:52:00Z,1,KG,Robot\n" for n in range(3))
    made = plant(tmp_path, events_csv=HEADER.replace("uom", "uom,entry_method") + rows)
    report = made.ingest()
    (finding,) = report.findings

    assert made.values("events", "entry_method") == [None, None, None]
    assert (finding.kind, finding.column, finding.value) == ("unmapped", "entry_method", "Robot")
    assert (finding.row_count, finding.example) == (3, "events.csv:2")


def test_a_lot_without_material_lands_and_is_reported(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id,material_id\nL1,M1\nL2,\n")
    report = made.ingest()
    (finding,) = report.findings

    assert made.values("lots", "lot_id") == ["L1", "L2"]
    assert (finding.kind, finding.column, finding.example) == (
        "missing",
        "material_id",
        "lots.csv:3",
    )


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=cmd|'/C calc'!A0", "x'); drop", "{a}"]
)
def test_a_lot_may_be_called_anything(tmp_path: Path, name: str) -> None:
    made = plant(tmp_path, lots_csv=f'lot_id,material_id,lot_number\n"{name}",M1,"{name}"\n')
    report = made.ingest()

    assert report.is_complete
    assert not report.findings
    assert made.values("lots", "lot_id") == [name]


def test_a_row_of_an_unknown_site_is_held_back(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id,material_id,site_id\nL1,M1,\nL2,M1,LUE\nL3,M1,SAL\n")
    made.ingest()

    assert [(row["lot_id"], row["site_id"]) for row in made.rows("lots")] == [
        ("L1", "LEU"),
        ("L3", "SAL"),
    ]
    assert made.rows("quarantine")[0]["reason"] == "the site is not in lotproof.yml: LUE"


def test_one_refused_source_does_not_keep_another_out(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources:\n"
        "  - {name: good, mapping: generic, site: LEU, files: in/lots.csv}\n"
        "  - {name: bad, mapping: generic, site: LEU, files: in/events.csv}\n",
        lots_csv="lot_id,material_id\nL1,M1\n",
        events_csv=b"\xff\xff",
    )
    report = made.ingest()

    assert len(report.refused) == 1
    assert made.values("lots", "lot_id") == ["L1"]


def test_a_source_that_is_not_declared_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match="no source 'nobody'"):
        plant(tmp_path).workspace().source("nobody")


def test_each_file_at_fault_is_named_and_the_others_land(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        lots_csv="lot_id,material_id\nL1,M1\n",
        events_csv=HEADER.encode("utf-16"),
        people_csv="",
        counts_csv="material_id\nM1\n",
    )
    report = made.ingest()

    assert {str(error.where).partition(":")[0] for error in report.refused} == {
        "events.csv",
        "people.csv",
    }
    assert not report.is_complete
    assert made.values("lots", "lot_id") == ["L1"]
    assert made.values("counts", "material_id") == ["M1"]
    assert {row["source_file"] for row in made.rows("loads")} == {
        "lotproof.yml",
        "lots.csv",
        "counts.csv",
    }


def test_a_missing_column_is_one_message_and_not_a_row_each(tmp_path: Path) -> None:
    made = plant(tmp_path, events_csv="record_id,what\n" + "e1,receipt\ne2,receipt\n" * 9)
    (error,) = made.ingest().refused

    assert str(error.where) == "events.csv:1"
    assert "no column for 'event_type', 'occurred_at'" in error.found
    assert "found: record_id, what" in error.found
    assert "column 'event_type'" in error.expected
    assert "columns: {THEIRS: event_type}" in error.fix
    assert made.rows("quarantine") == []


def test_what_a_file_does_not_tell_is_noted(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        lots_csv="lot_id,material_id,expires_at\nL1,M1,\n",
        documents_csv="document_id,kind,status\nD1,label,effective\nD2,label,in Druck\n",
    )
    made.ingest()
    untold = made.rows("untold")
    never = {r["column_name"] for r in untold if r["table_name"] == "lots"}

    assert {"supplier_id", "retest_at", "recorded_at"} <= never
    assert never.isdisjoint({"lot_id", "record_id", "site_id", "material_id", "expires_at"})
    assert [
        (r["record_id"], r["column_name"], r["value"]) for r in untold if r["reason"] == "unmapped"
    ] == [("D2", "status", "in Druck")]
