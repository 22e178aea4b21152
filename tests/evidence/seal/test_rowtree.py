"""Row trees: equal to the definition of RFC 9162, written out a second time in plain Python."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal.rowtree import leaf_hash, row_tree, tree_root


def mth(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def text(value: Any) -> str:
    """The canonical text, as the module says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    if isinstance(value, bytes):
        return value.hex().upper()
    if isinstance(value, list):
        return "[" + "".join(map(field, value)) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)


def field(value: Any) -> str:
    return "N" if value is None else f"V{len(text(value).encode())}:{text(value)}"


def root_of(rows: list[tuple[Any, ...]]) -> str:
    return mth([leaf_hash("".join(map(field, row)).encode()) for row in rows]).hex()


def parquet(folder: Path, sql: str) -> Path:
    path = folder / "rows.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    return path


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert tree_root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_roots_are_those_of_the_certificate_transparency_test_vectors() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs]

    assert tree_root(leaves[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert tree_root(leaves[:3]).hex() == (
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    )
    assert tree_root(leaves).hex() == (
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_roots_are_those_of_the_definition(rows: list[bytes]) -> None:
    leaves = [leaf_hash(row) for row in rows]

    assert tree_root(leaves) == mth(leaves)


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=12), st.data())
def test_no_two_rows_can_be_exchanged(rows: list[bytes], data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(rows) - 2))
    swapped = [*rows[:one], rows[one + 1], rows[one], *rows[one + 2 :]]

    same = tree_root(map(leaf_hash, rows)) == tree_root(map(leaf_hash, swapped))
    assert same == (rows == swapped)


def test_every_kind_of_value_has_the_text_the_module_says(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        """
        select 'LEU-ä' as a, 7::bigint as b, 1.50::decimal(18, 3) as c, true as d,
            date '2026-10-12' as e, timestamp '2026-10-12 04:52:00.25' as f, '\\xAB'::blob as g,
            ['x', null, ''] as h
        union all
        select '', -1, 0, false, null, null, null, []
        union all
        select null, null, null, null, null, null, null, null
        """,
    )
    tree = row_tree(path)

    assert tree.rows == 3
    assert tree.root == root_of(
        [
            (
                "LEU-ä",
                7,
                Decimal("1.500"),
                True,
                date(2026, 10, 12),
                datetime(2026, 10, 12, 4, 52, 0, 250000, tzinfo=UTC),
                b"\xab",
                ["x", None, ""],
            ),
            ("", -1, Decimal("0.000"), False, None, None, None, []),
            (None,) * 8,
        ]
    )


def test_null_and_empty_and_shifted_columns_differ(tmp_path: Path) -> None:
    rows = ["'ab', 'c'", "'a', 'bc'", "'', 'abc'", "null, 'abc'", "'abc', ''", "'abc', null"]
    roots = {
        row_tree(parquet(tmp_path, f"select * from (values ({row})) r(x, y)")).root for row in rows
    }

    assert len(roots) == len(rows)


def test_a_tree_larger_than_a_batch_is_that_of_the_definition(tmp_path: Path) -> None:
    count = 2 * (1 << 16) + 4711
    path = parquet(tmp_path, f"select i as n from range({count}) r(i)")

    assert row_tree(path).root == root_of([(number,) for number in range(count)])


def test_an_empty_table_has_the_root_of_nothing(tmp_path: Path) -> None:
    tree = row_tree(parquet(tmp_path, "select 1 as n where false"))

    assert (tree.rows, tree.root) == (0, hashlib.sha256().hexdigest())


def test_a_floating_point_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match="column yield has type DOUBLE") as error:
        row_tree(parquet(tmp_path, "select 1 as n, 0.1::double as yield"))

    assert "cast yield" in error.value.fix


def test_odd_column_names_and_paths_are_no_code(tmp_path: Path) -> None:
    folder = tmp_path / "it's"
    folder.mkdir()
    path = tmp_path / "rows.parquet"
    parquet(tmp_path, """select 'x' as "a""b'; drop table t; --" """)
    path.rename(folder / "rows.parquet")

    assert row_tree(folder / "rows.parquet").root == root_of([("x",)])


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"lot,quantity\n")

    with pytest.raises(LotproofError, match="not readable as Parquet"):
        row_tree(path)
