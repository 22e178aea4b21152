"""Empty signature fields in an unsigned report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import place_signature_fields

from .packs import BOXES, HONEST, World, render


@pytest.fixture
def report(tmp_path: Path) -> Path:
    manifest = tmp_path / "evidence-manifest.json"
    manifest.write_bytes(b"{}\n")
    render(tmp_path / "report.pdf", "A report", manifest)
    return tmp_path / "report.pdf"


def test_each_role_has_its_field_where_its_box_is(world: World, report: Path) -> None:
    place_signature_fields(report, BOXES, world.policy)
    with pikepdf.open(report) as document:
        fields = list(document.Root.AcroForm.Fields)
        boxes = {str(field.T): [float(edge) for edge in field.Rect] for field in fields}
        page = document.pages[1].obj

        assert boxes == {r: [b.x1, b.y1, b.x2, b.y2] for r, b in BOXES.items()}
        assert [page == field.P for field in fields] == [True] * 3
        assert [str(field.T) for field in fields if "/Lock" in field] == ["approver"]
        assert "/NeedAppearances" not in document.Root.AcroForm


def test_placing_fields_gives_the_same_bytes_each_time(world: World, report: Path) -> None:
    original = report.read_bytes()
    place_signature_fields(report, BOXES, world.policy)
    first = report.read_bytes()
    report.write_bytes(original)
    place_signature_fields(report, BOXES, world.policy)

    assert report.read_bytes() == first


def test_in_a_tagged_report_each_field_is_a_form_in_the_structure(
    world: World, report: Path
) -> None:
    with pikepdf.open(report) as document:
        before = len(pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree))
    place_signature_fields(report, BOXES, world.policy)
    with pikepdf.open(report) as document:
        root = document.Root.StructTreeRoot
        tree = pikepdf.NumberTree(root.ParentTree)
        elements = [tree[int(field.StructParent)] for field in document.Root.AcroForm.Fields]

        assert len(tree) == before + 3
        assert {str(element.S) for element in elements} == {"/Form"}
        assert str(elements[2].Alt) == "Approved by: place of the signature"
        assert int(root.ParentTreeNextKey) > max(tree.keys())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"page": 3}, "box of approver on page 3"),
        ({"page": 0}, "box of approver on page 0"),
        ({"x2": 700.0}, "box of approver at"),
        ({"y2": 1.0}, "box of approver at"),
    ],
)
def test_a_box_off_the_page_is_refused(
    world: World, report: Path, change: dict[str, float], message: str
) -> None:
    before = report.read_bytes()
    boxes = BOXES | {"approver": replace(BOXES["approver"], **change)}  # type: ignore[arg-type]

    with pytest.raises(LotproofError, match=message):
        place_signature_fields(report, boxes, world.policy)
    assert report.read_bytes() == before


def test_a_role_without_a_box_is_refused(world: World, report: Path) -> None:
    with pytest.raises(LotproofError, match="signature boxes for preparer, reviewer"):
        place_signature_fields(
            report, {r: BOXES[r] for r in ("preparer", "reviewer")}, world.policy
        )


def test_fields_are_placed_once(world: World, report: Path) -> None:
    place_signature_fields(report, BOXES, world.policy)

    with pytest.raises(LotproofError, match="has form fields already"):
        place_signature_fields(report, BOXES, world.policy)


def test_what_is_no_report_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"hello")

    with pytest.raises(LotproofError, match="not readable as PDF"):
        place_signature_fields(path, BOXES, world.policy)


def test_a_field_that_does_not_exist_cannot_be_signed(world: World, report: Path) -> None:
    with pytest.raises(LotproofError, match="no empty signature field 'preparer'"):
        world.sign(report.read_bytes(), HONEST[0])
