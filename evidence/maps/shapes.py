"""All shapes together: what combines checks, and how a mapping tells its shape.

The single shapes are in ``checks``.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from .checks import (
    AuthorisedCheck,
    BalanceCheck,
    ChainCheck,
    Check,
    DocumentCheck,
    EventCheck,
    EveryCheck,
    FieldsCheck,
    MatchCheck,
    NotByCheck,
    ResultsCheck,
    SignedCheck,
    StatusAtCheck,
)
from .conditions import Condition
from .grammar import SUBJECT, Anchor, Kinds, MisreadError, near
from .record_checks import (
    RECORD_CHECKS,
    AttestedCheck,
    AuditTrailCheck,
    ModelCheck,
    RetainedCheck,
    RotationCheck,
    ThresholdCheck,
    UniqueCheck,
)
from .vocabulary import CHANGED


class ConditionCheck(Check):
    """A condition on the subject, as the trigger of a consequence."""

    condition: Condition


class IfCheck(Check):
    """When one thing holds, others have to."""

    if_: Annotated[AnyCheck, Field(alias="if")]
    then: Annotated[tuple[AnyCheck, ...], Field(min_length=1)]


class AnyOfCheck(Check):
    """One of the checks suffices."""

    any_of: Annotated[tuple[AnyCheck, ...], Field(min_length=2)]


class AllCheck(Check):
    """All of the checks have to hold."""

    all_: Annotated[tuple[AnyCheck, ...], Field(alias="all", min_length=1)]


SHAPE_KEYS = {
    "if": "if",
    "any_of": "any_of",
    "all": "all",
    "event": "event",
    "never": "event",
    "document": "document",
    "authorised": "authorised",
    "status_at": "status_at",
    "results": "results",
    "chain": "chain",
    "balance": "balance",
    "match": "match",
    "every": "every",
    "condition": "condition",
    "threshold": "threshold",
    "rotation": "rotation",
    "unique": "unique",
    "retained": "retained",
    "disposed": "retained",
    "attested": "attested",
    "audit_trail": "audit_trail",
    "check": "check",
    "signed": "signed",
    "not_by": "not_by",
    "fields": "fields",
    "if_known": "fields",
}
SHAPES = (
    "event",
    "status_at",
    "signed",
    "not_by",
    "fields",
    "document",
    "results",
    "chain",
    "balance",
    "match",
    "every",
    "authorised",
    *RECORD_CHECKS,
    "if",
    "any_of",
    "all",
)


_KNOWN = {*SHAPE_KEYS, "label", "code", "when", "except_when", "actor", "on", "before"}


def shape_of(data: Any) -> str | None:  # noqa: ANN401 -- whatever the YAML holds
    """The shape a check's mapping names; ``None`` when no key names one."""
    if isinstance(data, Check):
        return SHAPE_OF_CLASS[type(data)]
    if not isinstance(data, dict):
        return None
    first = next(iter(data), None)
    for key, shape in SHAPE_KEYS.items():
        # signed, not_by and fields may stand below a key whose name is misspelt
        if key in data and (shape not in ("signed", "not_by", "fields") or first in _KNOWN):
            return shape
    return None


def no_shape(data: Any) -> MisreadError:  # noqa: ANN401 -- whatever the YAML holds
    """What is wrong with data that :func:`shape_of` knows no shape for."""
    if not isinstance(data, dict):
        return MisreadError(f"'{data}'", f"a check, a mapping with one of: {', '.join(SHAPES)}")
    first = next(iter(data), "nothing")
    fix = near(str(first), list(SHAPE_KEYS))
    return MisreadError(f"'{first}' names no check", f"one of: {', '.join(SHAPES)}", fix)


def item_anchor(check: Check) -> Anchor:
    """The anchor whose records are the items of a check: one finding each."""
    if isinstance(check, SignedCheck | NotByCheck | FieldsCheck | MatchCheck):
        return check.on
    if isinstance(check, tuple(RECORD_CHECKS.values())):
        return _record_item(check)
    given = [
        found
        for key in ("before", "after", "during", "status_at", "at")
        if isinstance(found := getattr(check, key, None), Anchor)
    ]
    each = [anchor for anchor in given if anchor.take == "each"]
    records = [anchor for anchor in given if anchor.what is not None]
    return (each or records or [SUBJECT])[0]


def _record_item(check: Check) -> Anchor:
    if isinstance(check, UniqueCheck):
        return check.on
    if isinstance(check, RotationCheck):
        return check.rotation
    if isinstance(check, RetainedCheck):
        return check.disposed or Anchor("each", check.retained, text="each record")
    if isinstance(check, AuditTrailCheck):
        return Anchor("each", Kinds("change", (CHANGED[check.audit_trail],)), text="each change")
    return SUBJECT


AnyCheck = Annotated[
    Annotated[EventCheck, Tag("event")]
    | Annotated[StatusAtCheck, Tag("status_at")]
    | Annotated[SignedCheck, Tag("signed")]
    | Annotated[NotByCheck, Tag("not_by")]
    | Annotated[FieldsCheck, Tag("fields")]
    | Annotated[DocumentCheck, Tag("document")]
    | Annotated[ResultsCheck, Tag("results")]
    | Annotated[ChainCheck, Tag("chain")]
    | Annotated[BalanceCheck, Tag("balance")]
    | Annotated[MatchCheck, Tag("match")]
    | Annotated[EveryCheck, Tag("every")]
    | Annotated[AuthorisedCheck, Tag("authorised")]
    | Annotated[UniqueCheck, Tag("unique")]
    | Annotated[RetainedCheck, Tag("retained")]
    | Annotated[AttestedCheck, Tag("attested")]
    | Annotated[AuditTrailCheck, Tag("audit_trail")]
    | Annotated[ThresholdCheck, Tag("threshold")]
    | Annotated[RotationCheck, Tag("rotation")]
    | Annotated[ModelCheck, Tag("check")]
    | Annotated[ConditionCheck, Tag("condition")]
    | Annotated[IfCheck, Tag("if")]
    | Annotated[AnyOfCheck, Tag("any_of")]
    | Annotated[AllCheck, Tag("all")],
    Discriminator(shape_of),
]
for _class in (IfCheck, AnyOfCheck, AllCheck):
    _class.model_rebuild()
SHAPE_OF_CLASS: dict[type[Check], str] = {
    EventCheck: "event",
    StatusAtCheck: "status_at",
    SignedCheck: "signed",
    NotByCheck: "not_by",
    FieldsCheck: "fields",
    DocumentCheck: "document",
    ResultsCheck: "results",
    ChainCheck: "chain",
    BalanceCheck: "balance",
    MatchCheck: "match",
    EveryCheck: "every",
    AuthorisedCheck: "authorised",
    **{found: shape for shape, found in RECORD_CHECKS.items()},
    ConditionCheck: "condition",
    IfCheck: "if",
    AnyOfCheck: "any_of",
    AllCheck: "all",
}
