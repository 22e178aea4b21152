"""Attempts to sign that failed: logged in a hash chain, and limited (21 CFR 11.300(d)).

The log belongs to the workspace, not to a pack: a refused signature leaves the pack as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ..errors import LotproofError
from . import audit, bag
from .model import utc

LOG: Final = "signing-attempts.jsonl"
MOST: Final = 5
"""Failed attempts of one person after which a pause is enforced."""
PAUSE: Final = timedelta(minutes=15)
"""How long failed attempts count."""


@contextmanager
def logged_attempt(folder: Path, person: str, what: str, at: datetime) -> Iterator[None]:
    """Let one attempt happen; a failure is written down with its reason.

    Args:
        folder: where the log lies.
        person: who signs.
        what: the pack.
        at: when, aware.

    Raises:
        LotproofError: too many failed attempts lately; or why this one failed.
    """
    log = folder / LOG
    failed = failures(log, person, at)
    if failed >= MOST:
        raise LotproofError(
            f"{failed} failed attempts of {person} within {PAUSE}",
            f"fewer than {MOST}",
            "wait, and find out who tried: the log names time, pack and reason",
            log,
        )
    try:
        yield
    except LotproofError as error:
        event = audit.AuditEvent(utc(at), person, "refused", what, reason=error.found)
        folder.mkdir(parents=True, exist_ok=True)
        bag.replace(log, audit.extend(log.read_bytes() if log.is_file() else b"", [event]))
        raise


def failures(log: Path, person: str, at: datetime) -> int:
    """How many attempts of a person failed within the time that counts."""
    events, _ = audit.read(log.read_bytes() if log.is_file() else b"")
    since = utc(at - PAUSE)
    return sum(event.actor == person and event.at > since for event in events)
