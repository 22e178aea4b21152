"""Certificates in JSON: a document, what it is about, its results and their limits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.sources.rehearsal import preview, profile

from .certificates import coa, en10168, text
from .plants import AT, FIXTURES, Plant, moment, plant

SOURCE = "sources: [{name: certs, mapping: certificates, site: LEU, files: in/*, values: v.yml}]\n"
VALUES = "words: {party: {Moorland Actives: S-014, Steel Works: S-020}}\n"
LOT = "supplier-lot:S-014:MX-88121"
FOLDER = FIXTURES / "coa_material_identity"


def taken_in(root: Path, *documents: str, sources: str = SOURCE, values: str = VALUES) -> Plant:
    made = plant(root, sources)
    made.put("v.yml", values)
    for number, document in enumerate(documents, 1):
        made.put(f"in/c{number}.json", document)
    return made


def test_a_certificate_of_analysis_is_a_document_about_the_suppliers_lot(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa()))
    report = made.ingest()
    (document,) = made.rows("documents")
    (lot,) = made.rows("lots")
    links = [(row["subject_type"], row["subject_id"]) for row in made.rows("document_links")]

    assert report.is_complete
    assert report.findings == []
    assert (document["number"], document["issued_by"]) == ("C-77", "S-014")
    assert document["kind"] == "certificate_of_analysis"
    assert document["issued_at"] == moment("2026-09-30T22:00")
    assert document["source_ref"] == (
        "certificate C-77, EN 10204:2004 3.1, order 45-1 10, delivery DN-9 "
    )
    assert links == [("lots", LOT), ("materials", "M-2001")]
    assert (lot["lot_id"], lot["site_id"], lot["supplier_lot_number"]) == (LOT, None, "MX-88121")
    # a lot at no site of ours has the days of UTC
    assert lot["expires_at"] == moment("2028-09-01T00:00")
    assert made.values("identifiers", "value") == ["MX-88121", "B-100"]


def test_its_results_come_with_limits_units_and_methods(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa()))
    made.ingest()
    results = made.rows("test_results")
    limits = made.rows("spec_limits")

    assert [(r["characteristic"], r["value"], r["value_text"], r["uom"]) for r in results] == [
        ("water", Decimal("0.3"), "0.30", "%"),
        ("assay", Decimal("99.1"), "99.1", "%"),
    ]
    assert [row["method"] for row in results] == ["KF", "HPLC, 25 °C"]
    assert {(row["lot_id"], row["origin"], row["precision"]) for row in results} == {
        (LOT, "supplier", "day")
    }
    assert [(row["characteristic"], row["lower"], row["upper"]) for row in limits] == [
        ("water", None, Decimal("0.5")),
        ("assay", Decimal(98), Decimal(102)),
    ]
    assert {row["spec_id"] for row in results} == set(made.values("specifications", "spec_id"))


@pytest.mark.parametrize(
    ("analysis", "product", "lot"),
    [
        ({"LotId": "L1"}, {"ProductionBatchId": "P1"}, "L1"),
        ({}, {"ProductionBatchId": "P1", "FillingBatchId": "F1"}, "P1"),
        ({}, {"FillingBatchId": "F1"}, "F1"),
    ],
)
def test_the_lot_is_the_first_of_its_three_numbers(
    tmp_path: Path, analysis: dict[str, str], product: dict[str, str], lot: str
) -> None:
    made = taken_in(tmp_path, text(coa(Analysis=analysis, Product=product)))
    made.ingest()

    assert made.values("lots", "lot_id") == [f"supplier-lot:S-014:{lot}"]
    assert set(made.values("identifiers", "value")) == {*analysis.values(), *product.values()}


def test_an_issuer_without_a_word_is_a_finding_and_no_party(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa()), values="words: {}\n")
    report = made.ingest()

    assert made.values("documents", "issued_by") == [None]
    assert made.values("lots", "lot_id") == ["supplier-lot:Moorland Actives:MX-88121"]
    assert [(f.column, f.value) for f in report.findings] == [("issued_by", "Moorland Actives")]


def test_an_issuer_that_gets_its_word_later_leaves_no_second_lot(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa()), text(en10168()), values="words: {}\n")
    made.ingest()
    made.put("v.yml", VALUES)
    made.ingest(AT + timedelta(hours=1))
    latest = {row["record_id"]: row["lot_id"] for row in made.rows("lots")}

    assert sorted(latest.values()) == [
        LOT, "supplier-lot:S-020:7282841", "supplier-lot:S-020:7282842"
    ]  # fmt: skip
    assert len(made.rows("lots")) == 2 * len(latest)


def test_certificates_of_our_own_are_about_our_lots(tmp_path: Path) -> None:
    own = SOURCE.replace("}]", ", settings: {whose: own, lots: LEU/}}]")
    made = taken_in(tmp_path, text(coa(lot="26-1")), sources=own)
    made.ingest()

    assert {row["lot_id"] for row in made.rows("test_results")} == {"LEU/26-1"}
    assert {(row["origin"], row["site_id"]) for row in made.rows("test_results")} == {
        ("own", "LEU")
    }
    assert made.rows("lots") == []


def test_a_certificate_that_names_no_lot_waits_in_quarantine(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa(lot=None, Product={"Id": "A7"})))
    report = made.ingest()
    held = {row["table_name"]: row["reason"] for row in made.rows("quarantine")}

    assert report.files[-1].rows_quarantined == 1
    assert set(held) == {"lots", "document_links", "test_results"}
    assert made.values("documents", "number") == ["C-77"]


def test_an_inspection_that_cannot_be_read_is_held_back_alone(tmp_path: Path) -> None:
    bad = [{"Method": "KF", "Value": "0.3"}, {"Property": "assay", "Value": "99", "Minimum": "n/a"}]
    made = taken_in(tmp_path, text(coa(Analysis={"LotId": "MX-88121", "Inspections": bad})))
    report = made.ingest()
    held = [(row["table_name"], row["column_name"]) for row in made.rows("quarantine")]

    assert report.files[-1].adds_up
    assert held == [("spec_limits", "lower"), ("test_results", "characteristic")]
    assert made.values("test_results", "characteristic") == ["assay"]


@pytest.mark.parametrize(
    "strange",
    [
        coa() | {"RefSchemaUrl": "https://schemas.s1seven.com/invalid-schemas/v1.1.0/schema.json"},
        en10168() | {"RefSchemaUrl": coa()["RefSchemaUrl"]},
        {"Certificate": {"Number": "1"}},
        {"anything": [1]},
    ],
)
def test_what_is_neither_kind_is_held_back_whole(tmp_path: Path, strange: object) -> None:
    made = taken_in(tmp_path, text(coa("C-1"), strange))  # type: ignore[arg-type]
    made.ingest()
    (held,) = made.rows("quarantine")

    assert held["source_row"] == 2
    assert held["reason"].startswith("neither a certificate of analysis (CoA schemas) nor")
    assert made.values("documents", "number") == ["C-1"]


def test_an_inspection_certificate_holds_for_each_of_its_lots(tmp_path: Path) -> None:
    chemistry = {"C71": {"Actual": {"Value": "0.009", "Operator": "<="}, "Symbol": "C",
                         "Maximum": {"Value": "0.2"}, "Unit": "%"}, "C70": "EAF"}  # fmt: skip
    impact = {"C41": {"Property": "Width", "Value": 5}, "C42": [{"Value": 71.20, "Unit": "J"},
              {"Value": 84, "Unit": "J"}], "C43": {"Value": 80, "Minimum": 78}}  # fmt: skip
    made = taken_in(
        tmp_path,
        text(en10168({"C00": "H1", "ChemicalComposition": chemistry},
                     {"C00": "H2", "NotchedBarImpactTest": impact})),
    )  # fmt: skip
    report = made.ingest()
    first = [row for row in made.rows("test_results") if row["lot_id"].endswith("7282841")]

    assert report.is_complete
    assert [(r["sample_id"], r["characteristic"], r["qualifier"], r["value_text"]) for r in first
            ] == [("H1", "C", "<=", "<=0.009"), ("H2", "impact energy, single value", None, "71.2"),
                  ("H2", "impact energy, single value", None, "84"),
                  ("H2", "impact energy, mean", None, "80")]  # fmt: skip
    assert len(made.rows("test_results")) == 2 * len(first)
    assert made.values("lots", "lot_id") == [f"supplier-lot:S-020:728284{n}" for n in (1, 2)]
    assert [(r["characteristic"], r["lower"], r["upper"]) for r in made.rows("spec_limits")] == [
        ("C", None, Decimal("0.2")),
        ("impact energy, mean", Decimal(78), None),
    ]
    assert made.values("signatures", "printed_name") == ["Person Z"]


PRODUCT = {
    "B08": 16,
    "B09": {"Form": "Tube", "OuterDiameter": 200, "WallThickness": 6.5, "Unit": "mm"},
    "B10": {"Property": "Length", "Value": 12000, "Unit": "mm", "Minimum": 11990},
    "B11": {"Value": 1.5, "Unit": "mm"},
    "B12": {"Value": 5738, "Unit": "kg"},
    "B13": {"Property": "Actual mass", "Value": 5739, "Unit": "kg"},
    "SupplementaryInformation": {
        "B14": {"Key": "CO2 equivalent", "Value": "0.999", "Unit": "kg/kg", "Type": "number"},
        "B15": {"Key": "Colour", "Value": "grey", "Type": "string"},
    },
}


def test_dimensions_and_masses_of_an_inspection_certificate_are_results(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(en10168(lots="7282841", product=PRODUCT)))
    report = made.ingest()
    results = [(r["characteristic"], r["value_text"], r["uom"]) for r in made.rows("test_results")]

    assert report.is_complete
    assert made.rows("quarantine") == []
    assert sorted(results) == [
        ("Actual mass", "5739", "kg"),
        ("CO2 equivalent", "0.999", "kg/kg"),
        ("Length", "12000", "mm"),
        ("dimension", "1.5", "mm"),
        ("number of pieces", "16", None),
        ("outer diameter", "200", "mm"),
        ("theoretical mass", "5738", "kg"),
        ("wall thickness", "6.5", "mm"),
    ]
    assert [(r["characteristic"], r["lower"], r["upper"]) for r in made.rows("spec_limits")] == [
        ("Length", Decimal(11990), None)
    ]
    assert made.values("specifications", "material_id") == [None]


def test_the_mass_of_several_lots_together_is_not_called_that_of_each(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(en10168(product=PRODUCT)))
    made.ingest()
    found = {row["characteristic"] for row in made.rows("test_results")}

    assert {f"{what} of all lots together" for what in (
        "Actual mass", "theoretical mass", "number of pieces")} <= found  # fmt: skip
    assert {"Actual mass", "theoretical mass", "number of pieces"}.isdisjoint(found)
    assert {"Length", "outer diameter"} <= found
    assert len(made.rows("test_results")) == 2 * len(found)


def test_one_lot_as_plain_text_is_one_lot(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(en10168(lots="7282841")))
    made.ingest()

    assert made.values("document_links", "subject_id") == ["supplier-lot:S-020:7282841"]


def test_a_limit_that_is_itself_not_allowed_is_left_out_and_told(tmp_path: Path) -> None:
    carbon = {"Actual": {"Value": "0.3"}, "Maximum": {"Value": "0.4", "Operator": "<"},
              "Symbol": "C", "Unit": "%"}  # fmt: skip
    made = taken_in(tmp_path, text(en10168({"ChemicalComposition": {"C71": carbon}})))
    report = made.ingest()

    assert made.rows("spec_limits") == []
    assert [f.kind for f in report.findings if f.table == "spec_limits"] == ["left_out"]


def test_earlier_versions_of_the_schemas_are_read_too(tmp_path: Path) -> None:
    steel = en10168({"ChemicalComposition": {"C71": {"Actual": "0.15", "Symbol": "C"}}})
    steel["Certificate"]["CommercialTransaction"]["A01"] = {"CompanyName": "Steel Works"}
    steel["Certificate"]["Validation"]["Z03"] = "Inspector Z"
    ore = coa(
        Product={"ChargeNumber": "21_20"},
        Analysis={"ChemicalAnalysis": [{"Symbol": "Cu", "Actual": 0.002}]},
    )
    made = taken_in(tmp_path, text(steel), text(ore))
    report = made.ingest()

    assert report.is_complete
    assert sorted(made.values("test_results", "value_text")) == ["0.002", "0.15", "0.15"]
    assert "supplier-lot:S-014:21_20" in made.values("lots", "lot_id")
    assert set(made.values("documents", "issued_by")) == {"S-014", "S-020"}
    assert made.values("signatures", "printed_name") == ["Inspector Z"]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the certificates are not beside the repository")
def test_published_certificates_land_but_the_one_of_another_schema(tmp_path: Path) -> None:
    made = plant(tmp_path, SOURCE)
    made.put("v.yml", "words: {}\n")
    for path in FOLDER.glob("*/*.json"):
        if path.name != "schema.json":
            made.put(f"in/{path.parent.name}_{path.name}", path.read_bytes())
    report = made.ingest()
    sums = {f.name: f.rows_landed + f.exact_duplicates for f in report.files if f.source == "certs"}

    assert report.refused == []
    assert [name for name, count in sums.items() if not count] == [
        "CoA_v1.1.0_invalid_schema_type.json"
    ]
    assert len(sums) == 11
    assert {row["number"] for row in made.rows("documents")} == {"43", "1451445432", "1866645/001"}


def test_profile_tells_what_the_lists_of_a_document_hold(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa()))
    columns, _, _ = profile(made.workspace(), "certs")
    found = {(item.feed, item.column): item.most for item in columns}

    assert found["analyses", "item.Property"] == [("assay", 1), ("water", 1)]
    assert ("analyses", "Certificate.Id") not in found


def test_preview_of_a_table_that_is_none_says_so(tmp_path: Path) -> None:
    made = taken_in(tmp_path, text(coa()))

    with pytest.raises(LotproofError, match="no table 'result' in the lot model"):
        preview(made.workspace(), "certs", "result")
