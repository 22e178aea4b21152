"""JSON with one spelling: equal values give equal bytes, and any other spelling is refused."""

from __future__ import annotations

import hashlib
import json
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
    value = _parse(data)
    if dump(value) != data:
        raise NotCanonicalError("keys, spacing or escapes differ from the canonical spelling")
    return value


def load_line(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read what :func:`dump_line` wrote.

    Raises:
        NotCanonicalError: as :func:`load`.
    """
    value = _parse(data)
    if dump_line(value) != data:
        raise NotCanonicalError("keys, spacing or escapes differ from the canonical spelling")
    return value


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _parse(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_refuse)
    except NotCanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(f"not JSON: {error}") from error


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise NotCanonicalError(f"key twice: {sorted({k for k in keys if keys.count(k) > 1})}")
    return found


def _refuse(constant: str) -> None:
    raise NotCanonicalError(f"{constant} is not a JSON value")
