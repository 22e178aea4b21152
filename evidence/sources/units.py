"""How large a unit is: the reviewed spellings, with sizes from the library ``pint``.

`models/canonical/unit_ratios.sql` holds what comes of it, so that a build needs no library and the
same build gives the same bytes; ``python -m lotproof.evidence.sources.units`` writes it anew, and a
test compares. What a material's own factors are is left to the material.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from ..yaml_files import read_yaml, validated

if TYPE_CHECKING:
    from pint import UnitRegistry

_BASES = {
    "mass": "gram", "volume": "liter", "length": "meter", "area": "meter ** 2", "count": "piece",
}  # fmt: skip
_BEGIN, _END = "{% set units = [\n", "] %}\n"


class Unit(BaseModel):
    """A unit and how it is spelt.

    Attributes:
        unit: what `pint` calls it.
        kind: mass, volume, length, area or count; only units of one kind convert.
        rec20: its codes in UN/ECE Recommendation 20.
        sap: its internal codes in SAP.
        also: what else plants write.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str
    kind: str
    rec20: tuple[str, ...] = ()
    sap: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling once, in capitals (of µ too), in the order of the file."""
        return tuple(dict.fromkeys(n.upper() for n in (*self.rec20, *self.sap, *self.also)))


class _Units(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    units: tuple[Unit, ...]


@cache
def reviewed_units() -> tuple[Unit, ...]:
    """Return the units of `sources/reviewed/units.yml`."""
    path = Path(str(files("lotproof"))) / "sources" / "reviewed" / "units.yml"
    return validated(read_yaml(path), _Units).units


def size_of(unit: Unit) -> Decimal:
    """Return the exact size of a unit in gram, liter, meter, square meter or piece.

    Raises:
        pint.DimensionalityError: it is not of the kind that it is said to be.
    """
    registry = _registry()
    return Decimal(registry.Quantity(Decimal(1), unit.unit).to(_BASES[unit.kind]).magnitude)


@cache
def _registry() -> UnitRegistry[Any]:
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(non_int_type=Decimal, cache_folder=None)
    registry.define("piece = [piece]")
    return registry


def unit_lines() -> str:
    """Return the list of units as `unit_ratios.sql` holds it."""
    lines = []
    for unit in reviewed_units():
        size = f"{size_of(unit).normalize():f}"
        spelt = ", ".join(f"'{name}'" for name in unit.spellings)
        lines.append(f"    ('{unit.kind}', {size}, [{spelt}]),\n")
    return "".join(lines)


def model_path() -> Path:
    """Return where the model stands."""
    return Path(str(files("lotproof"))) / "models" / "canonical" / "unit_ratios.sql"


def unit_sizes_sql() -> str:
    """Return SQL that makes the table ``unit_sizes`` (uom, kind, size), without the library."""
    _, _, rest = model_path().read_text("utf-8").partition(_BEGIN)
    listed = ast.literal_eval(f"[{rest.partition(_END)[0]}]")
    rows = ", ".join(
        f"('{name}', '{kind}', {size})" for kind, size, names in listed for name in names
    )
    return (
        "create table unit_sizes (uom varchar, kind varchar, size double); "
        f"insert into unit_sizes values {rows}"
    )


def model_text(now: str) -> str:
    """Return the model with the list of units as it should be."""
    head, _, rest = now.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return head + _BEGIN + unit_lines() + _END + tail


if __name__ == "__main__":
    model_path().write_text(model_text(model_path().read_text("utf-8")), encoding="utf-8")
