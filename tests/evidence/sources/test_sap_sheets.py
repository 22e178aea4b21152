"""SAP's tables as spreadsheets: numbers, dates and times of day as cells of their own kind."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from .plants import moment, plant
from .test_kinds_of_files import sheet
from .test_sap_ecc import SOURCE

SHEETS = SOURCE.replace("in/*.csv", "in/*, values: v.yml")
DAY = date(2026, 10, 12)
MKPF = ("MBLNR", "MJAHR", "BUDAT", "BLDAT", "CPUDT", "CPUTM", "USNAM")
MSEG = ("MBLNR", "MJAHR", "ZEILE", "BWART", "MATNR", "WERKS", "CHARG", "SHKZG", "ERFMG", "ERFME",
        "KZBEW", "INSMK")  # fmt: skip


@pytest.mark.parametrize("values", ["", "formats: ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y']\n"])
def test_cells_of_their_own_kind_are_read_as_the_texts_they_stand_for(
    tmp_path: Path, values: str
) -> None:
    made = plant(tmp_path, SHEETS)
    made.put("v.yml", values or "words: {}\n")
    head = (4900000049, 2026, DAY, DAY, DAY, time(8, 12, 57), "P-017")
    line = (4900000049, 2026, 1, 101, 2001, 1000, 260931, "S", 1200.5, "KG", "B", "X")
    made.put("in/MKPF.XLSX", sheet(MKPF, head))
    made.put("in/MSEG_2026-10.xlsx", sheet(MSEG, line))

    assert made.ingest().refused == []
    (event,) = made.rows("events")
    assert (event["record_id"], event["lot_id"]) == ("4900000049/2026/0001", "LEU/2001/260931")
    assert event["quantity"] == Decimal("1200.5")
    assert event["occurred_local"] == moment("2026-10-12T08:12:57")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_text_under_the_name_of_a_spreadsheet_is_told_as_what_it_is(
    tmp_path: Path, encoding: str
) -> None:
    made = plant(tmp_path, SHEETS)
    made.put("v.yml", "words: {}\n")
    made.put("in/MKPF.xls", ("\t".join(MKPF) + "\nMüller\n").encode(encoding))
    (refused,) = made.ingest().refused

    assert "text with tabs under the name of a spreadsheet" in str(refused)
    assert "name it MKPF.tsv, and declare its `encoding:`" in str(refused)
