"""What docs/connecting-a-source.md shows is what works."""

from __future__ import annotations

import re
from pathlib import Path

from lotproof.evidence.sources.cells import fineness
from lotproof.evidence.sources.mapping import Cell, Join, Target
from lotproof.evidence.sources.sql_text import _COMPARISONS, _FILTERS

from .plants import moment, plant

PAGE = (Path(__file__).parents[3] / "docs" / "connecting-a-source.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(yaml|json)\n(.*?)```", PAGE, re.DOTALL)


def block(beginning: str) -> str:
    return next(str(text) for _, text in BLOCKS if text.startswith(beginning))


def test_the_mapping_on_the_page_takes_in_a_weighing(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: w, mapping: weighing, site: LEU, files: in/*, settings: {lots: LEU/}}]\n",
        WAAGE_csv=(
            "LFDNR;STATUS;AUFTRAG;DATUM;ZEIT;CHARGE;NETTO;EINHEIT;BEDIENER;ART;STORNO_VON\n"
            "7;OK;A1;12.10.2026;06:52:00;26-1;1,5;kg;P-1;S;\n"
            "8;TEST;A1;12.10.2026;06:53:00;26-1;1,5;kg;P-1;S;\n"
        ),
        AUFTRAG_csv="AUFTRAG;NUMMER\nA1;1004711\n",
    )
    made.put("sources/weighing.yml", block("mapping: weighing"))
    report = made.ingest()
    (event,) = made.rows("events")

    assert report.is_complete
    assert report.findings == []
    assert (event["lot_id"], event["order_id"]) == ("LEU/26-1", "1004711")
    assert event["occurred_at"] == moment("2026-10-12T04:52")


def test_the_values_file_on_the_page_is_one(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: e, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        charges_csv="Charge;Artikel\nC1;-\n",
    )
    made.put("v.yml", block("# maps/eindhoven.yml"))
    report = made.ingest()

    assert report.is_complete
    assert made.values("lots", "lot_id") == ["C1"]


def test_the_manifest_on_the_page_is_one(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv="lot_id,material_id\nL1,M1\n")
    text = block("{\n").replace(
        '"MSEG.csv": {"rows": 41822, "sha256": "…"}', '"lots.csv": {"rows": 1}'
    )
    made.put("in/manifest.json", text)

    assert made.ingest().is_complete
    assert made.rows("coverage")[0]["scope"] == "receipt,consumption"


def test_the_page_speaks_of_every_key_and_filter() -> None:
    keys = {"from" if name == "text" else name for name in Cell.model_fields}
    keys |= {"many", "distinct", "last_by", "required", "awaited"} & set(Join.model_fields)
    keys |= {"hold", "leave_out", "needed", "on_conflict", "only_new", "each", "where"}
    keys |= set(_FILTERS) | {"above", "not", "like", "same_as", "other_than"}
    silent = {key for key in keys if not re.search(rf"`[^`]*\b{key}\b[^`]*`", PAGE)}

    assert not silent
    assert set(_COMPARISONS) >= {"above"}
    assert {"hold", "leave_out", "needed", "only_new", "each"} <= set(Target.model_fields)
    assert fineness("%d.%m.%Y %H:%M:%S") == "second"
