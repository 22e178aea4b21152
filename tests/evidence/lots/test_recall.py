"""A recall over a small world: who is concerned, what is left, who has it, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.lots.chain_files import write_chains
from lotproof.evidence.lots.chains import Chains
from lotproof.evidence.lots.drills import draw, past_drills, record_drill
from lotproof.evidence.lots.exposure import accounts_of
from lotproof.evidence.lots.recall import Recall, answer, lots_asked_for
from lotproof.evidence.lots.trace import find_one, trace
from lotproof.reports.recall_files import holds, write_files
from lotproof.reports.recall_text import Timing, as_json, as_text, drill_trend

AT = datetime(2026, 11, 1)  # noqa: DTZ001 - tables hold UTC without zone
TABLES = Path(__file__).parents[2] / "reports" / "tables.sql"
WORLD = """
create or replace table link_faults (fault varchar, link_key bigint, lot_key bigint);
create or replace table unit_ratios as select
    'KG' as uom, 'KG' as base_uom, 1.0::decimal(18, 9) as ratio;
insert into lots by name from (values
    ('A', 'M1', 'raw-1', 'SUP-9'), ('B', 'M2', 'bulk-1', null), ('C', 'M2', 'bulk-2', null),
    ('D', 'M3', 'pack-1', null), ('X', 'M1', 'raw-2', null)
) as t(lot_id, material_id, lot_number, supplier_lot_number);
insert into lot_links by name from (values
    ('l1', 'A', 'B', 'consumed', 60, 'KG'), ('l2', 'X', 'C', 'consumed', 50, 'KG'),
    ('l3', 'A', 'C', 'consumed', 0, 'KG'), ('l4', 'B', 'D', 'consumed', 30, 'KG')
) as t(record_id, parent_lot_id, child_lot_id, kind, quantity, uom);
insert into events by name select *, quantity as base_quantity, uom as base_uom from (values
    ('e1', 'receipt', 'A', 100, 'KG', null, '2026-10-01'::timestamp, null),
    ('e2', 'consumption', 'A', 60, 'KG', null, '2026-10-02', null),
    ('e3', 'consumption', 'A', 5, 'KG', null, '2026-10-02', null),
    ('e4', 'consumption', 'A', 5, 'KG', null, '2026-10-02', 'e3'),
    ('e5', 'intermediate_output', 'B', 55, 'KG', null, '2026-10-03', null),
    ('e6', 'consumption', 'B', 30, 'KG', null, '2026-10-04', null),
    ('e7', 'finished_goods', 'D', 30, 'KG', null, '2026-10-05', null),
    ('e8', 'shipment', 'D', 20, 'KG', 'S1', '2026-10-06', null),
    ('e9', 'intermediate_output', 'C', 50, 'KG', null, '2026-10-03', null)
) as t(record_id, event_type, lot_id, quantity, uom, shipment_id, occurred_at, reverses);
insert into shipments by name select 's' as record_id, 'S1' as shipment_id, 'C1' as customer_id;
insert into parties by name
    select 'c' as record_id, 'C1' as party_id, 'Harrow' as name, '+44 1' as phone;
insert into counts by name select 'k' as record_id, 'A' as lot_id, 38 as base_quantity,
    'KG' as base_uom, '2026-10-31'::timestamp as occurred_at;
insert into valuations by name select 'v' as record_id, 'M1' as material_id, 2.5 as price,
    'EUR' as currency, 'KG' as per_uom;
insert into postings by name from (values
    ('p1', '892000', 80, 'EUR', 'e8', 'D'), ('p2', '140000', 120, 'EUR', 'e8', 'D')
) as t(record_id, account, amount, currency, event_id, lot_id);
insert into orders by name
    select 'o' as record_id, 'O9' as order_id, 'D' as lot_id, '2026-10-30'::timestamp as started_at;
insert into quality_records by name select 'q' as record_id, 'Q-7' as quality_record_id,
    'complaint' as kind, 'lots' as subject_type, 'D' as subject_id;
"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(TABLES.read_text("utf-8"))
        opened.execute(WORLD)
        tables = opened.execute(
            "select distinct table_name from duckdb_columns() where column_name = 'is_current'"
        ).fetchall()
        for (table,) in tables:
            opened.execute(f"update {table} set is_current = true, site_id = 'S'")
        yield opened


