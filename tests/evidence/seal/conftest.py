"""One good pack, made once and copied for each test that harms it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    Credentials,
    demo_policy,
    make_demo_ca,
    open_time_source,
    seal_pack,
    sign_pack,
    zip_pack,
)

from .packs import AT, SIGNERS, World, make_draft, open_keys


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("packs")
    ca = make_demo_ca(root / "keys", at=AT - timedelta(days=30))
    policy, keys = demo_policy(ca), open_keys(ca)
    pack = make_draft(root, policy, ca)
    source = open_time_source(policy, root / "policy.yml", [ca.root], DEMO_PASSPHRASE)
    assert source
    draft = Path(shutil.copytree(pack, root / "draft" / pack.name))
    for hours, (person, meaning) in enumerate(SIGNERS, 1):
        sign_pack(
            pack, person, meaning, keys[person], at=AT + timedelta(hours=hours), source=source
        )
    approved = Path(shutil.copytree(pack, root / "approved" / pack.name))
    seal_pack(pack, keys["seal"], at=AT + timedelta(hours=4), source=source)
    return World(ca, policy, draft, approved, pack, zip_pack(pack), keys, source)


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Credentials]:
    """Keys with the same names in them, issued by someone else."""
    return open_keys(make_demo_ca(tmp_path_factory.mktemp("strangers"), at=AT - timedelta(days=9)))


@pytest.fixture
def pack(world: World, tmp_path: Path) -> Path:
    """A copy of the sealed pack, free to be harmed."""
    return Path(shutil.copytree(world.sealed, tmp_path / world.sealed.name))
