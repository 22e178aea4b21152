"""The number of a gap: the same in every pack, whatever else is found."""

from __future__ import annotations

import base64
import hashlib

from .reading import Row


def gap_number(verdict: Row) -> str:
    """The number of a gap: the same clause and subject have the same number in every pack.

    Thirty bits of the SHA-256 of clause and subject, in base 32, after the site.
    """
    name = "\n".join((verdict["clause"], verdict["subject_type"], str(verdict["subject_id"])))
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return f"{verdict['site_id']}-{digest[:6]}"
