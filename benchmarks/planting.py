"""Plants anomalies of each kind, by seed, into a copy of a built warehouse.

Rows of the canonical tables are changed or added as if a source had sent them so; the searches see
nothing else. What was planted is returned as kind and record, so that precision and recall can be
counted. Lots that already stand out are left alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_STANDS = (
    "reverses is null and record_id not in "
    "(select reverses from events where is_current and reverses is not null)"
)


@dataclass
class Planting:
    """A warehouse that anomalies are being planted in.

    Attributes:
        con: the copy, writable.
        random: draws; the same seed gives the same plants.
        avoid: record ids that already stand out.
        planted: kind and record id of each plant, as ``table/record_id``.
        spoilt: lots whose release, hold or expiry was changed: their other uses are found rightly.
        undone: lots and orders whose issue was reversed, and issues to these orders: that one is
            missing or little is found rightly.
    """

    con: DuckDBPyConnection
    random: random.Random
    avoid: set[str]
    planted: list[tuple[str, str]] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)

    def draw(self, table: str, where: str, count: int) -> list[dict[str, Any]]:
        """Rows of a table that fit, never one that was planted or stands out before."""
        stands = f" and {_STANDS}" if table == "events" else ""
        answer = self.con.execute(
            f"select * from {table} where is_current and {where}{stands} order by record_id"
        )
        names = [column[0] for column in answer.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        free = [
            row
            for row in rows
            if f"{table}/{row['record_id']}" not in self.avoid
            and str(row.get("lot_id")) not in self.spoilt
        ]
        drawn = self.random.sample(free, min(count, len(free)))
        self.avoid |= {f"{table}/{row['record_id']}" for row in drawn}
        return drawn

    def draw_lots(self, where: str) -> list[dict[str, Any]]:
        """Events that fit, each of another lot: what is changed of a lot touches all its uses."""
        drawn = self.draw("events", f"{where} and {_OCTOBER}", 3 * EACH)
        return list({row["lot_id"]: row for row in drawn}.values())[:EACH]

    def change(self, kind: str, table: str, row: dict[str, Any], setting: str) -> None:
        """Change a row, and note the plant."""
        self.con.execute(
            f"update {table} set {setting} where is_current and record_id = ?", [row["record_id"]]
        )
        self.planted.append((kind, f"{table}/{row['record_id']}"))


EACH = 4
"""Plants of each kind."""

_OCTOBER = "occurred_at >= timestamp '2026-10-01' and precision = 'second'"


def _before_release(world: Planting) -> None:
    for kind, event in (
        ("consumed_before_release", "consumption"), ("shipped_before_release", "shipment"),
    ):  # fmt: skip
        known = (
            "lot_id in (select lot_id from lot_status where is_current and to_status='released')"
        )
        for row in world.draw_lots(f"event_type = '{event}' and {known}"):
            world.con.execute(
                "update lot_status set occurred_at = ?::timestamp + interval 30 hour "
                "where is_current and lot_id = ? and to_status = 'released'",
                [row["occurred_at"], row["lot_id"]],
            )
            world.planted.append((kind, f"events/{row['record_id']}"))
            world.spoilt.add(str(row["lot_id"]))


def _held(world: Planting) -> None:
    known = "lot_id in (select lot_id from lot_status where is_current and to_status='released')"
    for row in world.draw_lots(f"event_type = 'consumption' and {known}"):
        world.con.execute(
            "insert into lot_status by name select * replace (record_id || '/held' as record_id, "
            "?::timestamp - interval 1 hour as occurred_at, 'blocked' as to_status) "
            "from lot_status where is_current and lot_id = ? and to_status = 'released' limit 1",
            [row["occurred_at"], row["lot_id"]],
        )
        world.planted.append(("held_stock_used", f"events/{row['record_id']}"))
        world.spoilt.add(str(row["lot_id"]))


def _expired(world: Planting) -> None:
    for row in world.draw_lots("event_type = 'consumption'"):
        world.con.execute(
            "update lots set expires_at = ?::timestamp - interval 5 day where lot_id = ?",
            [row["occurred_at"], row["lot_id"]],
        )
        world.planted.append(("expired_stock_used", f"events/{row['record_id']}"))
        world.spoilt.add(str(row["lot_id"]))


def _missing(world: Planting) -> None:
    for row in world.draw("events", f"event_type = 'line_clearance' and {_OCTOBER}", EACH):
        world.con.execute("delete from events where record_id = ?", [row["record_id"]])
        world.planted.append(("missing_step", f"order/{row['order_id']}"))


def _sequence(world: Planting) -> None:
    for row in world.draw("events", f"event_type = 'line_clearance' and {_OCTOBER}", EACH):
        moved = "occurred_at = occurred_at + interval 3 hour, occurred_local = occurred_local"
        world.con.execute(f"update events set {moved} where record_id = ?", [row["record_id"]])
        world.planted.append(("unusual_sequence", f"order/{row['order_id']}"))


def _event_change(kind: str, where: str, setting: str) -> Callable[[Planting], None]:
    def plant(world: Planting) -> None:
        for row in world.draw("events", f"{where} and {_OCTOBER}", EACH):
            world.change(kind, "events", row, setting)

    return plant


def _duration(world: Planting) -> None:
    for row in world.draw("orders", "completed_at >= timestamp '2026-10-05'", EACH):
        world.change(
            "unusual_duration", "orders", row, "started_at = completed_at - interval 9 day"
        )


def _reversals(world: Planting) -> None:
    people = world.con.execute(
        "select site_id, performed_by from events where event_type = 'consumption' "
        "group by 1, 2 having count(*) > 20 order by 1, 2"
    ).fetchall()
    for site, person in world.random.sample(people, EACH):
        mine = f"site_id = '{site}' and performed_by = '{person}' and event_type = 'issue'"
        same_day = world.con.execute(
            f"select occurred_local::date from events where {mine} and reverses is null and "
            f"{_OCTOBER} group by 1 having count(*) >= 4 order by 1"
        ).fetchall()
        if not same_day:
            continue
        on = world.random.choice(same_day)[0]
        rows = world.draw("events", f"{mine} and occurred_local::date = date '{on}'", 4)
        for row in rows:
            world.con.execute(
                "insert into events by name select * replace (record_id || '/back' as record_id, "
                "record_id as reverses, occurred_at + interval 5 minute as occurred_at) "
                "from events where record_id = ?",
                [row["record_id"]],
            )
        world.undone |= {str(row[of]) for row in rows for of in ("lot_id", "order_id")}
        world.undone |= _issues_of(world, {str(row["order_id"]) for row in rows})
        if len(rows) >= 3:
            world.planted.append(("reversal_cluster", f"events/{rows[0]['record_id']}/back"))


def _issues_of(world: Planting, orders: set[str]) -> set[str]:
    """Rows of all issues to orders: what is left of one may be little where another was undone."""
    found = world.con.execute(
        "select 'events/' || record_id from events where is_current and event_type = 'issue' "
        "and order_id in (select unnest(?))",
        [sorted(orders)],
    )
    return {str(row[0]) for row in found.fetchall()}


def _inside(world: Planting) -> None:
    measured = (
        "value is not null and qualifier is null and (spec_id, site_id, characteristic) in ("
        "select (spec_id, site_id, characteristic) from spec_limits where upper is not null)"
    )
    for row in world.draw("test_results", measured, EACH):
        limit = world.con.execute(
            "select min(upper) from spec_limits where is_current and spec_id = ? and site_id = ? "
            "and characteristic = ?",
            [row["spec_id"], row["site_id"], row["characteristic"]],
        ).fetchone()
        world.change("just_inside_limit", "test_results", row, f"value = {limit[0]} * 0.9999"
                     if limit else "value = value")  # fmt: skip


_COPY = """
with numbered as (
    select
        record_id, lot_id, characteristic, value, row_number() over (
            partition by lot_id, characteristic order by occurred_at, record_id
        ) as place
    from test_results
    where is_current and value is not null and qualifier is null
)
update test_results as t set value = o.value
from numbered as o
join numbered as mine on mine.characteristic = o.characteristic and mine.place = o.place
where o.lot_id = ? and mine.lot_id = ? and t.record_id = mine.record_id and t.is_current
"""
"""Measurement by measurement, as one writes off a report."""


def _copied(world: Planting) -> None:
    measured = world.con.execute(
        "select t.site_id, l.material_id, t.lot_id, list('test_results/' || record_id) "
        "from test_results t join (select distinct lot_id, material_id from lots) l using (lot_id)"
        " where t.is_current and value is not null and qualifier is null "
        "group by all having count(*) >= 4 order by 1, 2, 3"
    ).fetchall()
    like: dict[tuple[str, str], list[str]] = {}
    for site, material, lot, records in measured:
        if not world.avoid & set(records):
            like.setdefault((site, material), []).append(lot)
    pairs = [lots for lots in like.values() if len(lots) >= 8]
    for lots in world.random.sample(pairs, min(EACH, len(pairs))):
        first, second = world.random.sample(lots, 2)
        world.con.execute(_COPY, [first, second])
        world.planted.append(("copied_values", f"lots/{first}|{second}"))


def _round(world: Planting) -> None:
    groups = world.con.execute(
        "select t.site_id, characteristic, tested_by, material_id from test_results t join "
        "(select distinct lot_id, material_id from lots) l using (lot_id) where t.is_current and "
        "value is not null and tested_by is not null group by all having count(*) >= 5 "
        "and avg((value <> round(value))::int)"
        " > 0.7 and median(value) > 5 order by all"
    ).fetchall()
    for site, characteristic, person, material in world.random.sample(
        groups, min(EACH, len(groups))
    ):
        world.con.execute(
            "update test_results set value = round(value) where site_id = ? and characteristic = ?"
            " and tested_by = ? and value is not null and lot_id in (select lot_id from lots where"
            " material_id = ?)",
            [site, characteristic, person, material],
        )
        world.planted.append(("round_results", f"person/{person}|{characteristic}"))


_PLANTS: tuple[Callable[[Planting], None], ...] = (
    _missing, _sequence, _duration, _reversals, _round, _inside, _copied,
    _event_change("unusual_quantity", "event_type = 'consumption' and order_id is not null "
                  "and base_quantity > 0", "base_quantity = base_quantity * 10"),
    _event_change("unusual_actor", "event_type = 'equipment_use'",
                  "performed_by = 'P-X' || order_id"),
    _event_change("unusual_hour", "event_type in ('sample', 'release', 'inspection')",
                  "occurred_local = date_trunc('day', occurred_local) + interval 75 minute"),
    _event_change("back_dated", "event_type = 'issue'",
                  "recorded_at = occurred_at + interval 60 hour"),
    _event_change("conflicting_steps", "event_type = 'cleaning' and checked_by is not null",
                  "checked_by = performed_by"),
    _held, _expired, _before_release,
)  # fmt: skip


def plant(con: DuckDBPyConnection, seed: int, avoid: set[str]) -> Planting:
    """Plant a few anomalies of each kind; return what was planted where.

    Args:
        con: a copy of a build, writable; it is changed.
        seed: which ones.
        avoid: records that stand out already.
    """
    world = Planting(con, random.Random(seed), set(avoid))  # noqa: S311 - a draw, no secret
    for each in _PLANTS:
        each(world)
    return world
