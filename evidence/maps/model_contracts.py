"""Holds the dbt models that checks name to their contract: exactly the columns of findings.

A map may name a model of ``models/oversight/`` or, in a workspace, one of the ``models/`` folder
beside its ``obligations/``. What the models find is theirs alone.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from .grammar import near

FINDING_COLUMNS = {
    "subject_key": "bigint",
    "truth": "integer",
    "code": "string",
    "sentence": "string",
    "at_ts": "timestamp",
    "due_at": "timestamp",
    "a_table": "string",
    "a_key": "bigint",
    "b_table": "string",
    "b_key": "bigint",
}
"""Columns a model of a check has, in any order, with their types."""


def contract_fault(name: str, subject: str, map_file: Path) -> tuple[str, str, str] | None:
    """What is wrong with the model a check names: found, expected, what to do; ``None`` if nothing.

    Args:
        name: name of the model.
        subject: what the requirement is about, such as ``event.shipment``.
        map_file: the map; the workspace's own models lie beside the folder of its maps.
    """
    folders = tuple(model_folders(map_file))
    models: dict[str, dict[str, Any]] = {}
    for folder in folders:
        models |= _declared(folder)
    found = models.get(name)
    if found is None:
        known = sorted(n for n, model in models.items() if _meta(model).get("subject"))
        told = ", ".join(known) or "none is declared"
        return f"model '{name}'", f"a declared model of checks: {told}", near(name, known)
    if not any((folder / f"{name}.sql").is_file() for folder in folders):
        return f"model '{name}' without {name}.sql", "its file beside its declaration", ""
    return _of_declaration(name, found, subject)


def _of_declaration(name: str, found: dict[str, Any], subject: str) -> tuple[str, str, str] | None:
    config = found.get("config") or {}
    if not (config.get("contract") or {}).get("enforced"):
        fix = "add config: {contract: {enforced: true}}"
        return f"model '{name}' without a contract", "an enforced contract", fix
    about = _meta(found).get("subject")
    if about != subject:
        return f"model '{name}' is about {about or 'nothing'}", f"meta: {{subject: {subject}}}", ""
    columns = {c.get("name"): str(c.get("data_type")) for c in found.get("columns") or ()}
    if columns != FINDING_COLUMNS:
        wrong = sorted(
            str(column)
            for column in {*columns, *FINDING_COLUMNS}
            if columns.get(column) != FINDING_COLUMNS.get(str(column))
        )
        told = ", ".join(f"{column} {kind}" for column, kind in FINDING_COLUMNS.items())
        return f"model '{name}', column {', '.join(wrong)}", f"exactly: {told}", ""
    undescribed = [c["name"] for c in found["columns"] if not c.get("description")]
    if undescribed:
        found_text = f"model '{name}', column {', '.join(undescribed)} without description"
        return found_text, "a description of what each column holds", ""
    return None


def model_folders(map_file: Path) -> list[Path]:
    """Folders of the models that a map's checks may name: the shipped one, the workspace's own."""
    shipped = Path(str(files("lotproof"))) / "models" / "oversight"
    own = [
        parent.parent / "models"
        for parent in map_file.resolve().parents
        if parent.name == "obligations" and parent.parent != shipped.parent.parent
    ]
    return [shipped, *own[:1]]


def _meta(model: dict[str, Any]) -> dict[str, Any]:
    return (model.get("config") or {}).get("meta") or model.get("meta") or {}


@cache
def _declared(folder: Path) -> dict[str, dict[str, Any]]:
    """Models that the YAML files of a folder declare, by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yml")) if folder.is_dir() else []:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        found |= {str(model["name"]): model for model in content.get("models") or ()}
    return found
