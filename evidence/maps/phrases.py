"""Pydantic types of the phrases: parsed by ``grammar``, described for the JSON schema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints, WithJsonSchema

from .grammar import (
    Anchor,
    Interval,
    Kinds,
    MisreadError,
    Operand,
    Tolerance,
    anchor,
    interval,
    kinds,
    number,
    tolerance,
)
from .vocabulary import EVENT_TYPES, RECORD_KINDS

_KIND = "|".join([*EVENT_TYPES, *(kind for kind in RECORD_KINDS if kind != "event")])
_UNIT = "(?:hour|day|week|month|year)s?"


class Part(BaseModel):
    """A frozen piece of a map that knows all its keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )


def _words(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) and item for item in items):
        raise MisreadError(f"'{value}'", "a word or a list of words")
    return tuple(items)


def _event_types(value: object) -> tuple[str, ...]:
    found = kinds(value)
    if found.kind != "event":
        raise MisreadError(
            f"'{found.kind}'", "event types such as consumption, for they have quantities"
        )
    return found.types


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not value:
        raise MisreadError("no mapping", "their column: our column")
    return tuple((str(theirs), str(ours)) for theirs, ours in value.items())


def _schema(kind: str, pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "pattern": pattern, "description": description})


_ANCHOR_PATTERN = (
    r"^(subject|period end|[a-z_]+\.[a-z_0-9]+|(first|last|each) "
    rf"({_KIND})( or ({_KIND}))*( (after|before) [a-z_]+\.[a-z_0-9]+)?)$"
)
AnchorPhrase = Annotated[
    Anchor,
    PlainValidator(anchor),
    _schema("string", _ANCHOR_PATTERN, "The record or instant the check hangs on."),
]
IntervalPhrase = Annotated[
    Interval,
    PlainValidator(interval),
    _schema("string", rf"^([0-9]+ {_UNIT}|\$[a-z0-9_]+( {_UNIT})?)$", "A span of time."),
]
TolerancePhrase = Annotated[
    Tolerance,
    PlainValidator(tolerance),
    WithJsonSchema({"type": ["string", "number"], "description": "1 %, 5 g, 24 hours, $param."}),
]
KindsPhrase = Annotated[
    Kinds,
    PlainValidator(kinds),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": _KIND.split("|")},
                {"type": "array", "items": {"enum": list(EVENT_TYPES)}, "minItems": 1},
            ]
        }
    ),
]
EventTypes = Annotated[
    tuple[str, ...],
    PlainValidator(_event_types),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(EVENT_TYPES)},
                {"type": "array", "items": {"enum": list(EVENT_TYPES)}, "minItems": 1},
            ]
        }
    ),
]
Number = Annotated[Operand, PlainValidator(number), WithJsonSchema({"type": ["number", "string"]})]
_WORDS_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ]
}
Words = Annotated[tuple[str, ...], PlainValidator(_words), WithJsonSchema(_WORDS_SCHEMA)]
Pairs = Annotated[
    tuple[tuple[str, str], ...],
    PlainValidator(_pairs),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
ColumnName = Annotated[str, StringConstraints(pattern=r"^([a-z_]+\.)?[a-z_0-9]+$")]
ActorPhrase = Annotated[
    str,
    StringConstraints(pattern=r"^(performer|checker|signer)( \([a-z, ]+\))?( of .+)?$"),
]
