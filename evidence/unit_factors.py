"""A material's own factors between units: tablets per kilogram, the base in a salt.

Only reads and checks what the workspace says under `units:`. Which unit is how large by itself is
left to `sources/reviewed/units.yml`; the models join the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .errors import LotproofError
from .yaml_files import YamlFile

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class UnitFactor(BaseModel):
    """One `from_unit` of a material is `factor` times its `to_unit`.

    Attributes:
        material_id: the material, as the lot model names it.
        from_unit: the unit that is converted (key ``from``), such as ``KG``.
        to_unit: the unit it becomes (key ``to``), such as ``EA``.
        factor: how many; exact, at most nine decimal places.
        valid_from: first local day on which it holds; always, where none is given.
        valid_to: last local day on which it holds; to this day, where none is given.
        source: the document that says so.
        reason: why it is so, where that needs saying.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    material_id: Text
    from_unit: Annotated[Text, Field(alias="from")]
    to_unit: Annotated[Text, Field(alias="to")]
    factor: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=9)]
    valid_from: date | None = None
    valid_to: date | None = None
    source: Text
    reason: str | None = None

    @property
    def units(self) -> tuple[str, str]:
        """Both units in capitals."""
        return self.from_unit.upper(), self.to_unit.upper()

    @property
    def row(self) -> list[str | None]:
        """Plain values, as the build digests and a pack encloses them."""
        days = [
            None if day is None else day.isoformat() for day in (self.valid_from, self.valid_to)
        ]
        return [self.material_id, *self.units, f"{self.factor:f}", *days, self.source]


def factor_faults(file: YamlFile, factors: Sequence[UnitFactor]) -> Iterator[LotproofError]:
    """Faults of the factors against each other and against the sizes of units.

    Args:
        file: where they stand, under ``units``.
        factors: in the order of the file.
    """
    for index, factor in enumerate(factors):
        kinds = _kinds(factor)
        if len(kinds) == 1:
            yield LotproofError(
                f"a factor from {factor.from_unit} to {factor.to_unit}, which convert by size",
                "two units of different kinds",
                "give what is measured a unit of its own, such as KG-BASE",
                file.where(("units", index, "to")),
            )
        if factor.valid_from and factor.valid_to and factor.valid_to < factor.valid_from:
            yield LotproofError(
                f"a factor valid to {factor.valid_to}, before {factor.valid_from}",
                "valid_to on or after valid_from",
                "correct the days",
                file.where(("units", index, "valid_to")),
            )
        for other in factors[:index]:
            if (other.material_id, _kinds(other)) == (factor.material_id, kinds) and _meet(
                other, factor
            ):
                yield LotproofError(
                    f"two factors of {factor.material_id} between {' and '.join(factor.units)} "
                    "that hold on the same day",
                    "one factor on each day, in one direction",
                    "end the older one with valid_to, or remove one",
                    file.where(("units", index, "factor")),
                )


def _kinds(factor: UnitFactor) -> frozenset[str]:
    """What the two units measure; a unit without a size of its own is a kind for itself."""
    from .sources.units import reviewed_units

    known = {name: unit.kind for unit in reviewed_units() for name in unit.spellings}
    return frozenset(known.get(unit, f"unit {unit}") for unit in factor.units)


def _meet(one: UnitFactor, other: UnitFactor) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_to or date.max, other.valid_to or date.max)
