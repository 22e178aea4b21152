"""The check shapes of the obligation language, one class each.

A check is a YAML mapping with one key that names its shape (``event``, ``status_at``, …). What it
means is written in ``docs/obligation-language.md``; judging is left to the SQL macros of the same
names.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from .conditions import Condition
from .grammar import SUBJECT, Kinds, MisreadError
from .phrases import (
    ActorPhrase,
    AnchorPhrase,
    ByPhrase,
    ColumnName,
    EventTypes,
    IntervalPhrase,
    KindsPhrase,
    Number,
    Pairs,
    Part,
    TolerancePhrase,
    Words,
)

GapCode = Literal[
    "missing",
    "late",
    "wrong_order",
    "wrong_person",
    "out_of_limit",
    "expired",
    "mismatch",
    "incomplete",
    "unbalanced",
    "broken_chain",
]
LotState = Literal[
    "quarantine", "released", "restricted", "blocked", "rejected", "recalled", "destroyed"
]
Relation = Literal["order", "lot", "shipment", "material", "supplier", "customer", "site"]
Count = Annotated[int, Field(ge=0)]


class Check(Part):
    """What every check may say beside its shape.

    Attributes:
        label: what the check is about, where the rule's own words would not say it.
        code: gap code the check raises instead of its own.
        when: which items are judged, on the context of the item.
        except_when: what excuses an item, on the same context.
    """

    label: str | None = None
    code: GapCode | None = None
    when: Condition = ()
    except_when: Condition = ()


class Signing(Part):
    """Whose signature it takes, and what it has to mean."""

    role: Words = ()
    meaning: Words
    distinct: Annotated[int, Field(ge=1)] = 1
    before: AnchorPhrase | None = None


class EventCheck(Check):
    """Records exist (``event``) or do not (``never``), in order, in time, in number."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["event"]}, {"required": ["never"]}]}
    )

    event: KindsPhrase | None = None
    never: KindsPhrase | None = None
    of: Relation | None = None
    where: Condition = ()
    same: Pairs = ()
    at_least: Count | None = None
    at_most: Count | None = None
    exactly: Count | None = None
    before: AnchorPhrase | None = None
    after: AnchorPhrase | None = None
    during: AnchorPhrase | None = None
    within: IntervalPhrase | None = None
    by: ByPhrase | None = None
    signed: Signing | None = None
    not_by: ActorPhrase | None = None
    actor: ActorPhrase | None = None
    fields: tuple[ColumnName, ...] = ()

    @property
    def what(self) -> Kinds:
        """The kind of record looked for."""
        found = self.event or self.never
        assert found is not None  # noqa: S101 -- the validator below holds it
        return found

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """Least and most records that satisfy the check; ``None`` is no bound."""
        if self.never is not None:
            return None, 0
        if self.exactly is not None:
            return self.exactly, self.exactly
        least = self.at_least if self.at_least is not None else (None if self.at_most else 1)
        return least, self.at_most

    @model_validator(mode="after")
    def _fits(self) -> EventCheck:
        if (self.event is None) == (self.never is None):
            raise MisreadError("both event and never", "one of the two")
        if self.within is not None and (self.before is None) == (self.after is None):
            raise MisreadError("within", "exactly one of after and before beside it")
        if self.by is not None and (self.after is None or self.within or self.before):
            raise MisreadError("by", "after beside it, and neither within nor before")
        if self.exactly is not None and (self.at_least, self.at_most) != (None, None):
            raise MisreadError("exactly beside at_least or at_most", "one way to count")
        if self.never is not None and (self.signed or self.not_by or self.fields):
            raise MisreadError("never with signed, not_by or fields", "these only beside event")
        if self.actor is not None and self.not_by is None:
            raise MisreadError("actor without not_by", "not_by beside it")
        return self


