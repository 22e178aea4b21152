"""The generated model of a map: the SQL that judges it, as the macros in ``macros/`` write it.

Rules travel inside the model's own text: dbt parses everything anew when a variable changes, and
does not see references that hang on ``meta`` (docs/adr/0002). What the rules mean is left to the
macros.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .rendering import SCHEMA, render

_CONFIG = "{{ config(materialized='obligations', contract={'enforced': false}) }}"
_COLUMN_KEYS = {"column", "fields", "if_known", "left", "right", "theirs", "ours"}
_INPUT = re.compile(rf"^-- depends_on: {SCHEMA}\.(\w+)$", re.MULTILINE)
_MARK = re.compile(r"^\s*-- next (?:statement|requirement)$", re.MULTILINE)


def map_model(compiled: Mapping[str, Any]) -> str:
    """The text of the dbt model that judges a map: SQL, in which dbt finds only what it reads.

    Args:
        compiled: the map as ``lotproof.evidence.maps.compile_map`` writes it down.

    Raises:
        LotproofError: the map holds a rule that cannot be written as SQL.
    """
    sql = _rendered(compiled)
    references = [f"-- depends_on: {{{{ ref('{model}') }}}}" for model in _INPUT.findall(sql)]
    return "\n".join([_CONFIG, *references, _verbatim(_INPUT.sub("", sql).strip()), ""])


def map_statements(compiled: Mapping[str, Any]) -> list[str]:
    """The statements that judge a map, in order, without the last, which tells dbt how many.

    Args:
        compiled: as for :func:`map_model`.

    Raises:
        LotproofError: the map holds a rule that cannot be written as SQL.
    """
    return _MARK.split(_INPUT.sub("", _rendered(compiled)))[:-1]


def _rendered(compiled: Mapping[str, Any]) -> str:
    return render("obligation_map", dict(compiled) | {"words": _words(compiled)})


def _verbatim(sql: str) -> str:
    """SQL of which no brace means anything to dbt, a map's own text included."""
    parts = sql.split("{%")
    return "{% raw %}" + "{% endraw %}{{ '{%' }}{% raw %}".join(parts) + "{% endraw %}"


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
