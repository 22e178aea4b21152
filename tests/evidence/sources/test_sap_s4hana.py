"""Tables of S/4HANA become the same records as those of ECC: MATDOC, ACDOCA, batches by plant."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from .plants import Plant, moment, plant
from .test_sap_ecc import MKPF, MSEG, head, line

SHIPPED = Path(__file__).parents[3] / "sources"
SOURCE = (
    "sources: [{name: s4, mapping: sap-s4hana, site: LEU, files: in/*.csv, "
    "settings: {lots: LEU/}}]\n"
)
MATDOC = (
    "RECORD_TYPE;MBLNR;MJAHR;ZEILE;BUDAT;BLDAT;CPUDT;CPUTM;USNAM;BWART;XAUTO;MATNR;WERKS;LGORT;"
    "CHARG;INSMK;SHKZG;ERFMG;ERFME;KZBEW;LIFNR;AUFNR;UMLGO;UMCHA;SMBLN;SJAHR;SMBLP;VBELN_IM\n"
)


def movement(number: int, kind: str, **cells: str) -> str:
    given = {
        "RECORD_TYPE": "MDOC", "MBLNR": f"49{number:08d}", "MJAHR": "2026", "ZEILE": "0001",
        "BUDAT": "20261031", "BLDAT": "20261012", "CPUDT": "20261012", "CPUTM": "081257",
        "USNAM": "MILLER", "BWART": kind, "MATNR": "000000000000000000000000000000000000002001",
        "WERKS": "1000", "CHARG": "26-0931", "SHKZG": "S", "ERFMG": "1.200,500", "ERFME": "KG",
    } | cells  # fmt: skip
    return ";".join(given.get(name, "") for name in MATDOC.strip().split(";")) + "\n"


def s4(tmp_path: Path, lines: str, source: str = SOURCE, **files: str) -> Plant:
    return plant(tmp_path, source, MATDOC_csv=MATDOC + lines, **files)


def test_the_same_movements_become_the_same_records_as_out_of_ecc(tmp_path: Path) -> None:
    cells = {"AUFNR": "000001004711", "LGORT": "P-01", "SHKZG": "H"}
    cells |= {"MBLNR": "4900000002", "MATNR": "2001"}
    receipt = {"KZBEW": "B", "LIFNR": "0000000014", "INSMK": "X", "LGORT": "Q-01"}
    receipt |= {"MBLNR": "4900000001", "MATNR": "2001"}
    order = {
        "AFKO_csv": "AUFNR;GAMNG;GMEIN\n000001004711;5;EA\n",
        "AFPO_csv": "AUFNR;POSNR;MATNR;CHARG\n000001004711;1;M-3001;B-1\n",
    }
    new = s4(tmp_path / "s4", movement(1, "101", **receipt) + movement(2, "261", **cells), **order)
    old = plant(
        tmp_path / "ecc",
        SOURCE.replace("s4hana", "ecc"),
        MKPF_csv=(MKPF + head(4900000001) + head(4900000002)).replace("P-017", "MILLER"),
        MSEG_csv=MSEG + line(1, "101", **receipt) + line(2, "261", **cells),
        **order,
    )
    report = new.ingest()
    old.ingest()

    def said(made: Plant, table: str) -> list[dict[str, Any]]:
        own = ("source", "load_id", "record_hash", "mapping", "ingest")
        return [
            {name: value for name, value in row.items() if not name.startswith(own)}
            for row in made.rows(table)
        ]

    assert report.is_complete
    assert report.findings == []
    for table in ("events", "lot_status", "lot_links", "orders"):
        assert said(new, table) == said(old, table) != []


def test_only_records_that_are_movements_count(tmp_path: Path) -> None:
    made = s4(
        tmp_path, movement(1, "551") + movement(1, "551", RECORD_TYPE="MDOC_CP", ZEILE="0002")
    )
    report = made.ingest()

    assert made.values("events", "event_type") == ["disposition"]
    assert (report.files[-1].rows_landed, report.files[-1].rows_ignored) == (1, 1)


def test_a_reversal_names_what_it_undid_and_without_that_waits(tmp_path: Path) -> None:
    undone = {"SMBLN": "4900000001", "SJAHR": "2026", "SMBLP": "0001"}
    made = s4(
        tmp_path,
        movement(1, "601", SHKZG="H", VBELN_IM="0080001234")
        + movement(2, "602", **undone)
        + movement(3, "602"),
    )
    made.ingest()
    (held,) = [row for row in made.rows("quarantine") if row["table_name"] == "events"]

    assert [(row["event_type"], row["reverses"]) for row in made.rows("events")] == [
        ("shipment", None),
        ("shipment", "4900000001/2026/0001"),
    ]
    assert (held["source_row"], held["column_name"]) == (4, "reverses")


def test_every_movement_type_that_undoes_is_known_to_undo() -> None:
    words = yaml.safe_load((SHIPPED / "sap-ecc.yml").read_text(encoding="utf-8"))["words"]
    tables = yaml.safe_load((SHIPPED / "sap-s4hana.yml").read_text(encoding="utf-8"))["tables"]
    kinds = [table["where"].get("BWART") for table in tables if table["from"] == "matdoc"]

    assert set(words["undoing"]) in [set(kind) for kind in kinds if isinstance(kind, list)]
    assert {"101", "102", *words["undoing"]} == set(kinds[0]["not"])


def test_one_batch_number_at_two_plants_is_two_lots_where_plants_number_batches(
    tmp_path: Path,
) -> None:
    sources = "sources:\n" + "".join(
        f"  - {{name: {site}, mapping: sap-s4hana, site: {site}, files: in/*.csv, "
        f'settings: {{lots: {site}/, records: {site}/, plant: "{code}"}}}}\n'
        for site, code in (("LEU", "1000"), ("SAL", "2000"))
    )
    made = s4(
        tmp_path,
        movement(1, "551", CHARG="0001") + movement(2, "551", CHARG="0001", WERKS="2000"),
        sources,
        MCHA_csv=(
            "MATNR;WERKS;CHARG;HSDAT;VFDAT\n2001;1000;0001;20260901;20280831\n"
            "2001;2000;0001;20260915;20280914\n"
        ),
        QALS_csv=(
            "PRUEFLOS;MATNR;CHARG;WERK\n010000000001;2001;0001;1000\n010000000002;2001;0001;2000\n"
        ),
        QAVE_csv=(
            "PRUEFLOS;ZAEHLER;VCODE;VBEWERTUNG;VNAME;VDATUM;VEZEITERF\n"
            "010000000001;1;A1;A;MILLER;20261012;140500\n"
            "010000000002;1;R1;R;JONES;20261012;140500\n"
        ),
    )
    report = made.ingest()

    assert report.is_complete
    assert sorted(made.values("lots", "lot_id")) == ["LEU/2001/0001", "SAL/2001/0001"]
    assert sorted(
        (row["site_id"], row["lot_id"], row["event_type"]) for row in made.rows("events")
    ) == [
        ("LEU", "LEU/2001/0001", "disposition"),
        ("LEU", "LEU/2001/0001", "release"),
        ("SAL", "SAL/2001/0001", "disposition"),
        ("SAL", "SAL/2001/0001", "inspection"),
    ]


def test_postings_are_the_leading_ledgers_lines_and_name_their_movement(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        SOURCE,
        ACDOCA_csv=(
            "RLDNR;RBUKRS;GJAHR;BELNR;DOCLN;RACCT;HSL;RHCUR;BUDAT;TIMESTAMP;AWTYP;AWREF;AWORG;"
            "AWITEM;MATNR\n"
            "0L;BE01;2026;5000012345;000001;0000300000;288,00-;EUR;20261012;20261012061257;MKPF;"
            "4900000001;2026;000001;2001\n"
            "0L;BE01;2026;5000012345;000002;0000400000;288,00;EUR;20261012;20261012061257;MKPF;"
            "4900000001;2026;000001;\n"
            "2L;BE01;2026;5000012345;000001;0000300000;291,00-;EUR;20261012;20261012061257;MKPF;"
            "4900000001;2026;000001;2001\n"
        ),
    )
    report = made.ingest()
    credit, debit = made.rows("postings")

    assert report.is_complete
    assert (credit["amount"], debit["amount"]) == (Decimal(-288), Decimal(288))
    assert credit["event_id"] == debit["event_id"] == "4900000001/2026/0001"
    assert credit["recorded_at"] == moment("2026-10-12T06:12:57")


def test_columns_of_a_view_are_named_in_the_plants_values_file(tmp_path: Path) -> None:
    lines = (MATDOC + movement(1, "551")).replace("MBLNR", "MaterialDocument", 1)
    made = plant(
        tmp_path,
        SOURCE.replace("site: LEU, ", "site: LEU, values: v.yml, "),
        MATDOC_csv=lines.replace("BWART", "GoodsMovementType", 1),
    )
    made.put(
        "v.yml",
        "feeds: {matdoc: {columns: {MaterialDocument: MBLNR, GoodsMovementType: BWART}}}\n",
    )

    assert made.ingest().is_complete
    assert made.values("events", "record_id") == ["4900000001/2026/0001"]
