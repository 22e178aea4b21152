"""One clause on one subject in plain words, and the SQL that judged it as people read it."""

from __future__ import annotations

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.governance import Governance, Owner
from lotproof.reports.explained import explain_subject
from lotproof.reports.readable_sql import readable_sql

CLAUSE = "us-21cfr211:211.84-a"


def lines(con: duckdb.DuckDBPyConnection, subject: str) -> list[str]:
    rules = Governance(owners=(Owner(role="head of production"),))
    return list(explain_subject(con, CLAUSE, subject, rules, {}))


def test_a_subject_is_found_by_number_label_or_identifier_and_its_rows_are_told(
    con: duckdb.DuckDBPyConnection,
) -> None:
    said = lines(con, "LEU-R-26-0931")
    text = "\n".join(said)

    assert "▲ gap" in text
    assert "120.0 KG by P-204" in text
    assert any(line.lstrip().startswith("EVENTS_LEU_202610.csv, ") for line in said)
    assert "To close    Quarantine what the lot went into" in text
    assert "With        head of production, due 10 November 2026" in text
    assert lines(con, "LEU/M-2001/LEU-R-26-0931") == said


def test_a_subject_that_was_not_judged_is_said_with_some_that_were(
    con: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(LotproofError, match="a subject that was judged, such as"):
        lines(con, "nothing")


def test_the_sql_is_tidied_and_loses_no_statement() -> None:
    ran = (
        '-- m:1\ninsert into "building"."main"."requirements"\nselect 1;\n\n'
        "-- m:1: who is in scope\ncreate or replace temporary table scope as\n\nwith\n    \n\n\n"
        'a as (\n\n\n\n    select \'"x"."main"."y"z\' as t from "building"."main"."lots"   \n)\n'
        "select * from a;\n\n-- m:1: findings\nselect 2;\n"
    )
    tidy = readable_sql(ran, "m:1", "There is a release.")

    assert tidy.startswith("-- m:1\n-- There is a release.\n--\n-- Steps:\n--   1. who is in scope")
    assert '"building"' not in tidy
    assert "insert into requirements" not in tidy
    assert "from lots\n" in tidy
    assert "\n\n\n" not in tidy
    assert "select 2;" in tidy
