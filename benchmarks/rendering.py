"""Pages per second of a monthly report against plain WeasyPrint on the same final HTML."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from statistics import median

from lotproof.evidence.warehouse import open_warehouse
from lotproof.evidence.workspace import Workspace, load_workspace
from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.definitions import templates
from lotproof.reports.rendering import render_html_page, render_pdf, stylesheet
from lotproof.reports.request import ReportRequest

from . import children, world
from .figures import Ratio, Section, number

SITE = "LEU"
_SHEETS = ("tokens.css", "tables.css", "fonts.css", "print.css")


def section(workspace: Workspace, repeats: int = 3) -> Section:
    """Render the monthly report of one site in turns: ours, then plain WeasyPrint twice.

    Args:
        workspace: one that has been built.
        repeats: rounds; medians count.

    Raises:
        AssertionError: the ways do not come to the same number of pages.
    """
    done = children.python(
        "-m", "benchmarks.rendering", str(workspace.root), str(repeats)
    )  # fmt: skip
    told = json.loads(done.output)
    pages, seconds = told["pages"], told["seconds"]
    assert len(set(pages.values())) == 1, f"different numbers of pages: {pages}"
    names = {
        "ours": "lotproof: template to tagged PDF",
        "tagged": "WeasyPrint, tagged PDF",
        "plain": "WeasyPrint, defaults",
    }
    rows = [
        (name, number(pages[way]), number(seconds[way]), number(pages[way] / seconds[way]))
        for way, name in names.items()
    ]
    composing = ("lotproof: rows to report", "", number(told["composing"]), "")
    speed = {way: pages[way] / seconds[way] for way in names}
    return Section(
        "Rendering",
        f"The monthly report of one site ({SITE}), three ways in turns in one process, after "
        "one small page that loads the libraries. WeasyPrint gets the finished HTML, the same "
        "stylesheets and the same fonts as files; lotproof also fills the templates and finds the "
        f"places for signatures. Peak memory of all together: {number(told['peak_mib'])} MiB.",
        ("", "pages", "seconds", "pages per second"),
        (composing, *rows),
        (
            Ratio("pages per second", speed["ours"], names["tagged"], speed["tagged"], "pages/s"),
            Ratio("pages per second", speed["ours"], names["plain"], speed["plain"], "pages/s"),
        ),
    )


def _request(workspace: Workspace) -> ReportRequest:
    with open_warehouse(workspace) as con:
        as_of = con.execute("select as_of from pin").fetchall()[0][0]
    return ReportRequest(
        report="monthly",
        site_id=SITE,
        period=world.PERIOD,
        as_of=as_of.replace(tzinfo=UTC),
        company=workspace.company,
        pack_id=f"AP-{world.PERIOD}-{SITE}",
        example=True,
    )


def _plain(html: str, css: str, *, tagged: bool) -> int:
    """The HTML through WeasyPrint as its documentation shows it; returns the number of pages."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheet = CSS(string=css, font_config=fonts)
    document = HTML(string=html).render(stylesheets=[sheet], font_config=fonts)
    document.write_pdf(pdf_tags=tagged)
    return len(document.pages)


def _css_with_font_files() -> str:
    """Our stylesheets with the bundled fonts as plain file addresses."""
    folder = Path(str(templates() / "fonts")).resolve()
    return re.sub(
        r"font:([A-Za-z0-9-]+)",
        lambda found: (folder / f"{found[1]}.woff2").as_uri(),
        stylesheet(*_SHEETS),
    )


def _ways(model: ReportModel) -> dict[str, Callable[[], int]]:
    request = model.request
    created = request.as_of.isoformat()
    html = render_html_page("base.html.j2", model, created=created)
    css = _css_with_font_files()
    return {
        "ours": lambda: render_pdf(model).pages,
        "tagged": lambda: _plain(html, css, tagged=True),
        "plain": lambda: _plain(html, css, tagged=False),
    }


def _timed(workspace: Workspace, repeats: int) -> dict[str, object]:
    start = time.perf_counter()
    with open_warehouse(workspace) as con:
        model = compose(con, _request(workspace), "0" * 64)
    composing = time.perf_counter() - start
    times: dict[str, list[float]] = {}
    pages: dict[str, int] = {}
    _plain("<p>first page</p>", "", tagged=True)
    for _ in range(repeats):
        for way, render in _ways(model).items():
            start = time.perf_counter()
            pages[way] = render()
            times.setdefault(way, []).append(time.perf_counter() - start)
    seconds = {way: median(found) for way, found in times.items()}
    return {"pages": pages, "seconds": seconds, "composing": composing} | {
        "peak_mib": children.own_peak_mib()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_timed(load_workspace(Path(sys.argv[1])), int(sys.argv[2]))))
