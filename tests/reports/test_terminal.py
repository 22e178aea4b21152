"""Progress and the summary of an ingest."""

from __future__ import annotations

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.sources.ingest import FileResult, Finding, IngestReport
from lotproof.reports.terminal import ingest_lines, progress_of


def test_without_a_terminal_progress_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_of("Building") as progress:
        progress("lots", 1, 2)

    said = capsys.readouterr()

    assert said.out == ""
    assert said.err.startswith("Building …\nBuilding: done in ")


def test_an_ingest_ends_with_a_sum_that_holds() -> None:
    report = IngestReport(
        files=[
            FileResult("leu", "a.csv", 10, 7, 1, 1, 1),
            FileResult("leu", "b.csv", 5, 5, 0, 0, 0),
        ]
    )

    lines = list(ingest_lines(report))

    assert not any("sources findings" in line for line in lines)
    assert lines[-1] == (
        "15 rows read = 12 landed + 1 quarantined + 1 exact duplicates + 1 left out by the mapping"
    )


def test_what_kept_a_source_out_is_said_and_the_ingest_is_not_complete() -> None:
    report = IngestReport(
        refused=[LotproofError("an empty file", "a header", "send it again", "x.csv")],
        findings=[
            Finding(
                "leu", "unmapped", "events", "uom", "Stk", 3, "a.csv, row 4", "no map", "add it"
            )
        ],
    )

    text = "\n".join(ingest_lines(report))

    assert "x.csv: an empty file" in text
    assert "'Stk', 3 rows, first a.csv, row 4" in text
    assert "? unmapped: 1 findings in 3 rows\n" in text
    assert "lotproof sources findings" in text
    assert text.endswith("this ingest is not complete")
