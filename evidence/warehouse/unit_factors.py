"""A material's own factors between units, as the model that `material_ratios` reads.

What the factors mean is left to ``models/canonical/material_ratios.sql``; what may be declared, to
``lotproof.evidence.unit_factors``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .literals import quoted

if TYPE_CHECKING:
    from ..workspace import Workspace

_NONE = ("", "", "", "1", None, None)


def factors_of(workspace: Workspace) -> dict[str, list[list[str | None]]]:
    """The factors that a workspace declares, as plain values for a build and a pack."""
    rows = [factor.row for factor in workspace.units]
    return {"unit_factors": sorted(rows, key=lambda row: [value or "" for value in row])}


def factor_models(factors: Mapping[str, Iterable[Sequence[Any]]]) -> dict[str, str]:
    """The generated model of factors as :func:`factors_of` gives them, by file name.

    Raises:
        ValueError: a factor or a day is none.
    """
    rows = [_row(values) for values in (*factors.get("unit_factors", ()), _NONE)]
    listed = ",\n".join(f"    ({row})" for row in rows)
    return {
        "unit_factors.sql": (
            "{{ config(contract={'enforced': false}) }}\n"
            "select material_id, from_uom, to_uom, factor, cast(valid_from as date) as valid_from, "
            f"cast(valid_to as date) as valid_to\nfrom (values\n{listed}\n"
            ") as factors (material_id, from_uom, to_uom, factor, valid_from, valid_to)\n"
            "where material_id <> ''\n"
        )
    }


def _row(values: Sequence[Any]) -> str:
    material, one, other, factor, *days = values[:6]
    number = Decimal(str(factor))
    if not number.is_finite():
        raise ValueError(f"a factor {factor}")
    told = ["null" if day is None else f"'{date.fromisoformat(str(day))}'" for day in days]
    texts = [quoted(material), quoted(one), quoted(other)]
    return ", ".join([*texts, f"cast('{number:f}' as decimal(25, 9))", *told])
