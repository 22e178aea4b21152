"""SAP tables as CSV: goods movements (MKPF, MSEG) and accounting documents (BKPF, BSEG).

Semicolons, dates 20261012, times 081257, numbers 1.234,500, keys with leading zeros. What SAP does
not hold of a plant comes from its other systems as plain CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ..renumber import MOVEMENTS, is_entered_at_once
from ..tables import Row, Tables
from ..timeline import Clock

Sent = set[tuple[str, str]]
"""Table and record identifier of rows that went out."""

TYPES = {
    "receipt": ("101", "S"),
    "sample": ("331", "H"),
    "shipment": ("601", "H"),
    "return": ("651", "S"),
    "transfer": ("641", "H"),
}
"""Movement type and debit or credit by kind of event."""

PLANT_CODES = {"LEU": "1000", "DUR": "2000"}
"""The plants' codes in SAP."""


def write_site(tables: Tables, site_id: str, folder: Path) -> tuple[dict[str, int], Sent]:
    """The site's SAP extracts; returns rows by file name, and which rows they are."""
    site = tables.rows("postings", site_id=site_id)
    movements = [row for row in _movements(tables, site_id) if _says_all(tables, row)]
    clock = CLOCKS[site_id]
    files: dict[str, list[dict[str, str]]] = {
        "MKPF": [_header(row, clock) for row in movements],
        "MSEG": [_line(row, clock, site_id) for row in movements],
        "BKPF": list(_documents(site, clock, site_id)),
        "BSEG": [_item(row, site_id) for row in site],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        _write(folder / f"{name}_{site_id}_202610.csv", rows)
    sent = {("events", _key(row)) for row in movements}
    sent |= {("lot_status", _key(row)) for row in movements if row["event_type"] == "receipt"}
    sent |= {("postings", _key(row)) for row in site}
    return {f"{name}_{site_id}_202610.csv": len(rows) for name, rows in files.items()}, sent


CLOCKS = {"LEU": Clock("Europe/Brussels"), "DUR": Clock("America/New_York")}
"""The plants' wall clocks, which their systems run on."""


def _key(row: Row) -> str:
    return str(row["record_id"])


def _movements(tables: Tables, site_id: str) -> Iterator[Row]:
    rows = tables.rows("events", site_id=site_id)
    return (row for row in sorted(rows, key=_key) if row["event_type"] in MOVEMENTS)


def _says_all(tables: Tables, row: Row) -> bool:
    """Whether the movement's line holds everything there is to say, its status included."""
    is_in = TYPES[str(row["event_type"])][1] == "S"
    unsaid = ("result", "reverses", "from_location") if is_in else ("result", "reverses")
    if not is_entered_at_once(row) or any(row.get(column) is not None for column in unsaid):
        return False
    if row["event_type"] != "receipt":
        return True
    return any(
        status["record_id"] == row["record_id"]
        for status in tables.rows("lot_status", lot_id=row["lot_id"])
    )


def _moment(value: object, clock: Clock) -> tuple[str, str]:
    if not isinstance(value, datetime):
        raise TypeError(f"no time: {value!r}")
    local = clock.local(value).occurred_local
    return local.strftime("%Y%m%d"), local.strftime("%H%M%S")


def _number(value: object) -> str:
    """A number as SAP writes it: 1.234,500 and the minus behind."""
    number = Decimal(str(value))
    plain = f"{abs(number):,f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{plain}-" if number < 0 else plain


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _padded(value: object, width: int) -> str:
    text = _text(value)
    return text.zfill(width) if text.isdigit() else text


def _header(row: Row, clock: Clock) -> dict[str, str]:
    entered, happened = _moment(row["recorded_at"], clock), _moment(row["occurred_at"], clock)
    number, year, _ = _key(row).split("/")
    return {
        "MANDT": "100",
        "MBLNR": number,
        "MJAHR": year,
        "VGART": "WL" if row["event_type"] == "shipment" else "WE",
        "BLDAT": happened[0],
        "BUDAT": happened[0],
        "CPUDT": entered[0],
        "CPUTM": entered[1],
        "USNAM": _text(row["performed_by"]),
    }


def _line(row: Row, clock: Clock, site_id: str) -> dict[str, str]:
    movement, side = TYPES[str(row["event_type"])]
    number, year, item = _key(row).split("/")
    _, material, batch = str(row["lot_id"]).split("/", 2)
    happened = _moment(row["occurred_at"], clock)
    party = _text(row.get("party_id"))
    destination = _text(row.get("to_location")) if side == "H" else ""
    return {
        "MANDT": "100",
        "MBLNR": number,
        "MJAHR": year,
        "ZEILE": item,
        "BWART": movement,
        "XAUTO": "",
        "MATNR": material,
        "WERKS": PLANT_CODES[site_id],
        "LGORT": _text(row.get("to_location" if side == "S" else "from_location")),
        "CHARG": batch,
        "INSMK": "2" if movement == "101" else "",
        "SHKZG": side,
        "ERFMG": _number(row["quantity"]),
        "ERFME": _text(row["uom"]),
        "KZBEW": "B" if movement == "101" else "",
        "LIFNR": party if movement == "101" else "",
        "KUNNR": "" if movement == "101" else party,
        "AUFNR": _padded(row.get("order_id"), 12),
        "UMLGO": "" if movement == "641" else destination,
        "UMWRK": destination if movement == "641" else "",
        "GRUND": _text(row.get("reason_code")),
        "VBELN_IM": _padded(row.get("shipment_id"), 10),
        "EVDAT": happened[0],
        "EVTIM": happened[1],
        "PERFBY": _text(row["performed_by"]),
        "CHKBY": _text(row.get("checked_by")),
        "ENTRY": _text(row.get("entry_method")),
    }


def _documents(rows: Iterable[Row], clock: Clock, site_id: str) -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for row in rows:
        document = _text(row["document_number"])
        if document in seen:
            continue
        seen.add(document)
        number, year = document.split("/")
        entered = _moment(row["recorded_at"], clock)
        movement = str(row["event_id"]).split("/")
        yield {
            "MANDT": "100",
            "BUKRS": site_id,
            "BELNR": number,
            "GJAHR": year,
            "BLART": "WA",
            "BUDAT": _moment(row["posted_at"], clock)[0],
            "HWAER": _text(row["currency"]),
            "AWTYP": "MKPF",
            "AWKEY": f"{movement[0]}{movement[1]}",
            "CPUDT": entered[0],
            "CPUTM": entered[1],
        }


def _item(row: Row, site_id: str) -> dict[str, str]:
    _, number, year, line = _key(row).split("/")
    amount = Decimal(str(row["amount"]))
    _, material, batch = str(row["lot_id"]).split("/", 2)
    return {
        "MANDT": "100",
        "BUKRS": site_id,
        "BELNR": number,
        "GJAHR": year,
        "BUZEI": line,
        "SHKZG": "H" if amount < 0 else "S",
        "DMBTR": _number(abs(amount)),
        "HKONT": _padded(row["account"], 10),
        "MATNR": material,
        "CHARG": batch,
        "AUFNR": "",
        "MZEILE": str(row["event_id"]).split("/")[2],
    }


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
