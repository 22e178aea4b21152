"""One line of a scenario → rows of the lot model.

``10-12 06:52 consumption L1 120KG order=O1 by=P1 checked=P2`` is an event; ``lot L1 raw`` a lot
with its material. ``docs/obligation-language.md`` lists the kinds of line. Times are local to the
site; without a time of day they are known to the day, without a day to the month.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .columns import columns_of
from .grammar import MisreadError, near
from .vocabulary import COLUMN_WORDS, EVENT_TYPES

Row = dict[str, Any]
_DAY = re.compile(r"^(?:(\d{4})-)?(\d{2}-\d{2})$")
_MONTH = re.compile(r"^\d{4}-\d{2}$")
_CLOCK = re.compile(r"^\d{2}:\d{2}(?::\d{2})?$")
_AMOUNT = re.compile(r"^(-?\d+(?:\.\d+)?)([A-Za-z%]\S*)?$")
_CENSORED = re.compile(r"^(<=|>=|<|>)?(-?\d+(?:\.\d+)?)\s*(\S+)?$")

_KEYS = {
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
        if _MONTH.match(day):
            return Moment(_naive(f"{day}-01T00:00"), "month")
        match = _DAY.match(day)
        if match is None or (clock is not None and not _CLOCK.match(clock)):
            raise MisreadError(f"'{day}'", "a time such as 10-12 06:52, 2026-10-12 or 2026-10")
        text = f"{match.group(1) or self.year}-{match.group(2)}T{clock or '00:00'}"
        return Moment(_naive(text), "second" if clock else "day")

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


def read_line(lines: Lines, text: str) -> None:
    """Turn one line into rows.

    Raises:
        MisreadError: the line says nothing a scenario can say.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise MisreadError(f"'{text}'", f"quotes in pairs ({error})") from None
    moment, words = _moment(lines, words)
    if not words:
        raise MisreadError(f"'{text}'", "a kind of row")
    kind = words[0]
    plain = [word for word in words[1:] if not re.match(r"^[a-z_]+=", word)]
    keys = dict(word.split("=", 1) for word in words[1:] if word not in plain)
    readers = _HAPPENING if moment is not None else _STANDING
    name = "event" if kind in EVENT_TYPES and moment is not None else kind
    if name not in readers:
        known = [*readers, *(EVENT_TYPES if moment is not None else ())]
        beside = _STANDING if moment is not None else (*_HAPPENING, *EVENT_TYPES)
        hint = ""
        if kind in beside:
            hint = "without a time" if moment is not None else "put a time before it"
        expected = f"one of: {', '.join(k for k in known if k != 'event')}"
        raise MisreadError(f"'{kind}'", expected, hint or near(kind, known))
    if moment is not None:
        _HAPPENING[name](lines, moment, [kind, *plain] if name == "event" else plain, keys)
    else:
        _STANDING[name](lines, plain, keys)


def _moment(lines: Lines, words: list[str]) -> tuple[Moment | None, list[str]]:
    if not words or not (_DAY.match(words[0]) or _MONTH.match(words[0])):
        return None, words
    if len(words) > 1 and _CLOCK.match(words[1]):
        return lines.moment(words[0], words[1]), words[2:]
    return lines.moment(words[0]), words[1:]


