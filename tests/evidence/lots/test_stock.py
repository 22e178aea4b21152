"""Stock of a month: opening, in, out, lost and closing add up, and only counts make it met."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.lots.balance import Limits, Line
from lotproof.evidence.lots.stock import stock_line, stock_of
from lotproof.evidence.tolerances import Tolerances

TABLES = Path(__file__).parents[2] / "reports" / "tables.sql"
AT = datetime(2026, 11, 5)  # noqa: DTZ001 - tables hold UTC without zone
WORLD = """
insert into lots by name from (values ('A', 'M1'), ('B', 'M1')) as t(lot_id, material_id);
insert into materials by name select 'M1' as material_id, 'Salt' as name;
insert into events by name select *, occurred_at as occurred_local, 'KG' as base_uom
from (values
    ('e1', 'receipt', 'A', 100, '2026-09-10'::timestamp, null),
    ('e2', 'consumption', 'A', 40, '2026-09-20', null),
    ('e3', 'receipt', 'B', 50, '2026-10-03', null),
    ('e4', 'consumption', 'A', 30, '2026-10-05', null),
    ('e5', 'consumption', 'A', 5, '2026-10-05', null),
    ('e6', 'consumption', 'A', 5, '2026-10-05', 'e5'),
    ('e7', 'disposition', 'B', 4, '2026-10-20', null),
    ('e8', 'adjustment', 'B', -1, '2026-10-21', null),
    ('e9', 'consumption', 'B', 10, '2026-11-02', null)
) as t(record_id, event_type, lot_id, base_quantity, occurred_at, reverses);
"""
LOT_B = "('B', 45, '2026-10-31')"


def told(*counts: str, tolerance: str = "1", by_material: dict[str, Decimal] | None = None) -> Line:
    with duckdb.connect() as con:
        con.execute(TABLES.read_text("utf-8"))
        con.execute(WORLD)
        for count in counts:
            con.execute(
                "insert into counts by name select 'M1' as material_id, lot_id, base_quantity, "
                "occurred_at::timestamp as occurred_at, occurred_at::timestamp as occurred_local, "
                f"'KG' as base_uom from (values {count}) as t(lot_id, base_quantity, occurred_at)"
            )
        for table in ("lots", "materials", "events", "counts"):
            con.execute(f"update {table} set is_current = true, site_id = 'S'")
        (stock,) = stock_of(con, "2026-10", AT, site=None, material=None)
    limits = Limits(Decimal(tolerance), Decimal(95), Decimal(105), by_material or {})
    return stock_line(stock, limits)


def test_opening_in_out_and_lost_leave_the_closing() -> None:
    amounts = dict(told("('A', 30, '2026-10-31')", LOT_B).amounts)

    assert amounts == {"opening": 60, "in": 50, "out": 30, "lost": 5, "closing": 75, "counted": 75}


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        (["('A', 30, '2026-10-31')", LOT_B], "met"),
        (["('A', 27, '2026-10-31')", LOT_B], "gap"),
        (["('A', 60, '2026-10-02')", LOT_B], "met"),  # of its moment, not of the closing
        ([LOT_B], "undetermined"),
        (["(null, 75, '2026-10-31')"], "met"),  # of the material as a whole
        (["('A', 30, '2026-09-30')", "('B', 45, '2026-11-01')"], "undetermined"),
        ([], "undetermined"),
    ],
)
def test_only_counts_of_the_month_prove_what_is_left(counts: list[str], state: str) -> None:
    assert told(*counts).state == state


def test_a_material_has_the_tolerance_that_the_workspace_gives_it() -> None:
    off = ("('A', 27, '2026-10-31')", LOT_B)  # 3 of 110 that were there

    assert told(*off, by_material={"M1": Decimal(3)}).state == "met"
    assert told(*off, tolerance="3", by_material={"M1": Decimal(2)}).state == "gap"
    assert Tolerances().tolerance == 1
