"""The reference judges chains, balances and recurrence as the wording says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from .small_worlds import (
    coverage,
    event,
    happening,
    judged,
    lots,
    row,
    state,
    world,
)
from .world import Row


def link(parent: str, child: str, **columns: Any) -> Row:
    return row(parent_lot_id=parent, child_lot_id=child, **{"quantity": 5, **columns})


MADE = event("finished_goods", "05")
OF_L2 = event("receipt", "02", lot_id="L2")


@pytest.mark.parametrize(
    ("links", "more", "expected"),
    [
        ([link("L2", "L1")], [OF_L2], "met"),
        ([link("L2", "L1")], [], "gap:broken_chain"),
        ([], [], "gap:broken_chain"),
        ([link("L3", "L1"), link("L2", "L3")], [OF_L2], "met"),
        ([link("L2", "L1"), link("L3", "L1")], [OF_L2], "gap:broken_chain"),
        ([link("L1", "L1"), link("L2", "L1")], [OF_L2], "met"),
        ([link("L2", "L1"), link("L1", "L2")], [OF_L2], "gap:broken_chain"),
        ([link("L2", "L1", quantity=None)], [OF_L2], "gap:broken_chain"),
    ],
)
def test_every_ancestor_came_in_by_a_receipt(
    links: list[Row], more: list[Row], expected: str
) -> None:
    tables = world(lots=lots("L1", "L2", "L3"), events=[MADE, *more], lot_links=links)
    check = {"chain": "up", "ends": ["receipt"], "quantities": True}

    found = {v.subject_id: v for v in judged(tables, check, applies={"has": "finished_goods"})}
    verdict = found["L1"]

    assert f"{verdict.state}:{verdict.code}".removesuffix(":None") == expected


def test_a_chain_that_ends_in_a_lot_nobody_sent_is_broken() -> None:
    implied = [*lots("L1"), *lots("L2", is_implied=True)]
    tables = world(lots=implied, events=[MADE, OF_L2], lot_links=[link("L2", "L1")])
    check = {"chain": "up", "ends": ["receipt"]}

    found = {v.subject_id: v.state for v in judged(tables, check)}

    assert found["L1"] == "gap"


def quantity(kind: str, amount: str | None, uom: str = "g") -> Row:
    return event(kind, "05", base_quantity=amount, base_uom=uom)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([quantity("receipt", "100"), quantity("consumption", "99")], "met"),
        ([quantity("receipt", "100"), quantity("consumption", "98")], "gap:unbalanced"),
        ([quantity("receipt", "100"), quantity("consumption", None)], "undetermined:null_operand"),
        ([quantity("receipt", "100"), quantity("consumption", "99", "EA")], "undetermined:unit"),
        ([quantity("receipt", "100")], "gap:unbalanced"),
    ],
)
def test_what_goes_in_comes_out(events: list[Row], expected: str) -> None:
    check = {"balance": ["receipt"], "equals": ["consumption", "disposition"], "tolerance": "1 %"}

    assert state(world(events=events), check) == expected
    uncovered = coverage(scope="receipt,consumption")
    assert state(world(events=events, coverage=uncovered), check) == "undetermined:not_covered"


def test_a_yield_lies_between_two_ratios() -> None:
    check = {
        "balance": ["consumption"],
        "equals": ["finished_goods"],
        "ratio": {"lower": "0.9", "upper": "1"},
    }

    def made(amount: str) -> dict[str, Sequence[Row]]:
        events = [quantity("consumption", "100"), quantity("finished_goods", amount)]
        return world(events=events)

    assert state(made("95"), check) == "met"
    assert state(made("85"), check) == "gap:unbalanced"


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (["2025-11-15"], "met"),
        (["2025-10-15"], "gap:late"),
        (["2025-10-15", "30"], "gap:late"),
        (["2025-08-15", "2025-12-30"], "met"),
        ([], "gap:missing"),
        ([None], "undetermined:null_operand"),
        (["2025-10-15", None], "undetermined:null_operand"),
    ],
)
def test_a_count_recurs_within_its_interval(counted: list[str | None], expected: str) -> None:
    tables = world(counts=[happening(when, kind="annual") for when in counted])
    check = {"every": "12 months", "of": "count", "where": {"count.kind": "annual"}}

    assert state(tables, check, subject="site_period") == expected
