"""Which words that a site is regulated as any map asks about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .conditions import Term
from .model import ObligationMap

_COLUMN = "site.regulated_as"


def unasked(words: Iterable[str], maps: Sequence[ObligationMap]) -> list[str]:
    """The words that bind a site to no clause of these maps, in the order given."""
    terms = [term for found in maps for term in _terms(found)]
    asked = {str(value.value) for term in terms if term.column == _COLUMN for value in term.values}
    return [word for word in words if word not in asked]


def _terms(found: ObligationMap) -> list[Term]:
    inner = [term for requirement in found.requirements for term in requirement.applies.where]
    return [*found.applies_to.where, *inner]
