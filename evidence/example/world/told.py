"""What people write into quality records: one of a few sentences for each reason, by turns.

Chosen by the record's own number, so that no draw of chance is spent on it.
"""

from __future__ import annotations

from typing import Final

_TOLD: Final = {
    "TEMP": (
        "Room temperature above the limit for part of the shift, logger read again afterwards",
        "Cooling unit stopped, temperature rose before the batch was covered",
        "Temperature alarm during processing, probe found loose and refitted",
    ),
    "STOP": (
        "Line stopped by a jam at the infeed, product cleared and counted",
        "Unplanned stop after a drive fault, restarted with the second unit",
        "Power dip stopped the line, settings checked before the restart",
    ),
    "LABEL": (
        "Label roll with crooked print taken out, labels counted again",
        "Label applied upside down on a few units, sorted out by hand",
        "Label camera rejected good units, contrast set anew",
    ),
    "PROC": (
        "Step signed late in the batch record, done in time according to the log",
        "Mixing time written in the wrong field and corrected with initials",
        "Check weight taken one interval late, values before and after within limits",
    ),
    "LAB": (
        "Result outside the limit, sample preparation found at fault, repeated on a second sample",
        "Balance drifted during weighing, analysis repeated after calibration",
    ),
    "MAT": (
        "Result outside the limit and confirmed on a second sample, material at fault",
        "Supplier's material does not meet the specification, confirmed by a second analyst",
    ),
    "DAMAGE": ("Containers arrived damaged, contents sampled before use",),
    "MOCK": (
        "Traceability exercise on a lot drawn at random",
        "Mock recall, from a supplier's lot to all customers",
    ),
}


def told(reason: str, number: int) -> str | None:
    """Return what is written into the record of that number; nothing for reasons without words."""
    sentences = _TOLD.get(reason)
    return sentences[number % len(sentences)] if sentences else None