@pytest.fixture
def chains(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Chains:
    write_chains(con, tmp_path / "chains", "d")
    return Chains(tmp_path / "chains")


def recalled(
    con: duckdb.DuckDBPyConnection, chains: Chains, at: datetime = AT, **asked: str
) -> Recall:
    nothing = dict.fromkeys(("lot", "supplier_lot", "material", "complaint", "site"))
    question, start = lots_asked_for(con, chains, **(nothing | asked))
    return answer(con, chains, question, start, at, {"receivables": ["14"]})


def test_what_was_made_from_a_lot_is_concerned_and_siblings_are_not(
    con: duckdb.DuckDBPyConnection, chains: Chains
) -> None:
    assert recalled(con, chains, supplier_lot="SUP-9").levels == {"A": 0, "B": 1, "D": 2}
    assert recalled(con, chains, complaint="Q-7").levels == {"D": 0}
    assert recalled(con, chains, material="M2").levels == {"B": 0, "C": 0, "D": 1}


def test_stock_deliveries_orders_and_money_come_from_the_records(
    con: duckdb.DuckDBPyConnection, chains: Chains
) -> None:
    found = recalled(con, chains, lot="raw-1")
    books = {book.lot_id: book for book in found.books}
    money = {one.kind: one.amount for one in found.money}

    assert {lot: book.book for lot, book in books.items()} == {"A": 40, "B": 25, "D": 10}
    assert books["A"].difference == -2
    assert books["A"].accounted == 98
    assert books["B"].accounted is None, "what nobody counted is not accounted for"
    assert [(d.customer, d.phone, d.quantity) for d in found.deliveries] == [
        ("Harrow", "+44 1", Decimal(20))
    ]
    assert [order.order_id for order in found.orders] == ["O9"]
    assert money == {"stock_at_value": 100, "shipped_at_cost": 80, "receivables": Decimal(120),
                     "credit": None}  # fmt: skip


def test_a_complaint_about_an_order_or_a_shipment_leads_to_its_lots(
    con: duckdb.DuckDBPyConnection, chains: Chains
) -> None:
    for kind, subject in (("lots", "D"), ("orders", "O9"), ("shipments", "S1")):
        con.execute("update quality_records set subject_type = ?, subject_id = ?", [kind, subject])

        assert recalled(con, chains, complaint="Q-7").start == ("D",)


def test_as_of_an_earlier_day_nothing_was_shipped(
    con: duckdb.DuckDBPyConnection, chains: Chains
) -> None:
    found = recalled(con, chains, datetime(2026, 10, 5), lot="raw-1")  # noqa: DTZ001

    assert not found.deliveries
    assert next(book for book in found.books if book.lot_id == "D").book == 30


def test_units_that_differ_give_no_sum(con: duckdb.DuckDBPyConnection, chains: Chains) -> None:
    con.execute("update events set base_uom = 'EA' where record_id = 'e8'")
    found = recalled(con, chains, lot="pack-1")

    assert not found.books[0].is_known
    assert found.books[0].came_in is None
    assert "one lot that cannot be summed" in as_text(found, Timing(1.0, 4.0))


def test_holds_are_proposed_for_what_is_left(
    con: duckdb.DuckDBPyConnection, chains: Chains
) -> None:
    found = recalled(con, chains, lot="raw-1")
    rows = holds(found).splitlines()

    assert [row.split(",")[0] for row in rows[1:]] == ["A", "B", "D"]
    assert all(",blocked," in row for row in rows[1:])
    assert '"accounted_percent": "98"' in as_json(found, Timing(1.0, 4.0))


def test_the_boxes_around_a_lot_are_told_with_those_around_them(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    con.execute("""
        insert into containment by name from (values
            ('b1', 'CASE-1', 'lots', 'D', '2026-10-05'::timestamp, null::timestamp),
            ('b2', 'PALLET-1', 'containers', 'CASE-1', '2026-10-05', '2026-10-07'),
            ('b3', 'PALLET-2', 'containers', 'CASE-1', '2026-10-08', null)
        ) as t(record_id, container_id, content_type, content_id, packed_at, unpacked_at)
    """)
    con.execute("update containment set is_current = true")
    write_chains(con, tmp_path / "boxed", "d")
    boxed = Chains(tmp_path / "boxed")
    found = trace(boxed, find_one(boxed, "pack-1"), as_of=datetime(2026, 10, 6, tzinfo=UTC))

    assert [(box["container"], box["until"]) for box in found.lot.facts["containers"]] == [
        ("CASE-1", None), ("PALLET-1", None),
    ]  # fmt: skip


def test_letters_and_holds_of_a_drill_cannot_be_taken_for_a_recall(
    con: duckdb.DuckDBPyConnection, chains: Chains, tmp_path: Path
) -> None:
    found, timing = recalled(con, chains, lot="raw-1"), Timing(1.0, 4.0)
    write_files(tmp_path / "real", found, timing, "Corvale")
    write_files(tmp_path / "drill", found, timing, "Corvale", is_drill=True)
    (real,), (drill,) = (list((tmp_path / w).glob("letters/*")) for w in ("real", "drill"))

    assert "EXERCISE" not in real.read_text()
    assert drill.read_text().startswith("EXERCISE - NOT TO BE SENT")
    assert "lot pack-1" in real.read_text()
    assert ",blocked," not in (tmp_path / "drill" / "holds.csv").read_text()


def test_a_workspace_writes_its_own_letter_and_a_wrong_one_is_refused(
    con: duckdb.DuckDBPyConnection, chains: Chains, tmp_path: Path
) -> None:
    found, timing, own = recalled(con, chains, lot="raw-1"), Timing(1.0, 4.0), tmp_path / "own.j2"
    own.write_text("{{ customer.name }}: {% for _, lot in lots %}{{ lot }}{% endfor %}")
    write_files(tmp_path, found, timing, "Corvale", own_letter=own)
    (letter,) = tmp_path.glob("letters/*")

    assert letter.read_text() == "Harrow: pack-1"
    for wrong in ("{{ nobody }}", "{% for %}", "{{ customer.__class__.__mro__ }}"):
        own.write_text(wrong)
        with pytest.raises(LotproofError, match="a letter that cannot be filled in"):
            write_files(tmp_path, found, timing, "Corvale", own_letter=own)


def test_more_than_one_question_and_unknown_names_are_refused(
    con: duckdb.DuckDBPyConnection, chains: Chains
) -> None:
    with pytest.raises(LotproofError, match="2 of lot"):
        recalled(con, chains, lot="A", material="M1")
    with pytest.raises(LotproofError, match="leads to no lot"):
        recalled(con, chains, supplier_lot="none such")
    with pytest.raises(LotproofError, match="did you mean SUP-9"):
        recalled(con, chains, supplier_lot="SUP-99")


def test_a_drill_is_drawn_by_its_seed_and_kept_in_the_register(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    drawn = {draw(con, seed)[0] for seed in range(30)}
    began, ended = (datetime(2026, 11, 5, hour, tzinfo=UTC) for hour in (9, 11))
    record_drill(
        tmp_path, "A", "S", by="P-1", role="quality", said="seed 1", began=began, ended=ended
    )
    past = past_drills(con, tmp_path)
    told = list(drill_trend(past, 1.0))

    assert drawn == {"A", "B", "D", "X"}
    assert draw(con, 5) == draw(con, 5)
    assert [(drill.subject, drill.hours, drill.said) for drill in past] == [("A", 2.0, "seed 1")]
    assert "▲    2.0 h" in told[1]
    assert told[2] == "  median 2.0 h, longest 2.0 h; 0 of 1 within 1 h"


def test_accounts_that_are_no_list_are_refused(tmp_path: Path) -> None:
    assert accounts_of(tmp_path) == {}
    (tmp_path / "accounts.yml").write_text("receivables: ['1400']\n")
    assert accounts_of(tmp_path) == {"receivables": ["1400"]}
    (tmp_path / "accounts.yml").write_text("debtors: [1]\n")
    with pytest.raises(LotproofError, match="not a list of accounts"):
        accounts_of(tmp_path)
