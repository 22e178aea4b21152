"""Names of lots that a misspelt one may have meant: one slip away, or begun alike.

Looked up one by one in the sorted names of the chain files, so that a million lots cost no more
than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator

from .chain_files import fold
from .chains import Chains

_LETTERS = b"0123456789abcdefghijklmnopqrstuvwxyz-_/. "
_MOST = 5


def close_names(chains: Chains, name: str) -> list[str]:
    """At most five names that lots bear, those one slip away first.

    A slip is a letter too many, too few, another one, or two that changed places.

    Args:
        chains: where to look.
        name: what was asked for.
    """
    asked = fold(name)
    if not asked or len(asked) > 60:
        return []
    found: dict[int, None] = {}
    for slip in _slips(asked):
        found.update(dict.fromkeys(chains.find_folded(slip)))
        if len(found) >= _MOST:
            break
    for length in range(len(asked), max(2, len(asked) - 3), -1):
        if len(found) >= _MOST:
            break
        found.update(dict.fromkeys(chains.beginning(asked[:length], _MOST)))
    return [_told(chains, place) for place in list(found)[:_MOST]]


def _told(chains: Chains, place: int) -> str:
    return str(chains.lot(place)["lot_id"])


def _slips(name: bytes) -> Iterator[bytes]:
    for n in range(len(name) - 1):
        yield name[:n] + name[n + 1 : n + 2] + name[n : n + 1] + name[n + 2 :]
    for n in range(len(name)):
        yield name[:n] + name[n + 1 :]
    for n in range(len(name) + 1):
        for letter in _LETTERS:
            yield name[:n] + bytes((letter,)) + name[n:]
            yield name[:n] + bytes((letter,)) + name[n + 1 :]
