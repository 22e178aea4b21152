"""A page in a real browser: Debian's Chromium, driven by Playwright, with no network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def in_chromium(page: str, folder: Path, name: str) -> Iterator[tuple[Any, list[str]]]:
    """Open a page from a file; every fault it reports and every request it makes is collected.

    Args:
        page: the HTML.
        folder: where the file is written.
        name: the name of the file.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here")
    file = folder / name
    file.write_text(page, encoding="utf-8")
    faults: list[str] = []
    with _playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        tab.on("request", lambda asked: faults.extend([asked.url] * _is_outside(asked.url)))
        try:
            tab.goto(file.as_uri())
            yield tab, faults
        finally:
            browser.close()


_DRIVERS: list[Any] = []
"""The driver in use, once for each page that is open; it is stopped with the last of them."""


@contextmanager
def _playwright() -> Iterator[Any]:
    """The one driver: a second cannot start beside it, and a loop left running hinders others."""
    from playwright.sync_api import sync_playwright

    _DRIVERS.append(_DRIVERS[-1] if _DRIVERS else sync_playwright().start())
    try:
        yield _DRIVERS[-1]
    finally:
        driver = _DRIVERS.pop()
        if not _DRIVERS:
            driver.stop()


def _is_outside(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:"))


def serious_findings(tab: Any) -> list[str]:
    """What axe-core calls serious or critical on a page, each with the element it is about."""
    from axe_playwright_python.base import AXE_FILE_PATH

    tab.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run()")
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
