"""Key files: strong ones open, weak ones are refused with the way out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import DEMO_PASSPHRASE, load_credentials

from .packs import World

STRONG = ("-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-iter", "200000")


@pytest.fixture
def exported(world: World, tmp_path: Path) -> Path:
    """A demo key as openssl exports it again, here without any protection."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    source = ["-in", str(world.ca.key_files["P-004"]), "-passin", f"pass:{DEMO_PASSPHRASE}"]
    pem = tmp_path / "key.pem"
    subprocess.run(["openssl", "pkcs12", *source, "-nodes", "-out", str(pem)], check=True)
    return pem


def pkcs12(pem: Path, *options: str) -> Path:
    path = pem.with_suffix(".p12")
    command = ["openssl", "pkcs12", "-export", "-in", str(pem), "-passout", "pass:secret"]
    subprocess.run([*command, *options, "-out", str(path)], check=True)
    path.chmod(0o600)
    return path


def test_a_key_exported_as_the_message_says_opens(world: World, exported: Path) -> None:
    credentials = load_credentials(pkcs12(exported, *STRONG, "-macalg", "sha256"), "secret")

    assert credentials.fingerprint == world.ca.fingerprints["P-004"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("-keypbe", "NONE", "-certpbe", "NONE"), "the key is not encrypted"),
        (("-legacy",), "encrypted with pkcs12_sha1"),
        (("-iter", "2048"), "only 2048 rounds"),
        ((*STRONG, "-keypbe", "AES-128-CBC"), "16 bytes of key"),
        ((*STRONG, "-nomac"), "no integrity check"),
    ],
)
def test_a_weak_key_file_is_refused(exported: Path, options: tuple[str, ...], message: str) -> None:
    with pytest.raises(LotproofError, match=message) as error:
        load_credentials(pkcs12(exported, *options), "secret")

    assert "-keypbe AES-256-CBC" in error.value.fix


def test_a_wrong_passphrase_is_refused(world: World) -> None:
    with pytest.raises(LotproofError, match="does not open"):
        load_credentials(world.ca.key_files["P-004"], "guess")


def test_a_key_file_open_to_others_is_refused(world: World, tmp_path: Path) -> None:
    path = Path(shutil.copy(world.ca.key_files["P-004"], tmp_path / "open.p12"))
    path.chmod(0o644)

    with pytest.raises(LotproofError, match="mode 0644") as error:
        load_credentials(path, DEMO_PASSPHRASE)

    assert error.value.fix == "chmod 600 open.p12"


@pytest.mark.parametrize("data", [None, b"", b"hello", b"\x30\x80" * 9])
def test_what_is_no_key_file_is_refused(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "key.p12"
    if data is not None:
        path.write_bytes(data)
        path.chmod(0o600)

    with pytest.raises(LotproofError, match="key file"):
        load_credentials(path, "secret")


def test_the_demo_keys_say_that_they_are_an_example(world: World) -> None:
    readme = (world.ca.root.parent / "README.txt").read_text()

    assert DEMO_PASSPHRASE in readme
    assert "EXAMPLE" in readme
    assert all(file.stat().st_mode & 0o077 == 0 for file in world.ca.key_files.values())
