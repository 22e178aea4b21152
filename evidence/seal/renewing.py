"""Longer life for a seal: a further timestamp over the last one, before that one ends (RFC 4998).

The seal covers every file of the pack by digest, the signed reports with their own timestamps among
them, so one more token over its newest token keeps all of it provable. Nothing that was there is
changed; what is added lies beside the seal, where no manifest lists it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import LotproofError
from . import bag
from .model import utc
from .signing import require_unchanged
from .staging import changed_copy, read_record
from .timesources import TimeSource, timestamp_token, unanswered


def renew_seal(pack: Path, source: TimeSource, *, at: datetime) -> Path:
    """Add a timestamp over the newest timestamp of a sealed pack.

    Args:
        pack: folder of the pack.
        source: of trusted time; its certificate should end later than the last one's.
        at: when, aware.

    Returns:
        Path of the new token.

    Raises:
        LotproofError: not sealed with a timestamp, too late, the pack was changed, or the authority
            does not answer; nothing is written then.
    """
    newest = newest_token(pack)
    if read_record(pack).state != "sealed" or newest is None:
        raise LotproofError(
            "a pack without a timestamp over its seal",
            "a sealed pack whose policy asks for timestamps",
            "make and sign it with a timestamp authority",
            pack,
        )
    require_unchanged(pack)
    _require_in_time(pack, newest, at)
    number = bag.renewal_number(newest) + 1
    name = bag.RENEWAL.format(number, "tst")
    proofs = _proofs(source, at)
    with changed_copy(pack) as copy:
        data = (copy / newest).read_bytes()
        bag.replace(copy / name, timestamp_token(data, source, at))
        for kind, proof in proofs:
            bag.replace(copy / bag.RENEWAL.format(number, kind), proof)
    return pack / name


def newest_token(pack: Path) -> str | None:
    """Path, inside the pack, of the last timestamp over its seal."""
    tokens = [path for path in bag.files(pack) if bag.renewal_number(path)]
    tokens = [path for path in tokens if path.endswith(".tst")]
    return max(tokens, key=bag.renewal_number, default=None)


def ends_of(token: bytes) -> datetime:
    """When the certificate of the authority that made a token ends."""
    from asn1crypto import cms, tsp  # noqa: F401 - tsp adds the content type of timestamps

    signed = cms.ContentInfo.load(token)["content"]
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    one = next(c.chosen for c in signed["certificates"] if c.chosen.serial_number == serial)
    ends: datetime = one.not_valid_after
    return ends


def _require_in_time(pack: Path, newest: str, at: datetime) -> None:
    ends = ends_of((pack / newest).read_bytes())
    if at > ends:
        raise LotproofError(
            f"the last timestamp ended at {utc(ends)}",
            "a renewal before that",
            "nothing can be renewed that can no longer be checked; keep the pack as it is",
            pack / newest,
        )


def _proofs(source: TimeSource, at: datetime) -> list[tuple[str, bytes]]:
    """What shows that the authority's certificate is not revoked, by kind."""
    context = source.context(at)
    stamper: Any = source.stamper(at)  # untyped in pyHanko

    async def clear() -> None:
        async for _ in stamper.validation_paths(context):
            pass

    try:
        asyncio.run(clear())
    except Exception as error:
        raise unanswered(error) from error
    lists = [(f"{n}.crl", one.dump()) for n, one in enumerate(context.crls, 1)]
    return lists + [(f"{n}.ocsp", one.dump()) for n, one in enumerate(context.ocsps, 1)]
