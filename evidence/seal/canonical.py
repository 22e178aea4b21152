"""JSON with one spelling: equal values give equal bytes, and any other spelling is refused."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any


class NotCanonicalError(ValueError):
    """The bytes are not the one spelling of their value; the message says why."""


def dump(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Keys sorted, two spaces, UTF-8, LF at the end; for files people open."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def dump_line(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """The same on one line; for JSON lines."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return f"{text}\n".encode()


def load(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read what :func:`dump` wrote.

    Raises:
        NotCanonicalError: not JSON, a key twice, NaN, or another order or spacing.
    """
    return _if_spelt(data, dump)


def load_line(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read what :func:`dump_line` wrote.

    Raises:
        NotCanonicalError: as :func:`load`.
    """
    return _if_spelt(data, dump_line)


def _if_spelt(data: bytes, spell: Callable[[Any], bytes]) -> Any:  # noqa: ANN401 - any JSON value
    value = parse(data)
    try:
        is_spelt = spell(value) == data
    except (ValueError, RecursionError) as error:  # half a character, or nested without end
        raise NotCanonicalError(f"not canonical JSON: {error}") from error
    if not is_spelt:
        raise NotCanonicalError("keys, spacing or escapes differ from the canonical spelling")
    return value


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def parse(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read JSON in any spelling that every reader understands alike.

    Raises:
        NotCanonicalError: not JSON, a key twice, or NaN.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_refuse)
    except NotCanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(f"not JSON: {error}") from error


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        raise NotCanonicalError(f"key twice: {sorted(twice)[:5]}")
    return found


def _refuse(constant: str) -> None:
    raise NotCanonicalError(f"{constant} is not a JSON value")
