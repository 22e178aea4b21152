"""`when` and `except_when`, which any check may carry for its items.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from .conditions import holds
from .subjects import Anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, negation
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
        if wanted != FAILS:
            unclear = Item(UNKNOWN, anchor.unknown, anchor.moment, anchor.record)
            item = _excused(check, anchor, unclear if anchor.unknown else judge(anchor))
            items.append(item if wanted == HOLDS else _doubted(item))
    return items


def item_of(check: Mapping[str, Any], hung_on: Mapping[str, Anchor]) -> Anchor | None:
    """The anchor that `when` and `except_when` look at: one of each, else one of a record."""
    records = [word for word in hung_on if " " in check[word] and check[word] != "period end"]
    each = [word for word in records if str(check[word]).startswith("each ")]
    return hung_on[(each or records)[0]] if records else None


def asks(check: Mapping[str, Any], anchor: Anchor) -> int:
    """Whether the check asks anything at the anchor: `when` lets it through, nothing excuses."""
    wanted = holds(check["when"], anchor.context) if "when" in check else HOLDS
    excuse = holds(check["except_when"], anchor.context) if "except_when" in check else FAILS
    return all_of([wanted, negation(excuse)])


def _doubted(item: Item) -> Item:
    """Nobody knows whether the item is asked for; its own doubt, if it has one, goes first."""
    return item if item.truth == UNKNOWN else replace(item, truth=UNKNOWN, code=NULL)


def _excused(check: Mapping[str, Any], anchor: Anchor, item: Item) -> Item:
    if "except_when" not in check:
        return item
    excuse = holds(check["except_when"], anchor.context)
    if excuse == HOLDS:
        return replace(item, truth=HOLDS, code=None)
    if excuse == UNKNOWN and item.truth == FAILS:
        return replace(item, truth=UNKNOWN, code=NULL)
    return item
