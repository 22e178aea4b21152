"""What lines of SAP documents take from their headers, and words that are none of ours."""

from __future__ import annotations

from pathlib import Path

from .test_sap_ecc import head, line, sap


def test_a_time_in_a_header_that_came_twice_is_told_of_each_line(tmp_path: Path) -> None:
    twice = head(1, "20261025 023000", "20261025")
    made = sap(
        tmp_path, twice + head(2), line(1, "551") + line(1, "551", ZEILE="2") + line(2, "551")
    )
    report = made.ingest()

    found = {(item.column, item.kind): item.row_count for item in report.findings}
    assert found["occurred_at", "ambiguous"] == found["recorded_at", "ambiguous"] == 2
    assert made.values("events", "precision") == ["day", "day", "second"]
    assert made.values("events", "utc_offset") == ["+01:00", "+01:00", "+02:00"]


def test_a_word_of_the_plant_that_is_none_of_ours_lands_as_it_is_written(tmp_path: Path) -> None:
    made = sap(tmp_path, head(1) + head(2), line(1, "551") + line(2, "601"))
    made.put("lotproof.yml", (tmp_path / "lotproof.yml").read_text().replace(
        "site: LEU, files", "site: LEU, values: v.yml, files"
    ))  # fmt: skip
    made.put("v.yml", "words: {movement: {601: gone}}\n")
    made.ingest()

    assert made.values("events", "event_type") == ["disposition", "gone"]
