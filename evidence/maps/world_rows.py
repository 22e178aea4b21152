"""The kinds of line in a scenario, and the rows each of them makes.

Things (lots, orders, …) stand without a time, what happens begins with one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from .columns import columns_of
from .grammar import MisreadError, near
from .vocabulary import COLUMN_WORDS
from .world_words import AMOUNT, KEYS, Lines, Moment, Row, amount_of, columns, naive

_CENSORED = re.compile(r"^(<=|>=|<|>)?(-?\d+(?:\.\d+)?)\s*(\S+)?$")


def _event(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    kind, *rest = plain
    signed = keys.pop("signed", None)
    row = {"event_type": kind, **lines.happened(moment)}
    row["recorded_at"] = row["occurred_at"]
    for word in rest:
        row |= amount_of(word) if AMOUNT.match(word) and "lot_id" in row else {"lot_id": word}
    row |= columns(lines, "events", keys)
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
    lines.add("lot_status", row | columns(lines, "lot_status", keys), "status")


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
    lines.add("test_results", row | columns(lines, "test_results", keys), "result")


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
        **columns(lines, "documents", keys),
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
        **columns(lines, "quality_records", keys),
    }
    row.setdefault("status", "closed" if row.get("closed_at") else "open")
    added = lines.add("quality_records", row, "quality")
    added.setdefault("quality_record_id", added["record_id"])
    _signatures(lines, "quality_records", added, signed, moment)


def _count(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    lot, amount = _exactly(plain, "a lot and what was counted, such as count L1 12KG")
    row = {"lot_id": lot, **amount_of(amount), **lines.happened(moment)}
    lines.add("counts", row | columns(lines, "counts", keys), "count")


def _submission(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    row = {"kind": " ".join(plain), "submitted_at": lines.utc(moment.local)}
    lines.add("submissions", row | columns(lines, "submissions", keys), "submission")


def _change(lines: Lines, moment: Moment, plain: list[str], keys: dict[str, str]) -> None:
    record, field = _exactly(plain, "a record's id and the column changed")
    tables = [t for t, rows in lines.tables.items() for r in rows if r["record_id"] == record]
    row = {
        "record_type": tables[0] if tables else None,
        "changed_record_id": record,
        "field": field,
        **lines.happened(moment),
    }
    lines.add("changes", row | columns(lines, "changes", keys), "change")


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
    lines.tables["signatures"][-1] |= columns(lines, "signatures", keys)


def _lot(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    lot, *classes = plain
    own = columns_of("lot")
    aliases = KEYS["lots"]
    mine = {key: text for key, text in keys.items() if aliases.get(key, key) in own}
    row = {"record_id": lot, "lot_id": lot, "lot_number": lot, "material_id": f"M-{lot}"}
    row |= columns(lines, "lots", mine)
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
    lines.add("materials", row | columns(lines, "materials", keys))


def _thing(table: str, column: str) -> Callable[[Lines, list[str], dict[str, str]], None]:
    def read(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
        identifier, *kinds = plain
        signed = keys.pop("signed", None)
        row: Row = {"record_id": identifier, column: identifier}
        if kinds:
            row["role" if table == "parties" else "kind"] = kinds[0]
        added = lines.add(table, row | columns(lines, table, keys))
        _signatures(lines, table, added, signed, Moment(naive("2020-01-01T00:00"), "second"))

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
        "valid_from": naive("2020-01-01T00:00"),
        "spec_version": "1",
        **columns(lines, "specifications", keys),
    }
    added = lines.add("specifications", row)
    _signatures(lines, "specifications", added, signed, Moment(row["valid_from"], "second"))


def _limit(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    if len(plain) != 3:
        raise MisreadError(f"'{' '.join(plain)}'", "a specification, a characteristic and its kind")
    row: Row = {"spec_id": plain[0], "characteristic": plain[1], "kind": plain[2]}
    for key, text in keys.items():
        name = KEYS["spec_limits"].get(key, key)
        row[name] = Decimal(text) if name in ("lower", "upper") else text
    lines.add("spec_limits", row, "limit")


def _link(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    parent, child, *amount = plain
    when = keys.pop("at", None)
    row: Row = {"parent_lot_id": parent, "child_lot_id": child, "kind": "consumed"}
    row |= amount_of(amount[0]) if amount else {}
    moment = Moment(naive("2020-01-01T00:00"), "second")
    if when is not None:
        day, _, clock = when.partition("T")
        moment = lines.moment(day, clock or None)
    row |= lines.happened(moment)
    lines.add("lot_links", row | columns(lines, "lot_links", keys), "link")


def _holds(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
    holder, kind = _exactly(plain, "who holds it and what, such as S1 supplier_validation")
    row = {"holder_id": holder, "kind": kind, "valid_from": naive("2020-01-01T00:00")}
    row |= columns(lines, "authorisations", keys)
    added = lines.add("authorisations", row, "authorisation")
    added["authorisation_id"] = added["record_id"]


def _stated(table: str) -> Callable[[Lines, list[str], dict[str, str]], None]:
    def read(lines: Lines, plain: list[str], keys: dict[str, str]) -> None:
        row: Row = {"requirement": plain[0], "valid_from": naive(f"{lines.year}-01-01T00:00")}
        for key, text in keys.items():
            name = KEYS[table].get(key, key)
            row[name] = lines.instant(text) if name.startswith("valid_") else text
        lines.add(table, row, table)

    return read


HAPPENING: dict[str, Callable[[Lines, Moment, list[str], dict[str, str]], None]] = {
    "event": _event,
    "status": _status,
    "result": _result,
    "document": _document,
    "quality": _quality,
    "count": _count,
    "submission": _submission,
    "sign": _sign,
    "change": _change,
}
STANDING: dict[str, Callable[[Lines, list[str], dict[str, str]], None]] = {
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
