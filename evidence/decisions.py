"""What people sign for in the register: accepted risks, attestations, adopted maps.

Each entry names who wrote it and who signs for it, two people, and the role of the signer is looked
up in the last build. What becomes of an entry is decided by the build (`models/oversight/`); what
is wrong with the register by now is told by :mod:`.register_review`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import LotproofError
from .register import Entry, Record, append_entry, read_entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .governance import Governance

SUBJECT_TABLES = {
    "lot": "lots",
    "order": "orders",
    "shipment": "shipments",
    "event": "events",
    "document": "documents",
    "person": "people",
    "material": "materials",
    "quality_record": "quality_records",
    "site_period": "sites",
}
"""Table that an acceptance names a subject of a verdict by; pairs keep their own word."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs for an entry, in which role, who wrote it, why, and when.

    Attributes:
        by: person who signs.
        role: the role they sign in.
        prepared_by: person who wrote it, another.
        reason: why.
        at: when, aware.
    """

    by: str
    role: str
    prepared_by: str
    reason: str
    at: datetime


def accept_risk(
    con: DuckDBPyConnection, register: Path, governance: Governance, gap: dict[str, Any],
    until: date, signed: Signature, *, whole_site: bool = False,
) -> Entry:  # fmt: skip
    """Sign for a gap that stays open for a time; it is never counted as met.

    Args:
        con: the last build.
        register: the workspace's ``register`` folder.
        governance: which roles may accept, and for how long.
        gap: a row of ``verdict_list``.
        until: last day on which the acceptance holds.
        signed: who signs.
        whole_site: accept the clause for every subject of the site.

    Raises:
        LotproofError: the role may not accept or is not the person's, the author signs for
            themselves, or the day lies in the past or too far off.
    """
    _require_role(signed, governance.may_accept, "accept a risk")
    _require_days(until, signed.at, governance.longest_acceptance_days)
    _require_signer(con, gap["site_id"], signed)
    about: dict[str, str] = {}
    if not whole_site:
        kind = str(gap["subject_type"]).partition(".")[0]
        about = {
            "subject_type": SUBJECT_TABLES.get(kind, kind),
            "subject_id": str(gap["subject_id"]),
        }
    record = {"requirement": gap["clause"], "site_id": gap["site_id"], **about}
    return _append(register, "accepted_risks", record, until, signed)


def attest(
    con: DuckDBPyConnection, register: Path, requirement: dict[str, Any], site_id: str,
    statement: str, until: date, signed: Signature,
) -> Entry:  # fmt: skip
    """State what data cannot show, for a time.

    Args:
        con: the last build.
        register: the workspace's ``register`` folder.
        requirement: ``clause`` (with ``#part`` where it asks for several) and ``role``, the role
            the clause asks for, or none.
        site_id: the site it is stated for.
        statement: what is stated.
        until: last day on which it holds.
        signed: who signs.

    Raises:
        LotproofError: another role is asked for, it is not the person's, the author signs for
            themselves, or the day lies in the past.
    """
    if requirement["role"]:
        _require_role(signed, (requirement["role"],), f"attest {requirement['clause']}")
    _require_days(until, signed.at, None)
    _require_signer(con, site_id, signed)
    record = {
        "requirement": requirement["clause"],
        "site_id": site_id,
        "statement": " ".join(statement.split()),
    }
    return _append(
        register, "attestations", record, until, signed, f"{site_id}/{requirement['clause']}"
    )


def adopt_map(
    con: DuckDBPyConnection, register: Path, governance: Governance, map_id: str, digest: str,
    site_id: str, until: date, signed: Signature,
) -> Entry:  # fmt: skip
    """A site makes a map its own, in this text, until its next review.

    Args:
        con: the last build.
        register: the workspace's ``register`` folder.
        governance: which roles may adopt.
        map_id: the map.
        digest: sha256 of its text; another text has to be adopted anew.
        site_id: the site.
        until: day of the next review.
        signed: who signs.

    Raises:
        LotproofError: as for :func:`attest`.
    """
    _require_role(signed, governance.may_adopt, "adopt a map")
    _require_days(until, signed.at, None)
    _require_signer(con, site_id, signed)
    record = {"map_id": map_id, "map_digest": digest, "site_id": site_id}
    return _append(register, "adoptions", record, until, signed, f"{site_id}/{map_id}")


def withdraw(register: Path, kind: str, entry_id: str, signed: Signature) -> Entry:
    """End an entry now; the build judges from then on as if it had never held.

    Args:
        register: the workspace's ``register`` folder.
        kind: ``accepted_risks``, ``attestations``, ``adoptions``.
        entry_id: identifier of the entry.
        signed: who withdraws, and why.

    Raises:
        LotproofError: the register has no such entry.
    """
    path = register / f"{kind}.jsonl"
    found = [e for e in read_entries(path) if e.id == entry_id] if path.is_file() else []
    if not found:
        raise LotproofError(
            f"no entry {entry_id!r} of kind {kind}",
            "an entry that `lotproof register` lists",
            "check its name",
            path,
        )
    record = {**found[-1].record, "valid_to": _instant(signed.at)}
    return append_entry(
        register, kind, record,
        by=signed.by, role=signed.role, reason=signed.reason, at=signed.at, entry_id=entry_id,
    )  # fmt: skip


def role_held(con: DuckDBPyConnection, site_id: str, person: str, role: str, at: datetime) -> bool:
    """Whether the last build knows the person in the role at a moment.

    Args:
        con: the last build.
        site_id: the site the entry is about; who holds roles must be known there.
        person: who.
        role: which role.
        at: when, aware.

    Raises:
        LotproofError: no source tells who holds roles at the site.
    """
    when = at.replace(tzinfo=None)
    found = con.execute(
        "select 1 from authorisations where is_current and kind = 'role' and holder_type = 'person'"
        " and holder_id = ? and coalesce(scope, ?) = ? and coalesce(valid_from <= ?, true)"
        " and coalesce(valid_to > ?, true)",
        [person, role, role, when, when],
    ).fetchone()
    if found:
        return True
    told = con.execute(
        "select 1 from authorisations where is_current and kind = 'role' and site_id = ?",
        [site_id],
    ).fetchone()
    if not told:
        raise LotproofError(
            f"no source tells who holds which role at {site_id}",
            "authorisations of kind role, from a source or from register/authorisations.jsonl",
            "ingest them and build again; the role of who signs is always looked up",
        )
    return False


def _require_role(signed: Signature, allowed: tuple[str, ...], what: str) -> None:
    if signed.role not in allowed:
        raise LotproofError(
            f"role {signed.role!r}, which may not {what}",
            f"one of: {', '.join(allowed)}",
            "have somebody in that role sign, or change `governance:` in lotproof.yml",
        )


def _require_days(until: date, at: datetime, longest: int | None) -> None:
    today = at.date()
    if until < today:
        raise LotproofError(f"until {until}", f"a day from {today} on", "give a later --until")
    if longest is not None and until > today + timedelta(days=longest):
        raise LotproofError(
            f"until {until}, more than {longest} days from now",
            f"a day until {today + timedelta(days=longest)}",
            "accept it for a shorter time and look at it again then",
        )


def _require_signer(con: DuckDBPyConnection, site_id: str, signed: Signature) -> None:
    if signed.by == signed.prepared_by:
        raise LotproofError(
            f"{signed.by} wrote it and signs for it",
            "two people: one writes, another signs",
            "let somebody else sign, or name who wrote it with --prepared-by",
        )
    if not role_held(con, site_id, signed.by, signed.role, signed.at):
        raise LotproofError(
            f"{signed.by} does not hold the role {signed.role!r} now",
            "a person whom the last build knows in that role",
            "name another person, or ingest the authorisation and build again",
        )


def _append(
    register: Path, kind: str, record: Record, until: date, signed: Signature,
    entry_id: str | None = None,
) -> Entry:  # fmt: skip
    facts = {
        **record,
        "prepared_by": signed.prepared_by,
        "valid_from": _instant(signed.at),
        "valid_to": until.isoformat(),
    }
    return append_entry(
        register, kind, facts,
        by=signed.by, role=signed.role, reason=signed.reason, at=signed.at, entry_id=entry_id,
    )  # fmt: skip


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
