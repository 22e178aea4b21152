"""Two systems of one site held against each other."""

from __future__ import annotations

from pathlib import Path

from lotproof.evidence.intake.landed import open_landing
from lotproof.evidence.intake.reconcile import Reconciliation, pairs, reconcile

from ..sources.plants import Plant, plant

SOURCES = (
    "sources:\n"
    "  - {name: erp, mapping: generic, site: LEU, files: erp/*}\n"
    "  - {name: wms, mapping: generic, site: LEU, files: wms/*}\n"
    "  - {name: food, mapping: generic, site: SAL, files: food/*}\n"
)
EVENTS = "record_id,event_type,lot_id,quantity,uom,occurred_at,reverses\n"
AT = "2026-10-12T04:52:00Z"


def two(tmp_path: Path, **files: str) -> Plant:
    made = plant(tmp_path, SOURCES)
    for name, content in files.items():
        system, _, table = name.partition("_")
        made.put(f"{system}/{table}.csv", content)
    report = made.ingest()
    assert report.is_complete, report.refused
    return made


def compared(made: Plant) -> Reconciliation:
    with open_landing(made.workspace()) as con:
        return reconcile(con, "erp", "wms")


def test_quantities_of_lots_that_both_tell_of_are_summed_and_compared(tmp_path: Path) -> None:
    made = two(
        tmp_path,
        erp_events=EVENTS
        + f"e1,receipt,L1,5,KG,{AT},\ne2,receipt,L1,5,KG,{AT},\ne3,receipt,L2,5,KG,{AT},\n"
        + f"e4,consumption,L1,1,KG,{AT},\n",
        wms_events=EVENTS
        + f"w1,receipt,L1,10,kg,{AT},\nw2,receipt,L2,4,KG,{AT},\nw3,receipt,L3,1,KG,{AT},\n"
        + f"w4,receipt,L1,7,KG,{AT},\nw5,receipt,L1,7,KG,{AT},w4\n",
    )
    found = compared(made)
    (total,) = found.totals

    assert (total.what, total.a, total.b, total.agree, total.differ) == (
        "receipt [KG]", "15", "15", 1, 2,
    )  # fmt: skip
    assert [(d.lot_id, d.a, d.b, d.place_b) for d in found.differences] == [
        ("L2", "5", "4", "events.csv:3"),
        ("L3", None, "1", "events.csv:4"),
    ]
    assert "only erp sends, at LEU: consumption [KG]" in found.not_compared
    assert "statuses: neither sends it" in found.not_compared


def test_lots_and_their_last_status_are_compared_under_either_name(tmp_path: Path) -> None:
    status = "record_id,lot_id,to_status,occurred_at\n"
    made = two(
        tmp_path,
        erp_lots="lot_id,material_id\nL1,M1\nL2,M1\n",
        wms_lots="lot_id,material_id\nL2,M1\n",
        erp_identifiers="lot_id,kind,value\nL1,warehouse,PALLET-1\n",
        erp_lot_status=status
        + f"s1,L1,quarantine,{AT}\ns2,L1,released,2026-10-13T04:52:00Z\ns3,L2,released,{AT}\n",
        wms_lot_status=status + f"t1,PALLET-1,released,{AT}\nt2,L2,blocked,{AT}\n",
    )
    found = compared(made)

    assert [(d.what, d.lot_id, d.a, d.b) for d in found.differences] == [
        ("lots", "L1", "sent", None),
        ("last status", "L2", "released", "blocked"),
    ]


def test_only_sources_of_one_site_are_paired(tmp_path: Path) -> None:
    lots = "lot_id,material_id\nL1,M1\n"
    made = two(tmp_path, erp_lots=lots, wms_lots=lots, food_lots=lots)
    with open_landing(made.workspace()) as con:
        assert pairs(con) == [("erp", "wms")]


def test_systems_that_divide_the_lots_between_them_are_said_to_have_none_in_common(
    tmp_path: Path,
) -> None:
    made = two(
        tmp_path,
        erp_lots="lot_id,material_id\nL1,M1\n",
        wms_lots="lot_id,material_id\nL2,M1\n",
    )
    found = compared(made)

    assert (found.totals, found.differences) == ([], [])
    assert any("no lot in common (1 lots of erp, 1 of wms)" in said for said in found.not_compared)


def test_units_that_convert_are_compared_in_the_smaller_one(tmp_path: Path) -> None:
    counts = "record_id,material_id,lot_id,quantity,uom,occurred_at\n"
    made = two(
        tmp_path,
        erp_events=EVENTS
        + f"e1,receipt,L1,5,KG,{AT},\ne2,receipt,L2,1,LB,{AT},\ne3,receipt,L3,1,KG,{AT},\n",
        wms_events=EVENTS
        + f"w1,receipt,L1,4000,G,{AT},\nw2,receipt,L1,1,kg,{AT},\nw3,receipt,L2,453.59237,g,{AT},\n"
        + f"w4,receipt,L3,999,GRM,{AT},\n",
        erp_counts=counts + f"c1,M1,L1,2,KG,{AT}\nc2,M1,L2,2,L,{AT}\n",
        wms_counts=counts + f"d1,M1,L1,2000,G,{AT}\nd2,M1,L2,2,BOX,{AT}\n",
    )
    found = compared(made)

    assert [(t.what, t.a, t.b, t.agree, t.differ) for t in found.totals] == [
        ("receipt [G]", "6453.59237", "6452.59237", 2, 1),
        ("counted [G]", "2000", "2000", 1, 0),
    ]
    assert [(d.lot_id, d.a, d.b) for d in found.differences] == [("L3", "1000", "999")]
    assert "only erp sends, at LEU: counted [L]" in found.not_compared
