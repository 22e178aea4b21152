"""Extracts that come again, changed, late, or after an interruption."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.sources.landing import Landing

from .plants import AT, Plant, plant

HEADER = "lot_id,material_id,lot_number\n"


def landing_bytes(made: Plant) -> dict[str, bytes]:
    root = made.root / ".lotproof" / "landing"
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.glob("*/*"))}


def test_a_file_taken_in_before_is_skipped_and_said_so(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=HEADER + "L1,M1,a\n")
    made.ingest()
    before = landing_bytes(made)
    report = made.ingest(AT + timedelta(days=1))

    assert report.skipped == ["plant: lots.csv"]
    assert report.files == []
    assert landing_bytes(made) == before


def test_a_fuller_extract_lands_only_what_is_new(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=HEADER + "L1,M1,a\nL2,M1,b\n")
    made.ingest()
    made.put("in/lots.csv", HEADER + "L1,M1,a\nL2,M1,CHANGED\nL3,M1,c\n")
    report = made.ingest(AT + timedelta(days=1))
    (file,) = report.files

    assert (file.rows_read, file.rows_landed, file.exact_duplicates) == (3, 2, 1)
    assert [(r["lot_id"], r["lot_number"]) for r in made.rows("lots")] == [
        ("L1", "a"),
        ("L2", "b"),
        ("L2", "CHANGED"),
        ("L3", "c"),
    ]
    places = [r["ingest_seq"] for r in made.rows("lots")]
    assert places == sorted(set(places))


def test_a_value_that_returns_to_what_it_was_is_a_version_of_its_own(tmp_path: Path) -> None:
    made = plant(tmp_path)
    for day, number in enumerate(("a", "b", "a")):
        made.put("in/lots.csv", f"{HEADER}L1,M1,{number}\n\n{day}".rstrip("012"))
        made.put(f"in/lots_{day}.csv", f"{HEADER}L1,M1,{number}\nX{day},M1,\n")
        (tmp_path / "in/lots.csv").unlink()
        made.ingest(AT + timedelta(days=day))

    assert [r["lot_number"] for r in made.rows("lots") if r["lot_id"] == "L1"] == ["a", "b", "a"]


def test_rows_that_are_equal_in_one_file_land_once_and_are_counted(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=HEADER + "L1,M1,a\nL1,M1,a\nL1,M1,a\n")
    report = made.ingest()

    assert (report.files[-1].rows_landed, report.files[-1].exact_duplicates) == (1, 2)
    assert not report.findings


def test_one_record_with_two_contents_in_a_file_lands_twice_and_is_reported(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=HEADER + "L1,M1,a\nL1,M1,b\n")
    report = made.ingest()
    (finding,) = report.findings

    assert made.values("lots", "lot_number") == ["a", "b"]
    assert (finding.kind, finding.value, finding.row_count) == ("conflict", "L1", 2)


def test_an_interrupted_ingest_leaves_nothing_that_counts_and_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plant(tmp_path / "a", lots_csv=HEADER + "L1,M1,a\n")
    whole = plant(tmp_path / "b", lots_csv=HEADER + "L1,M1,a\n")
    with monkeypatch.context() as patch:
        patch.setattr(Landing, "write_loads", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            made.ingest()
    left_behind = set(landing_bytes(made))
    made.ingest()
    whole.ingest()

    assert "sites/20261104T170000Z-workspace.parquet" in left_behind
    assert landing_bytes(made) == landing_bytes(whole)


def test_two_ingests_of_the_same_files_write_the_same_bytes(tmp_path: Path) -> None:
    text = HEADER + "".join(f"L{n},M{n % 7},x\n" for n in range(5000))
    one, two = plant(tmp_path / "a", lots_csv=text), plant(tmp_path / "b", lots_csv=text)
    one.ingest()
    two.ingest()

    assert landing_bytes(one) == landing_bytes(two)


def test_two_ingests_at_once_are_kept_apart(tmp_path: Path) -> None:
    made = plant(tmp_path, lots_csv=HEADER + "L1,M1,a\n")
    with (
        Landing(tmp_path / ".lotproof").held(),
        pytest.raises(LotproofError, match="another ingest is at work"),
    ):
        made.ingest()

    assert made.ingest().is_complete


def test_originals_are_kept_byte_for_byte(tmp_path: Path) -> None:
    content = (HEADER + "L1,M1,a\r\n").encode()
    made = plant(tmp_path, lots_csv=content)
    made.ingest()
    (tmp_path / "in/lots.csv").write_text("overwritten later")
    kept = [p.read_bytes() for p in (tmp_path / ".lotproof/originals").iterdir()]

    assert content in kept


def test_what_was_held_back_is_read_again_once_the_plants_words_are_mended(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: p, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        events_csv="record_id,event_type,occurred_at\ne1,Wareneingang,2026-10-12T04:52:00Z\n",
    )
    made.put("v.yml", "words: {events.event_type: {Warenausgang: shipment}}\n")
    first = made.ingest()
    made.put("v.yml", "words: {events.event_type: {Wareneingang: receipt}}\n")
    second = made.ingest(AT + timedelta(hours=1))

    assert first.files[-1].rows_quarantined == 1
    assert second.files[-1].rows_landed == 1
    assert made.values("events", "event_type") == ["receipt"]
    assert [row["rows_quarantined"] for row in made.rows("loads") if row["feed"] == "events"] == [
        1,
        0,
    ]


def test_progress_is_told_source_by_source(tmp_path: Path) -> None:
    from lotproof.evidence.sources.ingest import ingest

    made = plant(tmp_path, lots_csv=HEADER + "L1,M1,a\n")
    told: list[tuple[str, int, int]] = []
    ingest(made.workspace(), at=AT, progress=lambda *step: told.append(step))

    assert told[0] == ("ingest workspace", 0, 2)
    assert ("read lots.csv", 0, 1) in told
    assert told[-1] == ("ingest", 2, 2)


def test_a_row_that_comes_again_readable_settles_the_one_held_back(tmp_path: Path) -> None:
    header = "record_id,event_type,occurred_at\n"
    made = plant(tmp_path, events_csv=header + "e1,receipt,yesterday\ne2,receipt,today\n")
    made.ingest()
    made.put("in/events_mended.csv", header + "e1,receipt,2026-10-12T04:52:00Z\n")
    made.ingest(AT + timedelta(days=1))
    (settled,) = made.rows("settled", "*, 0 as ingest_seq")

    assert (settled["table_name"], settled["record_id"]) == ("events", "e1")
    assert (settled["source_file"], settled["source_row"]) == ("events.csv", 2)
    assert settled["held_by"] == "20261104T170000Z-plant"
