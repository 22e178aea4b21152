from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import by_hand, children, world
from benchmarks.against_sql import some_requirements
from benchmarks.figures import Ratio, Section, number, page, table
from lotproof.evidence.example.timeline import AS_OF
from lotproof.evidence.warehouse.worlds import JudgedWorlds, open_worlds
from lotproof.evidence.workspace import load_workspace

MONTH = ("2026-10-01", "2026-11-01")


def test_numbers_keep_three_digits() -> None:
    found = [number(value) for value in (0, 1917.4, 12.34, 1.5, 0.04512)]

    assert found == ["0", "1,917", "12.3", "1.50", "0.0451"]


def test_a_ratio_is_ours_over_theirs() -> None:
    ratio = Ratio("pages", 3.0, "WeasyPrint", 4.0, "pages/s")

    assert ratio.value == 0.75
    assert Ratio("pages", 3.0, "nothing", 0.0, "s").value == float("inf")


def test_columns_of_a_table_are_padded_to_one_width() -> None:
    lines = table(("a", "long"), [("first", "1"), ("b", "12,345")]).splitlines()

    assert len({len(line) for line in lines}) == 1
    assert lines[2] == "| first |      1 |"


def test_a_page_shows_all_ratios_before_the_measurements() -> None:
    ratio = Ratio("verify", 2.0, "sha256sum", 1.0, "s")
    text = page([Section("Verification", "All of it.", ("", "s"), (("x", "1"),), (ratio,))], ["v1"])

    assert text.index("2.00 x") < text.index("## Verification") < text.index("All of it.")


def test_a_child_that_fails_says_what_it_said() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        children.python("-c", "raise SystemExit('no such thing')")


def test_peak_memory_is_that_of_the_process_that_says_it() -> None:
    code = "from benchmarks.children import own_peak_mib; {} print(own_peak_mib())"
    small, large = (
        float(children.python("-c", code.format(work)).output)
        for work in ("", "text = 'x' * 100_000_000;")
    )

    assert 80 < large - small < 120


@pytest.fixture(scope="module")
def judged() -> Iterator[JudgedWorlds]:
    from lotproof.evidence.example.company import SITES, make_world
    from lotproof.evidence.example.workspace import TABLES

    tables, _ = make_world(2026)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [dict(row) for row in tables.rows(name)] for name in tables.names()
    }
    rows["sites"] = [{"record_id": site_id, **site} for site_id, site in SITES.items()]
    window = {"covers_from": "2020-01-01 00:00:00", "covers_to": "2026-12-01 00:00:00"}
    rows["coverage"] = [
        {"site_id": site_id, "table_name": table, **window} for site_id in SITES for table in TABLES
    ]
    compiled = some_requirements(set(by_hand.CLAUSES))
    with open_worlds(rows, compiled, world.PERIOD, AS_OF.replace(tzinfo=UTC)) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("clause", sorted(by_hand.CLAUSES))
def test_sql_by_hand_finds_the_gaps_that_the_map_finds(judged: JudgedWorlds, clause: str) -> None:
    _, by_sql = by_hand.judged_by_hand(judged.con, clause, MONTH)
    by_map = judged.con.execute(
        "select count(*) filter (where state = 'gap') from verdicts "
        "where map_id = ? and requirement_id = ?",
        clause.split(":"),
    ).fetchall()[0][0]

    assert by_sql == by_map > 0


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A workspace of two lots and their statuses, landed."""
    (tmp_path / "lotproof.yml").write_text(
        "company: Corvale Manufacturing\nsites: [{site_id: LEU, name: Leuven, timezone: UTC}]\n"
    )
    at = datetime(2026, 11, 4, 17, tzinfo=UTC).replace(tzinfo=None)
    tables = {
        "lots": "select 'L' || i as lot_id, 'LEU' as site_id, 'N' || i as lot_number, "
        "i as ingest_seq from range(2) t(i)",
        "lot_status": "select 'S' || i as record_id, 'L' || i as lot_id, 'released' as to_status,"
        " 2 + i as ingest_seq from range(2) t(i)",
        "loads": f"select 'one' as load_id, 3 as last_seq, timestamp '{at}' as ingested_at",
    }
    for name, query in tables.items():
        folder = tmp_path / ".lotproof" / "landing" / name
        folder.mkdir(parents=True)
        duckdb.execute(f"copy ({query}) to '{folder}/one.parquet' (format parquet)")
    return tmp_path


def test_copies_share_no_identifier_and_no_key(tiny: Path, tmp_path: Path) -> None:
    base = load_workspace(tiny)
    copies = world.multiply(base, tmp_path / "copies", 5)

    files = {name: f"{copies.landing_dir}/{name}/*.parquet" for name in ("lots", "lot_status")}
    lots, status = (f"read_parquet('{files[name]}')" for name in files)
    joined = duckdb.execute(f"select count(*) from {lots} join {status} using (lot_id)").fetchall()
    keys = duckdb.execute(
        "select count(distinct ingest_seq) from "
        f"(select ingest_seq from {lots} union all select ingest_seq from {status})"
    ).fetchall()

    assert world.lots_of(copies) == 10
    assert joined == [(10,)]
    assert keys == [(20,)]
    assert duckdb.execute(f"select distinct lot_number from {lots} order by all").fetchall() == [
        ("N0",),
        ("N1",),
    ]
