from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.example.scale import write_scaled


@pytest.fixture(scope="module")
def scaled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scaled")
    write_scaled(folder, 2_000)
    return folder


def _count(folder: Path, question: str) -> int:
    tables = ["lots", "events", "signatures", "orders", "documents", "lot_links", "people"]
    with duckdb.connect() as con:
        for table in tables:
            files = str(folder / "extracts" / "*" / f"{table}.parquet")
            con.execute(
                f"create view {table} as from read_parquet('{files}', union_by_name = true)"
            )
        row = con.execute(question).fetchone()
    return int(row[0]) if row else 0


def test_at_least_as_many_lots_as_asked_for(scaled: Path) -> None:
    assert _count(scaled, "select count(distinct lot_id) from lots") >= 2_000


def test_no_row_of_one_copy_meets_a_row_of_another(scaled: Path) -> None:
    for table in ("lots", "events", "signatures", "orders", "documents", "people"):
        twice = f"select count(*) - count(distinct record_id || site_id) from {table}"

        assert _count(scaled, twice) == 0, table


def test_what_rows_name_is_there(scaled: Path) -> None:
    for question in (
        "from events where lot_id <> '' and lot_id not in (select lot_id from lots)",
        "from lot_links where parent_lot_id not in (select lot_id from lots)",
        """from signatures where record_type = 'documents'
           and signed_record_id not in (select record_id from documents)""",
        """from signatures where record_type = 'orders'
           and signed_record_id not in (select record_id from orders)""",
    ):
        assert _count(scaled, f"select count(*) {question}") < 20, question  # planted ones


def test_the_answer_key_grows_with_the_copies(scaled: Path) -> None:
    with (scaled / "planted.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    keys = {(row["clause"], row["subject_id"], row["site_id"]) for row in rows}
    assert len(keys) == len(rows)
    assert sum("~" in row["subject_id"] for row in rows) > len(rows) / 3


def test_the_same_seed_and_size_give_the_same_rows(scaled: Path, tmp_path: Path) -> None:
    write_scaled(tmp_path, 2_000)

    for file in sorted(scaled.glob("extracts/*/*.parquet")):
        other = tmp_path / file.relative_to(scaled)
        with duckdb.connect() as con:
            rows = [con.execute("from read_parquet(?)", [str(f)]).fetchall() for f in (file, other)]

        assert rows[0] == rows[1], file
