"""The visible signature: everything 21 CFR 11.50 wants, legible, never cut."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from lotproof.evidence.seal import SignatureText
from lotproof.evidence.seal.appearance import render_appearance
from lotproof.evidence.seal.model import local

from .packs import REPORT, World

TEXT = SignatureText(
    role="Approved by",
    printed_name="Ines Calderwick",
    title="Head of quality",
    person_id="P-002",
    meaning="approval",
    at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    timezone="Europe/Brussels",
    certificate="9f2c81d044ab" + "0" * 52,
)


def words(pdf: Path, *options: str) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-layout", *options, str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("size", [(168, 64), (240, 48), (120, 90), (300, 120)])
def test_the_block_says_who_as_what_when_and_why(tmp_path: Path, size: tuple[float, float]) -> None:
    path = tmp_path / "block.pdf"
    path.write_bytes(render_appearance(TEXT, *size))
    with pikepdf.open(path) as document:
        assert len(document.pages) == 1
        assert [float(edge) for edge in document.pages[0].mediabox[2:]] == list(size)
    said = " ".join(words(path).split())

    assert "Approved by · meaning: approval" in said
    assert "Ines Calderwick Head of quality · P-002" in said
    assert "2026-10-25 02:30:00 (+02:00)" in said
    assert "certificate 9f2c 81d0 44ab" in said


@pytest.mark.parametrize(
    "name",
    ["Wolfeschlegelsteinhausen-Bergerdorff, Maximiliana Anastasia von Hohen-Langenau"],
)
def test_the_longest_name_stays_inside_the_block(tmp_path: Path, name: str) -> None:
    path = tmp_path / "block.pdf"
    path.write_bytes(render_appearance(replace(TEXT, printed_name=name), 168, 64))
    boxes = words(path, "-bbox")
    edges = [float(part.split('"')[1]) for part in boxes.split() if part.startswith("xMax")]

    assert max(edges) <= 168


def test_the_block_is_set_in_the_typeface_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "block.pdf"
    path.write_bytes(render_appearance(TEXT, 168, 64))
    with pikepdf.open(path) as document:
        fonts = [str(f.BaseFont) for f in document.pages[0].Resources.Font.values()]

    assert len(fonts) == 3
    assert all("Inter" in name for name in fonts)


def test_a_name_is_text_and_never_markup(tmp_path: Path) -> None:
    path = tmp_path / "block.pdf"
    path.write_bytes(render_appearance(replace(TEXT, printed_name="<script>&amp;"), 168, 64))

    assert "<script>&amp;" in words(path)


def test_the_same_words_give_the_same_block() -> None:
    assert render_appearance(TEXT, 168, 64) == render_appearance(TEXT, 168, 64)


def test_each_block_stands_on_the_approvals_page(world: World) -> None:
    said = words(world.sealed / REPORT, "-f", "2", "-l", "2")

    for line in (
        "Prepared by · meaning: authorship",
        "Marit Oskelund",
        "Compliance officer · P-004",
    ):
        assert line in said
    assert "2026-11-02 13:30:00 (+01:00)" in said


@pytest.mark.parametrize(
    ("moment", "zone", "shown"),
    [
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "America/St_Johns", "2026-07-01 09:30:00 (-02:30)"),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), "Asia/Kolkata", "2026-01-01 17:30:00 (+05:30)"),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Europe/Brussels",
            "2026-10-25 02:30:00 (+01:00)",
        ),
        (datetime(2026, 1, 1, tzinfo=UTC), "UTC", "2026-01-01 00:00:00 (+00:00)"),
    ],
)
def test_local_time_comes_with_its_offset(moment: datetime, zone: str, shown: str) -> None:
    assert local(moment, zone) == shown
