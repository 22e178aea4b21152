"""The zip of a pack."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import archive, bag, zip_pack

from .packs import World


def test_the_zip_is_the_same_each_time(world: World, pack: Path) -> None:
    for path in pack.rglob("*"):
        path.touch()

    assert zip_pack(pack).read_bytes() == world.zipped.read_bytes()


def test_the_zip_holds_the_files_of_the_pack_in_one_folder(world: World) -> None:
    with zipfile.ZipFile(world.zipped) as content:
        names = content.namelist()

        assert names == [f"{world.sealed.name}/{path}" for path in bag.files(world.sealed)]
        assert content.testzip() is None
        for name in names:
            assert content.read(name) == (world.sealed.parent / name).read_bytes()


def test_a_pack_too_large_for_a_zip_is_refused(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)

    with pytest.raises(LotproofError, match="send the folder"):
        zip_pack(pack)
    assert not pack.with_name(f"{pack.name}.zip").exists()


def test_importing_the_interface_loads_nothing_heavy() -> None:
    code = "import sys, lotproof.evidence.seal as s; dir(s); print(*sys.modules)"
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()

    heavy = {"pyhanko", "pikepdf", "duckdb", "cryptography", "weasyprint", "pydantic", "yaml"}
    assert heavy & set(loaded) == set()


def test_every_name_of_the_interface_can_be_had() -> None:
    from lotproof.evidence import seal

    for name in seal.__all__:
        assert getattr(seal, name) is not None
    with pytest.raises(AttributeError):
        _ = seal.nothing
