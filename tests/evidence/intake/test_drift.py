"""What a source has changed since a pack was built, and what nobody can say any more."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.intake.drift import Drift, drift
from lotproof.evidence.intake.landed import open_landing
from lotproof.evidence.sources.lot_model import lot_model
from lotproof.evidence.sources.record_hash import record_hash_sql

from ..sources.plants import AT, Plant, plant

HEAD = "record_id,event_type,lot_id,quantity,uom,occurred_at\n"
ROWS = [f"e{n},receipt,L{n},{n},KG,2026-10-12T04:52:00Z\n" for n in range(1, 4)]
LATER = AT + timedelta(days=30)


@pytest.fixture
def made(tmp_path: Path) -> Plant:
    found = plant(tmp_path, events_csv=HEAD + "".join(ROWS))
    found.ingest()
    return found


def packed(made: Plant) -> Path:
    """The parts of a pack that are read: its record, and the rows that had landed."""
    folder = made.root / "pack"
    evidence = folder / "data" / "evidence"
    evidence.mkdir(parents=True)
    record = {"pack_id": "AP", "as_of": "2026-11-04T17:00:00Z", "period": "2026-10", "site": "LEU"}
    (folder / "pack.json").write_text(json.dumps(record), encoding="utf-8")
    with open_landing(made.workspace()) as con:
        con.execute(f"copy loads to '{evidence}/loads.parquet'")
        events = lot_model()["events"]
        said = record_hash_sql(events, set(events.own))
        con.execute(
            f"copy (select *, {said} as record_hash, true as is_current, 1 as version from events) "
            f"to '{evidence}/events.parquet'"
        )
    return folder


def asked(made: Plant) -> Drift:
    return drift(made.workspace(), made.root / "pack", at=LATER)


def test_a_source_that_says_the_same_has_not_drifted(made: Plant) -> None:
    packed(made)
    found = asked(made)

    assert (found.examined, found.rows, found.unreadable, found.refused) == (3, [], {}, [])


def test_changed_removed_and_new_rows_are_told_side_by_side(made: Plant) -> None:
    packed(made)
    changed = ROWS[1].replace(",2,KG", ",9,KG")
    late = "e9,receipt,L9,1,KG,2026-10-30T04:52:00Z\n"
    other = "e8,receipt,L8,1,KG,2026-09-30T04:52:00Z\n"
    made.put("in/events.csv", HEAD + ROWS[0] + changed + late + other)
    before = made.rows("events")
    found = asked(made)
    rows = {row.record_id: row for row in found.rows}

    # September is another pack's month
    assert {key: row.kind for key, row in rows.items()} == {
        "e2": "changed", "e3": "removed", "e9": "new",
    }  # fmt: skip
    assert [(d.column, d.before, d.after) for d in rows["e2"].differences] == [
        ("quantity", "2", "9")
    ]
    assert ("quantity", "3", None) in [
        (d.column, d.before, d.after) for d in rows["e3"].differences
    ]
    assert (rows["e3"].in_pack, rows["e3"].now) == ("events.csv:4", "")
    # the question leaves the workspace as it was
    assert made.rows("events") == before


def test_rows_whose_file_is_gone_are_not_said_to_be_removed(made: Plant) -> None:
    packed(made)
    (made.root / "in" / "events.csv").unlink()
    made.put("in/lots.csv", "lot_id,material_id\nL1,M1\n")
    found = asked(made)

    assert (found.rows, found.unreadable) == ([], {"plant": 3})


def test_a_row_that_can_no_longer_be_read_is_not_said_to_be_removed(made: Plant) -> None:
    packed(made)
    bad = ROWS[2].replace("2026-10-12T04:52:00Z", "32.13.2026")
    made.put("in/events.csv", HEAD + ROWS[0] + ROWS[1] + bad)
    found = asked(made)

    assert (found.rows, found.unreadable) == ([], {"plant": 1})


def test_what_is_no_pack_is_said_to_be_none(made: Plant) -> None:
    with pytest.raises(LotproofError, match="no pack"):
        drift(made.workspace(), made.root / "in", at=LATER)
