"""A genealogy too large to be followed says so: no lot whose pairs are missing goes unnamed."""

from __future__ import annotations

from benchmarks.tanks import close

LOTS = 40
CHAIN = f"select n as parent_key, n + 1 as child_key from range({LOTS}) as chain(n)"


def test_past_its_bound_it_stops_and_names_each_lot_that_reaches_further() -> None:
    bound = close(CHAIN, most=300)
    depth = bound.depth

    assert 300 < bound.pairs < LOTS * (LOTS + 1) // 2
    assert bound.pairs == sum(LOTS + 1 - n for n in range(1, depth + 1))
    assert bound.cut["down"] == set(range(LOTS - depth))
    assert bound.cut["up"] == set(range(depth + 1, LOTS + 1))
