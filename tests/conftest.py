"""A built workspace for the tests of commands: part of the example, and two lots with odd names."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import yaml

from lotproof.reports import demo

from .command_line import lotproof

# how long a case takes says something about the machine, not about the code
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
SITES = ("LEU", "EIN")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: the last to begin decides when a run on two cores ends."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def _with_odd_lots(root: Path) -> None:
    """Two lots whose names mean something to a browser or a spreadsheet; one map, two sites."""
    config = root / "lotproof.yml"
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    kept = {"register", *(f"{site.lower()}-csv" for site in SITES)}
    content["sources"] = [s for s in content["sources"] if s["name"] in kept]
    content["sources"].append(
        {"name": "odd", "mapping": "generic", "site": "LEU", "files": "odd/*.csv"}
    )
    content["maps"] = ["us-21cfr211"]
    config.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (root / "odd").mkdir()
    lots = [("odd/1", "M-4101", SCRIPT), ("odd/2", "M-4102", FORMULA)]
    _write(root / "odd" / "lots.csv", ("lot_id", "material_id", "lot_number"), lots)
    _write(
        root / "odd" / "events.csv",
        ("record_id", "event_type", "lot_id", "occurred_at", "quantity", "uom"),
        [(f"{lot}/f", "finished_goods", lot, "2026-10-12T08:00:00Z", 100, "EA")
         for lot, _, _ in lots]
        + [(f"{lot}/r", "release", lot, "2026-10-13T08:00:00Z", 100, "EA") for lot, _, _ in lots],
    )  # fmt: skip


def _write(path: Path, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built") / "w"
    demo.prepare(root, datetime(2026, 1, 2, tzinfo=UTC))
    _with_odd_lots(root)
    taken = lotproof("ingest", "--workspace", root)
    assert taken.code == 1, taken  # the example plants rows that cannot be read
    assert "to do: correct the cell at its source" in taken.out
    assert "● odd  lots.csv  2 read · 2 landed" in taken.out
    made = lotproof("build", "--period", demo.PERIOD, "--workspace", root)
    assert made.code == 0, made
    return root
