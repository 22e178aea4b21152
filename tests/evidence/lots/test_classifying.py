"""Deviations classified from closed records, on a small table."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.lots.classifying import FEWEST, classify_deviations

_TABLE = (
    "create table quality_records (record_id varchar, is_current boolean, quality_record_id "
    "varchar, site_id varchar, kind varchar, severity varchar, reason_code varchar, subject_type "
    "varchar, subject_id varchar, status varchar, disposition varchar, description varchar)"
)


def _add(
    con: duckdb.DuckDBPyConnection,
    number: int,
    reason: str,
    status: str,
    became: str | None,
    told: str | None = None,
) -> None:
    name = f"DEV-{number:03}"
    con.execute(
        "insert into quality_records values (?, true, ?, 'A', 'deviation', 'minor', ?, 'lots', "
        "'L1', ?, ?, ?)",
        [name, name, reason, status, became, told],
    )


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(_TABLE)
        yield con


def _close(con: duckdb.DuckDBPyConnection, many: int) -> None:
    for number in range(many):
        spoilt = number % 3 == 0
        reason = f"{'seal_broken' if spoilt else 'label_crooked'}_{number % 4}"
        _add(con, number, reason, "closed", "destroy" if spoilt else "accept")


def test_open_deviations_get_the_class_of_closed_ones_like_them(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _close(con, 60)
    _add(con, 900, "broken_seal", "open", None)
    _add(con, 901, "crooked", "open", None)
    found = classify_deviations(con)

    assert [p.proposed for p in found.proposals] == ["destroy", "accept"]
    assert all(0.5 < p.probability <= 1 for p in found.proposals)
    assert found.accuracy is not None
    assert found.usual is not None
    assert found.accuracy > 0.9 > found.usual
    assert classify_deviations(con) == found


def test_the_text_tells_apart_what_has_one_code(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(60):
        spoilt = number % 3 == 0
        told = f"Seal torn on drum {number}" if spoilt else f"Label of drum {number} was crooked"
        _add(con, number, "PROC", "closed", "destroy" if spoilt else "accept", told)
    _add(con, 900, "PROC", "open", None, "drum found with a torn seal")
    _add(con, 901, "PROC", "open", None, "a crooked label")
    found = classify_deviations(con)

    assert [p.proposed for p in found.proposals] == ["destroy", "accept"]
    assert found.accuracy is not None
    assert found.accuracy > 0.95


def test_the_order_of_rows_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    _close(con, 60)
    _add(con, 900, "seal", "open", None)
    before = classify_deviations(con)
    con.execute("create table other as from quality_records order by record_id desc")
    con.execute("drop table quality_records")
    con.execute("alter table other rename to quality_records")

    assert classify_deviations(con) == before


def test_it_is_silent_with_too_few_and_when_it_learned_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _close(con, FEWEST - 1)
    _add(con, 900, "seal", "open", None)
    few = classify_deviations(con)

    assert not few.proposals
    assert few.accuracy is None
    assert few.silent is not None
    assert str(FEWEST) in few.silent


def test_without_scikit_learn_it_is_said_how_to_get_it(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _close(con, 60)
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)

    with pytest.raises(LotproofError, match=r"lotproof\[classify\]"):
        classify_deviations(con)
