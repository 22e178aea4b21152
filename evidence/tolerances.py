"""How far a balance may be off: what `lotproof.yml` says under ``balance:``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Percent = Annotated[Decimal, Field(ge=0, le=100)]


class Tolerances(BaseModel):
    """The difference that is still in balance, of what came in.

    Attributes:
        tolerance: for every material [%].
        materials: for materials that have one of their own, by identifier [%].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tolerance: Percent = Decimal(1)
    materials: dict[str, Percent] = {}
