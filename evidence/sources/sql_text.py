"""Text that becomes SQL: quoting, cell templates and conditions.

A template is text with cells in braces: ``{WERKS}/{MATNR|unpad}/{head.BUDAT}``. It is null when one
of its cells is. Which relation a cell is read from is told by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import LotproofError

_CELL = re.compile(r"\{([^{}]+)\}")
_SETTING = re.compile(r"\$([a-z][a-z0-9_]*)")
_JOINED_BY_TWO = 2
_COMPARISONS = {"above": ">", "below": "<", "at_least": ">=", "at_most": "<="}

CellSql = Callable[[str], str]
"""From the name of a cell (``BUDAT``, ``head.BUDAT``) to the SQL that reads it."""

Words = Mapping[str, Mapping[str, str]]
"""Word maps by name, each from the source's word to ours."""

_OTHER_SIGNS = "when regexp_matches({0}, '[^0-9]') then {0}"
"""Asked only of the few that a cheaper condition before it leaves."""

UNPADDED = "unpadded"
"""Macro that does what :func:`unpadded_sql` does, made by :mod:`.key_numbers`."""


def unpadded_sql(sql: str) -> str:
    """Return SQL of a number without the zeros before it, as SAP shows it (conversion ALPHA).

    What has any other sign in it is no number: its zeros are its own.
    """
    number = f"nullif(ltrim({sql}, '0'), '')"
    return f"case when {sql} >= '1' then {sql} {_OTHER_SIGNS.format(sql)} else {number} end"


def _padded(sql: str, width: str) -> str:
    """Return SQL of a number with zeros before it up to a width, as SAP keeps it."""
    number = f"lpad({sql}, {int(width)}, '0')"
    is_full = f"strlen({sql}) >= {int(width)}"
    return f"case when {is_full} then {sql} {_OTHER_SIGNS.format(sql)} else {number} end"


_FILTERS: dict[str, Callable[[str, str], str]] = {
    "as_sent": lambda sql, _: sql,
    "upper": lambda sql, _: f"upper({sql})",
    "lower": lambda sql, _: f"lower({sql})",
    "unpad": lambda sql, _: unpadded_sql(sql),
    "pad": _padded,
    "first": lambda sql, n: f"left({sql}, {int(n)})",
    "from": lambda sql, n: f"substr({sql}, {int(n)})",
    "or_nothing": lambda sql, _: f"coalesce({sql}, '')",
    "unsigned": lambda sql, _: f"ltrim({sql}, '-+')",
    "negated": lambda sql, _: (
        f"case when starts_with({sql}, '-') then substr({sql}, 2) else '-' || {sql} end"
    ),
    "in_json": lambda sql, key: (
        f"coalesce(try_cast({sql} as json) ->> {quoted('$.' + key)}, {sql})"
    ),
}
_KEEPING_NULL = ("as_sent", "upper", "lower", "pad", "first", "from")
_NUMBERED = ("pad", "first", "from")
"""Filters that need a number."""


