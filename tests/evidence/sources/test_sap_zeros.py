"""Keys of SAP with zeros before them and without: one key, but for batches, which are as sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from .plants import AT, SITES
from .test_sap_ecc import MSEG, SOURCE, head, line, sap


def test_keys_join_whether_files_have_zeros_before_them_or_not(tmp_path: Path) -> None:
    made = sap(
        tmp_path,
        head(49) + head(50),
        line(49, "101", KZBEW="F", MATNR="2001", AUFNR="4711", CHARG="B-1", ZEILE="1")
        + line(50, "261", MATNR="0A-12", AUFNR="4711", CHARG="R-1"),
        MARA_csv="MATNR;MTART;MEINS\n000000000000002001;FERT;KG\n0A-12;ROH;KG\n",
        AFKO_csv="AUFNR;GAMNG;GMEIN\n4711;5,000;KG\n",
        AFPO_csv="AUFNR;POSNR;MATNR;CHARG\n000000004711;0001;2001;B-1\n",
    )

    assert made.ingest().is_complete
    made_of = {row["record_id"]: (row["event_type"], row["lot_id"]) for row in made.rows("events")}
    assert made_of == {
        "49/2026/0001": ("finished_goods", "LEU/2001/B-1"),
        "50/2026/0001": ("consumption", "LEU/0A-12/R-1"),
    }
    assert [row["child_lot_id"] for row in made.rows("lot_links")] == ["LEU/2001/B-1"]
    assert [row["order_id"] for row in made.rows("orders")] == ["4711"]


def test_an_overlapping_file_without_zeros_before_items_doubles_nothing(tmp_path: Path) -> None:
    receipt = line(49, "101", KZBEW="B", INSMK="X")
    made = sap(tmp_path, head(49), receipt)
    made.ingest()
    made.put("in/MSEG_2.csv", MSEG + receipt.replace(";0001;", ";1;").replace("0" * 14, ""))
    report = made.ingest(AT.replace(hour=18))

    assert report.is_complete
    assert len(made.rows("events")) == len(made.rows("lot_status")) == 1


@pytest.mark.parametrize(
    ("settings", "lots"),
    [("", {"LEU/2001/0000012345", "LEU/2001/12345"}), (", batches: unpad", {"LEU/2001/12345"})],
)
def test_batches_are_two_unless_the_source_says_that_zeros_do_not_count(
    tmp_path: Path, settings: str, lots: set[str]
) -> None:
    made = sap(
        tmp_path,
        head(49) + head(50),
        line(49, "101", KZBEW="B", CHARG="0000012345") + line(50, "261", CHARG="12345"),
        MCH1_csv="MATNR;CHARG\n000000000000002001;0000012345\n",
    )
    made.put("lotproof.yml", SITES + SOURCE.replace("LEU/}", f"LEU/{settings}}}"))

    assert made.ingest().is_complete
    assert {row["lot_id"] for row in made.rows("events")} == lots
    assert [row["lot_number"] for row in made.rows("lots")] == ["0000012345"]


def test_what_a_setting_can_be_is_said(tmp_path: Path) -> None:
    made = sap(tmp_path, head(49), line(49, "261"))
    made.put("lotproof.yml", SITES + SOURCE.replace("LEU/}", "LEU/, batches: strip}"))

    message = str(made.ingest().refused[0])

    assert "setting 'batches' is 'strip'" in message
    assert "one of: as_sent, unpad" in message
