"""`when` and `except_when`, which any check may carry for its items.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from .conditions import holds
from .subjects import Anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item
from .world import NULL


def per_anchor(
    check: Mapping[str, Any],
    anchors: Iterable[Anchor],
    judge: Callable[[Anchor], Item],
) -> list[Item]:
    """One item per anchor that `when` lets through, mended by `except_when`."""
    items = []
    for anchor in anchors:
        if anchor.stands_for_none:
            items.append(Item(UNKNOWN, anchor.unknown, None, anchor.record))
            continue
        wanted = holds(check["when"], anchor.context) if "when" in check else HOLDS
        if wanted == UNKNOWN:
            items.append(Item(UNKNOWN, NULL, anchor.moment, anchor.record))
        elif wanted == HOLDS:
            unclear = Item(UNKNOWN, anchor.unknown, anchor.moment, anchor.record)
            items.append(_excused(check, anchor, unclear if anchor.unknown else judge(anchor)))
    return items


def _excused(check: Mapping[str, Any], anchor: Anchor, item: Item) -> Item:
    if "except_when" not in check:
        return item
    excuse = holds(check["except_when"], anchor.context)
    if excuse == HOLDS:
        return replace(item, truth=HOLDS, code=None)
    if excuse == UNKNOWN and item.truth == FAILS:
        return replace(item, truth=UNKNOWN, code=NULL)
    return item
