"""The page of what is open runs nothing, loads nothing, and shows hostile names as text."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lotproof.evidence.lots.exceptions import Finding
from lotproof.reports.gap_list import OpenGap
from lotproof.reports.monitor import Monitor, compose_monitor, render_monitor

from .world import AS_OF, HOSTILE, PERIOD, SITE, found_world

GAP = OpenGap(
    "LEU-1", "gap", "critical", SITE, "us:1", "lot", HOSTILE, f"{HOSTILE} was used.", "quality",
    None, date(2026, 11, 10), None, None,
)  # fmt: skip
FINDING = Finding(
    "EX-1", "back_dated", SITE, "lot", HOSTILE, None, 90, "Entered late.", ("events/1",), (),
    "quality-unit",
)  # fmt: skip


def page(seen: frozenset[str] | None) -> Monitor:
    world = found_world()
    world.con.execute("delete from pin")
    world.insert("pin", period=PERIOD, as_of=AS_OF)
    decided = replace(FINDING, id="EX-2", decision="dismissed by P-1")
    return compose_monitor(
        world.con, [GAP, replace(GAP, number="LEU-2", due_on=date(2026, 12, 1))],
        [FINDING, decided], seen, company="Corvale", example=True, today=date(2026, 11, 20),
    )  # fmt: skip


def test_overdue_and_new_are_counted_and_what_is_decided_is_not_open() -> None:
    shown = page(frozenset({"LEU-1", "EX-1"}))

    assert [figure.count for figure in shown.figures] == ["2", "1", "1", "1"]


def test_without_a_build_before_what_is_new_is_not_known() -> None:
    assert page(None).figures[-1].count == "–"


def test_a_hostile_name_is_text_and_nothing_from_outside_is_let_in() -> None:
    html = render_monitor(page(None))

    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert "default-src &#39;none&#39;" in html
    assert "http://" not in html
    assert "https://" not in html


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
@pytest.mark.parametrize("width", [1200, 360])
def test_the_page_is_fit_for_keyboard_screen_reader_and_phone(tmp_path: Path, width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    path = tmp_path / "monitor.html"
    path.write_text(render_monitor(page(None)), encoding="utf-8")
    said: list[str] = []
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=False)
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(path.as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth")
        styled = tab.evaluate("getComputedStyle(document.body).margin")
        console = list(said)
        found = axe.Axe().run(tab)
        browser.close()

    serious = [v["id"] for v in found.response["violations"]
               if v["impact"] in ("serious", "critical")]  # fmt: skip
    assert serious == []
    assert wide <= width
    assert styled == "0px"
    assert console == []
