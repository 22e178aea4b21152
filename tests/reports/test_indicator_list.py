"""Indicators carry their denominator; what no source covers is not known, never 0."""

from __future__ import annotations

import json

import pytest

from lotproof.evidence.lots.indicators import Figure, indicators
from lotproof.reports.indicator_list import as_csv, as_json, as_table

from .world import AS_OF, PERIOD, SITE, World, at, found_world

TABLES = ("orders", "events", "lot_links", "lot_status", "documents")


def built(*, covered: bool) -> World:
    world = found_world()
    world.con.execute("create table quarantine (site_id varchar, source varchar)")
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
