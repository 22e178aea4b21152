"""The audit trail of a pack: who did what to it, when and why, one JSON line each.

Each line holds the SHA-256 of the line before it, line end included; the last line's is the head,
repeated in ``pack.json`` and so under the seal (21 CFR 11.10(e)). Checking a trail against
signatures is left to :mod:`.verify.bindings`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from . import canonical

AUDIT_PATH: Final = "data/audit/audit-trail.jsonl"
START: Final = "0" * 64
"""What the first line names as its predecessor."""


_FAULTS: Final = 1_000
"""Faults told one by one; a trail with more is not read to its end."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing done to a pack.

    Attributes:
        at: instant, UTC, as :func:`.model.utc` spells it.
        actor: person id, or the name of the program or seal.
        action: ``compose``, ``sign``, ``seal`` …
        object: path of the file, or the pack's name.
        role: role in which the person acted.
        meaning: what a signature means.
        reason: why, in words.
        before: SHA-256 of the file before.
        after: SHA-256 of the file after.
        certificate: SHA-256 of the certificate used.
    """

    at: str
    actor: str
    action: str
    object: str
    role: str | None = None
    meaning: str | None = None
    reason: str | None = None
    before: str | None = None
    after: str | None = None
    certificate: str | None = None


def extend(trail: bytes, events: Iterable[AuditEvent]) -> bytes:
    """The trail with further lines, each tied to the one before."""
    lines = trail.splitlines(keepends=True)
    previous = _hash(lines[-1]) if lines else START
    for event in events:
        line = canonical.dump_line({"seq": len(lines) + 1, "previous": previous, **asdict(event)})
        lines.append(line)
        previous = _hash(line)
    return b"".join(lines)


def head(trail: bytes) -> str:
    """SHA-256 of the last line, with its line end; of an empty trail, :data:`START`."""
    lines = trail.splitlines(keepends=True)
    return _hash(lines[-1]) if lines else START


def read(trail: bytes) -> tuple[list[AuditEvent], list[str]]:
    """The events of a trail and every fault of its chain, in words.

    Events are returned as far as they can be read, also from a broken chain.
    """
    events: list[AuditEvent] = []
    faults: list[str] = []
    previous = START
    for number, line in enumerate(trail.splitlines(keepends=True), 1):
        try:
            value = canonical.load_line(line)
            if value.pop("seq") != number or value.pop("previous") != previous:
                faults.append(f"line {number} does not follow the line before it")
            events.append(AuditEvent(**value))
        except (canonical.NotCanonicalError, AttributeError, KeyError, TypeError) as error:
            faults.append(f"line {number} is not an audit event: {error}")
        previous = _hash(line)
        if len(faults) >= _FAULTS:
            return events, [*faults, f"and perhaps more after line {number}"]
    return events, faults


def signatures(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """The events in which someone signed a file."""
    return [event for event in events if event.action == "sign"]


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
