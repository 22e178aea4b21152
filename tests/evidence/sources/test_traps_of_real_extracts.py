"""What real extracts do, each seen in one: damaged keys, odd spellings, rows without partners.

Other traps have tests beside what they are about: signs, reversals and transfers of ERPNext and
Odoo in theirs, events of one identifier in that of EPCIS, sheets in that of the kinds of files.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from .plants import Plant, moment, plant
from .test_sap_ecc import MSEG, by_id, head, line, sap

OWN = "sources: [{name: own, mapping: own, site: LEU, files: in/*}]\n"


def own(root: Path, mapping: str, **files: str | bytes) -> Plant:
    """A plant with a mapping of its own."""
    made = plant(root, OWN, **files)
    made.put("sources/own.yml", f"mapping: own\ntitle: Own\n{mapping}")
    return made


@pytest.mark.parametrize("key", ["4.9E+09", "4900000001.0", "4,91E+09"])
def test_a_key_that_went_through_a_spreadsheet_is_held_back_and_not_mended(
    tmp_path: Path, key: str
) -> None:
    made = sap(tmp_path, head(1), line(1, "101") + line(1, "102", SMBLN=key, ZEILE="0002"))
    made.ingest()

    assert f"'SMBLN' has been through a spreadsheet: {key}" in {
        row["reason"] for row in made.rows("quarantine")
    }
    assert made.values("events", "record_id") == ["1/2026/0001"]


def test_columns_of_one_file_spell_their_numbers_each_in_its_own_way(tmp_path: Path) -> None:
    made = own(
        tmp_path,
        "feeds: {a: {files: ['a*']}}\n"
        "tables:\n  - table: orders\n    from: a\n    record_id: '{No}'\n    columns:\n"
        "      order_id: '{No}'\n"
        "      planned_quantity: {from: '{Plan}', thousands: ','}\n"
        "      actual_quantity: {from: '{Done}', decimal: ','}\n",
        a_csv='No,Plan,Done\n1,"100,000.00","9983,5"\n2,"       4,518.80",0\n3,0.0,9983\n',
    )
    made.ingest()

    assert [(r["planned_quantity"], r["actual_quantity"]) for r in made.rows("orders")] == [
        (Decimal(100000), Decimal("9983.5")),
        (Decimal("4518.8"), Decimal(0)),
        (Decimal(0), Decimal(9983)),
    ]


def test_dates_are_read_as_each_column_declares_and_never_guessed(tmp_path: Path) -> None:
    made = own(
        tmp_path,
        "feeds: {a: {files: ['a*']}}\n"
        "tables:\n  - table: lots\n    from: a\n    record_id: '{L}'\n    columns:\n"
        "      lot_id: '{L}'\n      material_id: M\n"
        "      manufactured_at: {from: '{US}', formats: ['%m/%d/%y', '%m/%d/%Y'], timezone: utc,"
        " days: utc}\n"
        "      expires_at: {from: '{D} {T}', formats: ['%Y%m%d %H%M%S'], timezone: utc}\n"
        "      retest_at: {from: '{EU}', formats: ['%d/%m/%Y %H:%M:%S', iso], timezone: utc}\n"
        "  - table: orders\n    from: a\n    record_id: '{L}'\n    columns:\n"
        "      order_id: '{L}'\n"
        "      started_at: {from: '{M}', formats: ['%m.%y'], months: {maj: 5}, days: utc}\n",
        a_csv="L,US,D,T,EU,M\n1,1/24/17,20200326,081257,21/02/2015 11:55:43,maj.18\n"
        "2,04/23/2018,20200326,081257,2015-02-21T11:55:43.1234567Z,maj.18\n"
        "3,24/1/17,20200326,081257,13:33 PM,maj.18\n",
    )
    made.ingest()
    one, two = made.rows("lots")
    reasons = {(row["column_name"], row["reason"]) for row in made.rows("quarantine")}

    assert one["manufactured_at"] == moment("2017-01-24T00:00")
    assert two["manufactured_at"] == moment("2018-04-23T00:00")
    assert one["expires_at"] == moment("2020-03-26T08:12:57")
    assert one["retest_at"] == moment("2015-02-21T11:55:43")
    assert two["retest_at"] == moment("2015-02-21T11:55:43.123456")
    assert made.values("orders", "started_at")[0] == moment("2018-05-01T00:00")
    assert reasons == {
        ("manufactured_at", "'manufactured_at' cannot be read: 24/1/17"),
        ("retest_at", "'retest_at' cannot be read: 13:33 PM"),
    }


def test_every_spelling_of_nothing_is_nothing_and_never_zero(tmp_path: Path) -> None:
    made = own(
        tmp_path,
        "defaults: {nulls: ['00000000', '-----', ND, \"''\"]}\nfeeds: {a: {files: ['a*']}}\n"
        "tables:\n  - table: orders\n    from: a\n    record_id: '{No}'\n"
        "    columns: {order_id: '{No}', planned_quantity: '{Q}'}\n",
        a_csv="No,Q\n1,00000000\n2,     \n3,-----\n4,ND\n5,''\n6,0\n",
    )
    made.ingest()

    assert made.values("orders", "planned_quantity") == [None] * 5 + [Decimal(0)]
    assert made.rows("quarantine") == []


def test_a_leading_column_without_a_name_and_names_with_spaces_are_read_exactly(
    tmp_path: Path,
) -> None:
    made = own(
        tmp_path,
        "defaults: {delimiter: ';'}\nfeeds: {a: {files: ['a*']}}\n"
        "tables:\n  - table: lots\n    from: a\n    record_id: '{Bacth No}'\n"
        "    columns: {lot_id: '{Bacth No}', material_id: '{Material  Code}'}\n",
        a_csv=";Bacth No;Material  Code;Material Code\n0;L1;M1;other\n",
    )
    made.ingest()
    (lot,) = made.rows("lots")

    assert (lot["lot_id"], lot["material_id"]) == ("L1", "M1")

    made.put("in/a2.csv", ";Batch No;Material  Code\n0;L2;M1\n")
    (error,) = made.ingest().refused

    # no name is taken for another that is nearly the same
    assert "column 'Bacth No' is missing" in error.found


def test_a_load_run_twice_counts_once_and_one_key_with_two_contents_is_shown(
    tmp_path: Path,
) -> None:
    made = sap(
        tmp_path,
        head(1) + head(2),
        (line(1, "551") * 2) + line(2, "551") + line(2, "551", ERFMG="7"),
    )
    report = made.ingest()
    mseg = report.files[-1]
    (conflict,) = [finding for finding in report.findings if finding.kind == "conflict"]

    assert (mseg.rows_read, mseg.rows_landed, mseg.exact_duplicates) == (4, 3, 1)
    assert (conflict.value, conflict.row_count) == ("2/2026/0001", 2)
    assert [r["quantity"] for r in made.rows("events") if r["record_id"] == "2/2026/0001"] == [
        Decimal("1200.5"),
        Decimal(7),
    ]


def test_headers_without_lines_and_lines_without_headers_are_listed_with_counts(
    tmp_path: Path,
) -> None:
    made = sap(tmp_path, head(1) + head(2) + head(3), line(1, "551") + line(9, "551"))
    report = made.ingest()
    (alone,) = [finding for finding in report.findings if finding.kind == "alone"]
    (held,) = made.rows("quarantine")

    assert (alone.value, alone.row_count, alone.example) == ("mkpf", 2, "MKPF.csv:3")
    assert held["reason"].startswith("no row of mkpf belongs to it")

    again = made.put("in/MSEG_2.csv", MSEG + line(2, "551") + line(3, "551"))
    later = made.ingest()

    assert again.is_file()
    assert [f for f in later.findings if f.kind == "alone"] == []


def test_a_lot_made_of_itself_and_a_ring_of_lots_land_as_they_are(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        lot_links_csv="parent_lot_id,child_lot_id,kind\nA,A,reworked\nA,B,consumed\nB,A,consumed\n",
    )
    report = made.ingest()

    assert report.is_complete
    assert len(made.rows("lot_links")) == 3


def test_a_movement_and_its_cancellation_are_both_kept_and_linked(tmp_path: Path) -> None:
    made = sap(
        tmp_path,
        head(1) + head(2),
        line(1, "261", SHKZG="H") + line(2, "262", SMBLN="1", SJAHR="2026", SMBLP="0001"),
    )
    made.ingest()
    events = by_id(made, "events")

    assert events["2/2026/0001"]["reverses"] == "1/2026/0001"
    assert {event["quantity"] for event in events.values()} == {Decimal("1200.5")}


def test_one_wide_row_is_several_records(tmp_path: Path) -> None:
    made = own(
        tmp_path,
        "feeds: {a: {files: ['a*']}}\n"
        "tables:\n  - table: test_results\n    from: a\n"
        "    each: [{name: water, column: W}, {name: lead, column: P}]\n"
        "    record_id: '{L}/$name'\n"
        "    columns: {lot_id: '{L}', characteristic: $name, reading: '{$column}'}\n"
        "  - table: lots\n    from: a\n    record_id: '{L}'\n"
        "    columns: {lot_id: '{L}', material_id: M}\n",
        a_csv='L,W,P\n1,0.6,"<0.05"\n',
    )
    report = made.ingest()

    assert made.values("test_results", "record_id") == ["1/water", "1/lead"]
    assert made.values("lots", "lot_id") == ["1"]
    assert (report.files[-1].rows_read, report.files[-1].rows_landed) == (1, 1)
