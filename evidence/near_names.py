"""Names that a misspelt one may have meant, of all that are known.

For lists that are at hand; of a million lots :mod:`.lots.close_names` asks the chain files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

ALIKE = 0.6
"""How alike (from 0 to 1) a known name is that is put before a person who asked for another."""
MISSPELT = 0.85
"""How alike two names are when one is taken for the other misspelt, without anybody asked."""


def near_names(name: str, known: Iterable[str], most: int = 5, alike: float = ALIKE) -> list[str]:
    """Return the known names most like a name, whatever case either is in, the likest first."""
    folded: dict[str, list[str]] = {}
    for each in known:
        folded.setdefault(each.casefold(), []).append(each)
    close = get_close_matches(name.casefold(), folded, n=most, cutoff=alike)
    return [each for fold in close for each in folded[fold]][:most]


def did_you_mean(near: Sequence[str], otherwise: str) -> str:
    """Return the question whether a near name was meant; where there is none, what else to say."""
    return f"did you mean {', '.join(near)}?" if near else otherwise
