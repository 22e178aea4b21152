from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pikepdf
import pytest

from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.definitions import templates
from lotproof.reports.monthly import MonthlyPack
from lotproof.reports.rendering import RenderedReport, environment, render_html_page, render_pdf

from .conftest import DIGEST, MANIFEST, request_for
from .world import HOSTILE

BUNDLED = {"Inter", "Inter-Medium", "Inter-Semi-Bold", "Inter-Display-Semi-Bold", "JetBrains-Mono"}


def opened(report: RenderedReport) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(report.pdf))


def fonts(pdf: pikepdf.Pdf) -> set[str]:
    found = set()
    for page in pdf.pages:
        for font in page.Resources.get("/Font", {}).values():
            found.add(str(font.BaseFont).lstrip("/").partition("+")[2])
    return found


def bookmarks(pdf: pikepdf.Pdf) -> list[str]:
    with pdf.open_outline() as outline:
        titles = []
        waiting = list(outline.root)
        while waiting:
            item = waiting.pop(0)
            titles.append(item.title)
            waiting = list(item.children) + waiting
        return titles


def test_only_bundled_fonts_are_used(monthly_pdf: RenderedReport) -> None:
    assert fonts(opened(monthly_pdf)) <= BUNDLED


def test_the_file_is_tagged_titled_and_in_a_language(monthly_pdf: RenderedReport) -> None:
    pdf = opened(monthly_pdf)

    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "en"
    assert pdf.docinfo["/Title"] == "Leuven tablets, October 2026: Monthly evidence pack"


def test_headings_with_clause_numbers_are_bookmarks(monthly_pdf: RenderedReport) -> None:
    titles = bookmarks(opened(monthly_pdf))

    assert "2Clause by clause" in [title.replace(" ", "", 1) for title in titles] or any(
        "Clause by clause" in title for title in titles
    )
    assert any(re.match(r"Gap LEU-\w{6} · 211\.84\(a\)", title) for title in titles)


def test_the_evidence_manifest_is_enclosed_byte_for_byte(monthly_pdf: RenderedReport) -> None:
    pdf = opened(monthly_pdf)

    assert pdf.attachments["evidence-manifest.json"].get_file().read_bytes() == MANIFEST.content


def test_every_signer_has_a_place_on_the_first_page(monthly_pdf: RenderedReport) -> None:
    boxes = monthly_pdf.signature_boxes

    assert set(boxes) == {"preparer", "reviewer", "approver"}
    assert {box.page for box in boxes.values()} == {1}
    assert all(box.x2 - box.x1 > 130 and box.y2 - box.y1 >= 60 for box in boxes.values())
    assert all(box.y1 > 0 and box.y2 < 842 and box.x2 < 595 for box in boxes.values())


def test_a_certificate_of_eight_results_is_one_page(certificate_pdf: RenderedReport) -> None:
    assert certificate_pdf.pages == 1


@pytest.mark.parametrize("extra", [0, 60, 3_000])
def test_a_monthly_pack_stays_readable_whatever_the_number_of_gaps(
    extra: int, monthly_pdf: RenderedReport
) -> None:
    from .judged_world import build_world

    report = monthly_pdf
    if extra:
        report = render_pdf(compose(build_world(extra), request_for("monthly"), DIGEST))

    assert report.pages <= 25


def test_a_hostile_lot_name_is_text_everywhere(con: duckdb.DuckDBPyConnection) -> None:
    for report, lot in (("monthly", HOSTILE), ("dossier", HOSTILE), ("coa", HOSTILE)):
        model = compose(con, request_for(report, lot_id=lot), DIGEST)
        html = render_html_page("base.html.j2", model, created="2026")

        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_lot_name_of_a_hundred_signs_breaks_no_page() -> None:
    from .judged_world import build_world

    world = build_world()
    name = "LEU-R-" + "X0" * 60
    world.execute("update lots set lot_number = ? where lot_number = 'LEU-R-26-0931'", [name])
    model = compose(world, request_for("dossier", lot_id=name), DIGEST)

    assert render_pdf(model).pages <= 6


