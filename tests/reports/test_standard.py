"""Reports are PDF/A-3a and PDF/UA-1 at once, as far as it can be told without veraPDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    DemoCa,
    SignatureBox,
    SigningPolicy,
    demo_policy,
    finish_draft,
    make_demo_ca,
    new_pack,
    open_time_source,
    place_signature_fields,
    seal_pack,
    sign_pack,
    verify_pack,
    write_evidence_manifest,
)
from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.definitions import definition_of, load_definitions
from lotproof.reports.qualification import compose_qualification
from lotproof.reports.rendering import AttachedFile, RenderedReport, render_pdf

from ..evidence.seal.packs import IDENTITY, SIGNERS, open_keys, stage_evidence
from ..evidence.seal.standard_rules import (
    faults,
    holds_signatures,
    keeps_the_standards,
    second_opinion,
)
from .assembling import AT
from .conftest import request_for
from .judged_world import build_world
from .test_executive import executive_report


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> SigningPolicy:
    return demo_policy(make_demo_ca(tmp_path_factory.mktemp("keys"), at=AT - timedelta(days=9)))


def placed(rendered: RenderedReport, policy: SigningPolicy, folder: Path) -> Path:
    """A report with its empty signature fields."""
    path = folder / rendered.file
    path.write_bytes(rendered.pdf)
    boxes = {
        role: SignatureBox(box.page, box.x1, box.y1, box.x2, box.y2)
        for role, box in rendered.signature_boxes.items()
    }
    place_signature_fields(path, boxes, policy)
    return path


@pytest.fixture(scope="module")
def report(
    monthly_pdf: RenderedReport, policy: SigningPolicy, tmp_path_factory: pytest.TempPathFactory
) -> bytes:
    return placed(monthly_pdf, policy, tmp_path_factory.mktemp("report")).read_bytes()


def _recall(digest: str) -> ReportModel:
    return compose(build_world(), request_for("recall", lot_id="LEU-B-2671"), digest)


def _validation(digest: str) -> ReportModel:
    return compose_qualification(request_for("validation"), (), digest, AT)


def _executive(digest: str) -> ReportModel:
    report = executive_report()
    return replace(report, frame=replace(report.frame, digest=digest))


SIGNED_ELSEWHERE = {"monthly", "dossier", "coa"}
"""Reports that ``test_pack`` signs, seals and holds against the same rules."""
SIGNED_HERE = {"recall": _recall, "validation": _validation, "executive": _executive}


def _draft(made: Callable[[str], ReportModel], ca: DemoCa, root: Path) -> Path:
    policy, name = demo_policy(ca), "evidence-manifest.json"
    staged = new_pack(root, replace(IDENTITY, as_of=AT), policy)
    stage_evidence(staged)
    digest = write_evidence_manifest(staged).digest
    manifest = (staged / "data/evidence" / name).read_bytes()
    rendered = render_pdf(made(digest), [AttachedFile(name, manifest, "Hash of every file")])
    placed(rendered, policy, staged / "data/reports")
    return finish_draft(staged, actor="lotproof", at=AT, anchors=(ca.root,))


@pytest.mark.parametrize("report", sorted(SIGNED_HERE))
def test_a_signed_and_sealed_report_keeps_the_standards(tmp_path: Path, report: str) -> None:
    ca = make_demo_ca(tmp_path / "keys", at=AT - timedelta(days=9))
    pack = _draft(SIGNED_HERE[report], ca, tmp_path)
    policy, keys = demo_policy(ca, keys=str(ca.root.parent)), open_keys(ca)
    source = open_time_source(policy, tmp_path / "policy.yml", [ca.root], DEMO_PASSPHRASE)
    unsigned = pack / "data/reports" / definition_of(report).file
    keeps_the_standards(unsigned)
    for hours, (person, meaning) in enumerate(SIGNERS, 1):
        at = AT + timedelta(hours=hours)
        sign_pack(pack, person, meaning, keys[person], at=at, source=source)
    seal_pack(pack, keys["seal"], at=AT + timedelta(hours=4), source=source)

    assert verify_pack(pack, [ca.root]).verdict == "VERIFIED"
    keeps_the_standards(unsigned)
    holds_signatures(unsigned, len(SIGNERS))


def test_every_report_that_is_shipped_is_held_against_the_standards() -> None:
    assert {*SIGNED_HERE, *SIGNED_ELSEWHERE} == set(load_definitions())


def test_another_validator_finds_what_breaks_the_standards(report: bytes) -> None:
    pytest.importorskip("page", reason="page-validation is not installed")
    harmed = io.BytesIO()
    with pikepdf.open(io.BytesIO(report)) as document:
        del document.Root["/Lang"]
        del document.Root["/OutputIntents"]
        document.save(harmed)

    assert second_opinion(report) == []
    assert len(second_opinion(harmed.getvalue())) > 1


@pytest.mark.parametrize("verdict", [0, 1])
def test_verapdf_is_asked_where_it_is_named_and_what_it_finds_is_shown(
    report: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verdict: int
) -> None:
    file, asked = tmp_path / "report.pdf", tmp_path / "asked"
    file.write_bytes(report)
    stand_in = tmp_path / "verapdf"
    stand_in.write_text(
        f'#!/bin/sh\necho "$@" >> {asked}\necho "FAIL 7.4.2-1 heading skipped"\nexit {verdict}\n'
    )
    stand_in.chmod(0o700)
    monkeypatch.setenv("VERAPDF", str(stand_in))

    if verdict:
        with pytest.raises(AssertionError, match=r"FAIL 7\.4\.2-1 heading skipped"):
            keeps_the_standards(file)
    else:
        keeps_the_standards(file)
        assert asked.read_text().splitlines() == [
            f"--format text --flavour {flavour} {file}" for flavour in ("3a", "ua1")
        ]


def _fonts(document: Any) -> list[Any]:
    return [
        value for value in document.objects
        if isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Font"
    ]  # fmt: skip


def _without_unicode(document: Any) -> None:
    del next(font for font in _fonts(document) if "/ToUnicode" in font)["/ToUnicode"]


def _wider(document: Any) -> None:
    font = next(font for font in _fonts(document) if "/W" in font)
    font.W[1][0] = 2 * int(font.W[1][0]) + 50


def _first_link(document: Any) -> Any:
    return next(
        note for page in document.pages for note in list(page.obj.get("/Annots", []))
        if note.Subtype == "/Link"
    )  # fmt: skip


def _runs(document: Any) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")


def _without(*keys: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in keys:
            del document.Root[key]

    return change


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_without("/Metadata"), "6.6.2.1"),
        (lambda d: d.Root.Metadata.write(d.Root.Metadata.read_bytes().replace(
            b'pdfuaid:part="1"', b'pdfuaid:part="2"')), "identification"),
        (lambda d: d.Root.Metadata.write(d.Root.Metadata.read_bytes().replace(
            b"pdfua/ns/id/\"/>", b"other/\"/>")), "6.6.2.3"),
        (_without("/OutputIntents"), "6.2.3"),
        (_without("/Lang"), "7.2"),
        (_without("/StructTreeRoot"), "6.7.3"),
        (_without("/MarkInfo"), "6.7.2"),
        (_without("/ViewerPreferences"), "7.1"),
        (_without_unicode, "6.2.11.7"),
        (_wider, "6.2.11.5"),
        (_runs, "6.5"),
        (lambda d: d.Root.AF.append(d.Root.AF[0]), "6.8"),
        (lambda d: _first_link(d).__setitem__("/F", 2), "6.3.2"),
        (lambda d: d.Root.AcroForm.__setitem__("/NeedAppearances", True), "6.4.1"),
        (lambda d: d.Root.AcroForm.Fields[0].__delitem__("/TU"), "7.18.1"),
        (lambda d: d.pages[0].obj.__delitem__("/Tabs"), "7.18.3"),
    ],
)  # fmt: skip
def test_a_report_that_breaks_a_rule_is_found(
    report: bytes, change: Callable[[Any], None], rule: str
) -> None:
    harmed = io.BytesIO()
    with pikepdf.open(io.BytesIO(report)) as document:
        change(document)
        document.save(harmed)

    assert faults(report) == []
    assert any(rule in fault for fault in faults(harmed.getvalue()))
