"""The commands on a build: the example company, and beside it lots with dangerous names."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lotproof.evidence.seal import DEMO_PASSPHRASE
from lotproof.reports import demo

from .command_line import Said, assert_refused, lotproof
from .conftest import FORMULA, SCRIPT

SECRETS = {"LOTPROOF_PASSPHRASE": DEMO_PASSPHRASE, "LOTPROOF_SEAL_PASSPHRASE": DEMO_PASSPHRASE}
IN_ORDER = (("P-004", "authorship"), ("P-011", "review"), ("P-002", "approval"))


@pytest.fixture(scope="module")
def draft(built: Path) -> Path:
    made = lotproof("pack", "dossier", "--lot", SCRIPT, "--disclosable", "--workspace", built)
    assert made.code == 0, made
    return Path(made.out.strip())


def _sign(root: Path, pack: Path, person: str, meaning: str, **env: str) -> Said:
    said = ("sign", pack, "--as", person, "--meaning", meaning, "--workspace", root)
    return lotproof(*said, env=SECRETS | env)


@pytest.fixture(scope="module")
def signed(built: Path, draft: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = tmp_path_factory.mktemp("signed") / draft.name
    shutil.copytree(draft, pack)
    said = [_sign(built, pack, person, meaning) for person, meaning in IN_ORDER]

    assert [one.code for one in said] == [0] * len(said), said
    assert f"● sealed {pack}" in said[-1].out
    return pack


def bytes_of(pack: Path) -> dict[str, bytes]:
    return {str(p.relative_to(pack)): p.read_bytes() for p in pack.rglob("*") if p.is_file()}


def test_a_second_ingest_and_build_do_nothing(built: Path) -> None:
    before = (built / ".lotproof" / "warehouse.duckdb").stat().st_mtime_ns
    taken = lotproof("ingest", "--workspace", built)
    again = lotproof("build", "--period", demo.PERIOD, "--workspace", built)

    assert taken.code == again.code == 0
    assert "Nothing changed since the last build" in again.err
    assert (built / ".lotproof" / "warehouse.duckdb").stat().st_mtime_ns == before


def test_check_fails_and_passes_by_threshold(built: Path) -> None:
    failed = lotproof("check", "--workspace", built)
    passed = lotproof("check", "--fail-on", "gap:never", "--workspace", built)
    site = lotproof("check", "--site", "NOS", "--workspace", built)
    regime = lotproof("check", "--regime", "nosuch", "--workspace", built)

    assert (failed.code, passed.code) == (1, 0)
    assert "Check failed" in failed.out
    assert "Check passed (threshold none)" in passed.out
    assert_refused(site, "site NOS", "LEU")
    assert_refused(regime, "regime nosuch", "gmp")


def test_check_answers_programs_in_json_and_junit(built: Path, tmp_path: Path) -> None:
    said = lotproof("check", "--fail-on", "gap:major", "--format", "json", "--workspace", built)
    answer = json.loads(said.out)
    report = tmp_path / "check.xml"
    junit = lotproof("check", "--format", "junit", "-o", report, "--workspace", built)
    known = tmp_path / "known.json"
    lotproof("check", "--format", "json", "-o", known, "--workspace", built)
    baseline = lotproof("check", "--baseline", known, "--workspace", built)
    nowhere = lotproof("check", "-o", tmp_path / "no" / "x.xml", "--workspace", built)

    assert said.code == junit.code == 1
    assert not answer["passed"]
    assert {v["severity"] for v in answer["failures"]} <= {"major", "critical"}
    assert list(ET.parse(report).getroot().iter("failure"))  # noqa: S314 - our own file
    assert baseline.code == 0
    assert_refused(nowhere, "a folder that is not there", "--output")


def test_verdicts_add_up_over_sites_and_formats(built: Path) -> None:
    everything = json.loads(lotproof("verdicts", "--format", "json", "--workspace", built).out)
    text = lotproof("verdicts", "--format", "csv", "--workspace", built).out
    by_site = [
        len(json.loads(lotproof("verdicts", "--site", s, "--format", "json", "-w", built).out))
        for s in sorted({v["site_id"] for v in everything})
    ]

    assert sum(by_site) == len(everything) > 1000
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(everything)
    assert_refused(lotproof("verdicts", "--state", "gaps", "-w", built), "state 'gaps'")
    assert_refused(lotproof("verdicts", "--clause", "9.9", "-w", built), "clause '9.9'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dossier"], ["without a lot", "--lot LOT"]),
        (["dossier", "--lot", "nosuch"], ["lot 'nosuch'"]),
        (["monthly", "--site", "nosuch"], ["site 'nosuch'", "LEU"]),
        (["monthly"], ["no site was named", "--site SITE"]),
        (["monthly", "--site", "LEU", "--period", "2026-09"], ["last build is of 2026-10"]),
    ],
)
def test_a_pack_of_what_is_not_there_is_refused(
    built: Path, arguments: list[str], words: list[str]
) -> None:
    before = sorted((built / "packs").glob("*")) if (built / "packs").is_dir() else []

    assert_refused(lotproof("pack", *arguments, "--workspace", built), *words)
    after = sorted((built / "packs").glob("*")) if (built / "packs").is_dir() else []
    assert after == before


def test_a_lot_called_like_a_script_is_text_on_every_page(draft: Path) -> None:
    (pdf,) = (draft / "data" / "reports").glob("*.pdf")
    text = subprocess.run(
        ["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    page = (draft / "data" / "reports" / "index.html").read_text(encoding="utf-8")

    assert SCRIPT in re.sub(r"\s+", "", text)
    assert html.escape(SCRIPT) in page
    assert SCRIPT not in page


def test_a_lot_called_like_a_formula_comes_through_whole_and_harmless(built: Path) -> None:
    listed = lotproof("verdicts", "--format", "csv", "--site", "LEU", "--workspace", built)
    made = lotproof("pack", "coa", "--lot", FORMULA, "--workspace", built)
    lots = Path(made.out.strip()) / "data" / "evidence" / "lots.csv"
    with lots.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]

    assert made.code == 0
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith("=")]
    starts = [row[3] for row in csv.reader(io.StringIO(listed.out)) if FORMULA in row[3]]
    assert starts
    assert not [cell for cell in starts if cell.startswith("=")]


@pytest.mark.parametrize(
    ("person", "meaning", "env", "words"),
    [
        ("P-999", "authorship", {}, ["no person P-999", "P-004"]),
        ("P-002", "approval", {}, ["P-002"]),
        ("P-004", "approval", {}, ["approval"]),
        ("P-004", "authorship", {"LOTPROOF_PASSPHRASE": "wrong"}, ["passphrase"]),
    ],
)
def test_a_refused_signature_leaves_the_pack_as_it_was(
    built: Path, draft: Path, person: str, meaning: str, env: dict[str, str], words: list[str]
) -> None:
    before = bytes_of(draft)
    said = _sign(built, draft, person, meaning, **env)

    assert_refused(said, *words)
    assert bytes_of(draft) == before


def test_without_a_passphrase_and_nobody_to_ask_it_is_said(
    built: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOTPROOF_PASSPHRASE", raising=False)
    said = lotproof("sign", draft, "--as", "P-004", "--meaning", "authorship", "-w", built)

    assert_refused(said, "no passphrase", "LOTPROOF_PASSPHRASE")


def test_verify_tells_verified_failed_undecided_and_not_run(
    built: Path, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    anchor = built / "trust" / "demo-ca.pem"
    changed = tmp_path / "changed"
    shutil.copytree(signed, changed)
    target = changed / "data" / "evidence" / "lots.csv"
    target.write_bytes(target.read_bytes()[:-2] + b"x\n")
    verified = lotproof("verify", signed, "--trust", anchor)
    failed = lotproof("verify", changed, "--trust", anchor, "--format", "json")
    undecided = lotproof("verify", signed)

    assert (verified.code, failed.code, undecided.code) == (0, 1, 2)
    assert verified.out.startswith("VERIFIED")
    assert "lots.csv" in failed.out
    assert_refused(lotproof("verify", "nosuch"), "nosuch", code=3)
    assert_refused(lotproof("verify", signed, "--trust", os.devnull), os.devnull, code=3)
    assert_refused(lotproof("verify", built), "a folder that is no pack and holds none", code=3)


def test_part_of_a_sealed_pack_is_handed_over_and_proven(
    built: Path, signed: Path, tmp_path: Path
) -> None:
    anchor, packs = built / "trust" / "demo-ca.pem", tmp_path / "packs"
    choice = tmp_path / "choice.yml"
    choice.write_text(
        "recipient: Harbour Health\nprofile: customer\n"
        "datasets: {lots: {columns: [lot_id, lot_number], where: {lot_id: odd/1}}}\n"
    )
    packs.mkdir()
    asked = ("disclose", signed, "--choice", choice, "--workspace", built, "--out")
    handed = lotproof(*asked, packs / "part")
    refused = lotproof(*asked, packs / "part")
    shutil.copytree(signed, packs / signed.name)
    verified = lotproof("verify", packs, "--trust", anchor)
    told = json.loads((packs / "part" / "disclosure.json").read_text(encoding="utf-8"))
    told["datasets"]["lots"]["rows"][0]["fields"]["lot_number"]["value"] = "B-1"
    (packs / "part" / "disclosure.json").write_text(json.dumps(told))
    changed = lotproof("verify", packs / "part", "--trust", anchor)

    assert handed.code == 0, handed
    assert "2 fields handed over" in handed.err
    assert_refused(refused, "a folder that exists")
    assert (verified.code, changed.code) == (0, 1), verified
    assert "VERIFIED  packs  (2 packs)" in verified.out
    assert "E_ROW_ROOT" in changed.out


def test_a_drawn_sample_is_recorded_and_has_its_sheet(built: Path) -> None:
    who = ("--site", "LEU", "--as", "I. Spector", "--role", "auditor", "--reason", "first day")
    asked = ("sample", "lots", "--draw", "1", "--seed", "4711", *who, "--workspace", built)
    drawn = lotproof(*asked, "--format", "json")
    told = json.loads(drawn.out)
    kept = (built / "register" / "samples.jsonl").read_text(encoding="utf-8")

    assert drawn.code == 0, drawn
    assert Path(told["chosen"][0]["sheet"]).is_file()
    assert told["register_sha256"] in kept
    assert told["population"] > 1
    assert_refused(lotproof("sample", "lots", *who, "--workspace", built), "--seed")


def test_a_rejected_pack_is_superseded_by_the_next(built: Path) -> None:
    made = lotproof("pack", "coa", "--lot", SCRIPT, "--workspace", built)
    pack = Path(made.out.strip())
    back = ("reject", pack, "--as", "P-011", "--reason", "wrong limit", "--workspace", built)
    said = lotproof(*back, env=SECRETS)
    again = lotproof("pack", "coa", "--lot", SCRIPT, "--workspace", built)
    corrected = json.loads((Path(again.out.strip()) / "pack.json").read_text(encoding="utf-8"))

    assert said.code == 0, said
    assert "rejected" in said.out
    assert_refused(_sign(built, pack, "P-004", "authorship"), "was rejected")
    assert corrected["supersedes"]["pack_id"] == corrected["pack_id"]
    assert (corrected["supersedes"]["version"], corrected["version"]) == (1, 2)


def test_the_tool_qualifies_itself_in_a_pack_to_be_signed(built: Path) -> None:
    said = lotproof(
        "validate", "--quick", "--pack", "--format", "json", "--workspace", built, env=SECRETS
    )
    (pack,) = (built / "packs").glob("QR-*_v1")
    tried = json.loads(said.out)

    assert said.code == 0, said
    assert tried["failed"] == 0
    assert {"installation", "operation"} == {trial["part"] for trial in tried["trials"]}
    assert (pack / "data/reports/qualification.pdf").stat().st_size > 10_000
    assert (pack / "data/evidence/trials.csv").read_text(encoding="utf-8").count("\n") == 1 + len(
        tried["trials"]
    )


def test_a_report_about_the_tool_is_made_by_validate(built: Path) -> None:
    assert_refused(lotproof("pack", "validation", "--workspace", built), "validate --pack")
