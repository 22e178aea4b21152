"""Conditions of maps over the columns of a context, in three values.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .kinds import Context, records, wanted, when
from .subjects import Case
from .truth import (
    FAILS,
    HOLDS,
    UNKNOWN,
    Item,
    Outcome,
    all_of,
    any_of,
    combined,
    negation,
    of_bool,
    outcome_of_items,
)
from .world import NULL


def holds(condition: Mapping[str, Any], context: Context) -> int:
    """Whether every line of the condition is true; a null operand leaves it unknown."""
    return all_of(_line(column, wanted, context) for column, wanted in condition.items())


def _line(column: str, operand: Any, context: Context) -> int:
    value = context.value(column)
    if operand == "present":
        return of_bool(not is_blank(value))
    if operand == "absent":
        return of_bool(is_blank(value))
    if value is None:
        return UNKNOWN
    return all_of(_compare(value, operand))


def is_blank(value: Any) -> bool:
    """Null, or text with nothing in it."""
    return value is None or (isinstance(value, str) and not value.strip())


def _compare(value: Any, asked: Any) -> list[int]:
    if not isinstance(asked, Mapping):
        return [_among(value, asked)]
    truths = []
    for word, operand in asked.items():
        if word == "not":
            truths.append(negation(_among(value, operand)))
        elif word in {"has", "has_any"}:
            truths.append(_among(value, operand, is_list=True))
        elif word == "has_none":
            truths.append(negation(_among(value, operand, is_list=True)))
        elif word == "matches":
            patterns = operand if isinstance(operand, list) else [operand]
            truths.append(of_bool(any(re.fullmatch(each, value) for each in patterns)))
        else:
            truths.append(of_bool(_ordered(word, Decimal(str(value)), Decimal(str(operand)))))
    return truths


def _among(value: Any, operand: Any, *, is_list: bool = False) -> int:
    options = operand if isinstance(operand, list) else [operand]
    if is_list:
        words = {word.strip() for word in str(value).split(",")}
        return of_bool(any(option in words for option in options))
    return of_bool(any(value == option for option in options))


def _ordered(word: str, value: Decimal, operand: Decimal) -> bool:
    return {
        "at_least": value >= operand,
        "at_most": value <= operand,
        "above": value > operand,
        "below": value < operand,
    }[word]


def conditioned(case: Case, check: Mapping[str, Any]) -> Outcome:
    """The check that a condition on the subject holds."""
    outcome = applies(case, check["condition"])
    failed = check.get("code", "mismatch")
    return replace(outcome, code=failed) if outcome.truth == FAILS else outcome


def applies(case: Case, conditions: Mapping[str, Any]) -> Outcome:
    """Whether a requirement concerns the subject, with ``has`` and ``has_not`` on its events."""
    parts = []
    for column, operand in sorted(conditions.items(), key=lambda pair: _PLACES.get(pair[0], 0)):
        if column in _PLACES:
            item = _happened_in_period(case, operand, column)
        else:
            truth = holds({column: operand}, case.subject.context)
            item = Item(truth, NULL if truth == UNKNOWN else None)
        parts.append(outcome_of_items([item]))
    return combined(all_of(part.truth for part in parts), parts)


_PLACES = {"has": 1, "has_not": 2}
"""What is asked of events comes after what is asked of columns."""


def _happened_in_period(case: Case, asked: str | list[str], word: str) -> Item:
    judged = [_any_record(case, each) for each in (asked if isinstance(asked, list) else [asked])]
    truth = any_of(truth for truth, _ in judged)
    code = next((code for found, code in judged if found == truth), None)
    return Item(truth if word == "has" else negation(truth), code)


def _any_record(case: Case, asked: str) -> tuple[int, str | None]:
    of = wanted(asked)
    found = records(case.world, case.subject.thing, of)
    if any(case.in_period(of.kind, row) for row in found):
        return HOLDS, None
    if any(case.extra.get(name) for name in of.names):
        return HOLDS, None
    if any(when(of.kind, row) is None for row in found):
        return UNKNOWN, NULL
    doubt = case.doubt(of.spec.table, of.types)
    return (UNKNOWN, doubt) if doubt else (FAILS, None)