def test_example_data_says_so_on_every_page(monthly_pdf: RenderedReport) -> None:
    if not Path("/usr/bin/pdftotext").exists():
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=monthly_pdf.pdf, capture_output=True, check=True
    ).stdout.decode()
    pages = text.split("\f")[:-1]

    assert len(pages) == monthly_pdf.pages
    for number, page in enumerate(pages, start=1):
        assert "EXAMPLE" in page
        assert "AP-2026-10-LEU v1 · evidence 9f2c 81d0 44ab…" in page
        assert f"Page {number} of {len(pages)}" in page


def test_real_data_does_not_say_example(con: duckdb.DuckDBPyConnection) -> None:
    model = compose(con, request_for("monthly", example=False), DIGEST)

    html = render_html_page("base.html.j2", model, created="2026")

    assert "EXAMPLE" not in html
    assert 'class="example"' not in html


def test_header_cells_have_a_scope_and_pictures_have_words(monthly: ReportModel) -> None:
    html = render_html_page("base.html.j2", monthly, created="2026")

    assert not re.findall(r"<th(?! scope)[ >]", html)
    for picture in re.findall(r"<svg[^>]*>", html):
        assert re.search(r'aria-label="[^"]{20,}"', picture)


def test_states_carry_a_sign_and_a_word(monthly: ReportModel) -> None:
    html = render_html_page("base.html.j2", monthly, created="2026")

    for mark in re.findall(r'<span class="mark is-[^>]*>(.*?)</span>\s*(?:</td>|<span)', html):
        text = re.sub(r"<[^>]*>", "", mark).strip()
        assert re.match(r"[●▲?◆○–] ?\w", text), text


def test_no_template_marks_data_as_safe_or_reckons() -> None:
    for template in environment().list_templates(extensions=["j2"]):
        text = (templates() / template).read_text(encoding="utf-8")
        safe = re.findall(r"\{\{\s*(\w+)\s*\|\s*safe", text)

        assert set(safe) <= {"style", "script"}, template


def test_nothing_but_bundled_fonts_is_fetched() -> None:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    from lotproof.evidence.typefaces import fonts_only

    for url in ("file:///etc/passwd", "https://example.org/x.png", "data:image/png;base64,AA=="):
        with pytest.raises(FatalURLFetchingError):
            HTML(string=f'<img src="{url}">', url_fetcher=fonts_only()).render()


def test_the_report_asks_only_for_roles_it_has_a_place_for(monthly: ReportModel) -> None:
    assert isinstance(monthly, MonthlyPack)
    html = render_html_page("base.html.j2", monthly, created="2026")

    assert re.findall(r'id="sign-(\w+)"', html) == ["preparer", "reviewer", "approver"]


RENDER = """
import sys, hashlib
sys.path.insert(0, {tests!r})
import types, importlib
package = types.ModuleType("reports_tests"); package.__path__ = [{tests!r}]
sys.modules["reports_tests"] = package
conftest = importlib.import_module("reports_tests.conftest")
from reports_tests.judged_world import build_world
from lotproof.reports.composition import compose
from lotproof.reports.rendering import render_pdf
request = conftest.request_for("dossier", lot_id="LEU-B-2671")
model = compose(build_world(), request, conftest.DIGEST)
print(hashlib.sha256(render_pdf(model, [conftest.MANIFEST]).pdf).hexdigest())
"""


@pytest.mark.slow
def test_bytes_do_not_depend_on_hash_seed_time_zone_or_locale() -> None:
    script = RENDER.format(tests=str(Path(__file__).parent))
    digests = set()
    for seed, zone, locale in (("1", "UTC", "C"), ("7", "Asia/Tokyo", "C.UTF-8")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        run = subprocess.run(
            [sys.executable, "-c", script], env=env, capture_output=True, check=True
        )
        digests.add(run.stdout)

    assert len(digests) == 1
