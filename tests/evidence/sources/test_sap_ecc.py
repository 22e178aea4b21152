"""SAP tables become events, statuses, genealogy, results, orders, deliveries and postings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .plants import Plant, moment, plant

SOURCE = (
    "sources: [{name: sap, mapping: sap-ecc, site: LEU, files: in/*.csv, settings: {lots: LEU/}}]\n"
)
MKPF = "MBLNR;MJAHR;BUDAT;BLDAT;CPUDT;CPUTM;USNAM\n"
MSEG = (
    "MBLNR;MJAHR;ZEILE;BWART;XAUTO;MATNR;WERKS;LGORT;CHARG;INSMK;SHKZG;ERFMG;ERFME;KZBEW;LIFNR;"
    "KUNNR;AUFNR;UMLGO;UMCHA;SMBLN;SJAHR;SMBLP;VBELN_IM;EVDAT;EVTIM;PERFBY;CHKBY;ENTRY\n"
)


def head(number: int, entered: str = "20261012 081257", dated: str = "20261012") -> str:
    day, clock = entered.split()
    return f"{number};2026;20261031;{dated};{day};{clock};P-017\n"


def line(number: int, kind: str, **cells: str) -> str:
    given = {
        "MBLNR": str(number), "MJAHR": "2026", "ZEILE": "0001", "BWART": kind, "WERKS": "1000",
        "MATNR": "000000000000002001", "CHARG": "26-0931", "SHKZG": "S", "ERFMG": "1.200,500",
        "ERFME": "KG",
    } | cells  # fmt: skip
    return ";".join(given.get(name, "") for name in MSEG.strip().split(";")) + "\n"


def sap(tmp_path: Path, heads: str, lines: str, **files: str) -> Plant:
    return plant(tmp_path, SOURCE, MKPF_csv=MKPF + heads, MSEG_csv=MSEG + lines, **files)


def by_id(made: Plant, table: str) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in made.rows(table)}


def test_a_receipt_is_an_event_and_the_status_of_its_lot(tmp_path: Path) -> None:
    receipt = line(49, "101", KZBEW="B", LIFNR="0000000014", INSMK="X", LGORT="Q-01")
    made = sap(tmp_path, head(49), receipt)
    report = made.ingest()
    (event,) = made.rows("events")
    (status,) = made.rows("lot_status")

    assert report.is_complete
    assert report.findings == []
    assert (event["record_id"], event["source_ref"]) == ("49/2026/0001", "MSEG 49/2026/0001")
    assert (event["event_type"], event["lot_id"]) == ("receipt", "LEU/2001/26-0931")
    assert (event["quantity"], event["uom"]) == (Decimal("1200.5"), "KG")
    assert (event["party_id"], event["to_location"]) == ("14", "Q-01")
    assert (event["performed_by"], event["recorded_at"]) == ("P-017", moment("2026-10-12T06:12:57"))
    assert (status["to_status"], status["changed_by"]) == ("quarantine", "P-017")


def test_it_happened_when_entered_only_where_the_document_is_of_that_day(tmp_path: Path) -> None:
    heads = head(1) + head(2, dated="20261010") + head(3)
    lines = line(1, "551") + line(2, "551") + line(3, "551", EVDAT="20261011", EVTIM="235900")
    made = sap(tmp_path, heads, lines)
    made.ingest()
    found = [
        (row["occurred_local"], row["precision"], row["recorded_at"]) for row in made.rows("events")
    ]

    entered = moment("2026-10-12T06:12:57")
    assert found == [
        (moment("2026-10-12T08:12:57"), "second", entered),
        # the day of accounting, 31 October, is nowhere to be seen
        (moment("2026-10-10T00:00"), "day", entered),
        (moment("2026-10-11T23:59"), "second", entered),
    ]


@pytest.mark.parametrize(
    ("kind", "cells", "event"),
    [
        ("261", {}, "consumption"),
        ("201", {}, "issue"),
        ("601", {"VBELN_IM": "0080001234"}, "shipment"),
        ("301", {}, "transfer"),
        ("122", {}, "return"),
        ("653", {}, "return"),
        ("321", {}, "status_change"),
        ("331", {}, "sample"),
        ("553", {}, "disposition"),
        ("702", {}, "adjustment"),
        ("531", {}, "intermediate_output"),
    ],
)
def test_movement_types_become_events(
    tmp_path: Path, kind: str, cells: dict[str, str], event: str
) -> None:
    made = sap(tmp_path, head(1), line(1, kind, **cells))
    made.ingest()

    assert made.values("events", "event_type") == [event]


def test_what_an_order_yields_is_known_by_its_material(tmp_path: Path) -> None:
    lines = "".join(
        line(n, "101", KZBEW="F", MATNR=material, AUFNR="000001004711")
        for n, material in enumerate(("M-FERT", "M-HALB", "M-WHAT"), 1)
    )
    made = sap(
        tmp_path,
        head(1) + head(2) + head(3),
        lines,
        MARA_csv="MATNR;MTART;MEINS\nM-FERT;FERT;EA\nM-HALB;HALB;KG\nM-WHAT;XXXX;KG\n",
    )
    report = made.ingest()

    assert made.values("events", "event_type") == ["finished_goods", "intermediate_output"]
    assert [row["lot_id"] for row in made.rows("quarantine")] == ["LEU/M-WHAT/26-0931"]
    assert {f.value for f in report.findings if f.column == "event_type"} == {"XXXX"}


def test_both_lines_of_a_transfer_are_one_event(tmp_path: Path) -> None:
    out = line(1, "311", SHKZG="H", LGORT="Q-01", UMLGO="R-07")
    back = line(1, "311", ZEILE="0002", XAUTO="X", LGORT="R-07")
    made = sap(tmp_path, head(1), out + back)
    report = made.ingest()
    (event,) = made.rows("events")

    assert (event["from_location"], event["to_location"]) == ("Q-01", "R-07")
    assert (report.files[-1].rows_landed, report.files[-1].rows_ignored) == (1, 1)


def test_a_movement_that_undoes_another_names_it(tmp_path: Path) -> None:
    lines = (
        line(1, "261", AUFNR="4711", SHKZG="H")
        + line(2, "262", AUFNR="4711", SMBLN="1", SJAHR="2026", SMBLP="0001")
        + line(3, "262", AUFNR="4711")
    )
    made = sap(
        tmp_path,
        head(1) + head(2) + head(3),
        lines,
        AFKO_csv="AUFNR;GAMNG;GMEIN\n4711;1;EA\n",
        AFPO_csv="AUFNR;POSNR;MATNR;CHARG\n4711;1;M-3001;B-1\n",
    )
    made.ingest()
    (held,) = [row for row in made.rows("quarantine") if row["table_name"] == "events"]
    (link,) = made.rows("lot_links")

    assert [(row["event_type"], row["reverses"]) for row in made.rows("events")] == [
        ("consumption", None),
        ("consumption", "1/2026/0001"),
    ]
    assert (held["source_row"], held["column_name"]) == (4, "reverses")
    # what was undone in full is no part of the genealogy
    assert (link["record_id"], link["quantity"]) == ("1/2026/0001/M-3001/B-1", 0)


def test_what_an_order_consumed_became_what_it_makes(tmp_path: Path) -> None:
    made = sap(
        tmp_path,
        head(1),
        line(1, "261", AUFNR="000001004711", SHKZG="H"),
        AFKO_csv="AUFNR;GAMNG;GMEIN;GSTRI;GSUZI;AUTOM\n000001004711;1.920.000;EA;20261012;060000;X\n",
        AFPO_csv="AUFNR;POSNR;MATNR;CHARG;DAUAT\n000001004711;0001;M-3001;B-2671;PI01\n",
    )
    report = made.ingest()
    (link,) = made.rows("lot_links")
    (order,) = made.rows("orders")

    assert report.is_complete
    assert (link["parent_lot_id"], link["child_lot_id"]) == (
        "LEU/2001/26-0931",
        "LEU/M-3001/B-2671",
    )
    assert (link["order_id"], link["kind"], link["quantity"]) == (
        "1004711",
        "consumed",
        Decimal("1200.5"),
    )
    assert (order["kind"], order["planned_quantity"]) == ("production", 1920000)
    assert order["started_at"] == moment("2026-10-12T04:00")
    assert order["automated"] is True


def test_a_line_whose_header_is_missing_waits_for_it_in_quarantine(tmp_path: Path) -> None:
    made = sap(tmp_path, head(1), line(1, "551") + line(2, "551"))
    first = made.ingest()
    made.put("in/MKPF_late.csv", MKPF + head(2))
    second = made.ingest()
    held = made.rows("quarantine")

    assert first.files[-1].rows_quarantined == 1
    assert held[0]["reason"] == "no row of mkpf belongs to it: MBLNR 2, MJAHR 2026"
    assert {file.name for file in second.files} == {"MKPF_late.csv", "MSEG.csv"}
    assert made.values("events", "record_id") == ["1/2026/0001", "2/2026/0001"]


def test_inspection_decision_and_results_come_from_quality_management(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        SOURCE,
        QALS_csv="PRUEFLOS;MATNR;CHARG;WERK\n010000123456;2001;26-0931;1000\n",
        QAMV_csv=(
            "PRUEFLOS;VORGLFNR;MERKNR;KURZTEXT;MASSEINHSW;PMETHODE\n"
            "010000123456;1;10;water content;%;Ph. Eur. 2.5.12\n"
            "010000123456;1;20;lead;ppm;\n010000123456;1;30;identity;;IR\n"
        ),
        QAMR_csv=(
            "PRUEFLOS;VORGLFNR;MERKNR;MBEWERTG;PRUEFER;PRUEFDATUB;PRUEFZEITB;ORIGINAL_INPUT;RVWBY\n"
            "010000123456;1;10;A;P-031;20261010;101500;0,6;P-032\n"
            "010000123456;1;20;A;P-031;20261010;113000;<0,05;\n"
            "010000123456;1;30;R;P-033;20261009;090000;complies;\n"
        ),
        QAVE_csv=(
            "PRUEFLOS;ZAEHLER;VCODE;VBEWERTUNG;VNAME;VDATUM;VEZEITERF\n"
            "010000123456;1;A1;A;P-017;20261012;140500\n"
        ),
    )
    report = made.ingest()
    events = by_id(made, "events")
    results = by_id(made, "test_results")
    water = results["10000123456/00000001/0010"]
    lead = results["10000123456/00000001/0020"]

    assert report.is_complete
    assert report.findings == []
    assert events["10000123456"]["event_type"] == "inspection"
    assert events["10000123456"]["performed_by"] == "P-031"
    assert events["10000123456"]["occurred_local"] == moment("2026-10-10T11:30")
    assert events["10000123456/1"]["event_type"] == "release"
    assert events["10000123456/1"]["result"] == "accept"
    assert (water["value"], water["value_text"], water["uom"]) == (Decimal("0.6"), "0,6", "%")
    assert (water["verdict"], water["reviewed_by"]) == ("pass", "P-032")
    assert (lead["value"], lead["qualifier"]) == (Decimal("0.05"), "<")
    assert results["10000123456/00000001/0030"]["value"] is None
    assert results["10000123456/00000001/0030"]["value_text"] == "complies"


def test_deliveries_and_postings_land_with_their_references(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        SOURCE,
        LIKP_csv=(
            "VBELN;LFART;KUNNR;WADAT_IST;SPE_WAUHR_IST;BOLNR\n"
            "0080001234;LF;0000000007;20261020;150000;BOL-1\n"
        ),
        LIPS_csv="VBELN;POSNR;MATNR;CHARG\n0080001234;10;3001;B-1\n0080001234;20;3001;\n",
        BKPF_csv=(
            "BUKRS;BELNR;GJAHR;BUDAT;HWAER;AWTYP;AWKEY;CPUDT;CPUTM\n"
            "BE01;5000012345;2026;20261012;EUR;MKPF;49000012342026;20261012;081257\n"
        ),
        BSEG_csv=(
            "BUKRS;BELNR;GJAHR;BUZEI;SHKZG;DMBTR;HKONT;MATNR;CHARG;MZEILE\n"
            "BE01;5000012345;2026;1;H;288,00;0000300000;2001;26-0931;0001\n"
            "BE01;5000012345;2026;2;S;288,00;0000400000;;;\n"
        ),
    )
    report = made.ingest()
    (shipment,) = made.rows("shipments")
    credit, debit = made.rows("postings")

    assert report.is_complete
    assert (shipment["shipment_id"], shipment["customer_id"]) == ("80001234", "7")
    assert shipment["shipped_at"] == moment("2026-10-20T13:00")
    assert made.values("document_links", "subject_id") == ["LEU/3001/B-1"]
    assert (credit["amount"], debit["amount"]) == (Decimal(-288), Decimal(288))
    assert credit["event_id"] == "4900001234/2026/0001"
    assert debit["event_id"] is None


def test_the_last_day_of_shelf_life_is_still_within_it(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        SOURCE,
        MCH1_csv="MATNR;CHARG;HSDAT;VFDAT;QNDAT;LICHA\n2001;26-1;20260903;20280902;00000000;MX-1\n",
    )
    made.ingest()
    (lot,) = made.rows("lots")

    assert lot["expires_at"] == moment("2028-09-02T22:00")
    assert lot["retest_at"] is None
    assert made.values("identifiers", "value") == ["MX-1"]


def test_several_plants_in_one_extract_are_told_apart_by_the_word_map(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        SOURCE.replace("site: LEU, ", "values: v.yml, "),
        MKPF_csv=MKPF + head(1) + head(2) + head(3),
        MSEG_csv=MSEG
        + line(1, "551")
        + line(2, "551", WERKS="2000")
        + line(3, "551", WERKS="3000"),
    )
    made.put("v.yml", "words: {plant: {1000: LEU, 2000: SAL}}\n")
    made.ingest()

    assert [(row["site_id"], row["utc_offset"]) for row in made.rows("events")][:2] == [
        ("LEU", "+02:00"),
        ("SAL", "-07:00"),
    ]


def test_a_missing_column_is_said_with_its_name_and_how_to_mend_it(tmp_path: Path) -> None:
    made = plant(tmp_path, SOURCE, MKPF_csv=MKPF.replace(";USNAM", ";UNAME") + head(1))
    report = made.ingest()

    assert "MKPF.csv:1: column 'USNAM' is missing" in str(report.refused[0])
    assert "`feeds: {mkpf: {columns: {THEIRS: USNAM}}}`" in str(report.refused[0])


def test_who_inspected_and_when_it_was_entered_come_from_the_plants_own_fields(
    tmp_path: Path,
) -> None:
    files = {
        "QALS_csv": (
            "PRUEFLOS;MATNR;CHARG;WERK;ART;AUFNR;ENDDAT;ENDTIM;PRUEFBY;CHKBY;SPEZNR\n"
            "010000000001;2001;26-1;1000;01;000100000007;20261010;120000;P-031;P-032;SP-7/2\n"
        ),
        "QAMV_csv": "PRUEFLOS;VORGLFNR;MERKNR;KURZTEXT\n010000000001;1;10;water content\n",
        "QAMR_csv": (
            "PRUEFLOS;VORGLFNR;MERKNR;MBEWERTG;PRUEFER;PRUEFDATUB;PRUEFZEITB;ENTDAT;ENTTIM\n"
            "010000000001;1;10;A;P-033;20261010;101500;20261010;101900\n"
        ),
        "AFKO_csv": "AUFNR;GAMNG;GMEIN;PLNNR;ERDAT;ERZET\n100000007;5;KG;MBR-1;20261001;080000\n",
        "AFPO_csv": "AUFNR;POSNR;MATNR;CHARG\n100000007;1;3001;B-1\n",
        "MCH1_csv": "MATNR;CHARG;LICHA;ERSDA;ERZET\n2001;26-1;MX-1;20261002;093000\n",
        "LIKP_csv": "VBELN;KUNNR;SHIPTO;ERDAT;ERZET\n81;7;Dock 3, Ghent;20261003;101112\n",
    }
    made = plant(tmp_path, SOURCE, **files)
    made.ingest()
    (inspection,) = made.rows("events")
    (result,) = made.rows("test_results")
    (order,) = made.rows("orders")
    (shipment,) = made.rows("shipments")

    assert (inspection["performed_by"], inspection["checked_by"]) == ("P-031", "P-032")
    assert (inspection["reason_code"], inspection["order_id"]) == ("01", "100000007")
    assert inspection["occurred_local"] == moment("2026-10-10T12:00")
    assert (result["spec_id"], result["tested_by"]) == ("SP-7/2", "P-033")
    assert result["recorded_at"] == moment("2026-10-10T08:19")
    assert (order["master_record"], order["recorded_at"]) == ("MBR-1", moment("2026-10-01T06:00"))
    assert made.values("lots", "recorded_at") == [moment("2026-10-02T07:30")]
    assert made.values("identifiers", "recorded_at") == [moment("2026-10-02T07:30")]
    assert (shipment["ship_to"], shipment["customer_id"]) == ("Dock 3, Ghent", "7")

    other = plant(tmp_path / "b", SOURCE.replace("LEU/", "LEU/, inspections: none"), **files)
    other.ingest()

    assert other.rows("events") == []
    assert len(other.rows("test_results")) == 1


def test_a_damaged_number_of_a_document_is_told_beside_its_lacking_header(tmp_path: Path) -> None:
    made = sap(tmp_path, head(49), line(49, "601") + line(50, "601", MBLNR="4,9E+09"))
    made.ingest()
    reasons = {row["reason"].partition(":")[0] for row in made.rows("quarantine")}

    assert reasons == {"'MBLNR' has been through a spreadsheet", "no row of mkpf belongs to it"}


@pytest.mark.parametrize(("sent", "reason"), [("0000", None), ("0", None), ("0261", "0261")])
def test_reason_number_nought_is_no_reason(tmp_path: Path, sent: str, reason: str | None) -> None:
    made = plant(tmp_path, SOURCE, MKPF_csv=MKPF + head(49))
    sent_line = line(49, "261").rstrip("\n") + f";{sent}\n"
    made.put("in/MSEG.csv", MSEG.rstrip("\n") + ";GRUND\n" + sent_line)
    made.ingest()

    assert made.values("events", "reason_code") == [reason]


def test_a_decision_without_its_inspection_lot_waits_and_is_not_left_out(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        SOURCE,
        QALS_csv="PRUEFLOS;MATNR;CHARG;WERK\n000000000002;2001;;1000\n",
        QAVE_csv="PRUEFLOS;ZAEHLER;VCODE;VBEWERTUNG;VNAME;VDATUM;VEZEITERF\n"
        "000000000001;1;A1;A;P-017;20261012;140500\n000000000002;1;A1;A;P-017;20261012;140500\n",
    )
    report = made.ingest()
    of_file = {file.name: file for file in report.files}["QAVE.csv"]

    assert (of_file.rows_quarantined, of_file.rows_ignored) == (1, 1)
    assert {row["reason"] for row in made.rows("quarantine")} == {
        "no row of qals belongs to it: PRUEFLOS 1"
    }
