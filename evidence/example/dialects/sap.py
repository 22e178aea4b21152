"""SAP tables as CSV: goods movements (MKPF, MSEG), accounting documents (BKPF, BSEG), batches.

Semicolons, dates 20261012, times 081257, numbers 1.234,500, keys with leading zeros. What SAP does
not hold of a plant comes from its other systems as plain CSV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from ..renumber import MOVEMENTS, is_entered_at_once
from ..tables import Row, Tables
from ..timeline import Clock
from . import sap_batches, sap_quality
from .sap_tables import (
    CLOCKS,
    PLANT_CODES,
    Line,
    Sent,
    batch_of,
    figure,
    key,
    moment,
    padded,
    text,
    write_table,
)

TYPES = {
    "receipt": ("101", "S"),
    "sample": ("331", "H"),
    "shipment": ("601", "H"),
    "return": ("651", "S"),
    "transfer": ("641", "H"),
}
"""Movement type and debit or credit by kind of event."""


def write_site(tables: Tables, site_id: str, folder: Path) -> tuple[dict[str, int], Sent]:
    """The site's SAP extracts; returns rows by file name, and which rows they are."""
    site = tables.rows("postings", site_id=site_id)
    movements = [row for row in _movements(tables, site_id) if _says_all(tables, row)]
    clock = CLOCKS[site_id]
    batches, sent = sap_batches.lines(tables, site_id)
    quality, examined = sap_quality.lines(tables, site_id)
    sent |= examined
    files: dict[str, list[Line]] = {
        "MKPF": [_header(row, clock) for row in movements],
        "MSEG": [_line(row, clock, site_id) for row in movements],
        "BKPF": list(_documents(site, clock, site_id)),
        "BSEG": [_item(row, site_id) for row in site],
        **batches,
        **quality,
    }
    written: dict[str, int] = {}
    for name, rows in files.items():
        written |= write_table(folder, name, site_id, rows)
    sent |= {("events", key(row)) for row in movements}
    sent |= {("lot_status", key(row)) for row in movements if row["event_type"] == "receipt"}
    sent |= {("postings", key(row)) for row in site}
    return written, sent


def _movements(tables: Tables, site_id: str) -> Iterator[Row]:
    rows = tables.rows("events", site_id=site_id)
    return (row for row in sorted(rows, key=key) if row["event_type"] in MOVEMENTS)


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


def _header(row: Row, clock: Clock) -> Line:
    entered, happened = moment(row["recorded_at"], clock), moment(row["occurred_at"], clock)
    number, year, _ = key(row).split("/")
    return {
        "MANDT": "100",
        "MBLNR": number,
        "MJAHR": year,
        "VGART": "WL" if row["event_type"] == "shipment" else "WE",
        "BLDAT": happened[0],
        "BUDAT": happened[0],
        "CPUDT": entered[0],
        "CPUTM": entered[1],
        "USNAM": text(row["performed_by"]),
    }


def _line(row: Row, clock: Clock, site_id: str) -> Line:
    movement, side = TYPES[str(row["event_type"])]
    number, year, item = key(row).split("/")
    material, batch = batch_of(row["lot_id"])
    happened = moment(row["occurred_at"], clock)
    party = text(row.get("party_id"))
    destination = text(row.get("to_location")) if side == "H" else ""
    return {
        "MANDT": "100",
        "MBLNR": number,
        "MJAHR": year,
        "ZEILE": item,
        "BWART": movement,
        "XAUTO": "",
        "MATNR": material,
        "WERKS": PLANT_CODES[site_id],
        "LGORT": text(row.get("to_location" if side == "S" else "from_location")),
        "CHARG": batch,
        "INSMK": "2" if movement == "101" else "",
        "SHKZG": side,
        "ERFMG": figure(row["quantity"]),
        "ERFME": text(row["uom"]),
        "KZBEW": "B" if movement == "101" else "",
        "LIFNR": party if movement == "101" else "",
        "KUNNR": "" if movement == "101" else party,
        "AUFNR": padded(row.get("order_id"), 12),
        "UMLGO": "" if movement == "641" else destination,
        "UMWRK": destination if movement == "641" else "",
        "GRUND": text(row.get("reason_code")),
        "VBELN_IM": padded(row.get("shipment_id"), 10),
        "EVDAT": happened[0],
        "EVTIM": happened[1],
        "PERFBY": text(row["performed_by"]),
        "CHKBY": text(row.get("checked_by")),
        "ENTRY": text(row.get("entry_method")),
    }


def _documents(rows: Iterable[Row], clock: Clock, site_id: str) -> Iterator[Line]:
    seen: set[str] = set()
    for row in rows:
        document = text(row["document_number"])
        if document in seen:
            continue
        seen.add(document)
        number, year = document.split("/")
        entered = moment(row["recorded_at"], clock)
        movement = text(row.get("event_id")).split("/")
        billed = text(row.get("shipment_id"))
        yield {
            "MANDT": "100",
            "BUKRS": site_id,
            "BELNR": number,
            "GJAHR": year,
            "BLART": "WA" if row.get("event_id") else "RV",
            "BUDAT": moment(row["posted_at"], clock)[0],
            "HWAER": text(row["currency"]),
            "AWTYP": "MKPF" if row.get("event_id") else "VBRK" if billed else "BKPFF",
            "AWKEY": "".join(movement[:2]) if row.get("event_id") else padded(billed, 10),
            "CPUDT": entered[0],
            "CPUTM": entered[1],
        }


def _item(row: Row, site_id: str) -> Line:
    _, number, year, line = key(row).split("/")
    amount = Decimal(str(row["amount"]))
    material, batch = batch_of(row["lot_id"]) if row.get("lot_id") else ("", "")
    return {
        "MANDT": "100",
        "BUKRS": site_id,
        "BELNR": number,
        "GJAHR": year,
        "BUZEI": line,
        "SHKZG": "H" if amount < 0 else "S",
        "DMBTR": figure(abs(amount)),
        "HKONT": padded(row["account"], 10),
        "MATNR": material,
        "CHARG": batch,
        "AUFNR": "",
        "MZEILE": text(row.get("event_id")).rpartition("/")[2],
    }
