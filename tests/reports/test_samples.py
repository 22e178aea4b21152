"""A sample can be drawn again by anyone, is recorded first, and shows its rows as sent."""

from __future__ import annotations

import hashlib
import json

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.lots.sampling import Sample, drawn, named, population, record_sample
from lotproof.evidence.register import Entry, read_entries
from lotproof.evidence.seal import safe_name
from lotproof.evidence.warehouse import open_warehouse
from lotproof.evidence.workspace import Workspace
from lotproof.reports.lot import find_lot
from lotproof.reports.sample_sheets import write_sheets

from .assembling import AT, make_workspace
from .judged_world import build_world
from .world import AS_OF, PERIOD, SITE

LOT = "LEU-B-2671"
SENT = "20261012;120,0"
ITEMS = ("LEU-1", "LEU-2", "LEU-3", "LEU-4")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("samples")
    con = build_world()
    con.execute(
        "update events set source_file = 'MSEG Ü.csv', source_row = 2, reason_code = '<b>&' "
        "where lot_id in (select lot_id from lots where lot_number = ?)", [LOT],
    )  # fmt: skip
    con.execute(
        "insert into identifiers (record_id, version, is_current, record_key, site_id, lot_id, "
        "kind, value) select 'I-1', 1, true, 900004, 'LEU', lot_id, 'tlc', 'TLC-0671' from lots "
        "where lot_number = ?", [LOT],
    )  # fmt: skip
    return make_workspace(root, con=con)


def recorded(workspace: Workspace, sample: Sample) -> Entry:
    register = workspace.root / "register"
    return record_sample(register, sample, by="I. Spector", role="auditor", reason="day 1", at=AT)


def test_a_draw_can_be_done_again_with_sha256sum_alone() -> None:
    by_hand = sorted(ITEMS, key=lambda item: hashlib.sha256(f"4711:{item}".encode()).hexdigest())

    assert drawn(ITEMS, 2, "4711") == tuple(by_hand[:2])
    assert len({drawn(ITEMS, 2, str(seed)) for seed in range(40)}) > 6


@pytest.mark.parametrize("count", [0, 5])
def test_more_than_there_are_is_refused(count: int) -> None:
    with pytest.raises(LotproofError, match=f"{count} to draw out of 4"):
        drawn(ITEMS, count, "1")


def test_what_is_not_in_the_population_is_named() -> None:
    with pytest.raises(LotproofError, match="LEU-9: not among the 4"):
        named(ITEMS, ["LEU-1", "LEU-9"])


def test_choice_seed_and_population_are_in_the_register(workspace: Workspace) -> None:
    with open_warehouse(workspace) as con:
        every = population(con, "days", SITE, PERIOD)
    entry = recorded(workspace, Sample("days", SITE, PERIOD, every, drawn(every, 2, "s"), "s"))
    kept = list(read_entries(workspace.root / "register" / "samples.jsonl"))[-1]

    assert kept == entry
    assert (kept.by, kept.role, kept.reason) == ("I. Spector", "auditor", "day 1")
    assert kept.record["seed"] == "s"
    assert kept.record["population"] == len(every) > 2
    assert json.loads(str(kept.record["chosen"])) == list(drawn(every, 2, "s"))
    assert all(day.startswith(PERIOD) for day in every)


def test_a_sheet_shows_the_rows_as_sent_beside_their_original(workspace: Workspace) -> None:
    with open_warehouse(workspace) as con:
        every = population(con, "lots", SITE, PERIOD)
        lot_id = find_lot(con, LOT, SITE)["lot_id"]
        sample = Sample("lots", SITE, PERIOD, every, named(every, [lot_id]), None)
        sheets = write_sheets(con, workspace, sample, recorded(workspace, sample), AS_OF)
    page = sheets[0].with_suffix(".html").read_text(encoding="utf-8")
    link = page.partition('href="')[2].partition('"')[0]

    assert [sheet.name for sheet in sheets] == [f"01-{safe_name(lot_id)}.pdf"]
    assert sheets[0].read_bytes().startswith(b"%PDF")
    assert f"<pre>{SENT}</pre>" in page
    assert "reason code &lt;b&gt;&amp;" in page
    assert "kind tlc; value TLC-0671" in page
    assert SENT.encode() in (sheets[0].parent / link).read_bytes()
    assert "an inspection; left out:" in page
