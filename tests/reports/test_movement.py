from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lotproof.reports.movement import Movement, compose_movement

from .conftest import request_for
from .judged_world import build_world


@pytest.fixture
def world() -> duckdb.DuckDBPyConnection:
    """October, and a September in which 211.84-a and 211.80-d were open on several lots."""
    con = build_world()
    con.execute(
        "insert into verdict_list select * replace ('2026-09' as period, 'gap' as state) "
        "from verdict_list where requirement_id in ('211.84-a', '211.142-b') "
        "and (subject_id like '%0931' or subject_id like '%0877' or subject_id like '%script%' "
        "or subject_type = 'site_period')"
    )
    con.execute(
        "insert into verdict_list select * replace ('LEU/gone' as subject_id) from verdict_list "
        "where period = '2026-09' limit 1"
    )
    return con


def counts(movement: Movement) -> dict[str, tuple[str, ...]]:
    return {row.label: row.counts for row in movement.rows}


def test_without_an_earlier_build_nothing_is_said_of_movement(
    con: duckdb.DuckDBPyConnection,
) -> None:
    movement = compose_movement(con, request_for("monthly"))

    assert movement.rows == ()
    assert "September 2026 was not built" in movement.note


def test_a_gap_not_judged_again_is_not_called_closed(world: duckdb.DuckDBPyConnection) -> None:
    found = counts(compose_movement(world, request_for("monthly")))

    assert found["Closed by evidence"] == ("1", "0", "1")
    assert found["Not judged now"] == ("1", "0", "0")
    assert found["Accepted as a risk"] == ("1", "0", "0")


def test_what_was_open_and_what_moved_gives_what_is_open(world: duckdb.DuckDBPyConnection) -> None:
    rows = compose_movement(world, request_for("monthly")).rows
    numbers = [[int(count) for count in row.counts] for row in rows]
    first, *left, new, last = numbers

    for place in range(3):
        assert first[place] - sum(line[place] for line in left) + new[place] == last[place]


def test_the_verdicts_of_an_earlier_build_are_read_from_their_file(
    world: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "2026-09.parquet"
    world.execute(
        f"copy (select * from verdict_list where period = '2026-09') to '{file}' (format parquet)"
    )

    movement = compose_movement(con, request_for("monthly", previous_verdicts=file))

    assert counts(movement) == counts(compose_movement(world, request_for("monthly")))
