"""A rejected pack says by whom and why, cannot be signed on, and is superseded by the next."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import audit, read_record, reject_pack, sign_pack

from .packs import AT, World, digests

LATER = AT + timedelta(hours=1)
REASON = "The deviation was closed after the extract"


@pytest.fixture
def draft(world: World, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world.draft, tmp_path / world.draft.name))


def test_a_rejection_says_who_when_and_why_and_ends_the_signing(world: World, draft: Path) -> None:
    sign_pack(draft, "P-004", "authorship", world.keys["P-004"], at=AT, source=world.source)
    reject_pack(draft, "P-011", f"  {REASON}\n", world.keys["P-011"], at=LATER)
    events, faults = audit.read((draft / audit.AUDIT_PATH).read_bytes())
    last = events[-1]
    report = world.verify(draft)

    assert read_record(draft).state == "rejected"
    assert not faults
    assert (last.action, last.actor, last.reason) == ("reject", "P-011", REASON)
    assert last.certificate == world.keys["P-011"].fingerprint
    assert "E_REJECTED" in report.codes
    assert not {"E_AUDIT_CHAIN", "E_AUDIT_MISMATCH", "E_FILE_HASH"} & report.codes
    with pytest.raises(LotproofError, match="was rejected"):
        sign_pack(draft, "P-011", "review", world.keys["P-011"], at=LATER, source=world.source)
    with pytest.raises(LotproofError, match="pack is rejected"):
        reject_pack(draft, "P-011", REASON, world.keys["P-011"], at=LATER)


@pytest.mark.parametrize(
    ("person", "key", "reason", "words"),
    [
        ("P-011", "P-011", " ", "without reason"),
        ("P-999", "P-011", REASON, "not in the signing policy"),
        ("P-011", "P-004", REASON, "not one of P-011"),
    ],
)
def test_a_refused_rejection_changes_nothing(
    world: World, draft: Path, person: str, key: str, reason: str, words: str
) -> None:
    before = digests(draft)
    with pytest.raises(LotproofError, match=words):
        reject_pack(draft, person, reason, world.keys[key], at=LATER)

    assert digests(draft) == before


def test_a_sealed_pack_cannot_be_rejected(world: World, pack: Path) -> None:
    with pytest.raises(LotproofError, match="pack is sealed"):
        reject_pack(pack, "P-011", REASON, world.keys["P-011"], at=LATER)
