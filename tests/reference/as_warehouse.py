"""The reference judge behind the warehouse's interface, so that scenarios of maps can use it.

Worlds that share no site are judged one by one: the reference looks through all rows for every
question it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lotproof.evidence.maps import ObligationMap

from .judge import judge
from .world import Row, Tables


def judge_worlds(
    tables: Tables, maps: Sequence[ObligationMap], period: str, as_of: datetime
) -> Iterator[dict[str, Any]]:
    """Verdict rows of all maps over all worlds."""
    for world in by_site(tables):
        for each in maps:
            raw: Mapping[str, Any] = each.file.data
            for verdict in judge(world, raw, period, as_of):
                yield {
                    "map_id": each.map,
                    "requirement_id": verdict.requirement_id,
                    "site_id": verdict.site_id,
                    "subject_type": verdict.subject_type,
                    "subject_id": verdict.subject_id,
                    "state": verdict.state,
                    "code": verdict.code,
                }


def by_site(tables: Tables) -> list[dict[str, list[Row]]]:
    """The rows apart by site."""
    worlds: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for table, rows in tables.items():
        for row in rows:
            worlds[row["site_id"]][table].append(row)
    return [dict(world) for _, world in sorted(worlds.items())]
