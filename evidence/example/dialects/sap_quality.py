"""SAP's quality management as CSV: inspection lots, characteristics, results, usage decisions.

QALS, QAMV and QAMR hold the laboratory's own results, QAVE the quality unit's acceptance of what
was bought. A row goes out here only when the tables can hold all of it; inspections themselves and
everything else come from the laboratory's system as plain CSV.
"""

from __future__ import annotations

from collections import defaultdict

from ..renumber import inspection_lot_of
from ..tables import Row, Tables
from ..timeline import Clock
from .sap_tables import (
    CLOCKS,
    PLANT_CODES,
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

VALUATIONS = {"pass": "A", "fail": "R"}
"""Valuation of a result by its verdict."""


def lines(tables: Tables, site_id: str) -> tuple[dict[str, list[Line]], Sent]:
    """The tables' lines by name, and which rows they are."""
    clock = CLOCKS[site_id]
    samples = _samples(tables, site_id)
    results = [row for rows in samples.values() for row in rows]
    decisions = [
        row
        for row in sorted(tables.rows("events", site_id=site_id), key=key)
        if _is_decision(row, samples)
    ]
    sent = {("test_results", key(row)) for row in results}
    sent |= {("events", key(row)) for row in decisions}
    return {
        "QALS": [_inspection_lot(rows[0], site_id) for rows in samples.values()],
        "QAMV": [_characteristic(row) for row in results],
        "QAMR": [_result(row, clock) for row in results],
        "QAVE": [_decision(row, clock) for row in decisions],
    }, sent


def _samples(tables: Tables, site_id: str) -> dict[str, list[Row]]:
    """The results that QAMR can hold, by inspection lot."""
    samples: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables.rows("test_results", site_id=site_id), key=key):
        lot = inspection_lot_of(row)
        if lot is None or row["sample_id"] != lot or not _is_plain(row):
            continue
        first = samples[lot][0] if samples[lot] else row
        if (row["lot_id"], row["spec_id"]) == (first["lot_id"], first["spec_id"]):
            samples[lot].append(row)
    return samples


def _is_plain(row: Row) -> bool:
    """Whether a result is a number or a text as SAP writes it, found here at a known time."""
    value = row.get("value")
    written = row["value_text"] if value is None else figure(value)
    return (
        row["origin"] == "own"
        and row["value_text"] == written
        and row.get("qualifier") is None
        and row["verdict"] in VALUATIONS
        and row.get("occurred_at") is not None
        and row.get("precision") == "second"
    )


def _is_decision(row: Row, samples: dict[str, list[Row]]) -> bool:
    """Whether a release is the acceptance of an inspection lot, entered as it was taken."""
    return (
        row["event_type"] == "release"
        and key(row).partition("/")[0] in samples
        and row["recorded_at"] == row["occurred_at"]
        and row["result"] == "accept"
        and row["entry_method"] == "manual"
        and row.get("order_id") is None
        and row.get("checked_by") is None
    )


def _inspection_lot(row: Row, site_id: str) -> Line:
    material, batch = batch_of(row["lot_id"])
    return {
        "MANDT": "100",
        "PRUEFLOS": padded(row["sample_id"], 12),
        "WERK": PLANT_CODES[site_id],
        "MATNR": material,
        "CHARG": batch,
        "SPEZNR": text(row.get("spec_id")),
    }


def _numbers(row: Row) -> Line:
    lot, operation, characteristic = key(row).split("/")
    return {
        "MANDT": "100",
        "PRUEFLOS": padded(lot, 12),
        "VORGLFNR": operation,
        "MERKNR": characteristic,
    }


def _characteristic(row: Row) -> Line:
    return {
        **_numbers(row),
        "KURZTEXT": text(row["characteristic"]),
        "MASSEINHSW": text(row.get("uom")),
        "PMETHODE": text(row.get("method")),
    }


def _result(row: Row, clock: Clock) -> Line:
    found = moment(row["occurred_at"], clock)
    reviewed = moment_or_none(row.get("reviewed_at"), clock)
    entered = moment(row["recorded_at"], clock)
    return {
        **_numbers(row),
        "MBEWERTG": VALUATIONS[str(row["verdict"])],
        "ORIGINAL_INPUT": text(row["value_text"]),
        "PRUEFER": text(row.get("tested_by")),
        "PRUEFDATUB": found[0],
        "PRUEFZEITB": found[1],
        "RVWBY": text(row.get("reviewed_by")),
        "RVWDAT": reviewed[0],
        "RVWTIM": reviewed[1],
        "ENTDAT": entered[0],
        "ENTTIM": entered[1],
    }


def _decision(row: Row, clock: Clock) -> Line:
    lot, number = key(row).split("/")
    decided = moment(row["occurred_at"], clock)
    return {
        "MANDT": "100",
        "PRUEFLOS": padded(lot, 12),
        "ZAEHLER": number,
        "VCODE": text(row["reason_code"]),
        "VBEWERTUNG": "A",
        "VNAME": text(row["performed_by"]),
        "VDATUM": decided[0],
        "VEZEITERF": decided[1],
    }
