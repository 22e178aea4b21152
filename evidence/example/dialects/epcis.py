"""EPCIS 2.0: what the food plants received and shipped, as JSON-LD.

Partners exchange these events; what only the plant knows of its lots comes as plain CSV. The
`values:` file written beside it says which GTIN, party and place is which.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from ..renumber import CRITICAL, is_entered_at_once
from ..tables import Row, Tables
from .sap_tables import Sent

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"lotproof": "https://lotproof.example/epcis/"},
]

STEPS = {"receipt": "receiving", "shipment": "shipping"}
"""Business step (CBV 2.0) by kind of event."""

HERE = {"receipt": "to_location", "shipment": "from_location"}
"""Column that names the plant's own place, by kind of event."""

PLACE_NUMBERS = {"GNT": "5490000000023", "SAL": "0690000004015"}
"""Global location numbers of the plants."""

COMPANY_PREFIX = {"GNT": "549000", "SAL": "069000"}
"""What the plants' GTINs begin with."""


def write_site(
    tables: Tables, site_id: str, folder: Path, values: Path
) -> tuple[dict[str, int], Sent]:
    """The EPCIS document and its `values:` file; returns events by file, and their rows."""
    rows = [
        row
        for row in sorted(tables.rows("events", site_id=site_id), key=_key)
        if row["event_type"] in CRITICAL and _says_all(row)
    ]
    places = place_names(rows, site_id)
    gtins = {
        str(row["material_id"]): gtin(site_id, number)
        for number, row in enumerate(tables.rows("materials", site_id=site_id), 1)
    }
    glns = {
        str(row["party_id"]): f"https://id.gs1.org/417/{row['gln']}"
        for row in tables.rows("parties", site_id=site_id)
    }
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-04T16:30:00Z",
        "epcisBody": {"eventList": [_event(tables, row, places, gtins, glns) for row in rows]},
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    name = f"{site_id.lower()}-202610.json"
    (folder / name).write_text(text, encoding="utf-8")
    _write_values(values, site_id, places, gtins, glns)
    return {name: len(rows)}, {("events", _key(row)) for row in rows}


def _key(row: Row) -> str:
    return str(row["record_id"])


def _says_all(row: Row) -> bool:
    return is_entered_at_once(row) and row.get("result") is None and row.get("order_id") is None


def place_names(rows: list[Row], site_id: str) -> dict[str, str]:
    """The plant's own places under its global location number, and those of others."""
    own = sorted({str(row[HERE[str(row["event_type"])]]) for row in rows if _here(row)})
    others = {
        str(row[column])
        for row in rows
        for column in ("from_location", "to_location")
        if row.get(column) is not None
    } - set(own)
    gln = PLACE_NUMBERS[site_id]
    names = {name: f"https://id.gs1.org/414/{gln}/254/{n}" for n, name in enumerate(own, 1)}
    return names | {
        name: f"https://corvale.example/places/{site_id.lower()}/{number}"
        for number, name in enumerate(sorted(others), 1)
    }


def _here(row: Row) -> object:
    return row.get(HERE[str(row["event_type"])])


def gtin(site_id: str, number: int) -> str:
    """A GTIN-14 of the plant's, with its check digit."""
    body = f"0{COMPANY_PREFIX[site_id]}{number:06d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _instant(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"no time: {value!r}")
    return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def _event(
    tables: Tables,
    row: Row,
    places: dict[str, str],
    gtins: dict[str, str],
    glns: dict[str, str],
) -> dict[str, Any]:
    lot = tables.get("lots", str(row["lot_id"]))
    number = str(row["lot_id"]).split("/", 1)[1]
    quantity = Decimal(str(row["quantity"]))
    is_in = row["event_type"] == "receipt"
    end = "source" if is_in else "destination"
    ends = [
        {"type": "possessing_party", end: glns.get(str(row.get("party_id")))},
        {"type": "location", end: places.get(str(row["from_location" if is_in else "to_location"]))}
        if row.get("from_location" if is_in else "to_location")
        else {end: None},
    ]
    here = _here(row)
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventID": _key(row).rsplit("/", 1)[0],
        "eventTime": _instant(row["occurred_at"]),
        "eventTimeZoneOffset": row["utc_offset"],
        "recordTime": _instant(row["recorded_at"]),
        "action": "OBSERVE",
        "bizStep": STEPS[str(row["event_type"])],
        "bizLocation" if is_in else "readPoint": {"id": places[str(here)]} if here else None,
        "quantityList": [
            {
                "epcClass": f"https://id.gs1.org/01/{gtins[str(lot['material_id'])]}/10/{number}",
                "quantity": int(quantity) if quantity == int(quantity) else float(quantity),
                "uom": row["uom"],
            }
        ],
        f"{end}List": [entry for entry in ends if entry[end]] or None,
        "bizTransactionList": _papers(row),
        "lotproof:performedBy": row.get("performed_by"),
        "lotproof:checkedBy": row.get("checked_by"),
        "lotproof:entryMethod": row.get("entry_method"),
        "lotproof:reasonCode": row.get("reason_code"),
    }
    return {key: value for key, value in event.items() if value is not None}


def _papers(row: Row) -> list[dict[str, str]] | None:
    if row.get("shipment_id") is None:
        return None
    return [{"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:1:{row['shipment_id']}"}]


def _number(place: str) -> str:
    """How the mapping calls a place: by its number where it has one, else as it is."""
    return place.partition("/414/")[2].replace("/254/", "/") or place


def _write_values(
    path: Path, site_id: str, places: dict[str, str], gtins: dict[str, str], glns: dict[str, str]
) -> None:
    content = {
        "settings": {"lot": f"{site_id}/{{lotNumber}}"},
        "words": {
            "material": {f"https://id.gs1.org/01/{code}": name for name, code in gtins.items()},
            "party": {uri.rpartition("/")[2]: name for name, uri in glns.items()},
            "place": {_number(uri): name for name, uri in places.items()},
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
