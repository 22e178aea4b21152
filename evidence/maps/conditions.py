"""Conditions: YAML mappings over named columns, all of them to hold.

Whether the columns exist is left to ``compiling``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from .grammar import MisreadError, Operand, number, operand

_COMPARISONS = ("at_least", "at_most", "above", "below")
_LISTS = {
    "not": "not_in",
    "has": "has_any",
    "has_any": "has_any",
    "has_none": "has_none",
    "matches": "matches",
}
OPERATORS = (*_LISTS, *_COMPARISONS)


@dataclass(frozen=True, slots=True)
class Term:
    """One column and what is asked of it.

    Attributes:
        column: dotted name of the column.
        op: in, not_in, present, absent, has_any, has_none, matches, at_least, at_most, above or
            below.
        values: the words of in, not_in, has_any and has_none, the patterns of matches.
        value: the number of the comparisons.
    """

    column: str
    op: str
    values: tuple[Operand, ...] = ()
    value: Operand | None = None


def conditions(data: object) -> tuple[Term, ...]:
    """Read a mapping of columns into terms.

    Raises:
        MisreadError: it is no mapping, or a column has a comparison the language does not know.
    """
    if not isinstance(data, dict):
        raise MisreadError("no mapping", "columns and their values, such as material.class: raw")
    return tuple(_term(str(column), value) for column, value in data.items())


def _term(column: str, value: object) -> Term:
    try:
        return _read(column, value)
    except MisreadError as fault:
        raise MisreadError(fault.found, fault.expected, fault.fix, (column, *fault.path)) from None


def _read(column: str, value: object) -> Term:
    if "." not in column:
        raise MisreadError(f"'{column}'", "a column with its table, such as lot.expires_at")
    if value in ("present", "absent"):
        return Term(column, str(value))
    if isinstance(value, list):
        return Term(column, "in", _operands(value))
    if not isinstance(value, dict):
        return Term(column, "in", (operand(value),))
    if len(value) != 1:
        raise MisreadError(f"{len(value)} comparisons", f"exactly one of: {', '.join(OPERATORS)}")
    name, compared = next(iter(value.items()))
    if name in _LISTS:
        items = compared if isinstance(compared, list) else [compared]
        return Term(column, _LISTS[name], _operands(items))
    if name in _COMPARISONS:
        return Term(column, str(name), value=number(compared))
    raise MisreadError(f"comparison '{name}'", f"one of: {', '.join(OPERATORS)}")


def _operands(items: list[Any]) -> tuple[Operand, ...]:
    if not items:
        raise MisreadError("an empty list", "at least one value")
    return tuple(operand(item) for item in items)


CONDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Columns and what is asked of them; all have to hold.",
    "propertyNames": {"pattern": r"^[a-z_]+\.[a-z_0-9]+$"},
    "additionalProperties": {
        "anyOf": [
            {"type": ["string", "number", "boolean"]},
            {"type": "array", "minItems": 1},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "propertyNames": {"enum": list(OPERATORS)},
            },
        ]
    },
}
Condition = Annotated[
    tuple[Term, ...], PlainValidator(conditions), WithJsonSchema(CONDITION_SCHEMA)
]
