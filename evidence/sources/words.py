"""The words that the lot model fixes: closed columns, needed columns, natural keys, known units.

Written in `sources/words.yml`; which word of a plant means which of them is a mapping's business.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..yaml_files import read_yaml, validated
from .units import reviewed_units


class Words(BaseModel):
    """The content of `sources/words.yml`.

    Attributes:
        closed: the words a column takes, by ``table.column``.
        needed: columns a row says nothing without, by table.
        wanted: columns whose absence is a finding, by table.
        keys: templates of a row's own key, by table; tables that are not named have none.
        units: known spellings of units, in groups.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    closed: dict[str, tuple[str, ...]]
    needed: dict[str, tuple[str, ...]]
    wanted: dict[str, tuple[str, ...]]
    keys: dict[str, tuple[str, ...]]
    units: tuple[tuple[str, ...], ...]

    @property
    def known_units(self) -> tuple[str, ...]:
        """Every known spelling of a unit."""
        converted = (name for unit in reviewed_units() for name in unit.spellings)
        return (*(unit for group in self.units for unit in group), *converted)


@cache
def fixed_words() -> Words:
    """Return the words of the lot model."""
    file = read_yaml(Path(str(files("lotproof"))) / "sources" / "words.yml")
    return validated(file, Words)
