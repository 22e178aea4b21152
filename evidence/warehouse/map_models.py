"""The generated model of a map: the SQL that judges it, as the macros in ``macros/`` write it.

Rules travel inside the model's own text: dbt parses everything anew when a variable changes, and
does not see references that hang on ``meta`` (docs/adr/0002). What the rules mean is left to the
macros.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .rendering import SCHEMA, render

_CONFIG = "{{ config(materialized='obligations', contract={'enforced': false}) }}"
_COLUMN_KEYS = {"column", "fields", "if_known", "left", "right", "theirs", "ours"}
_INPUT = re.compile(rf"^-- depends_on: {SCHEMA}\.(\w+)$", re.MULTILINE)
# what would end the literal, start an expression or be an escape to Jinja
_ESCAPED = "'\\{}%#"


def map_model(compiled: Mapping[str, Any]) -> str:
    """The text of the dbt model that judges a map: SQL, in which dbt finds only what it reads.

    Args:
        compiled: the map as ``lotproof.evidence.maps.compile_map`` writes it down.

    Raises:
        LotproofError: the map holds a rule that cannot be written as SQL.
    """
    sql = render("obligation_map", dict(compiled) | {"words": _words(compiled)})
    # no brace of a map's own text means anything to dbt
    plain = sql.replace("{", "{{ '{' }}")
    return f"{_CONFIG}\n{_INPUT.sub(_reference, plain).strip()}\n"


def _reference(found: re.Match[str]) -> str:
    return f"-- depends_on: {{{{ ref('{found.group(1)}') }}}}"


def generated_models(maps: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Every generated model by file name: one for each map, and the one that waits for all.

    Args:
        maps: maps as ``compile_map`` writes them down.
    """
    models = {f"{_name(compiled)}.sql": map_model(compiled) for compiled in maps}
    return models | {"judged_maps.sql": _judged_maps(sorted(models))}


def _name(compiled: Mapping[str, Any]) -> str:
    return str(compiled["map"]).replace("-", "_")


def _judged_maps(files: list[str]) -> str:
    """A table of the maps that were judged; what follows from verdicts depends on it."""
    names = [name.removesuffix(".sql") for name in files]
    selects = [
        f"select '{name}' as map_model, n_verdicts from {{{{ ref('{name}') }}}}" for name in names
    ]
    nothing = (
        "select cast(null as string) as map_model, cast(null as bigint) as n_verdicts where false"
    )
    return "\nunion all\n".join(selects or [nothing]) + "\n"


def _words(compiled: Mapping[str, Any]) -> dict[str, str]:
    """Plain words for every column that the map names, for the sentences of verdicts."""
    from ..maps.words import column

    return {dotted: column(dotted) for dotted in sorted(set(_columns(compiled)))}


def _columns(value: Any) -> Iterator[str]:  # noqa: ANN401 -- any JSON
    """Dotted columns, wherever they stand: under these keys no other text has a dot."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            texts = part if isinstance(part, list) else [part]
            if key in _COLUMN_KEYS:
                yield from (text for text in texts if isinstance(text, str) and "." in text)
            yield from _columns(part)
    elif isinstance(value, list):
        for part in value:
            yield from _columns(part)


def _literal(value: Any) -> str:  # noqa: ANN401 -- any JSON
    """JSON that can stand between single quotes in Jinja: no quote, no brace in any text."""
    return _structure(value).replace("\\", "\\\\")


def _structure(value: Any) -> str:  # noqa: ANN401 -- any JSON
    if isinstance(value, Mapping):
        parts = (f"{_text(str(key))}: {_structure(part)}" for key, part in value.items())
        return "{ " + ",\n".join(parts) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_structure(part) for part in value) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(value: str) -> str:
    text = json.dumps(value)
    for character in _ESCAPED:
        if character != "\\":
            text = text.replace(character, f"\\u{ord(character):04x}")
    return text
