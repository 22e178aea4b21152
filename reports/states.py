"""The seven states of a verdict as people see them: sign, word and colour, never colour alone."""

from __future__ import annotations

SIGNS = {
    "met": "●",
    "gap": "▲",
    "undetermined": "?",
    "accepted_risk": "◆",
    "attested": "◆",
    "pending": "○",
    "not_applicable": "–",
}
"""Sign of each state, in the order pages count them."""


def sign(state: str) -> str:
    """The sign that stands before the state's word."""
    return SIGNS[state]


def word(state: str) -> str:
    """The state in words: ``accepted_risk`` reads *accepted risk*."""
    return state.replace("_", " ")
