"""Proposed classes of open deviations, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from ..evidence.lots.classifying import Classification


def as_json(told: Classification) -> str:
    """A JSON object: proposals, accuracy, or why there are none."""
    return json.dumps(asdict(told), indent=2, ensure_ascii=False) + "\n"


def as_text(told: Classification) -> str:
    """A line for each open deviation, and how far to trust them; or why nothing is proposed."""
    if told.silent is not None:
        return f"Open deviations: no class is proposed, {told.silent}.\n"
    lines = [
        f"? {p.deviation}  {p.site_id:<4} {p.subject}: proposed {p.proposed}, "
        f"{100 * p.probability:.0f} % probable"
        for p in told.proposals
    ] or ["No deviation is open."]
    trust = (
        f"Learned from {told.learned_from:,} closed records; right on "
        f"{100 * (told.accuracy or 0):.0f} % of records held back, always guessing the most "
        f"frequent class on {100 * (told.usual or 0):.0f} %. Deviations stay for people to decide."
    )
    return "\n".join(("Open deviations, class proposed (disposition):", *lines, trust)) + "\n"
