"""Writes ``docs/lot-model.md`` from the models' YAML, the only source of the lot model.

``python -m lotproof.evidence.warehouse.lot_model_page`` writes it anew.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

PAGE = "docs/lot-model.md"
_HEAD = """\
# The lot model

Generated from `models/canonical/_canonical.yml`; written anew by
`python -m lotproof.evidence.warehouse.lot_model_page`.

One table per kind of thing, the same for all plants. Instants are UTC without zone; what happens
also keeps the local time of its site, its offset, and how finely it is known. A record that changes
between loads keeps every version; `is_current` marks the latest one known at the build's `as_of`.

## The hash of a record

`record_hash` is the sha256 over the content of a record: the columns below in their order, without
{omitted}.
Each is written as its length in characters, a colon and its text; a null is a hyphen; all are
joined with a bar. Decimals have nine places, instants are ISO 8601 in UTC with six decimals of a
second and a `Z`, booleans are `true` and `false`. A lot that no source sent is hashed over its
`lot_id` alone. The same content gives the same hash, wherever and whenever it was ingested.

## Base quantities

`base_quantity` is `quantity` times the ratio of its unit to the material's `base_uom`, for units of
the same kind (mass, volume, length, count) whose ratio nine decimal places hold exactly or to one
part in a thousand million. Where no ratio is known it is null, and what rests on it is
undetermined.
"""
BOOKKEEPING = (
    "source", "source_ref", "source_file", "source_row", "recorded_at", "load_id", "ingested_at",
    "ingest_seq", "version", "is_current", "record_key", "record_hash", "base_quantity",
)  # fmt: skip
"""Columns that say how a record came here, or follow from others: no part of its hash."""


def lot_model_page() -> str:
    """The page as it should stand in ``docs/``."""
    omitted = ", ".join(f"`{name}`" for name in BOOKKEEPING)
    last = "`base_uom` where it follows from the material, and `is_implied`"
    head = _HEAD.format(omitted="\n".join(textwrap.wrap(f"{omitted}, {last}", 99)))
    return head + "".join(_table(model) for model in _models())


def _models() -> list[dict[str, Any]]:
    text = files("lotproof").joinpath("models/canonical/_canonical.yml").read_text("utf-8")
    # the pure Python loader takes a second for the three thousand lines
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    models: list[dict[str, Any]] = yaml.load(text, Loader=loader)["models"]  # noqa: S506 -- safe
    return models


def _table(model: Mapping[str, Any]) -> str:
    return "\n".join(["", f"## {model['name']}", "", *_lines(model), ""])


def _lines(model: Mapping[str, Any]) -> Iterator[str]:
    yield from str(model["description"]).strip().splitlines()
    yield ""
    yield "| column | type | meaning | example |"
    yield "|---|---|---|---|"
    for column in model["columns"]:
        meaning = _cell(" ".join(str(column["description"]).split()))
        example = _cell(str(column.get("meta", {}).get("example", "")))
        shown = f"`{example}`" if example else ""
        yield f"| `{column['name']}` | {column['data_type']} | {meaning} | {shown} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(PAGE).write_text(lot_model_page(), encoding="utf-8")
