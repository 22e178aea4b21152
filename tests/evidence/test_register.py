"""The register keeps what was decided, and shows when somebody changed it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.register import append_entry, read_entries, verify_register

AT = datetime(2026, 10, 15, 8, tzinfo=UTC)
RISK = {"requirement": "us-21cfr211:211.84-a", "site_id": "LEU", "valid_from": "2026-10-15"}


def three(folder: Path) -> Path:
    for number in range(3):
        append_entry(
            folder,
            "accepted_risks",
            {**RISK, "subject_id": f"L{number}"},
            by="P-002",
            role="head of quality",
            reason="retest under way",
            at=AT,
        )
    return folder / "accepted_risks.jsonl"


def test_entries_come_back_as_they_were_made(tmp_path: Path) -> None:
    entries = list(read_entries(three(tmp_path)))

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.record["subject_id"] for entry in entries] == ["L0", "L1", "L2"]
    assert entries[1].previous == entries[0].hash
    assert entries[0].at == AT
    assert verify_register(tmp_path) == {"accepted_risks": 3}


def changed(lines: list[str]) -> list[str]:
    entry = json.loads(lines[1])
    entry["record"]["subject_id"] = "L9"
    return [lines[0], json.dumps(entry, sort_keys=True, separators=(",", ":")) + "\n", lines[2]]


@pytest.mark.parametrize(
    ("harm", "line", "found"),
    [
        (changed, 2, "not what it was"),
        (lambda lines: [lines[0], lines[2]], 2, "does not follow"),
        (lambda lines: [lines[1], lines[0], lines[2]], 1, "does not follow"),
        (lambda lines: [*lines[:2], lines[2][:-20]], 3, "cut off"),
        (lambda lines: [*lines[:2], "{}\n"], 3, "other keys"),
        (lambda lines: [*lines[:2], "{\n"], 3, "not JSON"),
    ],
    ids=["changed", "dropped", "swapped", "cut off", "another entry", "no json"],
)
def test_what_was_done_to_a_register_is_found(
    tmp_path: Path, harm: Callable[[list[str]], list[str]], line: int, found: str
) -> None:
    path = three(tmp_path)
    path.write_text("".join(harm(path.read_text().splitlines(keepends=True))))

    with pytest.raises(LotproofError, match=found) as caught:
        list(read_entries(path))

    assert str(caught.value.where).endswith(f"accepted_risks.jsonl:{line}")


def test_nothing_is_appended_to_a_broken_chain(tmp_path: Path) -> None:
    path = three(tmp_path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[2])
    before = path.read_bytes()

    with pytest.raises(LotproofError):
        append_entry(tmp_path, "accepted_risks", RISK, by="P", role="r", reason="x", at=AT)

    assert path.read_bytes() == before


def test_an_entry_needs_person_role_and_reason(tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match="without reason"):
        append_entry(tmp_path, "accepted_risks", RISK, by="P-002", role="head", reason=" ", at=AT)

    assert not (tmp_path / "accepted_risks.jsonl").exists()
