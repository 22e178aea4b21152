from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from lotproof.reports.browsing import SHOWN, render_index
from lotproof.reports.composition import ReportModel, compose

from .conftest import DIGEST, request_for
from .judged_world import build_world


@pytest.fixture(scope="module")
def page(con: duckdb.DuckDBPyConnection, monthly: ReportModel) -> str:
    return render_index(con, monthly) or ""


def test_the_page_asks_nothing_of_the_network(page: str) -> None:
    without_data = re.sub(r"data:font/woff2;base64,[A-Za-z0-9+/=]+", "", page)

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


def test_a_lot_named_like_a_script_is_text(page: str) -> None:
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_every_verdict_that_applied_is_an_entry(page: str) -> None:
    assert len(re.findall(r'<details class="finding"', page)) == 96


def test_thousands_of_verdicts_are_cut_and_counted() -> None:
    con = build_world(extra_gaps=SHOWN)
    model = compose(con, request_for("monthly"), DIGEST)
    text = render_index(con, model) or ""

    assert len(re.findall(r'<details class="finding"', text)) == SHOWN
    assert "96 further verdicts stand only in ../evidence/verdict_list.csv." in text


def test_a_dossier_has_a_page_and_a_certificate_has_none(
    con: duckdb.DuckDBPyConnection, certificate: ReportModel
) -> None:
    dossier = compose(con, request_for("dossier", lot_id="LEU-B-2671"), DIGEST)

    assert render_index(con, certificate) is None
    assert "LEU-B-2671" in (render_index(con, dossier) or "")


PROBE = """
<script>
addEventListener("load", function () {
  var say = function () {
    return Array.from(document.querySelectorAll(".finding")).filter(function (n) {
      return !n.hidden; }).length; };
  var out = {opened: say()};
  var search = document.getElementById("search");
  search.value = "0931 quarantine";
  search.dispatchEvent(new Event("input", {bubbles: true}));
  out.searched = say();
  search.value = "";
  document.querySelectorAll(".chip[aria-pressed=true]").forEach(function (c) { c.click(); });
  out.all = say();
  document.querySelector('.chip[data-state="undetermined"]').click();
  out.undetermined = say();
  var map = document.getElementById("map");
  map.value = "eu-gmp-1"; map.dispatchEvent(new Event("input", {bubbles: true}));
  out.none = say();
  out.told = !document.getElementById("none").hidden;
  document.title = JSON.stringify(out);
});
</script></body>
"""


@pytest.mark.slow
def test_search_and_filters_work_in_a_browser(page: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium here")
    probed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    file = tmp_path / "index.html"
    file.write_text(probed.replace("</body>", PROBE), encoding="utf-8")
    run = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    (title,) = re.findall(r"<title>(\{.*?\})</title>", run.stdout.decode())

    assert json.loads(title) == {
        "opened": 13, "searched": 1, "all": 96, "undetermined": 6, "none": 0, "told": True,
    }  # fmt: skip
