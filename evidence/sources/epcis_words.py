"""What an event says apart from its spelling, so that JSON and XML of one event are the same.

In the spirit of the pre-hash string of an event hash (GS1 CBV 2.0, section 8.9): order of lists,
zeros behind a decimal, the zone in which an instant is written, short or long words, and prefixes
of names make no difference. What is left out is said by the caller.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .gs1 import container, item, place, word

_WORDS = ("bizStep", "disposition", "type", "reason", "set", "unset")
_NUMBER = re.compile(r"^-?(0|[1-9]\d*)(\.\d+)?$")
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")


def normal_form(value: Any, key: str = "") -> Any:  # noqa: ANN401 -- any JSON value
    """Return a JSON value in the one spelling that all spellings of it have."""
    if isinstance(value, dict):
        said = {name: part for name, part in value.items() if name != "@context"}
        parts = {word(name): normal_form(part, name) for name, part in said.items()}
        return {name: part for name, part in parts.items() if part not in (None, "", [], {})}
    if isinstance(value, list):
        return sorted((normal_form(part, key) for part in value), key=_order)
    if value is None or isinstance(value, bool):
        return value if value is None else str(value).lower()
    return _text(str(value).strip(), key)


def _order(value: Any) -> str:  # noqa: ANN401 -- any JSON value
    return json.dumps(value, sort_keys=True)


def _text(text: str, key: str) -> str:
    if key in _WORDS:
        return word(text)
    if _NUMBER.match(text):
        return f"{Decimal(text).normalize():f}"
    if _INSTANT.match(text):
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            return text
        return when.astimezone(UTC).isoformat() if when.tzinfo else text
    found = place(item(text).uri)
    return container(found) or found
