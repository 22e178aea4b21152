"""Certificates in JSON decide on deliveries: a supplier's by its lot number, and our own."""

from __future__ import annotations

import pytest

from lotproof.evidence.intake.findings import find
from lotproof.evidence.intake.landed import open_landing
from lotproof.evidence.warehouse import build, open_warehouse

from .certificates import coa, en10168, text
from .plants import Plant

WORKSPACE = """\
company: Corvale Actives
sites:
  - {site_id: LEU, name: Leuven, timezone: Europe/Brussels, country: BE, regulated_as: [chemical]}
sources:
  - {name: erp, mapping: generic, site: LEU, files: erp/*.csv}
  - name: certificates
    mapping: certificates
    site: LEU
    files: certificates/*.json
    values: certificates.yml
    covers: [{tables: [documents, document_links], from: 2020-01-01, to: 2026-10-31}]
  - name: own-certificates
    mapping: certificates
    site: LEU
    files: own/*.json
    settings: {whose: own, lots: LEU/}
    covers: [{tables: [documents, document_links], from: 2020-01-01, to: 2026-10-31}]
maps: [ich-q7-11-4, en-10204]
"""
EXTRACTS = {
    "materials": "material_id,name,class,flags\nM-2001,Substance A7,intermediate,api\n"
    "M-4001,Tube,finished,en10204_31\n",
    "parties": "party_id,name,role,address\nS-014,Moorland Actives,supplier,Street 1\n"
    "C-1,Customer,customer,Street 2\n",
    "lots": "lot_id,material_id,lot_number,supplier_id,supplier_lot_number\n"
    "LEU/26-1,M-2001,26-1,S-014,MX-88121\nLEU/26-2,M-2001,26-2,S-014,MX-90000\n"
    "LEU/7282841,M-4001,7282841,,\nLEU/7282842,M-4001,7282842,,\n",
    "shipments": "shipment_id,customer_id,shipped_at,reference_document\n"
    + "".join(f"D{n},C-1,2026-10-20T10:00:00Z,PO-{n}\n" for n in (1, 2, 3, 4)),
    "events": "record_id,event_type,lot_id,shipment_id,occurred_at,quantity,uom\n"
    "r1,receipt,LEU/26-1,,2026-10-05T10:00:00Z,1,KG\n"
    "r2,receipt,LEU/26-2,,2026-10-05T10:00:00Z,1,KG\n"
    "e1,shipment,LEU/26-1,D1,2026-10-20T10:00:00Z,1,KG\n"
    "e2,shipment,LEU/26-2,D2,2026-10-20T10:00:00Z,1,KG\n"
    "m3,finished_goods,LEU/7282841,,2026-10-01T10:00:00Z,1,KG\n"
    "m4,finished_goods,LEU/7282842,,2026-10-01T10:00:00Z,1,KG\n"
    "e3,shipment,LEU/7282841,D3,2026-10-20T10:00:00Z,1,KG\n"
    "e4,shipment,LEU/7282842,D4,2026-10-20T10:00:00Z,1,KG\n",
}


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    made = Plant(tmp_path_factory.mktemp("certified"))
    covered = WORKSPACE.replace(
        "files: erp/*.csv",
        "files: erp/*.csv, covers: [{tables: [events, lots, shipments, parties, materials], "
        "from: 2020-01-01, to: 2026-10-31}]",
    )
    made.put("lotproof.yml", covered)
    for name, content in EXTRACTS.items():
        made.put(f"erp/{name}.csv", content)
    made.put("certificates.yml", "words: {party: {Moorland Actives: S-014}}\n")
    made.put("certificates/1.json", text(coa()))
    made.put("certificates/2.json", text(coa("C-78", "MX-11111", Product={"Id": "A7"})))
    made.put("own/3.json", text(en10168(lots=["7282841"])))
    made.ingest()
    build(made.workspace(), "2026-10")
    return made


@pytest.mark.parametrize(
    ("requirement", "met", "missing"), [("11.44", "e1", "e2"), ("3.1-certificate", "e3", "e4")]
)
def test_a_certificate_of_the_lot_meets_and_its_absence_is_a_gap(
    plant: Plant, requirement: str, met: str, missing: str
) -> None:
    """A supplier's (ICH Q7 11.44), by the supplier's number, and our own (EN 10204 3.1)."""
    with open_warehouse(plant.workspace()) as con:
        found = con.execute(
            "select events.record_id, state, code from verdicts join events "
            "on verdicts.subject_key = events.record_key "
            "where requirement_id = ? and state <> 'not_applicable' order by 1",
            [requirement],
        ).fetchall()

    assert found == [(met, "met", None), (missing, "gap", "missing")]


def test_a_certificate_that_no_lot_was_received_under_is_told(plant: Plant) -> None:
    workspace = plant.workspace()
    with open_landing(workspace) as con:
        groups = {group.kind: group for group in find(con, workspace).groups}
    group = groups["certificate_of_unknown_lot"]

    assert (group.count, group.examined) == (1, 2)
    assert [item.said for item in group.examples] == [
        "no lot has supplier S-014 and its lot number MX-11111"
    ]
