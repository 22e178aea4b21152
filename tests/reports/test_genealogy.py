from __future__ import annotations

import itertools

import duckdb
import pytest

from lotproof.reports.genealogy import SHOWN, compose_genealogy
from lotproof.reports.layout import WIDTH, Picture, cut, lay_out

from .judged_world import build_world
from .world import HOSTILE, PERIOD, SITE


def picture(con: duckdb.DuckDBPyConnection, number: str) -> Picture:
    found = con.execute("select lot_id from lots where lot_number = ?", [number]).fetchall()
    ((lot_id,),) = found
    return lay_out(compose_genealogy(con, lot_id, PERIOD))


@pytest.mark.parametrize("number", ["LEU-R-26-0931", "LEU-B-2671", "LEU-P-2671-1", HOSTILE])
def test_boxes_lie_inside_the_picture_and_do_not_overlap(
    con: duckdb.DuckDBPyConnection, number: str
) -> None:
    drawn = picture(con, number)

    assert all(box.x >= 0 and box.x + box.width <= WIDTH for box in drawn.boxes)
    assert all(box.y >= 0 and box.y + box.height <= drawn.height for box in drawn.boxes)
    for one, other in itertools.combinations(drawn.boxes, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        apart = apart or one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart, f"{one.name} overlaps {other.name}"


def test_arrows_of_a_tree_run_from_left_to_right(con: duckdb.DuckDBPyConnection) -> None:
    drawn = picture(con, "LEU-B-2671")
    start = next(box for box in drawn.boxes if box.kind == "focus")

    before = [box for box in drawn.boxes if box.x < start.x]
    assert {box.name for box in before} == {"LEU-R-26-0931", "LEU-R-26-0877", HOSTILE}
    assert len(drawn.arrows) == 6


def test_a_long_layer_is_folded_and_its_box_counts_the_rest(
    con: duckdb.DuckDBPyConnection,
) -> None:
    drawn = picture(con, "LEU-R-26-0931")
    folds = [box for box in drawn.boxes if box.kind == "fold"]

    assert [box.name for box in folds] == ["2 more lots", "9 more lots"]
    for x in {box.x for box in drawn.boxes}:
        assert sum(box.x == x for box in drawn.boxes) <= SHOWN


def test_the_words_name_the_lots_beside_and_their_quantities(
    con: duckdb.DuckDBPyConnection,
) -> None:
    drawn = picture(con, "LEU-B-2671")

    assert "LEU-R-26-0931 (Lactose monohydrate, 120 KG)" in drawn.alt
    assert "in a blister carton, 940,000 EA)" in drawn.alt
    assert "One shipment" in drawn.alt


def test_a_cycle_is_drawn_and_ends() -> None:
    con = build_world()
    con.execute(
        "insert into lot_links select * replace ('LEU/M-4001/LEU-P-2671-1' as parent_lot_id, "
        "'LEU/M-3001/LEU-B-2671' as child_lot_id, 'loop' as record_id) from lot_links limit 1"
    )
    con.execute(
        "insert into link_pairs select l.record_key, l.record_key, 2 from lots l "
        "where lot_number in ('LEU-B-2671', 'LEU-P-2671-1')"
    )

    drawn = picture(con, "LEU-B-2671")

    assert sum(box.kind == "focus" for box in drawn.boxes) == 1


def test_a_lot_without_relatives_is_a_picture_of_one_box() -> None:
    con = build_world()
    con.execute("delete from lot_links")
    con.execute("delete from link_pairs")

    drawn = picture(con, "LEU-R-26-0877")

    assert [box.name for box in drawn.boxes] == ["LEU-R-26-0877"]
    assert "has no lot before it and went into no other lot" in drawn.alt


def test_a_long_name_keeps_its_end() -> None:
    name = cut(f"{SITE}-A-VERY-LONG-PREFIX-OF-A-LOT-NUMBER-0931", 16)

    assert len(name) <= 16
    assert name.endswith("0931")
    assert "…" in name
