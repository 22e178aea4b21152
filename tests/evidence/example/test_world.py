from __future__ import annotations

from collections import Counter

import pytest

from lotproof.evidence.example.company import SITES, make_world
from lotproof.evidence.example.faults.planting import Planted
from lotproof.evidence.example.tables import Tables
from lotproof.evidence.maps.vocabulary import EVENT_TYPES


@pytest.fixture(scope="module")
def world() -> tuple[Tables, list[Planted]]:
    return make_world(2026)


def test_the_world_follows_from_its_seed(world: tuple[Tables, list[Planted]]) -> None:
    again, other = make_world(2026)[0], make_world(7)[0]

    assert again.rows("events") == world[0].rows("events")
    assert other.rows("events") != world[0].rows("events")


def test_no_verdict_is_planted_twice(world: tuple[Tables, list[Planted]]) -> None:
    subjects = Counter((each.clause, each.subject_id) for each in world[1])

    assert [key for key, count in subjects.items() if count > 1] == []


def test_no_lot_has_two_faults(world: tuple[Tables, list[Planted]]) -> None:
    faults: dict[str, set[str]] = {}
    for each in world[1]:
        if each.subject_type == "lot":
            faults.setdefault(each.subject_id, set()).add(each.fault)

    assert {lot: names for lot, names in faults.items() if len(names) > 1} == {}


def test_a_clean_world_has_no_faults() -> None:
    assert make_world(2026, faults=False)[1] == []


def test_more_lots_are_made_when_asked_for() -> None:
    small, large = make_world(1, 250, faults=False), make_world(1, 1500, faults=False)

    assert len(large[0].rows("lots")) > 3 * len(small[0].rows("lots"))


def test_every_event_type_happens(world: tuple[Tables, list[Planted]]) -> None:
    happened = {str(row["event_type"]) for row in world[0].rows("events")}

    assert set(EVENT_TYPES) - happened == set()


def test_every_plant_has_people_lots_orders_and_deliveries(
    world: tuple[Tables, list[Planted]],
) -> None:
    for table in ("people", "lots", "orders", "shipments", "counts"):
        assert {str(row["site_id"]) for row in world[0].rows(table)} == set(SITES)


def test_nobody_has_a_name(world: tuple[Tables, list[Planted]]) -> None:
    assert {
        row["printed_name"] == f"Person {row['person_id']}" for row in world[0].rows("people")
    } == {True}
