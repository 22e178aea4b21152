"""Exceptions as a table for people and as CSV or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from ..evidence.lots.exceptions import KINDS, Exposure, Finding
from .listing import safe_cell

_COLUMNS = (
    "id", "kind", "site_id", "subject_type", "subject_id", "at", "score", "reason", "role",
    "decision", "records", "lots",
)  # fmt: skip
_EXPOSED = ("orders", "lots", "shipments", "customers", "value")


def as_json(findings: Sequence[Finding]) -> str:
    """A JSON list of objects."""
    rows = [asdict(finding) for finding in findings]
    return json.dumps(rows, indent=2, ensure_ascii=False, default=str) + "\n"


def as_csv(findings: Sequence[Finding]) -> str:
    """RFC 4180 CSV with a header; lists are separated by blanks."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(f"downstream_{name}" for name in _EXPOSED)])
    for finding in findings:
        own = [_cell(getattr(finding, name)) for name in _COLUMNS]
        writer.writerow([*own, *(_cell(getattr(finding.exposure, n)) for n in _EXPOSED)])
    return written.getvalue()


def as_table(findings: Sequence[Finding]) -> str:
    """Three lines an exception: what and where, why, on which rows and what hangs on it."""
    lines = []
    for finding in findings:
        sign = "–" if finding.decision else "▲"
        when = f"{finding.at:%Y-%m-%d %H:%M}" if finding.at else ""
        lines.append(
            f"{sign} {finding.score:>2}  {finding.id}  {finding.site_id:<4} "
            f"{KINDS[finding.kind][0]}: {finding.subject_id}  {when}".rstrip()
        )
        lines.append(f"{'':<6}{finding.reason} For: {finding.role}.")
        lines.append(f"{'':<6}{_rows(finding.records)}. {exposed(finding.exposure)}")
        if finding.decision:
            lines.append(f"{'':<6}{finding.decision}")
    still = sum(finding.decision is None for finding in findings)
    lines.append(f"{len(findings):,} exceptions, {still:,} open.")
    return "\n".join(lines) + "\n"


def exposed(exposure: Exposure) -> str:
    """What hangs on it, in a sentence."""
    if exposure == Exposure():
        return "Nothing recorded downstream."
    counted = (
        (exposure.orders, "order", "orders"), (exposure.lots, "lot", "lots"),
        (exposure.shipments, "shipment", "shipments"),
        (exposure.customers, "customer", "customers"),
    )  # fmt: skip
    parts = [f"{n:,} {one if n == 1 else many}" for n, one, many in counted if n]
    if exposure.value:
        parts.append(f"{exposure.value} shipped")
    return f"Downstream: {', '.join(parts)}."


def _rows(records: Sequence[str], shown: int = 3) -> str:
    more = f" and {len(records) - shown} more" if len(records) > shown else ""
    return f"Rows: {', '.join(records[:shown])}{more}"


def _cell(value: object) -> str | None:
    if isinstance(value, tuple):
        value = " ".join(value)
    return None if value is None else safe_cell(str(value))


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
}
"""Every ``--format`` of ``lotproof exceptions``."""
