"""Roles and meanings of signatures that a map names and that nobody will ever bear.

A site may have roles of its own, so only what looks like a known one misspelt is a fault. What a
signature means is a closed list, for the sources' words are translated into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..near_names import MISSPELT, near_names
from .checks import Check, Signing
from .grammar import near
from .names import NameFault, Path
from .vocabulary import MEANINGS, ROLES


def of_people(check: Check, path: Path) -> Iterator[NameFault]:
    """The faults of one check; what it combines is looked at by the caller."""
    signed = getattr(check, "signed", None)
    if isinstance(signed, Signing):
        yield from misspelt(signed.role, (*path, "signed", "role"))
        yield from _meanings(signed.meaning, (*path, "signed", "meaning"))
    role = getattr(check, "role", None)
    yield from misspelt((role,) if isinstance(role, str) else role or (), (*path, "role"))


def misspelt(roles: Iterable[str], path: Path) -> Iterator[NameFault]:
    """Roles that are like a known one, and are not it."""
    for role in roles:
        close = [] if role in ROLES else near_names(role, ROLES, 1, MISSPELT)
        if close:
            expected = f"a role that somebody holds, such as {close[0]}"
            fix = f"write '{close[0]}', or another word where a role of its own is meant"
            yield NameFault(path, f"role '{role}'", expected, fix)


def _meanings(words: Iterable[str], path: Path) -> Iterator[NameFault]:
    for word in words:
        if word not in MEANINGS:
            expected = f"one of: {', '.join(MEANINGS)}"
            yield NameFault(path, f"meaning '{word}'", expected, near(word, MEANINGS))
