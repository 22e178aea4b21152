"""Reports are PDF/A-3a and PDF/UA-1 at once, as far as it can be told without veraPDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from lotproof.evidence.seal import (
    SignatureBox,
    SigningPolicy,
    demo_policy,
    make_demo_ca,
    place_signature_fields,
)
from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.qualification import compose_qualification
from lotproof.reports.rendering import RenderedReport, render_pdf

from ..evidence.seal.standard_rules import faults, keeps_the_standards
from .assembling import AT
from .conftest import DIGEST, MANIFEST, request_for
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


def _recall() -> ReportModel:
    return compose(build_world(), request_for("recall", lot_id="LEU-B-2671"), DIGEST)


def _validation() -> ReportModel:
    return compose_qualification(request_for("validation"), (), DIGEST, AT)


@pytest.mark.parametrize("made", [_recall, _validation, executive_report])
def test_what_no_signed_pack_of_the_tests_holds_keeps_the_standards_unsigned(
    policy: SigningPolicy, tmp_path: Path, made: Callable[[], ReportModel]
) -> None:
    keeps_the_standards(placed(render_pdf(made(), [MANIFEST]), policy, tmp_path))


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
