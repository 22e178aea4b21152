"""Plain CSV as a plant spells it: its own file and column names, words, units, dates and decimals.

With the extracts goes the plant's `values:` file, which tells the shipped generic mapping how to
read them. What the rows say is the same as in the lot model's own spelling.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from ..tables import Row, Tables, Value, columns_of
from .generic import rows_of_site, text

DROPPED = {"occurred_at"}
"""Columns that a plant does not send: the instant follows from local time and offset."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a plant writes its extracts.

    Attributes:
        timezone: IANA name of the plant's zone, in which it writes all times.
        moment: strftime format of times.
        delimiter: sign between cells.
        decimal: sign before decimals.
        encoding: of the files.
        files: the plant's name of a table's file, without ``.csv``.
        columns: the plant's names of columns, the same in every table.
        words: the plant's words by column (``events.event_type`` or ``uom``), ours first.
    """

    timezone: str
    moment: str
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    files: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cell(self, table: str, column: str, value: Value) -> str:
        """A value as the plant writes it."""
        if isinstance(value, datetime):
            is_local = column == "occurred_local"
            local = (
                value if is_local else value.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))
            )
            return local.strftime(self.moment)
        if isinstance(value, Decimal):
            return text(value).replace(".", self.decimal)
        words = self.words.get(f"{table}.{column}") or self.words.get(column) or {}
        return words.get(str(value), text(value))


def write_site(
    tables: Tables, site_id: str, folder: Path, spelling: Spelling, leave_out: tuple[str, ...]
) -> dict[str, int]:
    """Every table of a site as the plant spells it; returns rows by file name."""
    written: dict[str, int] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in rows_of_site(tables, site_id):
        if table in leave_out:
            continue
        name = f"{spelling.files.get(table, table)}.csv"
        columns = [column for column in columns_of(tables.rows(table)) if column not in DROPPED]
        with (folder / name).open("w", encoding=spelling.encoding, newline="") as file:
            writer = csv.writer(file, delimiter=spelling.delimiter, lineterminator="\r\n")
            writer.writerow([spelling.columns.get(column, column) for column in columns])
            writer.writerows(
                [_cell(spelling, table, column, row) for column in columns] for row in rows
            )
        written[name] = len(rows)
    return written


def _cell(spelling: Spelling, table: str, column: str, row: Row) -> str:
    if column == "occurred_local" and isinstance(row.get("occurred_at"), str):
        return str(row["occurred_at"])
    return spelling.cell(table, column, row.get(column))


def values_file(spelling: Spelling, tables: Mapping[str, list[str]]) -> str:
    """The text of the plant's `values:` file.

    Args:
        spelling: how it writes.
        tables: columns of each table that it sends.
    """
    feeds: dict[str, dict[str, object]] = {}
    for table, columns in sorted(tables.items()):
        named = {
            spelling.columns[column]: column for column in columns if column in spelling.columns
        }
        feed: dict[str, object] = {}
        if table in spelling.files:
            feed["files"] = [f"{spelling.files[table]}.csv"]
        if named:
            feed["columns"] = named
        if feed:
            feeds[table] = feed
    content = {
        "delimiter": spelling.delimiter,
        "decimal": spelling.decimal,
        "encoding": spelling.encoding,
        "formats": [spelling.moment],
        "timezone": "site",
        "feeds": feeds,
        "words": {
            name: {theirs: ours for ours, theirs in words.items()}
            for name, words in spelling.words.items()
        },
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


DUTCH_STATUS = {
    "quarantine": "In keuring",
    "released": "Vrij",
    "restricted": "Beperkt vrij",
    "blocked": "Geblokkeerd",
    "rejected": "Afgekeurd",
    "recalled": "Teruggeroepen",
    "destroyed": "Vernietigd",
}

TEXAN_STATUS = {
    "quarantine": "HOLD",
    "released": "OK",
    "blocked": "BLOCK",
    "rejected": "REJ",
    "destroyed": "GONE",
}

EINDHOVEN = Spelling(
    timezone="Europe/Amsterdam",
    moment="%d-%m-%Y %H:%M:%S",
    delimiter=";",
    decimal=",",
    encoding="cp1252",
    files={
        "lots": "charges",
        "events": "bewegingen",
        "lot_status": "chargestatus",
        "lot_links": "samenstelling",
        "orders": "werkorders",
        "test_results": "analyses",
        "materials": "artikelen",
        "parties": "relaties",
        "shipments": "leveringen",
        "counts": "tellingen",
        "signatures": "parafen",
        "quality_records": "afwijkingen",
    },
    columns={
        "lot_id": "Charge",
        "lot_number": "Chargenummer",
        "material_id": "Artikel",
        "quantity": "Hoeveelheid",
        "uom": "Eenheid",
        "event_type": "Soort",
        "occurred_local": "Tijdstip",
        "recorded_at": "Geboekt op",
        "performed_by": "Uitgevoerd door",
        "checked_by": "Gecontroleerd door",
        "order_id": "Werkorder",
        "shipment_id": "Levering",
        "from_status": "Van status",
        "to_status": "Naar status",
        "parent_lot_id": "Uit charge",
        "child_lot_id": "In charge",
        "expires_at": "Houdbaar tot",
        "manufactured_at": "Gemaakt op",
        "signed_at": "Getekend op",
    },
    words={
        "uom": {"EA": "stk"},
        "events.event_type": {
            "receipt": "Ontvangst",
            "inspection": "Keuring",
            "issue": "Uitgifte",
            "consumption": "Verbruik",
            "intermediate_output": "Halffabricaat",
            "finished_goods": "Gereed",
            "release": "Vrijgave",
            "shipment": "Levering",
            "return": "Retour",
            "disposition": "Vernietiging",
            "cleaning": "Reiniging",
            "sample": "Monster",
            "label_issue": "Etiketuitgifte",
            "label_reconciliation": "Etikettelling",
            "monitoring": "Procescontrole",
            "equipment_use": "Machinegebruik",
            "line_clearance": "Lijnvrijgave",
            "status_change": "Statuswijziging",
            "transfer": "Verplaatsing",
            "adjustment": "Correctie",
        },
        "lot_status.from_status": DUTCH_STATUS,
        "lot_status.to_status": DUTCH_STATUS,
        "events.entry_method": {"scan": "scanner", "manual": "hand", "interface": "koppeling"},
    },
)

HOUSTON = Spelling(
    timezone="America/Chicago",
    moment="%m/%d/%Y %H:%M:%S",
    files={
        "lots": "lot_master",
        "events": "transactions",
        "lot_status": "lot_status_log",
        "lot_links": "where_used",
        "orders": "batch_tickets",
        "shipments": "shippers",
    },
    columns={
        "lot_id": "LOT",
        "material_id": "ITEM",
        "quantity": "QTY",
        "uom": "UM",
        "event_type": "TRAN_TYPE",
        "occurred_local": "TRAN_TIME",
        "performed_by": "OPERATOR",
        "checked_by": "VERIFIER",
        "order_id": "TICKET",
        "to_status": "NEW_STATUS",
        "from_status": "OLD_STATUS",
    },
    words={
        "uom": {"LB": "lbs", "GAL": "gals"},
        "events.event_type": {
            "receipt": "RCPT",
            "consumption": "CHARGE",
            "finished_goods": "YIELD",
            "intermediate_output": "FILL",
            "return": "RTRN",
            "shipment": "SHIP",
            "transfer": "XFER",
            "disposition": "SCRAP",
            "sample": "SMPL",
            "inspection": "INSP",
            "adjustment": "CYC-ADJ",
            "issue": "STAGE",
            "release": "QA-REL",
            "status_change": "QA-CHG",
            "cleaning": "CLEAN",
            "equipment_use": "USE",
            "line_clearance": "CLEAR",
            "monitoring": "READ",
        },
        "lot_status.from_status": TEXAN_STATUS,
        "lot_status.to_status": TEXAN_STATUS,
    },
)
