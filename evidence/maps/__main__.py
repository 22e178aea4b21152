"""Writes what is made from the maps: ``obligations/schema.json`` and ``docs/maps/*.md``.

For those who work on lotproof itself: ``python -m lotproof.evidence.maps`` from a checkout.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from .loading import load_maps
from .pages import map_page
from .scenarios import load_scenarios
from .schema import schema_text


def generated(root: Path) -> dict[Path, str]:
    """Every file made from the maps of a checkout, and what it has to hold."""
    folders = [root / "obligations"]
    maps = load_maps(folders)
    scenarios = load_scenarios(folders, maps)
    pages = {root / "docs/maps" / f"{m.map}.md": map_page(m, scenarios) for m in maps}
    return {root / "obligations/schema.json": schema_text(), **pages}


def renew() -> None:
    """Write the files of the checkout that lotproof is installed from."""
    for path, text in generated(Path(str(files("lotproof")))).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew()