def quoted(text: str) -> str:
    """Return text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def word_sql(text: str, words: Mapping[str, str], kind: str = "varchar") -> str:
    """Return SQL for our word of a source's word; null for a word that the map does not have.

    Args:
        text: SQL of the source's word.
        words: the map.
        kind: type of our words.
    """
    if not words:
        return f"null::{kind}"
    cases = " ".join(
        f"when {quoted(theirs)} then {quoted(ours)}::{kind}" for theirs, ours in words.items()
    )
    return f"case {text} {cases} end"


def substituted(part: Any, values: Mapping[str, object]) -> Any:  # noqa: ANN401 -- YAML data
    """Return YAML data with every ``$name`` replaced by its value.

    Raises:
        LotproofError: a name has no value.
    """
    if isinstance(part, str):
        return _SETTING.sub(lambda match: _setting(match[1], values), part)
    if isinstance(part, dict):
        return {substituted(key, values): substituted(value, values) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [substituted(item, values) for item in part]
    return part


def _setting(name: str, values: Mapping[str, object]) -> str:
    if name not in values:
        known = ", ".join(f"${key}" for key in values) or "none here"
        raise LotproofError(
            f"'${name}' has no value", f"one of: {known}", "declare it under `settings:`"
        )
    return str(values[name])


def cells_of(template: str) -> list[str]:
    """Return the names of the cells that a template reads."""
    return [match.split("|")[0].strip() for match in _CELL.findall(template)]


def is_tight(template: str) -> bool:
    """Return whether the text of a template has no blanks at its ends, whatever its cells are.

    Cells have none themselves; a filter may uncover some, or leave nothing beside a blank.
    """
    filters = (part.strip() for cell in _CELL.findall(template) for part in cell.split("|")[1:])
    return template == template.strip() and all(
        item in ("upper", "lower", "as_sent") for item in filters
    )


def template_sql(template: str, cell: CellSql, words: Words) -> str:
    """Return SQL for a template's text; null when one of its cells is null.

    Args:
        template: the template.
        cell: from a cell's name to its SQL.
        words: the word maps that the filter ``word`` may name.

    Raises:
        LotproofError: a filter or a word map is not known.
    """
    parts: list[str] = []
    at = 0
    for match in _CELL.finditer(template):
        if match.start() > at:
            parts.append(quoted(template[at : match.start()]))
        parts.append(_filtered(match[1], cell, words))
        at = match.end()
    if at < len(template):
        parts.append(quoted(template[at:]))
    if len(parts) > _JOINED_BY_TWO and all(_keeps_null(text) for text in _CELL.findall(template)):
        # each || would make a text of its own
        cells = dict.fromkeys(cell(name) for name in cells_of(template))
        there = " and ".join(f"{sql} is not null" for sql in cells)
        return f"case when {there} then concat({', '.join(parts)}) end"
    return " || ".join(parts) if parts else "null::varchar"


def _keeps_null(text: str) -> bool:
    """Return whether a cell with its filters is null where the cell is, and nowhere else."""
    _, *filters = text.split("|")
    return all(item.strip().partition(":")[0] in _KEEPING_NULL for item in filters)


def _filtered(text: str, cell: CellSql, words: Words) -> str:
    name, *filters = (part.strip() for part in text.split("|"))
    sql = cell_sql = cell(name)
    for item in filters:
        filter_name, _, argument = item.partition(":")
        if filter_name == "word" and argument:
            sql = word_sql(sql, _word_map(argument, words))
            continue
        known = _FILTERS.get(filter_name)
        if known is None or (filter_name in _NUMBERED and not argument.isdigit()):
            raise LotproofError(
                f"filter '{item}' in '{{{text}}}'", f"one of: {', '.join((*_FILTERS, 'word:map'))}"
            )
        is_whole_cell = sql == cell_sql
        sql = f"{UNPADDED}({sql})" if item == "unpad" and is_whole_cell else known(sql, argument)
    return sql


def _word_map(name: str, words: Words) -> Mapping[str, str]:
    if name not in words:
        raise LotproofError(
            f"filter 'word:{name}'",
            f"a word map of the mapping: {', '.join(words) or 'it has none'}",
            "declare it under `words:`, or correct its name",
        )
    return words[name]


def condition_sql(condition: Mapping[str, Any], cell: CellSql, words: Words) -> str:
    """Return SQL that is true or false (never null): an empty cell equals nothing.

    Raises:
        LotproofError: the condition asks for something unknown.
    """
    parts = [_asked(name, wanted, cell, words) for name, wanted in condition.items()]
    return " and ".join(parts) if parts else "true"


def _asked(
    name: str,
    wanted: Any,  # noqa: ANN401 -- YAML data
    cell: CellSql,
    words: Words,
) -> str:
    if name == "any":
        return "(" + " or ".join(f"({condition_sql(item, cell, words)})" for item in wanted) + ")"
    if name.startswith("'") and name.endswith("'"):
        sql = quoted(name[1:-1])
    else:
        sql = template_sql(name, cell, words) if "{" in name else cell(name)
    if wanted == "present":
        return f"({sql}) is not null"
    if wanted == "absent":
        return f"({sql}) is null"
    if isinstance(wanted, dict):
        return " and ".join(
            _compared(sql, key, value, cell, words) for key, value in wanted.items()
        )
    return f"coalesce(({sql}) in ({_list(wanted)}), false)"


def _compared(
    sql: str,
    key: str,
    value: Any,  # noqa: ANN401 -- YAML data
    cell: CellSql,
    words: Words,
) -> str:
    if key == "not":
        return f"not coalesce(({sql}) in ({_list(value)}), false)"
    if key in ("like", "unlike"):
        patterns = value if isinstance(value, (list, tuple)) else [value]
        some = " or ".join(f"({sql}) like {quoted(_word(pattern))}" for pattern in patterns)
        return f"{'not ' if key == 'unlike' else ''}coalesce({some}, false)"
    if key == "same_as":
        return f"coalesce(({sql}) = ({template_sql(str(value), cell, words)}), false)"
    if key == "other_than":
        return f"coalesce(({sql}) <> ({template_sql(str(value), cell, words)}), false)"
    if key == "later_than":
        return f"coalesce(({sql}) > ({template_sql(str(value), cell, words)}), false)"
    if key in _COMPARISONS:
        number = float(value)
        return f"coalesce(try_cast(({sql}) as double) {_COMPARISONS[key]} {number!r}, false)"
    asked = ", ".join(
        ("not", "like", "unlike", "same_as", "other_than", "later_than", *_COMPARISONS)
    )
    raise LotproofError(f"condition '{key}'", f"one of: {asked}")


def _list(value: Any) -> str:  # noqa: ANN401 -- YAML data
    items = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(quoted(_word(item)) for item in items)


def _word(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)
