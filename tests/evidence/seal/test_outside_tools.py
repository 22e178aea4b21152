"""A pack checked by tools that are not ours, exactly as the guide inside it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lotproof.evidence.seal.guide import VERIFY_PATH
from lotproof.evidence.seal.verify import CODES

from .packs import REPORT, World

DOCS = Path(__file__).resolve().parents[3] / "docs/verifying-a-pack.md"


PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool, path=PATH) is None:
            pytest.skip(f"{tool} is not installed")


def bash(command: str, world: World, pack: Path) -> str:
    """Run a command in the pack, as an auditor would; gives back all it printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=pack,
        env={"PATH": PATH, "CA": str(world.ca.root), "HOME": str(pack.parent), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def commands(text: str) -> list[str]:
    """The lines that begin with a dollar sign."""
    return [line.strip()[2:] for line in text.splitlines() if line.strip().startswith("$ ")]


def command(world: World, tool: str) -> str:
    found = commands((world.sealed / VERIFY_PATH).read_text())
    return next(line for line in found if tool in line)


def test_the_guide_in_the_pack_has_a_command_for_each_step(world: World) -> None:
    text = (world.sealed / VERIFY_PATH).read_text()

    assert len(commands(text)) == 12
    assert max(map(len, (line for line in text.splitlines() if "$ " not in line))) <= 100


def test_sha256sum_finds_every_file_as_listed(world: World) -> None:
    need("sha256sum")

    for line in commands((world.sealed / VERIFY_PATH).read_text())[:2]:
        assert bash(line, world, world.sealed) == ""


def test_nothing_is_unlisted_but_the_seal_and_its_list(world: World) -> None:
    need("find", "grep")

    assert bash(command(world, "find ."), world, world.sealed).split() == [
        "signatures/seal.p7s",
        "signatures/seal.tst",
        "tagmanifest-sha256.txt",
    ]


def test_openssl_verifies_the_seal(world: World) -> None:
    need("openssl")

    printed = bash(command(world, "openssl"), world, world.sealed)
    assert "Verification successful" in printed


def test_openssl_refuses_the_seal_over_another_list(world: World, pack: Path) -> None:
    need("openssl")
    with (pack / "tagmanifest-sha256.txt").open("ab") as stream:
        stream.write(b"\n")

    with pytest.raises(subprocess.CalledProcessError):
        bash(command(world, "openssl"), world, pack)


def test_pdfsig_finds_each_signature_valid_and_the_last_over_all(world: World) -> None:
    need("pdfsig")
    printed = bash(command(world, "pdfsig"), world, world.sealed)

    assert printed.count("Signature is Valid") == 6
    assert printed.count("Total document signed") == 2
    assert printed.count("Signature Validation:") == 8


def test_pdfsig_names_the_signers_and_the_kind_of_signature(world: World) -> None:
    need("pdfsig")
    printed = bash(f"pdfsig -nocert {REPORT}", world, world.sealed)

    assert re.findall(r"Common Name: (.*)", printed) == [
        "Marit Oskelund (EXAMPLE)",
        "Tomas Verhaelde (EXAMPLE)",
        "Ines Calderwick (EXAMPLE)",
        "EXAMPLE timestamps",
    ]
    assert printed.count("ETSI.CAdES.detached") == 3


def test_openssl_finds_the_seal_stamped_and_prints_when(world: World) -> None:
    need("openssl")

    assert "Verification: OK" in bash(command(world, "ts -verify"), world, world.sealed)
    assert "Nov  2 13:30:00 2026 GMT" in bash(command(world, "ts -reply"), world, world.sealed)


def test_openssl_refuses_the_stamp_of_another_seal(world: World, pack: Path) -> None:
    need("openssl")
    world.reseal(pack)
    (pack / "signatures/seal.tst").write_bytes((world.sealed / "signatures/seal.tst").read_bytes())

    with pytest.raises(subprocess.CalledProcessError):
        bash(command(world, "ts -verify"), world, pack)


def test_openssl_shows_that_the_seal_is_on_no_list_of_revoked_certificates(world: World) -> None:
    need("openssl")
    revoked = bash(command(world, "openssl crl"), world, world.sealed)
    serial = bash(command(world, "openssl pkcs7"), world, world.sealed)

    assert "No Revoked Certificates" in revoked
    assert re.fullmatch(r"serial=[0-9A-F]+\n", serial)


def test_the_evidence_digest_is_what_sha256sum_prints(world: World) -> None:
    need("sha256sum")
    printed = bash(command(world, "evidence-manifest"), world, world.sealed).split()[0]

    assert printed in (world.sealed / "pack.json").read_text()


def test_the_audit_trail_ends_where_the_pack_says(world: World) -> None:
    need("sha256sum", "tail")
    printed = bash(command(world, "tail"), world, world.sealed).split()[0]

    assert f'"audit_head": "{printed}"' in (world.sealed / "pack.json").read_text()


def test_bagit_finds_a_valid_bag(world: World) -> None:
    need("bagit.py")

    assert "is valid" in bash(command(world, "bagit.py"), world, world.sealed)


def test_qpdf_finds_no_fault_in_the_signed_reports(world: World) -> None:
    need("qpdf")

    for report in sorted((world.sealed / "data/reports").iterdir()):
        printed = bash(f"qpdf --check {report}", world, world.sealed)
        assert "No syntax or stream encoding errors" in printed


def test_the_attachment_can_be_taken_out_and_is_the_manifest(world: World, tmp_path: Path) -> None:
    need("pdfdetach")
    bash(f"pdfdetach -saveall -o {tmp_path} {REPORT}", world, world.sealed)
    attached = (tmp_path / "evidence-manifest.json").read_bytes()

    assert attached == (world.sealed / "data/evidence/evidence-manifest.json").read_bytes()


def test_unzip_finds_no_error_in_the_zip(world: World) -> None:
    need("unzip")

    assert "No errors detected" in bash(f"unzip -t {world.zipped}", world, world.sealed)


def test_every_command_of_the_auditors_page_runs(world: World) -> None:
    need("sha256sum", "openssl", "pdfsig", "bagit.py", "unzip", "pdfdetach")
    lines = commands(DOCS.read_text(encoding="utf-8"))

    assert len(lines) == 14
    for line in lines:
        bash(line.replace("AP-2026-10-LEU_v1.zip", str(world.zipped)), world, world.sealed)


def test_the_auditors_page_shows_the_command_that_finds_what_others_do_not(world: World) -> None:
    lines = [line for line in commands(DOCS.read_text(encoding="utf-8")) if "lotproof" in line]

    assert bash(lines[0], world, world.sealed).startswith("VERIFIED  AP-2026-10-LEU_v1")


def test_the_auditors_page_lists_every_code() -> None:
    told = dict(re.findall(r"^\| `([ENU]_[A-Z_]+)` \| (.*) \|$", DOCS.read_text("utf-8"), re.M))

    assert told == CODES
