"""Check shapes about records as such: that they are unique, kept, changed openly, within limits.

Those about what happened are in ``checks``. What a shape means is written in
``docs/obligation-language.md``; judging is left to the SQL macros of the same names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from .checks import Check
from .conditions import Condition, conditions
from .grammar import (
    SUBJECT,
    Anchor,
    Interval,
    Kinds,
    MisreadError,
    Operand,
    anchor,
    interval,
    near,
    number,
)
from .phrases import (
    AnchorPhrase,
    ColumnName,
    EventTypes,
    IntervalPhrase,
    KindsPhrase,
    Number,
    Part,
    Words,
)
from .vocabulary import CHANGED

LEGAL_HOLD = conditions({"quality_record.kind": "legal_hold"})
_SUM = re.compile(r"^(.+?) \+ (.+)$")
_PRODUCTS = re.compile(r"^products\.([a-z_0-9]+)$")
_DOTTED = re.compile(r"^[a-z_]+\.[a-z_0-9]+$")


def _columns(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(i, str) and re.fullmatch(_COLUMN, i) for i in items):
        raise MisreadError(f"'{value}'", "a column such as lot.lot_id, or a list of them")
    return tuple(str(item) for item in items)


_COLUMN = r"([a-z_]+\.)?[a-z_0-9]+"
_COLUMN_SCHEMA = {"type": "string", "pattern": f"^{_COLUMN}$"}
Columns = Annotated[
    tuple[str, ...],
    PlainValidator(_columns),
    WithJsonSchema({"anyOf": [_COLUMN_SCHEMA, {"type": "array", "items": _COLUMN_SCHEMA}]}),
]


class UniqueCheck(Check):
    """A key stands for one thing only, and is never given to another.

    Attributes:
        unique: columns of the key.
        per: columns of what one key may stand for; none: the record itself.
        within: columns that records have to share to be compared (key ``in``).
        where: which other records are compared.
        versions: whether earlier versions of records are compared, too.
    """

    unique: Columns
    per: Columns = ()
    on: AnchorPhrase = SUBJECT
    within: Annotated[Columns, Field(alias="in")] = ()
    where: Condition = ()
    versions: bool = False


@dataclass(frozen=True, slots=True)
class KeptUntil:
    """One of the dates until which a record is kept: a date, and a span after it.

    Attributes:
        of: record (its own time), column, event (an anchor's time) or products (the latest date of
            the products made from the lot).
    """

    of: str
    column: str | None
    anchor: Anchor | None
    add: Interval | None
    text: str


def _kept_until(value: object) -> tuple[KeptUntil, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(_date(item) for item in items)


def _date(value: object) -> KeptUntil:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    match = _SUM.match(text)
    base, add = (match.group(1), interval(match.group(2))) if match else (text, None)
    if base == "record":
        return KeptUntil("record", None, None, add, text)
    products = _PRODUCTS.match(base)
    if products is not None:
        return KeptUntil("products", f"lot.{products.group(1)}", None, add, text)
    found = anchor(base) if base else None
    if found is not None and found.take == "column":
        return KeptUntil("column", found.column, None, add, text)
    if found is None or found.take not in ("first", "last"):
        raise MisreadError(
            f"'{value}'",
            "a date and a span, such as record + 2 years, lot.expires_at + 1 year, "
            "last shipment + 3 years or products.expires_at + 1 year",
        )
    return KeptUntil("event", None, found, add, text)


KeptPhrase = Annotated[
    tuple[KeptUntil, ...],
    PlainValidator(_kept_until),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class RetainedCheck(Check):
    """Nothing is disposed of before the latest of some dates, nor while a hold is open.

    Attributes:
        retained: kind of record whose disposal the sources' audit trails tell.
        disposed: the events that are the disposal.
        until: the dates; the latest counts.
        holds: which quality records forbid disposal while they are open.
    """

    retained: KindsPhrase | None = None
    disposed: AnchorPhrase | None = None
    until: KeptPhrase
    holds: Condition = LEGAL_HOLD

    @property
    def records(self) -> Kinds | None:
        """The kind of record that is disposed of."""
        return self.retained or (self.disposed.what if self.disposed else None)

    @model_validator(mode="after")
    def _fits(self) -> RetainedCheck:
        if (self.retained is None) == (self.disposed is None):
            raise MisreadError("both retained and disposed, or neither", "one of the two")
        if self.disposed is not None and self.disposed.what is None:
            raise MisreadError(f"'{self.disposed.text}'", "events, such as each disposition")
        return self


class AttestedCheck(Check):
    """A person states it, where data cannot show it.

    Attributes:
        statement: what is stated (key ``attested``).
        name: the word by which a statement says which of several it is (key ``as``).
        renew: how long a statement lasts.
    """

    statement: Annotated[str, Field(alias="attested", min_length=5)]
    name: Annotated[str | None, Field(alias="as", pattern="^[a-z][a-z0-9-]*$")] = None
    role: str | None = None
    renew: IntervalPhrase | None = None


def _changed(value: object) -> str:
    if not isinstance(value, str) or value not in CHANGED:
        raise MisreadError(
            f"'{value}'", f"one of: {', '.join(CHANGED)}", near(str(value), tuple(CHANGED))
        )
    return value


class AuditTrailCheck(Check):
    """Changes of records are told by the audit trail, with all that belongs to a change.

    Attributes:
        audit_trail: word for the records.
        fields: columns whose changes matter; none: all.
        asks: what a change has to tell.
        role: roles one of which whoever changed it held then.
        sequence: whether the numbers of the trail are without holes.
    """

    audit_trail: Annotated[str, PlainValidator(_changed), WithJsonSchema({"enum": list(CHANGED)})]
    fields: tuple[ColumnName, ...] = ()
    asks: tuple[Literal["user", "old", "new", "reason", "review"], ...] = (
        "user",
        "old",
        "new",
        "reason",
    )
    role: Words = ()
    sequence: bool = False


class Baseline(Part):
    """A limit that is a multiple of what was usual before.

    Attributes:
        times: how many times the mean.
        mean_over: how far back the mean reaches.
        least: fewer months (or shipments) than these make no mean.
    """

    times: Number
    mean_over: IntervalPhrase
    least: Annotated[int, Field(ge=1)] = 3


Limit = Operand | str | Baseline


def _limit(value: object) -> Limit:
    if isinstance(value, dict):
        return Baseline.model_validate(value)
    if isinstance(value, str) and _DOTTED.match(value) and not value[0].isdigit():
        return value
    return number(value)


LimitPhrase = Annotated[
    Limit,
    PlainValidator(_limit),
    WithJsonSchema({"anyOf": [{"type": ["number", "string"]}, {"type": "object"}]}),
]


def _over(value: object) -> str | Interval:
    return value if value in ("period", "quarter", "year") else interval(value)  # type: ignore[return-value]


OverPhrase = Annotated[
    str | Interval,
    PlainValidator(_over),
    WithJsonSchema({"type": "string", "description": "period, quarter, year or 12 months."}),
]
_BOUNDS = ("at_most", "below", "at_least", "above")


class ThresholdCheck(Check):
    """A sum, count, mean or greatest value over a window keeps a limit.

    Attributes:
        threshold: what is made of the records.
        of: the records.
        column: the column summed.
        unit: base unit the column has to be in.
        over: the window, up to the end of the month.
        group: columns of which each value is an item of its own.
        against: whose earlier shipments a baseline of shipments is taken from.
    """

    threshold: Literal["sum", "count", "mean", "max"]
    of: KindsPhrase
    column: ColumnName | None = None
    unit: str | None = None
    where: Condition = ()
    over: OverPhrase = "period"
    group: Columns = ()
    at_most: LimitPhrase | None = None
    below: LimitPhrase | None = None
    at_least: LimitPhrase | None = None
    above: LimitPhrase | None = None
    against: Literal["customer"] | None = None

    @property
    def bound(self) -> tuple[str, Limit]:
        """The comparison and the limit."""
        given = ((name, getattr(self, name)) for name in _BOUNDS)
        return next((name, limit) for name, limit in given if limit is not None)

    @model_validator(mode="after")
    def _fits(self) -> ThresholdCheck:
        given = [name for name in _BOUNDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise MisreadError(f"{len(given)} limits", f"one of: {', '.join(_BOUNDS)}")
        if (self.threshold == "count") != (self.column is None):
            raise MisreadError(f"{self.threshold} of a column", "column, but not beside count")
        if isinstance(self.bound[1], Baseline) and self.bound[0] not in ("at_most", "below"):
            raise MisreadError(f"a baseline for {self.bound[0]}", "at_most or below")
        return self


def _older(value: object) -> str:
    if value in ("release", "receipt") or (isinstance(value, str) and _DOTTED.match(value)):
        return str(value)
    raise MisreadError(f"'{value}'", "release, receipt or a date such as lot.expires_at")


class RotationCheck(Check):
    """What is older and can be used is drawn first.

    Attributes:
        rotation: the events that draw from stock.
        by: what makes a lot older: its first release or receipt, or a date.
        ins: events that put into stock.
        outs: events that take out of it.
    """

    rotation: AnchorPhrase
    by: Annotated[str, PlainValidator(_older), WithJsonSchema({"type": "string"})] = "release"
    ins: EventTypes = ("receipt", "intermediate_output", "finished_goods", "return", "adjustment")
    outs: EventTypes = ("consumption", "shipment", "disposition", "sample")

    @model_validator(mode="after")
    def _fits(self) -> RotationCheck:
        if self.rotation.what is None or self.rotation.what.kind != "event":
            raise MisreadError(f"'{self.rotation.text}'", "events, such as each consumption")
        return self


class ModelCheck(Check):
    """A dbt model says it, for what no shape can say.

    Attributes:
        check: name of the model.
        absent: what it means that the model does not speak of a subject.
    """

    check: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    absent: Literal["nothing", "holds", "unknown"] = "nothing"


RECORD_CHECKS: dict[str, type[Check]] = {
    "unique": UniqueCheck,
    "retained": RetainedCheck,
    "attested": AttestedCheck,
    "audit_trail": AuditTrailCheck,
    "threshold": ThresholdCheck,
    "rotation": RotationCheck,
    "check": ModelCheck,
}
