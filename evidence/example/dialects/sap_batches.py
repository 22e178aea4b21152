"""SAP's batches (MCH1), orders (AFKO, AFPO) and deliveries (LIKP, LIPS) as CSV.

A row goes out here only when the tables can hold all of it; the others come as plain CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..tables import Row, Tables
from ..timeline import Clock
from .sap_tables import (
    CLOCKS,
    Line,
    Sent,
    batch_of,
    figure,
    key,
    moment,
    moment_or_none,
    padded,
    text,
)

ORDER_TYPES = {"production": "PI01", "packaging": "PI02", "rework": "PI03", "blend": "PI04"}
"""Order type by kind of order."""

POSITION = "0001"
"""The only position of every order."""


def lines(tables: Tables, site_id: str) -> tuple[dict[str, list[Line]], Sent]:
    """The tables' lines by name, and which rows they are."""
    clock = CLOCKS[site_id]
    lots = [row for row in _sorted(tables, "lots", site_id) if _is_batch(row, site_id, clock)]
    orders = [row for row in _sorted(tables, "orders", site_id) if _is_plain(row, site_id)]
    deliveries = [
        row for row in _sorted(tables, "shipments", site_id) if row.get("ship_to") is not None
    ]
    sent = {("lots", key(row)) for row in lots}
    sent |= {("identifiers", name) for row in lots for name in _other_name(tables, row)}
    sent |= {("orders", key(row)) for row in orders}
    sent |= {("shipments", key(row)) for row in deliveries}
    return {
        "MCH1": [_batch(row, clock) for row in lots],
        "AFKO": [_order(row, clock) for row in orders],
        "AFPO": [_position(row) for row in orders],
        "LIKP": [_delivery(row, clock) for row in deliveries],
        "LIPS": [line for row in deliveries for line in _items(tables, row)],
    }, sent


def _sorted(tables: Tables, table: str, site_id: str) -> list[Row]:
    return sorted(tables.rows(table, site_id=site_id), key=key)


def _is_batch(row: Row, site_id: str, clock: Clock) -> bool:
    """Whether MCH1 holds all of a lot: dates are days of the plant, the number is the batch."""
    dates = [row.get(column) for column in ("manufactured_at", "expires_at", "retest_at")]
    return row["lot_id"] == f"{site_id}/{row['material_id']}/{row['lot_number']}" and all(
        moment(date, clock)[1] == "000000" for date in dates if date is not None
    )


def _is_plain(row: Row, site_id: str) -> bool:
    """Whether AFKO and AFPO hold all of an order."""
    made = str(row["lot_id"]).startswith(f"{site_id}/{row['material_id']}/")
    return made and row["kind"] in ORDER_TYPES and "/" not in str(row["master_record"])


def _other_name(tables: Tables, lot: Row) -> Iterator[str]:
    for row in tables.rows("identifiers", lot_id=lot["lot_id"]):
        if row["kind"] == "supplier_lot" and row["value"] == lot["supplier_lot_number"]:
            yield key(row)


def _batch(row: Row, clock: Clock) -> Line:
    material, batch = batch_of(row["lot_id"])
    expires_at = row.get("expires_at")
    # midnight less half a day is the day before, also when the clocks change
    last_day = expires_at - timedelta(hours=12) if isinstance(expires_at, datetime) else None
    created = moment(row["recorded_at"], clock)
    return {
        "MANDT": "100",
        "MATNR": material,
        "CHARG": batch,
        "HSDAT": moment_or_none(row.get("manufactured_at"), clock)[0],
        "VFDAT": moment_or_none(last_day, clock)[0],
        "QNDAT": moment_or_none(row.get("retest_at"), clock)[0],
        "LIFNR": text(row.get("supplier_id")),
        "LICHA": text(row.get("supplier_lot_number")),
        "ERSDA": created[0],
        "ERZET": created[1],
    }


def _order(row: Row, clock: Clock) -> Line:
    started = moment_or_none(row.get("started_at"), clock)
    ended = moment_or_none(row.get("completed_at"), clock)
    created = moment(row["recorded_at"], clock)
    return {
        "MANDT": "100",
        "AUFNR": padded(row["order_id"], 12),
        "GAMNG": figure(row.get("planned_quantity")),
        "GMEIN": text(row.get("uom")),
        "GSTRI": started[0],
        "GSUZI": started[1],
        "GETRI": ended[0],
        "GEUZI": ended[1],
        "PLNNR": text(row.get("master_record")),
        "PLNAL": "",
        "ARBPL": text(row.get("equipment")),
        "AUTOM": "X" if row.get("automated") else "0",
        "ERDAT": created[0],
        "ERZET": created[1],
    }


def _position(row: Row) -> Line:
    material, batch = batch_of(row["lot_id"])
    return {
        "MANDT": "100",
        "AUFNR": padded(row["order_id"], 12),
        "POSNR": POSITION,
        "MATNR": material,
        "CHARG": batch,
        "DAUAT": ORDER_TYPES[str(row["kind"])],
        "WEMNG": figure(row.get("actual_quantity")),
        "VERID": text(row.get("master_record_version")),
    }


def _delivery(row: Row, clock: Clock) -> Line:
    left = moment_or_none(row.get("shipped_at"), clock)
    came = moment_or_none(row.get("received_at"), clock)
    created = moment(row["recorded_at"], clock)
    return {
        "MANDT": "100",
        "VBELN": padded(row["shipment_id"], 10),
        "LFART": "LF" if row.get("customer_id") else "NL",
        "KUNNR": text(row.get("customer_id")),
        "SHIPTO": text(row["ship_to"]),
        "TDLNR": text(row.get("carrier")),
        "LIFEX": text(row.get("reference_document")),
        "WADAT_IST": left[0],
        "SPE_WAUHR_IST": left[1],
        "PODAT": came[0],
        "POTIM": came[1],
        "ERDAT": created[0],
        "ERZET": created[1],
    }


def _items(tables: Tables, delivery: Row) -> Iterator[Line]:
    moved = tables.rows("events", shipment_id=delivery["shipment_id"], site_id=delivery["site_id"])
    left = [row for row in moved if row["event_type"] in {"shipment", "transfer"}]
    for position, row in enumerate(sorted(left, key=key), 1):
        material, batch = batch_of(row["lot_id"])
        yield {
            "MANDT": "100",
            "VBELN": padded(delivery["shipment_id"], 10),
            "POSNR": f"{position * 10:06d}",
            "MATNR": material,
            "CHARG": batch,
            "LFIMG": figure(row.get("quantity")),
            "VRKME": text(row.get("uom")),
        }
