"""`same`: a record's columns equal those of the thing it is held against.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping

from .kinds import Context
from .truth import UNKNOWN, all_of, of_bool


def same(pairs: Mapping[str, str], theirs: Context, ours: Context) -> int:
    """Whether every pair of columns agrees; a null on either side leaves it unknown."""
    truths = []
    for their_column, our_column in pairs.items():
        left, right = theirs.value(their_column), ours.value(our_column)
        truths.append(UNKNOWN if left is None or right is None else of_bool(left == right))
    return all_of(truths)
