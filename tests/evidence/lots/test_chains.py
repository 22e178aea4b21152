"""Walks over the chain files agree with a plain reference, on any links, with cycles."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.lots.chain_files import write_files
from lotproof.evidence.lots.chains import Chains
from lotproof.evidence.lots.repairs import rings
from lotproof.evidence.lots.trace import find_one, trace
from lotproof.reports.trace_formats import as_json
from lotproof.reports.trace_text import as_text

Pair = tuple[int, int]
N = 9
LINKS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=24)


def facts(place: int, **more: object) -> dict[str, Any]:
    lists = ("statuses", "results", "documents", "quality", "shipments", "moves", "containers")
    known: dict[str, Any] = {name: [] for name in lists}
    known |= {"lot_id": f"S/{place}", "lot_number": f"N{place}", "site": "S", "material": "M",
              "supplier_id": None, "supplier": None, "supplier_lot": None, "tlc": None,
              "made_at": None, "expires_at": None, "is_implied": False, "nameless": 0}  # fmt: skip
    return known | more


def chains(
    folder: Path, links: Sequence[Pair], when: Sequence[int | None] | None = None,
    lots: Sequence[dict[str, Any]] | None = None,
) -> Chains:  # fmt: skip
    told = lots or [facts(place) for place in range(N)]
    rows = [
        (a, b, at := when[n] if when else None, f"consumed\t{n}\tKG\tO{n}\t{instant(at)}\tr{n}")
        for n, (a, b) in sorted(enumerate(links), key=lambda item: (item[1], item[0]))
    ]
    named = (((f["lot_id"], f["lot_number"]), json.dumps(f)) for f in told)
    write_files(folder / "chains", "d", named, lambda: rows)
    return Chains(folder / "chains")


def instant(at: int | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def reached(links: Sequence[Pair], start: int) -> dict[int, int]:
    """The plain reference: fewest links to each lot, by trying all links again and again."""
    depth, changed = {start: 0}, True
    while changed:
        changed = False
        for parent, child in links:
            if parent in depth and depth.get(child, N + 1) > depth[parent] + 1:
                depth[child] = depth[parent] + 1
                changed = True
    return depth


@given(LINKS, st.integers(0, N - 1))
@settings(max_examples=60, deadline=None)
def test_walks_reach_what_a_plain_search_reaches(links: list[Pair], start: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = chains(Path(folder), links)
        down, up = found.walk(start, "down"), found.walk(start, "up")

        assert down.depth == reached(links, start)
        assert up.depth == reached([(b, a) for a, b in links], start)
        assert set(found.reached(start, "down")) == set(down.depth)
        ends = [(a, b) for _, a, b in found.ends(down.links)]
        assert sorted(ends) == sorted((a, b) for a, b in links if a in down.depth)


@given(LINKS)
@settings(max_examples=30, deadline=None)
def test_the_closure_of_lots_is_what_each_of_them_reaches(links: list[Pair]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = chains(Path(folder), links).pairs(range(4), "down")

        expected = {(start, lot) for start in range(4) for lot in reached(links, start)}
        assert len(first) == len(expected)
        assert set(zip(first, second, strict=True)) == expected


def test_the_closure_of_a_never_empty_tank_ends_where_it_is_told_to(tmp_path: Path) -> None:
    lots = [facts(place) for place in range(100)]
    found = chains(tmp_path, [(n, n + 1) for n in range(99)], lots=lots)

    assert len(found.pairs(range(100), "down")[0]) == 100 * 101 // 2
    assert 400 < len(found.pairs(range(100), "down", most=500)[0]) <= 500


@given(LINKS, st.data())
@settings(max_examples=30, deadline=None)
def test_nothing_later_than_the_moment_is_followed(links: list[Pair], data: st.DataObject) -> None:
    when = [data.draw(st.one_of(st.none(), st.integers(0, 9))) for _ in links]
    early = [pair for pair, at in zip(links, when, strict=True) if at is None or at <= 4]
    with tempfile.TemporaryDirectory() as folder:
        found = chains(Path(folder), links, when).walk(0, "down", 4)

        assert found.depth == reached(early, 0)


@given(LINKS)
@settings(max_examples=60, deadline=None)
def test_rings_are_the_sets_of_lots_that_reach_each_other(links: list[Pair]) -> None:
    after = {place: reached(links, place).keys() for place in range(N)}
    expected = {
        frozenset(b for b in after[a] if a in after[b])
        for a in range(N)
        if (a, a) in links or any(a in after[b] for b in after[a] if b != a)
    }

    assert set(rings(dict.fromkeys(range(N)), links)) == expected


def test_a_lot_is_found_by_any_of_its_names_and_several_are_listed(tmp_path: Path) -> None:
    lots = [facts(0), facts(1, lot_number="N0", site="T"), facts(2, lot_number="x")]
    found = chains(tmp_path, [], lots=lots)

    assert find_one(found, "s/2") == find_one(found, " X ") == 2
    assert find_one(found, "n0", "T") == 1
    with pytest.raises(LotproofError, match="2 lots named") as raised:
        find_one(found, "N0")
    assert "S/0" in str(raised.value)
    assert "S/1" in str(raised.value)
    for slip, meant in (("nO", "S/0, S/1"), ("/S2", "S/2"), ("S/22", "S/2")):
        with pytest.raises(LotproofError, match=rf"did you mean {meant}"):
            find_one(found, slip)
    with pytest.raises(LotproofError, match="a lot of the last build"):
        find_one(found, "quite another")


def test_the_status_of_a_lot_is_told_for_each_use_as_it_was_then(tmp_path: Path) -> None:
    lots = [facts(place) for place in range(3)]
    lots[0]["statuses"] = [
        {"at": "1970-01-01T00:01:00Z", "local": "", "status": "quarantine"},
        {"at": "1970-01-01T00:03:00Z", "local": "", "status": "released"},
    ]
    found = trace(chains(tmp_path, [(0, 1), (0, 2)], [120, 240], lots=lots), 0)
    text = as_text(found)
    links = json.loads(as_json(found))["links"]

    assert [link["parent_status_then"] for link in links] == ["quarantine", "released"]
    assert text.count("▲ while quarantine") == 1
    assert "while released" not in text


def test_a_trace_shows_what_was_known_then_and_what_is_to_be_repaired(tmp_path: Path) -> None:
    lots = [facts(place) for place in range(3)]
    lots[2]["statuses"] = [
        {"at": "2026-10-01T00:00:00Z", "local": "", "status": "quarantine"},
        {"at": "2026-10-05T00:00:00Z", "local": "", "status": "released"},
    ]
    found = chains(tmp_path, [(0, 1), (1, 0), (1, 2)], lots=lots)
    then = trace(found, 2, as_of=datetime(2026, 10, 2, tzinfo=UTC))

    assert then.lot.status == "quarantine"
    assert trace(found, 2).lot.status == "released"
    assert [lot.facts["lot_id"] for lot in then.before()] == ["S/1", "S/0"]
    assert {r.fault for r in then.repairs} == {"cycle", "no_time"}
    assert next(r for r in then.repairs if r.fault == "cycle").records == ("r0", "r1")
