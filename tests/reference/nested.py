"""What `event` and `document` ask of every record they found: `signed`, `not_by`, `fields`.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .shape_people import nested_not_by, nested_signed
from .shape_records import nested_fields
from .subjects import Anchor, Case
from .truth import FAILS, HOLDS, UNKNOWN, Item, any_of
from .world import NULL

_JUDGES = {"signed": nested_signed, "not_by": nested_not_by, "fields": nested_fields}


@dataclass(frozen=True)
class Found:
    """A record that a check found, whether it is surely one, and if not why."""

    record: Anchor
    truth: int
    code: str | None = None


def nested_items(check: Mapping[str, Any], case: Case, found: Iterable[Found]) -> list[Item]:
    """One item per record and nested check, the record being found once or several times."""
    by_record: dict[int, list[Found]] = {}
    for each in found:
        if each.truth != FAILS:
            by_record.setdefault(each.record.row["record_key"], []).append(each)
    items = []
    for place, (word, judge) in enumerate(_JUDGES.items(), start=1):
        for group in by_record.values() if word in check else ():
            record = group[0].record
            truth, code = judge(check, case, record)
            is_sure = any_of(each.truth for each in group) == HOLDS
            if truth == FAILS and not is_sure:
                truth, code = UNKNOWN, min((g.code for g in group if g.code), default=NULL)
            items.append(Item(truth, code, record.moment, record.record, None, place))
    return items
