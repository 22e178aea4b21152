"""A rule that could only ever hold, or only ever fail, is told when the map is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError

from .small_map import small

CHECK = "      - status_at: each consumption\n        is: [released]"
SUBJECT = "    subject: lot\n    applies: {material.class: [raw, packaging], has: consumption}\n"


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("      - never: consumption", "never consumption, which applies asks for"),
        ("      - event: consumption", "consumption, which applies asks for already"),
        ("      - match: lot.expires_at\n        equals: lot.expires_at", "compared with itself"),
        ("      - event: release\n        before: first release", "ordered against itself"),
    ],
)
def test_a_check_that_cannot_be_met_or_broken_is_a_fault(
    tmp_path: Path, check: str, told: str
) -> None:
    with pytest.raises(LotproofError, match=told):
        small(tmp_path, CHECK, check)


@pytest.mark.parametrize(
    ("subject", "check", "told"),
    [
        ("shipment", "- event: test_result", "a shipment never has a test_result"),
        ("site_period", "- fields: [name]", "fields of a site and month"),
        ("document", "- status_at: subject\n        is: [released]", "the status of a document"),
        ("material", "- results: specification", "lots of a material"),
    ],
)
def test_a_check_of_what_the_subject_never_has_is_a_fault(
    tmp_path: Path, subject: str, check: str, told: str
) -> None:
    with pytest.raises(LotproofError, match=told):
        small(
            tmp_path,
            f"{SUBJECT}    expect:\n",
            f"    subject: {subject}\n    expect:\n      {check}\n",
        )


def test_a_forbidden_kind_of_record_may_be_narrowed(tmp_path: Path) -> None:
    found = small(
        tmp_path,
        CHECK,
        "      - never: consumption\n        where: {event.result: fail}",
    )

    assert len(found.requirements) == 2
