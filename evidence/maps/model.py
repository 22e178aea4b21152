"""An obligation map as it stands in ``obligations/``: its head, parameters and requirements."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from ..yaml_files import YamlFile
from .conditions import CONDITION_SCHEMA, Term, conditions
from .grammar import Kinds, MisreadError, Scalar, kinds, near
from .phrases import IntervalPhrase, Part, Words
from .shapes import AnyCheck
from .vocabulary import EVENT_SUBJECTS, EVENT_TYPES, SUBJECT_CONTEXTS


class Applies(Part):
    """Which subjects a requirement applies to.

    Attributes:
        where: conditions on the subject's context.
        has: kinds of record one of which the subject has in the period.
        has_not: kinds of record none of which it has in the period.
    """

    where: tuple[Term, ...] = ()
    has: tuple[Kinds, ...] = ()
    has_not: tuple[Kinds, ...] = ()


class Subject(Part):
    """What one verdict is about; ``types`` narrows subject ``event``."""

    kind: str
    types: tuple[str, ...] = ()


def _applies(data: object) -> Applies:
    if not isinstance(data, dict):
        raise MisreadError("no mapping", "conditions such as material.class: raw, has: consumption")
    rest = {key: value for key, value in data.items() if key not in ("has", "has_not")}
    return Applies(
        where=conditions(rest),
        has=_kinds_at("has", data),
        has_not=_kinds_at("has_not", data),
    )


def _kinds_at(key: str, data: dict[str, object]) -> tuple[Kinds, ...]:
    if key not in data:
        return ()
    value = data[key]
    items = value if isinstance(value, list) else [value]
    try:
        return tuple(kinds(item) for item in items)
    except MisreadError as fault:
        raise MisreadError(fault.found, fault.expected, fault.fix, (key,)) from None


def _subject(data: object) -> Subject:
    text = data if isinstance(data, str) else ""
    if text in EVENT_SUBJECTS:
        return Subject(kind="event", types=(text,))
    if text.startswith("event."):
        return Subject(kind="event", types=_types(text.removeprefix("event.").split(" or ")))
    known = [*(name for name in SUBJECT_CONTEXTS if name != "event"), *EVENT_SUBJECTS]
    if text not in known:
        raise MisreadError(
            f"'{data}'",
            f"one of: {', '.join(known)}, or event.<event type>",
            near(text, known),
        )
    return Subject(kind=text)


def _types(names: list[str]) -> tuple[str, ...]:
    for name in names:
        if name not in EVENT_TYPES:
            raise MisreadError(
                f"event type '{name}'", f"one of: {', '.join(EVENT_TYPES)}", near(name, EVENT_TYPES)
            )
    return tuple(names)


def _parameter(data: object) -> object:
    return data if isinstance(data, (dict, Parameter)) else {"value": data}


def _number_or_word(value: object) -> object:
    """Decimals come as text from YAML, so that they stay exact."""
    is_decimal = isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value)
    return Decimal(str(value)) if is_decimal else value


AppliesPhrase = Annotated[
    Applies,
    PlainValidator(_applies),
    WithJsonSchema(
        {
            **CONDITION_SCHEMA,
            "propertyNames": {"pattern": r"^(has|has_not|[a-z_]+\.[a-z_0-9]+)$"},
        }
    ),
]
SubjectPhrase = Annotated[
    Subject,
    PlainValidator(_subject),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^("
            + "|".join([*(name for name in SUBJECT_CONTEXTS if name != "event"), *EVENT_SUBJECTS])
            + rf"|event\.({'|'.join(EVENT_TYPES)})( or ({'|'.join(EVENT_TYPES)}))*)$",
        }
    ),
]


class DatedValue(Part):
    """A value of a parameter from a day on (key ``from``), and where the law says so."""

    from_: Annotated[date, Field(alias="from")]
    value: Annotated[Scalar, BeforeValidator(_number_or_word)]
    cites: str | None = None


class Parameter(Part):
    """A value that a clause or a site sets.

    Attributes:
        value: the value that holds where a workspace sets no other; of ``values`` the latest.
        values: values by the day from which each holds, where the law has changed.
        unit: its unit (``days``, ``%``), where it has one.
        cites: where the law names it.
        origin: where the value comes from when the law does not name it (key ``from``).
    """

    value: Annotated[Scalar, BeforeValidator(_number_or_word)] = ""
    values: tuple[DatedValue, ...] = ()
    unit: str | None = None
    cites: str | None = None
    origin: Annotated[str | None, Field(alias="from")] = None

    def at(self, day: date) -> Parameter:
        """The parameter with the value in force on a day; before the first, the first."""
        if not self.values:
            return self
        past = [value for value in self.values if value.from_ <= day]
        found = past[-1] if past else self.values[0]
        return self.model_copy(update={"value": found.value, "cites": found.cites or self.cites})

    @model_validator(mode="before")
    @classmethod
    def _latest(cls, data: object) -> object:
        if not isinstance(data, dict) or "values" not in data:
            return data
        if "value" in data:
            raise MisreadError("both value and values", "one of the two")
        last = data["values"][-1] if isinstance(data["values"], list) and data["values"] else {}
        return {**data, "value": last.get("value", "") if isinstance(last, dict) else ""}

    @model_validator(mode="after")
    def _in_order(self) -> Parameter:
        days = [value.from_ for value in self.values]
        if days != sorted(set(days)):
            raise MisreadError("values not in the order of their dates", "each later than the last")
        if self.value == "":
            raise MisreadError("a parameter without value", "value, or values with from and value")
        return self


class Source(Part):
    """The edition of the law the map was written from, and when it was compared with it."""

    edition: str
    checked_on: date


class InForce(Part):
    """First day in force, and the first day no longer in force."""

    from_: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> InForce:
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise MisreadError(
                f"in force from {self.from_} to {self.to}, which is no day",
                "an end after the beginning",
                "correct one of the dates",
            )
        return self


class Attest(Part):
    """What a person states where data cannot show it, and how long a statement lasts."""

    statement: str
    role: str
    renew: IntervalPhrase


class Requirement(Part):
    """One clause, or the part of a clause that one rule can judge.

    Attributes:
        id: the clause's own number.
        requires: what the law asks, in own words.
        control: where our check goes further than the law.
        sureness: V the wording was read, P in part or a summary, M from memory.
        remedy: how to close a gap.
        expect: checks that all have to hold.
        waits_for: shapes the language does not have yet; such a clause is listed, never judged.
        unseen: what the clause asks for and the rule does not see.
        replaces: id of the requirement that holds the text in force before this one.
    """

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]*$")]
    cites: Words
    title: Annotated[str, Field(min_length=5, max_length=120)]
    requires: Annotated[str, Field(min_length=10)]
    control: str | None = None
    sureness: Literal["V", "P", "M"]
    subject: SubjectPhrase = Subject(kind="site_period")
    applies: AppliesPhrase = Applies()
    expect: tuple[AnyCheck, ...] = ()
    attest: Attest | None = None
    waits_for: tuple[
        Literal["unique", "threshold", "audit_trail", "rotation", "retained", "attested", "check"],
        ...,
    ] = ()
    severity: Literal["critical", "major", "minor", "info"]
    remedy: Annotated[str, Field(min_length=10)]
    unseen: str | None = None
    in_force: InForce | None = None
    compliance_from: date | None = None
    replaces: str | None = None

    @property
    def state(self) -> Literal["judged", "waits_for", "attest"]:
        """Whether rows judge it, a person attests it, or the language cannot say it yet."""
        if self.expect:
            return "judged"
        return "attest" if self.attest else "waits_for"

    @model_validator(mode="after")
    def _one_way(self) -> Requirement:
        given = [bool(self.expect), self.attest is not None, bool(self.waits_for)]
        if sum(given) != 1:
            raise MisreadError(
                f"requirement {self.id} with {sum(given)} of expect, attest and waits_for",
                "exactly one of them",
                "say how the clause is judged: by rows, by a statement, or not yet",
            )
        return self


class ObligationMap(Part):
    """One regulation as requirements; one YAML file."""

    map: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    authority: str
    regime: Literal["gmp", "food_safety", "coa", "controlled_substances", "environmental", "house"]
    source: Source
    in_force: InForce
    compliance_from: date | None = None
    applies_to: AppliesPhrase = Applies()
    owner: str
    params: dict[str, Annotated[Parameter, BeforeValidator(_parameter)]] = Field(
        default_factory=dict
    )
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    _file: YamlFile | None = PrivateAttr(default=None)
    _digest: str = PrivateAttr(default="")

    @property
    def file(self) -> YamlFile:
        """The file the map was read from, with the place of every key."""
        assert self._file is not None  # noqa: S101 -- only loading makes maps
        return self._file

    @property
    def digest(self) -> str:
        """The sha256 of the map's file, in hex."""
        return self._digest

    def at(self, day: date | None) -> ObligationMap:
        """The map with the values of parameters in force on a day; ``None``: the latest."""
        if day is None:
            return self
        return self.model_copy(update={"params": {n: p.at(day) for n, p in self.params.items()}})

    def requirement(self, identifier: str) -> Requirement | None:
        """The requirement of that id, or ``None``."""
        return next((r for r in self.requirements if r.id == identifier), None)