def _naive(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise MisreadError(f"'{text}'", "a day that exists") from None


def _columns(lines: Lines, table: str, keys: dict[str, str]) -> Row:
    """Columns of a table from the keys of a line; ``-`` is null."""
    known = columns_of(_TABLE_ALIASES.get(table, ""))
    row: Row = {}
    for key, text in keys.items():
        name = "record_id" if key == "id" else _KEYS.get(table, {}).get(key, key)
        if known and name not in known and name != "record_id":
            names = [*_KEYS.get(table, {}), *known]
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


def _amount(text: str) -> Row:
    match = _AMOUNT.match(text)
    if match is None:
        raise MisreadError(f"'{text}'", "an amount such as 120KG or 12.5g")
    amount, unit = Decimal(match.group(1)), match.group(2) or "EA"
    return {"quantity": amount, "uom": unit, "base_quantity": amount, "base_uom": unit}


def _event(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    kind, *rest = plain
    signed = keys.pop("signed", None)
    row = {"event_type": kind, **lines.happened(moment)}
    row["recorded_at"] = row["occurred_at"]
    for word in rest:
        row |= _amount(word) if _AMOUNT.match(word) and "lot_id" in row else {"lot_id": word}
    row |= _columns(lines, "events", keys)
    if row.get("lot_id") == "-":
        row["lot_id"] = None
    added = lines.add("events", row, kind)
    _signatures(lines, "events", added, signed, moment)


def _signatures(lines: Lines, table: str, row: Row, signed: str | None, moment: Moment) -> None:
    """``QU1:release`` or ``P1:performed,P2:checked@10-12T07:00``."""
    for part in signed.split(",") if signed else ():
        match = re.fullmatch(r"([^:@]+):([a-z]+)(?:@(\S+))?", part)
        if match is None:
            raise MisreadError(f"'{part}'", "person:meaning, such as QU1:release")
        person, meaning, when = match.groups()
        signature = {
            "record_type": table,
            "signed_record_id": row["record_id"],
            "signer_id": person,
            "role": lines.roles.get(person),
            "meaning": meaning,
            "signed_at": lines.instant(when) if when else lines.utc(moment.local),
        }
        lines.add("signatures", signature, "signature")


def _status(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    lot, state = _exactly(plain, "a lot and its new status")
    if state not in COLUMN_WORDS["lot_status.to_status"]:
        known = COLUMN_WORDS["lot_status.to_status"]
        raise MisreadError(f"'{state}'", f"one of: {', '.join(known)}", near(state, known))
    row = {"lot_id": lot, "to_status": state, **lines.happened(moment)}
    lines.add("lot_status", row | _columns(lines, "lot_status", keys), "status")


def _exactly(plain: list[str], what: str) -> tuple[str, str]:
    if len(plain) != 2:
        raise MisreadError(f"'{' '.join(plain)}'", what)
    return plain[0], plain[1]


def _result(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    if len(plain) != 3:
        expected = "a lot, a characteristic and a value, such as result L1 water 0.6%"
        raise MisreadError(f"'{' '.join(plain)}'", expected)
    lot, characteristic, text = plain
    match = _CENSORED.match(text)
    row: Row = {
        "lot_id": lot,
        "characteristic": characteristic,
        "value": Decimal(match.group(2)) if match else None,
        "value_text": match.group(2) if match else text,
        "qualifier": match.group(1) if match else None,
        "uom": match.group(3) if match else None,
        "origin": "own",
        "verdict": "pass",
        "method": "M-1",
        "sample_id": "S-1",
        **lines.happened(moment),
    }
    lines.add("test_results", row | _columns(lines, "test_results", keys), "result")


def _document(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    of, signed = keys.pop("of", ""), keys.pop("signed", None)
    about, *others = of.split(",")
    issued = lines.utc(moment.local)
    row: Row = {
        "kind": " ".join(plain),
        "status": "effective",
        "issued_at": issued,
        "valid_from": issued,
        "subject_id": about or None,
        **_columns(lines, "documents", keys),
    }
    added = lines.add("documents", row, "document")
    added.setdefault("document_id", added["record_id"])
    for other in others:
        linked = {"document_id": added["document_id"], "subject_id": other}
        lines.add("document_links", linked, "document_link")
    _signatures(lines, "documents", added, signed, moment)


def _quality(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    of, signed = keys.pop("of", None), keys.pop("signed", None)
    row: Row = {
        "kind": " ".join(plain),
        "opened_at": lines.utc(moment.local),
        "subject_id": of,
        **_columns(lines, "quality_records", keys),
    }
    row.setdefault("status", "closed" if row.get("closed_at") else "open")
    added = lines.add("quality_records", row, "quality")
    added.setdefault("quality_record_id", added["record_id"])
    _signatures(lines, "quality_records", added, signed, moment)


def _count(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    lot, amount = _exactly(plain, "a lot and what was counted, such as count L1 12KG")
    row = {"lot_id": lot, **_amount(amount), **lines.happened(moment)}
    lines.add("counts", row | _columns(lines, "counts", keys), "count")


def _submission(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    row = {"kind": " ".join(plain), "submitted_at": lines.utc(moment.local)}
    lines.add("submissions", row | _columns(lines, "submissions", keys), "submission")


def _sign(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    record, part = _exactly(plain, "a record's id and person:meaning")
    found = [
        (table, row)
        for table, rows in lines.tables.items()
        for row in rows
        if row["record_id"] == record
    ]
    if len(found) != 1:
        raise MisreadError(f"'{record}'", "the id of one row above")
    _signatures(lines, found[0][0], found[0][1], part, moment)
    lines.tables["signatures"][-1] |= _columns(lines, "signatures", keys)


def _lot(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    lot, *classes = plain
    own = columns_of("lot")
    aliases = _KEYS["lots"]
    mine = {key: text for key, text in keys.items() if aliases.get(key, key) in own}
    row = {"record_id": lot, "lot_id": lot, "lot_number": lot, "material_id": f"M-{lot}"}
    row |= _columns(lines, "lots", mine)
    lines.add("lots", row)
    known = [m["material_id"] for m in lines.tables.get("materials", [])]
    if row.get("material_id") is not None and row["material_id"] not in known:
        rest = {key: text for key, text in keys.items() if key not in mine}
        _material(lines, [row["material_id"], *classes], rest)


def _material(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    material, *classes = plain
    row = {
        "record_id": material,
        "material_id": material,
        "name": material,
        "class": classes[0] if classes else None,
        "flags": "none",
        "food_traceability_list": False,
    }
    lines.add("materials", row | _columns(lines, "materials", keys))


def _thing(table: str, column: str) -> Callable[[Lines, list[str], dict[str, str]], None]:
    def read(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
        identifier, *kinds = plain
        signed = keys.pop("signed", None)
        row: Row = {"record_id": identifier, column: identifier}
        if kinds:
            row["role" if table == "parties" else "kind"] = kinds[0]
        added = lines.add(table, row | _columns(lines, table, keys))
        _signatures(lines, table, added, signed, Moment(_naive("2020-01-01T00:00"), "second"))

    return read


def _order(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    _thing("orders", "order_id")(lines, plain, keys)
    row = lines.tables["orders"][-1]
    made = [lot for lot in lines.tables.get("lots", []) if lot["lot_id"] == row.get("lot_id")]
    if "material_id" not in row and made:
        row["material_id"] = made[0]["material_id"]
    row.setdefault("automated", False)


def _specification(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    spec, about = _exactly(plain, "a specification and the lot or material it is for")
    signed = keys.pop("signed", None)
    lots = [lot for lot in lines.tables.get("lots", []) if lot["lot_id"] == about]
    row = {
        "record_id": spec,
        "spec_id": spec,
        "material_id": lots[0]["material_id"] if lots else about,
        "valid_from": _naive("2020-01-01T00:00"),
        "spec_version": "1",
        **_columns(lines, "specifications", keys),
    }
    added = lines.add("specifications", row)
    _signatures(lines, "specifications", added, signed, Moment(row["valid_from"], "second"))


def _limit(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    if len(plain) != 3:
        raise MisreadError(f"'{' '.join(plain)}'", "a specification, a characteristic and its kind")
    row: Row = {"spec_id": plain[0], "characteristic": plain[1], "kind": plain[2]}
    for key, text in keys.items():
        name = _KEYS["spec_limits"].get(key, key)
        row[name] = Decimal(text) if name in ("lower", "upper") else text
    lines.add("spec_limits", row, "limit")


def _link(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    parent, child, *amount = plain
    when = keys.pop("at", None)
    row: Row = {"parent_lot_id": parent, "child_lot_id": child, "kind": "consumed"}
    row |= _amount(amount[0]) if amount else {}
    moment = Moment(_naive("2020-01-01T00:00"), "second")
    if when is not None:
        day, _, clock = when.partition("T")
        moment = lines.moment(day, clock or None)
    row |= lines.happened(moment)
    lines.add("lot_links", row | _columns(lines, "lot_links", keys), "link")


def _holds(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    holder, kind = _exactly(plain, "who holds it and what, such as S1 supplier_validation")
    row = {"holder_id": holder, "kind": kind, "valid_from": _naive("2020-01-01T00:00")}
    row |= _columns(lines, "authorisations", keys)
    added = lines.add("authorisations", row, "authorisation")
    added["authorisation_id"] = added["record_id"]


def _stated(table: str) -> Callable[[Lines, list[str], dict[str, str]], None]:
    def read(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
        row: Row = {"requirement": plain[0], "valid_from": _naive("2020-01-01T00:00")}
        for key, text in keys.items():
            name = _KEYS[table].get(key, key)
            row[name] = lines.instant(text) if name.startswith("valid_") else text
        lines.add(table, row, table)

    return read


_HAPPENING: dict[str, Callable[[Lines, Moment, list[str], dict[str, str]], None]] = {
    "event": _event,
    "status": _status,
    "result": _result,
    "document": _document,
    "quality": _quality,
    "count": _count,
    "submission": _submission,
    "sign": _sign,
}
_STANDING: dict[str, Callable[[Lines, list[str], dict[str, str]], None]] = {
    "lot": _lot,
    "material": _material,
    "order": _order,
    "shipment": _thing("shipments", "shipment_id"),
    "party": _thing("parties", "party_id"),
    "spec": _specification,
    "limit": _limit,
    "link": _link,
    "holds": _holds,
    "attests": _stated("attestations"),
    "accepts": _stated("accepted_risks"),
}
