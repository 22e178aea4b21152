"""Any byte changed, anywhere, in folder or zip: never VERIFIED."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from lotproof.evidence.seal import bag

from ..packs import World

FEW_AND_MANY = [pytest.param(100, marks=pytest.mark.slow), 20]


def unseen(world: World, pack: Path, files: list[Path], turns: int) -> list[str]:
    """Change one byte of one file at a time; gives back every change that was not found."""
    dice = random.Random(turns)  # noqa: S311 - which byte, not a secret
    missed = []
    for _ in range(turns):
        path = dice.choice(files)
        before = path.read_bytes()
        data = bytearray(before)
        place = dice.randrange(len(data))
        data[place] ^= dice.randrange(1, 256)
        path.write_bytes(data)
        if world.verify(pack).verdict != "FAILED":
            missed.append(f"{path.name}: byte {place}, {before[place]:02x} to {data[place]:02x}")
        path.write_bytes(before)
    assert world.verify(pack).verdict == "VERIFIED"
    return missed


@pytest.mark.parametrize("turns", FEW_AND_MANY)
def test_no_byte_in_the_folder_can_be_changed_unseen(world: World, pack: Path, turns: int) -> None:
    files = [pack / path for path in bag.files(pack)]

    assert unseen(world, pack, files, turns) == []


@pytest.mark.parametrize("turns", FEW_AND_MANY)
def test_no_byte_of_what_holds_the_pack_together_can_be_changed_unseen(
    world: World, pack: Path, turns: int
) -> None:
    files = [pack / name for name in (bag.MANIFEST, bag.TAGMANIFEST, bag.SEAL, "pack.json")]

    assert unseen(world, pack, files, turns) == []


@pytest.mark.parametrize("turns", FEW_AND_MANY)
def test_no_byte_in_the_zip_can_be_changed_unseen(world: World, tmp_path: Path, turns: int) -> None:
    archive = Path(shutil.copy(world.zipped, tmp_path / "pack.zip"))

    assert unseen(world, archive, [archive], turns) == []
