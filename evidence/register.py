"""The workspace's register: what people decide, in append-only, hash-chained JSON lines.

One file for each kind of entry: ``register/accepted_risks.jsonl``, ``attestations.jsonl``,
``adoptions.jsonl`` and so on. Every entry carries person, role, time and reason, the digest of the
entry before it and its own, so that none can be changed, dropped or put in between unseen. It is
taken in as any other source is (`sources/register.yml`); judging what it says is left to the build.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import LotproofError, Where

FIRST = "0" * 64
"""What stands for the digest of the entry before the first."""

_KEYS = ("at", "by", "hash", "id", "kind", "number", "previous", "reason", "record", "role")

Record = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the register.

    Attributes:
        kind: what it is, the name of its file: accepted_risks, attestations, adoptions…
        number: its place in the file, from 1.
        id: what it is about; a later entry with the same says how that is now.
        record: the facts, by column of the lot model's table of that name.
        by: person.
        role: role the person acted in.
        reason: why.
        at: when, aware.
        previous: digest of the entry before it.
        hash: its own digest, over all the rest.
    """

    kind: str
    number: int
    id: str
    record: Record
    by: str
    role: str
    reason: str
    at: datetime
    previous: str
    hash: str


def append_entry(
    folder: Path, kind: str, record: Record, *,
    by: str, role: str, reason: str, at: datetime, entry_id: str | None = None,
) -> Entry:  # fmt: skip
    """Append an entry to the register and return it.

    Args:
        folder: the workspace's ``register`` folder.
        kind: name of the file, and of the lot model's table where it has one.
        record: the facts.
        by: person.
        role: role the person acts in.
        reason: why.
        at: when, aware.
        entry_id: identifier of what is said anew; by default the entry is about something new.

    Raises:
        LotproofError: person, role or reason is missing, or the file's chain is broken.
    """
    _demand_words(by=by, role=role, reason=reason)
    if at.tzinfo is None:
        raise ValueError("the time of an entry needs its offset from UTC")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}.jsonl"
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = list(read_entries(path))
        number = len(before) + 1
        body: dict[str, Any] = {
            "kind": kind,
            "number": number,
            "id": entry_id or f"{kind}/{number}",
            "record": dict(record),
            "by": by,
            "role": role,
            "reason": reason,
            "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            "previous": before[-1].hash if before else FIRST,
        }
        body["hash"] = _digest(body)
        file.write(_line(body))
        file.flush()
        os.fsync(file.fileno())
    return _entry(body, Where(path, number))


def read_entries(path: Path, name: str | None = None) -> Iterator[Entry]:
    """Yield the entries of a register file, checking the chain.

    Args:
        path: the file.
        name: what it is called, where it is read from a copy; tells the kind of its entries.

    Raises:
        LotproofError: an entry was changed, dropped, put in, or cut off; names its line.
    """
    previous = FIRST
    text = path.read_text(encoding="utf-8")
    called = name or path
    if text and not text.endswith("\n"):
        raise _broken("the last entry is cut off", Where(called, text.count("\n") + 1))
    for number, line in enumerate(text.split("\n")[:-1], 1):
        where = Where(called, number)
        body = _body(line, where)
        if body["number"] != number or body["previous"] != previous:
            raise _broken("this entry does not follow from the one before it", where)
        if body["kind"] != Path(called).stem:
            raise _broken(f"an entry of kind '{body['kind']}'", where)
        if body["hash"] != _digest(body):
            raise _broken("this entry is not what it was when it was made", where)
        previous = str(body["hash"])
        yield _entry(body, where)


def verify_register(folder: Path) -> dict[str, int]:
    """Check every file of a register; return the number of entries by kind.

    Raises:
        LotproofError: a chain is broken.
    """
    paths = sorted(folder.glob("*.jsonl"))
    return {path.stem: sum(1 for _ in read_entries(path)) for path in paths}


def _demand_words(**words: str) -> None:
    for name, word in words.items():
        if not word.strip():
            raise LotproofError(
                f"an entry without {name}", "person, role and reason", f"say the {name}"
            )


def _body(line: str, where: Where) -> dict[str, Any]:
    try:
        body = json.loads(line)
    except json.JSONDecodeError as error:
        raise _broken(f"not JSON: {error.msg}", where) from None
    if not isinstance(body, dict) or tuple(sorted(body)) != _KEYS:
        raise _broken("an entry with other keys than those of the register", where)
    return body


def _entry(body: dict[str, Any], where: Where) -> Entry:
    try:
        at = datetime.fromisoformat(body["at"])
    except (TypeError, ValueError):
        raise _broken(f"time {body['at']!r}", where) from None
    rest = {key: value for key, value in body.items() if key != "at"}
    return Entry(at=at, **rest)


def _digest(body: dict[str, Any]) -> str:
    """Return the digest of an entry without its own hash, as canonical JSON."""
    said = {key: value for key, value in body.items() if key != "hash"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _line(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def _broken(found: str, where: Where) -> LotproofError:
    return LotproofError(
        found,
        "an unbroken chain of entries, each with the digest of the one before",
        "restore the file from a back-up; entries are only ever appended, by lotproof",
        where,
    )
