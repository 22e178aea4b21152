from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from lotproof.reports import browsing
from lotproof.reports.browsing import render_index
from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.originals import Originals

from .browser import in_chromium, serious_findings
from .conftest import DIGEST, request_for
from .judged_world import build_world


@pytest.fixture(scope="module")
def page(con: duckdb.DuckDBPyConnection, monthly: ReportModel) -> str:
    return render_index(con, monthly) or ""


def test_the_page_asks_nothing_of_the_network(page: str) -> None:
    without_data = re.sub(r"data:font/woff2;base64,[A-Za-z0-9+/=]+", "", page)
    without_data = without_data.replace('"http://www.w3.org/2000/svg"', "")  # a name, not a place

    assert not re.findall(r"https?://|//cdn|@import|url\((?!\"\"|#)", without_data)


def test_only_the_script_and_style_of_the_page_may_run(page: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy
    assert "default-src &#39;none&#39;" in policy
    assert "unsafe" not in policy
    assert not re.findall(
        r"\s(?:on\w+|style)=", re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    )


def data_of(page: str) -> dict[str, Any]:
    """What the page's script unfolds."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    return cast("dict[str, Any]", json.loads(text))


def test_a_lot_named_like_a_script_is_text(page: str) -> None:
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in json.dumps(data_of(page))


def test_every_verdict_that_applied_is_in_the_page(page: str) -> None:
    assert len(data_of(page)["verdicts"]) == 96


def test_open_verdicts_carry_the_rows_that_decided_them(page: str) -> None:
    data = data_of(page)
    (gap,) = [place for place, row in enumerate(data["verdicts"]) if row[0] == "gap" and row[6]
              and str(place) in data["rows"]]  # fmt: skip

    assert [row[3] for row in data["rows"][str(gap)]].count("against") == 2


def test_links_lead_between_lots_of_the_page(page: str) -> None:
    data = data_of(page)

    assert data["links"]
    assert all(max(parent, child) < len(data["lots"]) for parent, child, *_ in data["links"])


def test_a_row_is_shown_as_sent_only_where_lines_are_records(tmp_path: Path) -> None:
    (tmp_path / "erp").mkdir()
    (tmp_path / "erp" / "a.csv").write_text("id,text\r\n1,one\r\n", encoding="utf-8")
    (tmp_path / "erp" / "b.csv").write_text('id,text\n1,"two\nlines"\n', encoding="utf-8")
    originals = Originals(
        tmp_path, {("erp", "x/a.csv"): ["erp/a.csv"], ("erp", "b.csv"): ["erp/b.csv"],
                   ("erp", "c.csv"): ["erp/c.csv", "erp/c-2.csv"]},
    )  # fmt: skip

    assert originals.line("erp", "x/a.csv", 2) == "1,one"
    assert originals.line("erp", "b.csv", 2) == ""
    assert originals.line("erp", "c.csv", 2) == ""
    assert originals.link("erp", "x/a.csv") == "../originals/erp/a.csv"
    assert originals.link("erp", "c.csv") == "../originals/erp/"
    assert originals.link("mes", "a.csv") == ""


def test_more_verdicts_than_fit_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "SHOWN", 90)
    con = build_world()
    text = browsing.render_index(con, compose(con, request_for("monthly"), DIGEST)) or ""

    assert len(data_of(text)["verdicts"]) == 90
    assert "Six further verdicts stand only in ../evidence/verdict_list.csv." in text


def test_a_dossier_has_a_page_and_a_certificate_has_none(
    con: duckdb.DuckDBPyConnection, certificate: ReportModel
) -> None:
    dossier = compose(con, request_for("dossier", lot_id="LEU-B-2671"), DIGEST)

    assert render_index(con, certificate) is None
    assert "LEU-B-2671" in (render_index(con, dossier) or "")


@pytest.fixture(scope="module")
def opened(page: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page in Chromium, its own policy in force; what it complains of fails the test."""
    with in_chromium(page, tmp_path_factory.mktemp("page"), "index.html") as (tab, faults):
        yield tab
        tab.close()
        assert faults == []


@pytest.mark.slow
def test_search_and_filters_work_in_a_browser(opened: Any) -> None:
    def shown() -> str:
        return str(opened.locator("#shown").inner_text())

    begun = shown()
    opened.fill("#search", "0931 quarantine")
    searched = shown()
    opened.fill("#search", "")
    while opened.locator(".chip[aria-pressed=true]").count():
        opened.locator(".chip[aria-pressed=true]").first.click()
    everything = shown()
    opened.click('.chip[data-state="undetermined"]')
    undetermined = shown()
    opened.select_option("#map", "eu-gmp-1")

    assert [begun, searched, everything, undetermined] == [
        "13 of 96", "2 of 96", "96 of 96", "6 of 96",
    ]  # fmt: skip
    assert shown() == "0 of 96"
    assert opened.locator("#none").is_visible()


@pytest.mark.slow
def test_one_walks_from_lot_to_lot_with_mouse_and_keyboard(opened: Any) -> None:
    first = opened.locator("#walk-told").inner_text()
    opened.locator('.walkbox:not([aria-label*="shown now"])').first.focus()
    opened.keyboard.press("Enter")
    second = opened.locator("#walk-told").inner_text()
    opened.click("#walk-back")

    assert second != first
    assert opened.locator("#walk-told").inner_text() == first


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_has_no_serious_finding(opened: Any, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    opened.evaluate("document.querySelectorAll('.finding').forEach(n => { n.open = true })")
    opened.wait_for_timeout(200)

    assert serious_findings(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_fifty_thousand_verdicts_answer_at_once(tmp_path: Path) -> None:
    con = build_world(extra_gaps=50_000)
    text = browsing.render_index(con, compose(con, request_for("monthly"), DIGEST)) or ""
    with in_chromium(text, tmp_path, "index.html") as (tab, faults):
        tab.fill("#search", "LEU-X-47113")
        found = tab.locator("#shown").inner_text()
        drawn = tab.locator(".finding").count()

    assert found == "1 of 50,096"
    assert drawn == 1
    assert faults == []
