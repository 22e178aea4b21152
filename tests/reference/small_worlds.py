"""Rows of worlds written by hand: one drug site in UTC, October 2026, one lot unless said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from .judge import Verdict, judge
from .world import Row

PERIOD = "2026-10"
AS_OF = datetime.fromisoformat("2026-11-04T17:00:00")
MAP_ID = "a-map"
COVERED = (
    "events",
    "lots",
    "lot_status",
    "lot_links",
    "test_results",
    "documents",
    "signatures",
    "authorisations",
    "specifications",
    "quality_records",
    "counts",
    "submissions",
    "materials",
    "parties",
)
_numbers = count(1)


def at(text: str) -> datetime:
    """``12`` is the 12th of October 2026, ``09-30`` of another month; hours after a blank."""
    day, _, hour = text.partition(" ")
    date = day if len(day) > 5 else f"2026-{day}" if "-" in day else f"2026-10-{day}"
    return datetime.fromisoformat(f"{date}T{hour or '00:00:00'}")


def row(**columns: Any) -> dict[str, Any]:
    """A row of the site with a record id of its own."""
    return {"record_id": f"r{next(_numbers)}", "site_id": "S1", **columns}


def happening(when: str | None, precision: str = "second", **columns: Any) -> dict[str, Any]:
    """A row of something that happened, in UTC."""
    moment = None if when is None else at(when)
    return row(occurred_at=moment, occurred_local=moment, precision=precision, **columns)


def event(kind: str, when: str | None, **columns: Any) -> dict[str, Any]:
    """An event of lot L1."""
    return happening(when, **{"event_type": kind, "lot_id": "L1", **columns})


def coverage(tables: tuple[str, ...] = COVERED, **columns: Any) -> list[Row]:
    """Everything covered since ever, up to the end of the year."""
    span = {"covers_from": None, "covers_to": at("2027-01-01")}
    return [row(table_name=table, **{**span, **columns}) for table in tables]


def world(**tables: Sequence[Row]) -> dict[str, Sequence[Row]]:
    """One site, one raw material, lot L1, and what is given; all covered unless told."""
    return {
        "sites": [
            {"record_id": "S1", "site_id": "S1", "timezone": "UTC", "regulated_as": "drug,food"}
        ],
        "materials": [row(material_id="M1", name="Starch", **{"class": "raw"})],
        "lots": [{"record_id": "L1", "site_id": "S1", "lot_id": "L1", "material_id": "M1"}],
        "coverage": coverage(),
        **tables,
    }


def judged(
    tables: Mapping[str, Sequence[Row]], *checks: dict[str, Any], **keys: Any
) -> list[Verdict]:
    """Verdicts of one requirement with these checks; the subject is a lot unless told."""
    requirement = {"id": "1", "subject": "lot", "expect": list(checks), **keys}
    params = requirement.pop("params", {})
    binding = requirement.pop("applies_to", {})
    whole = {"map": MAP_ID, "applies_to": binding, "params": params, "requirements": [requirement]}
    return judge(tables, whole, PERIOD, AS_OF)


def state(tables: Mapping[str, Sequence[Row]], *checks: dict[str, Any], **keys: Any) -> str:
    """``gap:missing`` or ``met``: state and code of the one verdict there has to be."""
    (verdict,) = judged(tables, *checks, **keys)
    return f"{verdict.state}:{verdict.code}" if verdict.code else verdict.state


RECEIVED = event("receipt", "02")
RELEASED = {"event": "release", "before": "first consumption"}


def release(when: str | None, **columns: Any) -> Row:
    return event("release", when, **columns)


def consumption(when: str | None, **columns: Any) -> Row:
    return event("consumption", when, **columns)


def signature(of: Row, signer: str | None, when: str | None = "05", **columns: Any) -> Row:
    signed_at = at(when) if when else None
    return row(
        record_type="events",
        signed_record_id=of["record_id"],
        signer_id=signer,
        signed_at=signed_at,
        **{"meaning": "release", **columns},
    )


def role(person: str, start: str = "2025-01-01", stop: str | None = None, **columns: Any) -> Row:
    ends = at(stop) if stop else None
    return row(
        holder_type="person",
        holder_id=person,
        kind="role",
        valid_from=at(start),
        valid_to=ends,
        **{"scope": "quality-unit", **columns},
    )


def lots(*names: str, **columns: Any) -> list[Row]:
    return [
        {"record_id": name, "site_id": "S1", "lot_id": name, "material_id": "M1", **columns}
        for name in names
    ]
