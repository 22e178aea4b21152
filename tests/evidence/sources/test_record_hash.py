"""The hash of a record covers each text with its length, however long, and null apart from it."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from lotproof.evidence.sources.lot_model import Table
from lotproof.evidence.sources.record_hash import record_hash_sql

TABLE = Table("things", {"record_id": "varchar", "name": "varchar", "recorded_at": "timestamp"})


@pytest.mark.parametrize("name", [None, "", "é", "x" * 64, "x" * 65, "x" * 100_000])
def test_a_text_of_any_length_counts_with_its_length(name: str | None) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table things (record_id varchar, name varchar)")
        connection.execute("insert into things values ('a', ?)", [name])
        sql = record_hash_sql(TABLE, {"record_id", "name"})
        found = connection.execute(f"select {sql} from things").fetchall()

    said = "-" if name is None else f"{len(name)}:{name}"
    assert found == [(hashlib.sha256(f"1:a|{said}".encode()).hexdigest(),)]


def test_a_column_that_nothing_fills_counts_as_null() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table things as select 'a' as record_id, null::varchar as name")
        sqls = [record_hash_sql(TABLE, filled) for filled in ({"record_id"}, {"record_id", "name"})]
        found = connection.execute(f"select {sqls[0]} = {sqls[1]} from things").fetchall()

    assert found == [(True,)]
