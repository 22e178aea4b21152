"""Which role an exception goes to: what `lotproof.yml` says under ``exceptions:``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Rule(BaseModel):
    """A role for exceptions; what is left out fits all.

    Attributes:
        role: who should look.
        kind: only this kind.
        site: only this site.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Annotated[str, Field(min_length=1)]
    kind: str | None = None
    site: str | None = None


class ExceptionRules(BaseModel):
    """What a workspace says of exceptions.

    Attributes:
        routes: the first rule that fits counts; none fitting, the kind's own role.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    routes: tuple[Rule, ...] = ()
