"""One exception: what was found, how sure, on which rows, what hangs on it, who should look."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

KINDS: dict[str, tuple[str, str]] = {
    "consumed_before_release": ("consumed before release", "quality-unit"),
    "shipped_before_release": ("shipped before release", "quality-unit"),
    "held_stock_used": ("held stock used", "quality-unit"),
    "expired_stock_used": ("expired stock used", "quality-unit"),
    "missing_step": ("a step the plant's lots normally have is missing", "production"),
    "unusual_sequence": ("steps in an unusual order", "production"),
    "unusual_quantity": ("unusual quantity", "production"),
    "unusual_duration": ("unusual duration", "production"),
    "unusual_actor": ("somebody who does not normally do this", "quality-unit"),
    "unusual_hour": ("unusual hour", "quality-unit"),
    "reversal_cluster": ("reversals close together", "quality-unit"),
    "back_dated": ("entered long after it happened", "quality-unit"),
    "conflicting_steps": ("one person in steps that check each other", "quality-unit"),
    "round_results": ("results suspiciously round", "quality-control"),
    "just_inside_limit": ("a result just inside its limit", "quality-control"),
    "copied_values": ("results equal to another lot's", "quality-control"),
}
"""Each kind: its words, and the role it goes to where the workspace names none."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What can be reached downstream of the lots of a finding, as recorded.

    Attributes:
        orders: production orders that used them.
        lots: lots made from them, themselves not counted.
        shipments: shipments of any of them.
        customers: customers of those shipments.
        value: quantity shipped at the valuation in force, ``EUR 12.50; USD 3.00``; none where
            nothing was shipped or no valuation is known.
    """

    orders: int = 0
    lots: int = 0
    shipments: int = 0
    customers: int = 0
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """An exception.

    Attributes:
        id: stable as long as kind, subject and rows are the same.
        kind: one of :data:`KINDS`.
        site_id: where.
        subject_type: lot, order or person.
        subject_id: which.
        at: local time of the act at the site; none where it has no one moment.
        score: 0 to 100, how far from what is normal or allowed.
        reason: why, in words.
        records: the rows, each ``table/record_id``.
        lots: the lots concerned.
        role: who should look.
        exposure: what hangs on it.
        decision: accepted or dismissed, by whom and why; none while it is open.
    """

    id: str
    kind: str
    site_id: str
    subject_type: str
    subject_id: str
    at: datetime | None
    score: int
    reason: str
    records: tuple[str, ...]
    lots: tuple[str, ...]
    role: str = ""
    exposure: Exposure = Exposure()
    decision: str | None = None


def finding_id(kind: str, subject_id: str, records: tuple[str, ...]) -> str:
    """``EX-`` and ten letters; a hash of what it is about, never a running number."""
    text = "\x1f".join((kind, subject_id, *records))
    return f"EX-{hashlib.sha256(text.encode()).hexdigest()[:10].upper()}"
