"""What the words of a scenario's line mean: times, amounts and columns.

Keeps the rows of one world while its lines are read; the kinds of line are in ``world_rows``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .columns import columns_of
from .grammar import MisreadError, near

Row = dict[str, Any]
DAY = re.compile(r"^(?:(\d{4})-)?(\d{2}-\d{2})$")
MONTH = re.compile(r"^\d{4}-\d{2}$")
CLOCK = re.compile(r"^\d{2}:\d{2}(?::\d{2})?$")
AMOUNT = re.compile(r"^(-?\d+(?:\.\d+)?)([A-Za-z%]\S*)?$")

KEYS = {
    "events": {
        "by": "performed_by",
        "checked": "checked_by",
        "order": "order_id",
        "shipment": "shipment_id",
        "party": "party_id",
        "from": "from_location",
        "to": "to_location",
        "reason": "reason_code",
        "entry": "entry_method",
        "recorded": "recorded_at",
    },
    "lot_status": {"by": "changed_by", "from": "from_status", "reason": "reason_code"},
    "test_results": {
        "by": "tested_by",
        "reviewed": "reviewed_by",
        "sample": "sample_id",
        "spec": "spec_id",
    },
    "documents": {
        "by": "issued_by",
        "from": "valid_from",
        "to": "valid_to",
        "version": "doc_version",
    },
    "quality_records": {"closed": "closed_at", "due": "due_at", "reason": "reason_code"},
    "counts": {"by": "counted_by", "witness": "witnessed_by"},
    "submissions": {"due": "due_at", "acknowledged": "acknowledged_at"},
    "lots": {
        "supplier": "supplier_id",
        "supplier_lot": "supplier_lot_number",
        "tlc": "traceability_lot_code",
        "expires": "expires_at",
        "retest": "retest_at",
        "made": "manufactured_at",
        "material": "material_id",
    },
    "materials": {"schedule": "dea_schedule", "ftl": "food_traceability_list"},
    "orders": {
        "material": "material_id",
        "lot": "lot_id",
        "master": "master_record",
        "version": "master_record_version",
        "planned": "planned_quantity",
        "actual": "actual_quantity",
        "started": "started_at",
        "completed": "completed_at",
    },
    "shipments": {
        "customer": "customer_id",
        "to": "ship_to",
        "shipped": "shipped_at",
        "received": "received_at",
        "document": "reference_document",
    },
    "authorisations": {"from": "valid_from", "to": "valid_to", "document": "document_id"},
    "changes": {
        "by": "changed_by",
        "old": "old_value",
        "new": "new_value",
        "reviewed": "reviewed_by",
    },
    "specifications": {
        "from": "valid_from",
        "to": "valid_to",
        "version": "spec_version",
        "customer": "customer_id",
        "by": "approved_by",
    },
    "spec_limits": {"text": "expected_text"},
    "lot_links": {"order": "order_id"},
    "attestations": {"from": "valid_from", "to": "valid_to"},
    "accepted_risks": {"from": "valid_from", "to": "valid_to"},
}
_TABLE_ALIASES = {
    "events": "event",
    "lot_status": "lot_status",
    "test_results": "test_result",
    "documents": "document",
    "quality_records": "quality_record",
    "counts": "count",
    "submissions": "submission",
    "lots": "lot",
    "materials": "material",
    "orders": "order",
    "shipments": "shipment",
    "authorisations": "authorisation",
    "specifications": "specification",
    "parties": "party",
    "signatures": "signature",
    "changes": "change",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written: local, and how finely it is known."""

    local: datetime
    precision: str


@dataclass
class Lines:
    """Turns lines into rows, and gives those without an id one of their own.

    Attributes:
        year: year of days written without one.
        zone: time zone of the site.
        tables: rows made so far, by table.
        roles: role by person, for signatures.
    """

    year: str
    zone: ZoneInfo
    roles: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, row: Row, name: str = "") -> Row:
        """Put a row into a table; ``name`` begins its id where it has none."""
        if "record_id" not in row:
            name = name or table
            self.counts[name] = self.counts.get(name, 0) + 1
            row["record_id"] = f"{name}-{self.counts[name]}"
        self.tables.setdefault(table, []).append(row)
        return row

    def utc(self, local: datetime) -> datetime:
        """Local time of the site in UTC, without zone."""
        zoned = local.replace(tzinfo=self.zone)
        return (local - (zoned.utcoffset() or (zoned - zoned))).replace(tzinfo=None)

    def moment(self, day: str, clock: str | None = None) -> Moment:
        """A day with or without time of day, or a month."""
        if MONTH.match(day):
            return Moment(naive(f"{day}-01T00:00"), "month")
        match = DAY.match(day)
        if match is None or (clock is not None and not CLOCK.match(clock)):
            raise MisreadError(f"'{day}'", "a time such as 10-12 06:52, 2026-10-12 or 2026-10")
        text = f"{match.group(1) or self.year}-{match.group(2)}T{clock or '00:00'}"
        return Moment(naive(text), "second" if clock else "day")

    def instant(self, text: str) -> datetime:
        """A time in a ``key=value``: ``10-12`` or ``10-12T06:52``; in UTC."""
        day, _, clock = text.partition("T")
        return self.utc(self.moment(day, clock or None).local)

    def happened(self, moment: Moment) -> Row:
        """The four columns of a time."""
        offset = moment.local.replace(tzinfo=self.zone).strftime("%z")
        return {
            "occurred_at": self.utc(moment.local),
            "occurred_local": moment.local,
            "utc_offset": f"{offset[:3]}:{offset[3:]}",
            "precision": moment.precision,
        }


def naive(text: str) -> datetime:
    """A time without zone, from its ISO text."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise MisreadError(f"'{text}'", "a day that exists") from None


def columns(lines: Lines, table: str, keys: dict[str, str]) -> Row:
    """Columns of a table from the keys of a line; ``-`` is null."""
    known = columns_of(_TABLE_ALIASES.get(table, ""))
    row: Row = {}
    for key, text in keys.items():
        name = "record_id" if key == "id" else KEYS.get(table, {}).get(key, key)
        if known and name not in known and name != "record_id":
            names = [*KEYS.get(table, {}), *known]
            raise MisreadError(f"key '{key}'", f"a column of {table}", near(key, names))
        row[name] = _value(lines, known[name].type if name in known else "string", text)
    return row


def _value(lines: Lines, kind: str, text: str) -> Any:  # noqa: ANN401 -- any column's value
    if text == "-":
        return None
    if kind == "timestamp":
        return lines.instant(text)
    if kind == "boolean":
        return text == "true"
    return Decimal(text) if kind == "number" else text


def amount_of(text: str) -> Row:
    """Quantity and unit, also as the base quantity."""
    match = AMOUNT.match(text)
    if match is None:
        raise MisreadError(f"'{text}'", "an amount such as 120KG or 12.5g")
    amount, unit = Decimal(match.group(1)), match.group(2) or "EA"
    return {"quantity": amount, "uom": unit, "base_quantity": amount, "base_uom": unit}
