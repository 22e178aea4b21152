"""Indicators carry their denominator; what no source covers is not known, never 0."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from lotproof.evidence.lots.drills import drill_times, record_drill
from lotproof.evidence.lots.indicators import Figure, indicators
from lotproof.reports.indicator_list import as_csv, as_json, as_table, limits, said, standing, trend
from lotproof.reports.sparks import spark

from .world import AS_OF, PERIOD, SITE, World, at, found_world

TABLES = ("orders", "events", "lot_links", "lot_status", "documents")


def built(*, covered: bool) -> World:
    world = found_world()
    world.con.execute("delete from pin")
    world.insert("pin", period=PERIOD, as_of=AS_OF)
    world.con.execute("delete from coverage")
    for table in TABLES if covered else ():
        world.record("coverage", f"c/{table}", table_name=table, covers_from=at("2025-01-01"))
    return world


def figure(figures: list[Figure], name: str) -> Figure:
    return next(found for found in figures if found.name == name)


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    return indicators(built(covered=True).con, PERIOD, by="site")


def test_lots_of_completed_orders_are_the_denominator_of_genealogy(figures: list[Figure]) -> None:
    found = figure(figures, "genealogy_completeness")

    assert found.n > 0
    assert found.value == 100.0
    assert found.group == SITE


def test_lots_received_without_a_certificate_are_counted(figures: list[Figure]) -> None:
    found = figure(figures, "certificate_completeness")

    assert found.value is None or found.value < 100


def test_what_no_source_covers_is_not_known(figures: list[Figure]) -> None:
    found = figure(figures, "deviation_age")

    assert found.value is None
    assert found.unknown == "no source covers quality_records"


def test_without_coverage_nothing_is_known_but_what_needs_no_source() -> None:
    found = indicators(built(covered=False).con, PERIOD, site=SITE)

    known = {f.name for f in found if f.value is not None}
    assert known <= {"accepted_risks", "data_quality"}


def test_every_format_names_formula_and_denominator(figures: list[Figure]) -> None:
    for found in figures:
        assert found.formula in as_table(figures)
        assert found.denominator in as_csv(figures).replace('"', "")
    assert len(json.loads(as_json(figures))) == len(figures)


def test_more_is_better_of_some_and_worse_of_others_and_few_months_say_nothing(
    figures: list[Figure],
) -> None:
    months = (("2026-07", 90.0), ("2026-08", 92.0), ("2026-09", 91.0))
    share = replace(figure(figures, "right_first_time"), months=months, lower=88.0, upper=94.0)
    age = replace(share, name="deviation_age")
    flat = replace(share, months=tuple((m, 100.0) for m, _ in months), lower=None, upper=None)

    assert [standing(replace(share, value=v)) for v in (80.0, 90.0, 99.0)] == [
        "worse", "usual", "better",
    ]  # fmt: skip
    assert [standing(replace(age, value=v)) for v in (80.0, 99.0)] == ["better", "worse"]
    assert [standing(replace(flat, value=v)) for v in (100.0, 98.8)] == ["usual", "worse"]
    assert standing(replace(flat, months=months[:2], value=98.8)) == "alone"


def test_one_gap_is_a_gap_and_a_short_time_is_no_time_of_zero(figures: list[Figure]) -> None:
    found = figure(figures, "accepted_risks")

    assert [said(replace(found, value=n)) for n in (0.0, 1.0, 2.0)] == ["0 gaps", "1 gap", "2 gaps"]
    assert said(replace(found, value=0.0, unit="hours")) == "under 0.1 hours"
    assert said(replace(found, value=0.0, unit="%")) == "0.0 %"


def test_months_that_do_not_vary_give_no_limits_and_no_line(figures: list[Figure]) -> None:
    months = tuple((f"2026-{n:02}", 0.0) for n in range(6, 11))
    flat = replace(figures[0], months=months, period="2026-10", lower=None, upper=None)

    assert limits(flat) == "none (always 0.0)"
    assert trend(flat) == ""
    assert limits(replace(flat, months=months[3:])) == ""


def test_a_line_lies_within_its_canvas_and_its_band_holds_the_limits() -> None:
    drawn = spark([("2026-09", 1.0), ("2026-10", 5.0)], 0.5, 3.0)

    assert drawn is not None
    assert drawn.line == "2,12.7 70,2"
    assert (drawn.band_top, drawn.band_height) == (7.3, 6.7)
    assert spark([("2026-10", 5.0)]) is None


def test_a_drill_of_the_register_counts_before_a_source_sends_it(tmp_path: Path) -> None:
    con = built(covered=False).con
    (lot_id,) = con.execute("select lot_id from lots where is_current").fetchone() or ("",)
    began = at("2026-10-20").replace(tzinfo=UTC)
    record_drill(
        tmp_path, lot_id, SITE, by="P-1", role="qa", said="found all", began=began,
        ended=began + timedelta(hours=3),
    )  # fmt: skip
    more = {"recall_time": drill_times(con, tmp_path)}

    assert figure(indicators(con, PERIOD, more=more), "recall_time").value == 3.0
    assert figure(indicators(con, PERIOD), "recall_time").value is None
