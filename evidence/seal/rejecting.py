"""Sending a pack back to its preparer: who, when and why, in its audit trail; nobody signs it on.

What is corrected becomes the next version, which names this one as superseded.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..errors import LotproofError
from . import audit
from .keys import Credentials
from .model import utc
from .signing import close_change, person_of, require_later, require_own, require_unchanged
from .staging import changed_copy, read_policy, read_record


def reject_pack(
    pack: Path, person_id: str, reason: str, credentials: Credentials, *, at: datetime
) -> None:
    """Reject a pack that is not sealed yet, or change nothing.

    Args:
        pack: folder of the pack.
        person_id: who rejects, as the policy names them.
        reason: why, in words; they stay in the pack.
        credentials: the person's key, opened to show that it is they who reject.
        at: when, aware.

    Raises:
        LotproofError: no reason, an unknown person, another person's key, a pack that was changed,
            is sealed, or was rejected before.
    """
    if not reason.strip():
        raise LotproofError("a rejection without reason", "the reason in words", "add --reason")
    record, policy = read_record(pack), read_policy(pack)
    if record.state in {"sealed", "rejected"}:
        raise LotproofError(
            f"pack is {record.state}: it cannot change again",
            "a pack that is waiting for a signature",
            "make it again: `lotproof pack` gives the next version, which takes its place",
            pack,
        )
    require_unchanged(pack)
    require_own(person_of(policy, person_id, pack), credentials, at, pack)
    trail = (pack / audit.AUDIT_PATH).read_bytes()
    require_later(trail, at, pack)
    event = audit.AuditEvent(
        utc(at), person_id, "reject", record.folder,
        reason=" ".join(reason.split()), certificate=credentials.fingerprint,
    )  # fmt: skip
    with changed_copy(pack) as copy:
        close_change(copy, record.model_copy(update={"state": "rejected"}), trail, [event])
