"""The verdicts as a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.reports.listing import FORMATS, list_verdicts

NASTY = 'L2 "quoted", \n=cmd'


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "create table verdict_list (clause varchar, map_id varchar, requirement_id varchar,"
        " subject_type varchar, subject_id varchar, subject_label varchar, site_id varchar,"
        " period varchar, state varchar, code varchar, severity varchar, sentence varchar)"
    )
    for requirement, subject, state in (("211.84-a", "L1", "met"), ("211.86", NASTY, "gap")):
        con.execute(
            "insert into verdict_list values (?, 'us-21cfr211', ?, 'lot', ?, ?, 'LEU', '2026-10',"
            " ?, null, 'major', null)",
            [f"us-21cfr211:{requirement}", requirement, subject, subject, state],
        )
    return con


def test_a_clause_is_found_by_number_by_map_and_by_its_full_name(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = {
        clause: len(list_verdicts(con, clause=clause))
        for clause in ("211.84-a", "us-21cfr211:211.84-a", "us-21cfr211")
    }

    assert found == {"211.84-a": 1, "us-21cfr211:211.84-a": 1, "us-21cfr211": 2}


@pytest.mark.parametrize("wrong", [{"clause": "211.99"}, {"site": "LUE"}, {"state": "gaps"}])
def test_a_misspelt_filter_is_no_clean_answer(
    con: duckdb.DuckDBPyConnection, wrong: dict[str, str]
) -> None:
    with pytest.raises(LotproofError, match=next(iter(wrong.values()))):
        list_verdicts(con, **wrong)


def test_csv_and_json_give_back_every_field(con: duckdb.DuckDBPyConnection) -> None:
    verdicts = list_verdicts(con)

    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](verdicts))))

    assert [r["subject_id"] for r in rows] == ["L1", NASTY]
    assert [v["subject_id"] for v in json.loads(FORMATS["json"](verdicts))] == ["L1", NASTY]


def test_the_table_says_state_by_sign_and_word(con: duckdb.DuckDBPyConnection) -> None:
    table = FORMATS["table"](list_verdicts(con, state="gap"))

    assert "▲ gap" in table
    assert table.endswith("1 verdict.\n")
