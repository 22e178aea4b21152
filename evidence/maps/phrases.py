"""Pydantic types of the phrases: parsed by ``grammar``, described for the JSON schema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints, WithJsonSchema

from .fixed_dates import EXPECTED, by_phrase
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
from .vocabulary import CHANGED, EVENT_TYPES, RECORD_KINDS

_KIND = "|".join([*EVENT_TYPES, *(kind for kind in RECORD_KINDS if kind != "event")])
_CHANGE = rf"change of ({'|'.join(CHANGED)})( or ({'|'.join(CHANGED)}))*"
_UNIT = "(?:hour|(?:working |business )?day|week|month|year)s?"


class Part(BaseModel):
    """A frozen piece of a map that knows all its keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )


def _words(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) and item for item in items):
        raise MisreadError(f"'{value}'", "a word or a list of words")
    return tuple(str(item) for item in items)


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


def _text(pattern: str, description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "description": description}


def _one_or_many(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


ANCHOR_SCHEMA = _text(
    r"^(subject|period end|[a-z_]+\.[a-z_0-9]+|(first|last|each) "
    rf"({_KIND})( or ({_KIND}))*( (after|before) [a-z_]+\.[a-z_0-9]+)?"
    rf"|(first|last|each) {_CHANGE}( (after|before) [a-z_]+\.[a-z_0-9]+)?)$",
    "The record or instant the check hangs on.",
)
INTERVAL_SCHEMA = _text(rf"^([0-9]+ {_UNIT}|\$[a-z0-9_]+( {_UNIT})?)$", "A span of time.")
EVENT_TYPES_SCHEMA = _one_or_many({"enum": list(EVENT_TYPES)})
KINDS_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": _KIND.split("|")},
        {"type": "string", "pattern": f"^{_CHANGE}$"},
        {"type": "array", "items": {"enum": list(EVENT_TYPES)}, "minItems": 1},
    ]
}
WORDS_SCHEMA = _one_or_many({"type": "string", "minLength": 1})
_TOLERANCE_SCHEMA = {"type": ["string", "number"], "description": "1 %, 5 g, 24 hours, $param."}
_PAIRS_SCHEMA = {"type": "object", "additionalProperties": {"type": "string"}}

AnchorPhrase = Annotated[Anchor, PlainValidator(anchor), WithJsonSchema(ANCHOR_SCHEMA)]
IntervalPhrase = Annotated[Interval, PlainValidator(interval), WithJsonSchema(INTERVAL_SCHEMA)]
BY_SCHEMA = _text("^(\\$[a-z0-9_]+|.+ of the .+)$", EXPECTED)
ByPhrase = Annotated[Operand, PlainValidator(by_phrase), WithJsonSchema(BY_SCHEMA)]
TolerancePhrase = Annotated[Tolerance, PlainValidator(tolerance), WithJsonSchema(_TOLERANCE_SCHEMA)]
KindsPhrase = Annotated[Kinds, PlainValidator(kinds), WithJsonSchema(KINDS_SCHEMA)]
EventTypes = Annotated[
    tuple[str, ...], PlainValidator(_event_types), WithJsonSchema(EVENT_TYPES_SCHEMA)
]
Number = Annotated[Operand, PlainValidator(number), WithJsonSchema({"type": ["number", "string"]})]
Words = Annotated[tuple[str, ...], PlainValidator(_words), WithJsonSchema(WORDS_SCHEMA)]
Pairs = Annotated[
    tuple[tuple[str, str], ...], PlainValidator(_pairs), WithJsonSchema(_PAIRS_SCHEMA)
]
ColumnName = Annotated[str, StringConstraints(pattern=r"^([a-z_]+\.)?[a-z_0-9]+$")]
ActorPhrase = Annotated[
    str,
    StringConstraints(pattern=r"^(performer|checker|signer)( \([a-z, ]+\))?( of .+)?$"),
]
