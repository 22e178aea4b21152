"""JSON text as values: digits as they are written, and what JSON itself leaves open refused.

A key that an object has twice, half a character, a number of thousands of digits and values nested
thousands deep are read by no two programs alike; here they are refused and told.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

TOO_DEEP = "nested too deeply to be read"
"""Why a text is refused that is brackets in brackets."""
_ODD = ("\\u0000", "\\ud", "\\uD")
"""What a text holds where a value of it may be no text: escapes of NUL and of surrogates."""


class StrictJson:
    """A decoder of JSON.

    Attributes:
        decoder: what decodes; :meth:`fault_of` has to be asked about each value that it gives.
    """

    def __init__(self) -> None:
        self._doubled: str | None = None
        # quantities keep the digits they are written with
        self.decoder = json.JSONDecoder(parse_float=str, object_pairs_hook=self._object)

    def value(self, text: str) -> Any:  # noqa: ANN401 -- any JSON value
        """Return the value of a text.

        Raises:
            json.JSONDecodeError: it is not JSON.
            ValueError: it is JSON that has to be refused; the message is the reason.
        """
        self._doubled = None
        try:
            value = self.decoder.decode(text)
        except RecursionError:
            raise ValueError(TOO_DEEP) from None
        if fault := self.fault_of(value, is_odd(text)):
            raise ValueError(fault)
        return value

    def fault_of(self, value: Any, may_be_odd: bool) -> str | None:  # noqa: ANN401 -- any JSON
        """Return why a value has to be refused that was decoded since last asked."""
        doubled, self._doubled = self._doubled, None
        if doubled is not None:
            return f"key '{doubled}' twice in one object"
        if not may_be_odd:
            return None
        whole = json.dumps(value, ensure_ascii=False)
        if "\\u0000" in whole:
            return "a NUL character in a text"
        return None if _is_text(whole) else "half of a surrogate pair in a text"

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            self._doubled = Counter(key for key, _ in pairs).most_common(1)[0][0]
        return made


def is_odd(text: str) -> bool:
    """Return whether a text has escapes that may stand for what is no text."""
    return any(odd in text for odd in _ODD)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