class StatusAtCheck(Check):
    """The lot had (or had not) one of these states at the anchor."""

    status_at: AnchorPhrase
    is_: Annotated[tuple[LotState, ...], Field(alias="is")] = ()
    is_not: tuple[LotState, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> StatusAtCheck:
        if bool(self.is_) == bool(self.is_not):
            raise MisreadError("neither or both of is and is_not", "one of the two")
        return self


class SignedCheck(Check):
    """A record bears a signature with a meaning by a holder of a role."""

    signed: Signing
    on: AnchorPhrase = SUBJECT
    before: AnchorPhrase | None = None


class NotByCheck(Check):
    """Two parts were not played by the same person."""

    not_by: ActorPhrase
    actor: ActorPhrase
    on: AnchorPhrase = SUBJECT


class FieldsCheck(Check):
    """Fields are filled in; those of ``if_known`` may be unknown but are then asked for."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["fields"]}, {"required": ["if_known"]}]}
    )

    fields: tuple[ColumnName, ...] = ()
    if_known: tuple[ColumnName, ...] = ()
    on: AnchorPhrase = SUBJECT

    @model_validator(mode="after")
    def _fits(self) -> FieldsCheck:
        if not self.fields and not self.if_known:
            raise MisreadError("no field", "at least one column in fields or if_known")
        return self


class DocumentCheck(Check):
    """A document of a kind exists, valid at a moment, issued in time."""

    document: Words
    of: Relation | None = None
    at: AnchorPhrase | None = None
    before: AnchorPhrase | None = None
    within: IntervalPhrase | None = None
    where: Condition = ()
    same: Pairs = ()
    signed: Signing | None = None
    fields: tuple[ColumnName, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> DocumentCheck:
        if self.within is not None and self.before is None:
            raise MisreadError("within", "before beside it")
        return self


CharacteristicKind = Literal[
    "identity", "assay", "purity", "physical", "microbiological", "in_process", "other"
]


class ResultsCheck(Check):
    """Results exist for the specification in force, and lie within its limits."""

    results: Literal["specification"] | tuple[CharacteristicKind, ...]
    characteristics: Words = ()
    origin: Literal["own", "supplier", "any"] = "any"
    before: AnchorPhrase | None = None
    customer: bool = False
    any_fail: bool = False
    failing: Literal["gap", "explained"] = "gap"


class ChainCheck(Check):
    """Every end of the lot's genealogy, upwards or downwards, is accounted for."""

    chain: Literal["up", "down"]
    ends: Words
    quantities: bool = False


class Ratio(Part):
    """Lower and upper bound of outputs divided by inputs, both included."""

    lower: Number | None = None
    upper: Number | None = None


class BalanceCheck(Check):
    """What went in equals what came out, within a tolerance."""

    balance: EventTypes
    equals: EventTypes
    where: Condition = ()
    tolerance: TolerancePhrase | None = None
    ratio: Ratio | None = None
    stock: Literal["counted"] | None = None
    per: Literal["material"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> BalanceCheck:
        if self.tolerance is not None and self.ratio is not None:
            raise MisreadError("both tolerance and ratio", "one of the two")
        return self


class MatchCheck(Check):
    """Two columns of a record agree, or keep an order."""

    match: ColumnName
    equals: ColumnName | None = None
    at_most: ColumnName | None = None
    at_least: ColumnName | None = None
    tolerance: TolerancePhrase | None = None
    on: AnchorPhrase = SUBJECT

    @property
    def compare(self) -> tuple[str, str]:
        """The comparison and the column compared with."""
        pairs = {"equals": self.equals, "at_most": self.at_most, "at_least": self.at_least}
        return next((name, column) for name, column in pairs.items() if column is not None)

    @model_validator(mode="after")
    def _fits(self) -> MatchCheck:
        given = [c for c in (self.equals, self.at_most, self.at_least) if c is not None]
        if len(given) != 1:
            raise MisreadError(f"{len(given)} comparisons", "one of equals, at_most and at_least")
        return self


class EveryCheck(Check):
    """Something recurs, and never lies further back than the interval."""

    every: IntervalPhrase
    of: KindsPhrase
    where: Condition = ()


Holder = Literal["supplier", "customer", "performer", "checker", "signer", "site"]


class AuthorisedCheck(Check):
    """A party, person or site held an authorisation at the moment."""

    authorised: Literal[
        "supplier_approval",
        "role",
        "registration",
        "power_of_attorney",
        "qualification",
        "supplier_validation",
    ]
    holder: Holder
    scope: str | None = None
    at: AnchorPhrase = SUBJECT
