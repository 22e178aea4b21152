from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import by_hand, by_hand_audited, children, world
from benchmarks.against_sql import judged_alike, some_requirements
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


@pytest.fixture(scope="module")
def written(
    judged: JudgedWorlds, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of these worlds, with the tables that SQL by hand writes to."""
    copy = tmp_path_factory.mktemp("by-hand") / "worlds.duckdb"
    shutil.copyfile(judged.folder / "worlds.duckdb", copy)
    with duckdb.connect(str(copy)) as con:
        con.execute("set TimeZone = 'UTC'")
        by_hand_audited.prepare(con)
        yield con


@pytest.mark.slow
@pytest.mark.parametrize("clause", sorted(by_hand.CLAUSES))
def test_sql_by_hand_finds_what_the_map_finds(
    written: duckdb.DuckDBPyConnection, clause: str
) -> None:
    subjects, gaps, rows = judged_alike(written, clause)

    assert 0 < gaps < subjects <= rows


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("update verdicts_by_hand set code = 'late' where state = 'gap'", "is gap mismatch at"),
        ("update verdicts_by_hand set state = 'met' where state = 'gap'", "met mismatch at"),
        ("update verdicts_by_hand set sentence = null", "has no sentence by hand"),
        ("update verdicts_by_hand set subject_id = 'X' || subject_id", "by the map only"),
        ("insert into verdicts_by_hand (clause, subject_id) values ('{}', 'X')", "by hand only"),
        ("update evidence_by_hand set record_id = 'X'", "is evidence by hand only"),
        ("delete from evidence_by_hand", "has no evidence by hand"),
    ],
)
def test_verdicts_by_hand_that_the_map_does_not_bear_out_are_told(
    written: duckdb.DuckDBPyConnection, change: str, difference: str
) -> None:
    clause = "us-21cfr211:211.204-hold"
    written.execute("begin")
    by_hand_audited.write(written, clause, MONTH)
    written.execute(change.format(clause))

    found = by_hand_audited.differences(written, clause)
    written.execute("rollback")

    assert any(difference in told for told in found)


def test_every_clause_by_hand_has_both_queries() -> None:
    assert set(by_hand_audited.QUERIES) == set(by_hand.CLAUSES)
    assert len(by_hand.CLAUSES) == 20


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
