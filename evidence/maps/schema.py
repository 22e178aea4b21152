"""The JSON schema of obligation maps, made from the models, for editors that complete and check.

``obligations/schema.json`` is what :func:`schema_text` gives; a test says when it is stale.
"""

from __future__ import annotations

import json
from typing import Any

from .conditions import CONDITION_SCHEMA
from .model import ObligationMap
from .phrases import ANCHOR_SCHEMA, EVENT_TYPES_SCHEMA, INTERVAL_SCHEMA, KINDS_SCHEMA, WORDS_SCHEMA
from .shapes import SHAPE_OF_CLASS

PIECES = {
    "Anchor": ANCHOR_SCHEMA,
    "Condition": CONDITION_SCHEMA,
    "EventTypes": EVENT_TYPES_SCHEMA,
    "Interval": INTERVAL_SCHEMA,
    "Kinds": KINDS_SCHEMA,
    "Words": WORDS_SCHEMA,
}


def schema() -> dict[str, Any]:
    """The schema of one map file."""
    made = _named(ObligationMap.model_json_schema(by_alias=True))
    made["$defs"] |= PIECES
    made["$defs"]["AnyCheck"] = {
        "description": "A check; the key that names its shape says which.",
        "oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in SHAPE_OF_CLASS],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated from evidence/maps; renew with `python -m lotproof.evidence.maps`.",
        **made,
        "title": "lotproof obligation map",
    }


def _named(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """The schema with the pieces that stand in many places by reference."""
    if isinstance(value, list):
        return [_named(part) for part in value]
    if not isinstance(value, dict):
        return value
    if len(value.get("oneOf", ())) == len(SHAPE_OF_CLASS):
        return {"$ref": "#/$defs/AnyCheck"}
    for name, piece in PIECES.items():
        if piece.items() <= value.items():
            rest = {key: part for key, part in value.items() if key not in piece}
            return {"$ref": f"#/$defs/{name}", **rest}
    return {key: _named(part) for key, part in value.items()}


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
