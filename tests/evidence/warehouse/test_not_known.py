"""What is not known is never a pass, and never a gap either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.warehouse import JudgedWorlds, open_worlds

from .small_worlds import AS_OF, PERIOD, World, small_map, together

RULES: dict[str, dict[str, Any]] = {
    "cleaned": {"subject": "event.equipment_use", "expect": [{"event": "cleaning"}]},
    "run": {
        "subject": "order",
        "applies": {"order.completed_at": "present"},
        "expect": [{"event": "finished_goods"}],
    },
    "filled": {"subject": "order", "expect": [{"fields": ["order.equipment"]}]},
    "made": {"subject": "order", "expect": [{"event": "finished_goods"}]},
    "decided": {
        "subject": "event.return",
        "expect": [{"event": "disposition", "after": "subject", "within": "60 days"}],
    },
    "yielded": {
        "subject": "order",
        "expect": [{"event": "finished_goods", "after": "order.completed_at", "within": "60 days"}],
    },
}


def _held(world: World, table: str, lot: str | None) -> World:
    return world.add("quarantine", table_name=table, lot_id=lot and world.id(lot))


def _used(name: str) -> World:
    """Equipment used for order O, which names no lot."""
    world = World(name).add("orders", order_id=f"{name}/O", started_at="2026-10-12 07:00:00")
    at = "2026-10-12 08:00:00"
    return world.add("events", event_type="equipment_use", order_id=world.id("O"), occurred_at=at)


def _completed(name: str, day: str) -> World:
    """Order O, of which nothing is seen after it was completed."""
    return World(name).add("orders", order_id=f"{name}/O", completed_at=f"{day} 08:00:00")


def _returned(name: str, day: str) -> World:
    """Lot L came back, and nothing is seen of it since."""
    returned = {"event_type": "return", "lot_id": f"{name}/L"}
    return World(name).add("events", occurred_at=f"{day} 08:00:00", **returned)


def _started(name: str, **columns: str) -> World:
    """Order O of a file of its own, which says nothing of the columns in ``columns``."""
    world = World(name)
    row = {"order_id": f"{name}/O", "record_id": f"{name}/O", "source_file": name}
    world.add("orders", started_at="2026-10-12 07:00:00", **row)
    for column, reason in columns.items():
        told = {"table_name": "orders", "column_name": column, "reason": reason}
        record = f"{name}/O" if reason == "unmapped" else None
        world.add("untold", source_file=name, record_id=record, **told)
    return world


CASES = [
    ("run", _started("ru-open"), "not_applicable", None),
    ("run", _started("ru-never", completed_at="not_filled"), "undetermined", "not_covered"),
    ("run", _started("ru-odd", completed_at="unmapped"), "undetermined", "null_operand"),
    ("filled", _started("ft-gap"), "gap", "incomplete"),
    ("filled", _started("ft-never", equipment="not_filled"), "undetermined", "not_covered"),
    ("filled", _started("ft-odd", equipment="unmapped"), "undetermined", "null_operand"),
    ("decided", _returned("de-due", "2026-08-20"), "gap", "missing"),
    ("decided", _returned("de-open", "2026-10-20"), "pending", None),
    ("yielded", _completed("yi-due", "2026-08-20"), "gap", "missing"),
    ("yielded", _completed("yi-open", "2026-10-20"), "pending", None),
    ("cleaned", _used("cl-none"), "gap", "missing"),
    ("cleaned", _held(_used("cl-any"), "events", None), "undetermined", "quarantined"),
    ("cleaned", _held(_used("cl-some"), "events", "L"), "undetermined", "quarantined"),
    ("cleaned", _held(_used("cl-other"), "signatures", "L"), "gap", "missing"),
    ("made", _used("or-none"), "gap", "missing"),
    ("made", _held(_used("or-some"), "events", "L"), "undetermined", "quarantined"),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JudgedWorlds]:
    file = tmp_path_factory.mktemp("maps") / "small.yml"
    file.write_text(yaml.safe_dump(small_map("small", RULES), sort_keys=False))
    tables = together(*(world for _, world, _, _ in CASES))
    with open_worlds(tables, [compile_map(load_map(file))], PERIOD, AS_OF) as worlds:
        yield worlds


@pytest.mark.parametrize(
    ("rule", "world", "state", "code"), [pytest.param(*case, id=case[1].name) for case in CASES]
)
def test_what_may_only_be_unseen_is_undetermined(
    judged: JudgedWorlds, rule: str, world: World, state: str, code: str | None
) -> None:
    found = judged.rows(
        f"select state, code from verdict_list where requirement_id = '{rule}' "
        f"and site_id = '{world.name}'"
    )

    assert [(verdict["state"], verdict["code"]) for verdict in found] == [(state, code)]
