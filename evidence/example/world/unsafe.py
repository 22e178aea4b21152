"""A food that may be unsafe: found, stopped, withdrawn, told to the authority and to consumers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .controlled import submit
from .plant import Plant
from .quality import deviation
from .things import Lot

UNSAFE = "UNSAFE"
"""Reason code of a finding that food may not be safe."""

INJURIOUS = "INJURIOUS"
"""Reason code of a finding that food may harm health."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was done about one lot.

    Attributes:
        finding: the quality record of the finding.
        recall: that of the withdrawal, or ``None``.
        told: the notice to the authority.
        notice: the notice to consumers, or ``None``.
    """

    finding: str
    recall: str | None
    told: str
    notice: str | None


def withdraw(
    plant: Plant, lot: Lot, found_at: datetime, *, reason: str = UNSAFE, is_sold: bool = True
) -> Withdrawal:
    """What follows a finding about a lot, all of it within the day.

    A lot of which nothing has left the plant needs no withdrawal and no notice to consumers.
    """
    subject = ("lots", lot.lot_id)
    closed_at = plant.after(found_at, 7 * 1440, 9 * 1440)
    finding = deviation(
        plant,
        subject,
        found_at,
        closed_at,
        kind="oos",
        severity="critical",
        reason=reason,
        disposition="destroy",
    )
    told_by = found_at + timedelta(hours=24)
    told = submit(plant, "authority_notice", lot.lot_id, told_by, 19 * 60)
    if not is_sold:
        return Withdrawal(finding, None, told, None)
    recalled_at = plant.after(found_at, 60, 180)
    recall = deviation(
        plant,
        subject,
        recalled_at,
        closed_at,
        kind="recall",
        severity="critical",
        reason=reason,
        disposition="destroy",
    )
    number = f"NOTICE-{plant.numbers.count('notices'):03d}"
    head = plant.people["head of food safety"][0]
    notice = plant.document("notice", subject, number, plant.after(recalled_at, 60, 240), head)
    return Withdrawal(finding, recall, told, notice)
