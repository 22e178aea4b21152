"""SAP spellings that every table shares: keys, dates and times, numbers, files."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ..tables import Row
from ..timeline import Clock

Sent = set[tuple[str, str]]
"""Table and record identifier of rows that went out."""

Line = dict[str, str]
"""A line of an SAP table, by SAP's names."""

CLOCKS = {"LEU": Clock("Europe/Brussels"), "DUR": Clock("America/New_York")}
"""The plants' wall clocks, which their systems run on."""

PLANT_CODES = {"LEU": "1000", "DUR": "2000"}
"""The plants' codes in SAP."""


def key(row: Row) -> str:
    """The identifier of a row."""
    return str(row["record_id"])


def moment(value: object, clock: Clock) -> tuple[str, str]:
    """An instant as SAP's date and time on the plant's clock.

    Raises:
        TypeError: it is no instant.
    """
    if not isinstance(value, datetime):
        raise TypeError(f"no time: {value!r}")
    local = clock.local(value).occurred_local
    return local.strftime("%Y%m%d"), local.strftime("%H%M%S")


def moment_or_none(value: object, clock: Clock) -> tuple[str, str]:
    """The same, with zeros where there is no instant."""
    return ("00000000", "000000") if value is None else moment(value, clock)


def figure(value: object) -> str:
    """A number as SAP writes it: 1.234,500 and the minus behind; blank for none."""
    if value is None:
        return ""
    amount = Decimal(str(value))
    plain = f"{abs(amount):,f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{plain}-" if amount < 0 else plain


def text(value: object) -> str:
    """A value as it stands, blank for none."""
    return "" if value is None else str(value)


def padded(value: object, width: int) -> str:
    """A key with leading zeros when it is numeric."""
    plain = text(value)
    return plain.zfill(width) if plain.isdigit() else plain


def batch_of(lot_id: object) -> tuple[str, str]:
    """Material and batch of a lot identifier."""
    _, material, batch = str(lot_id).split("/", 2)
    return material, batch


def write_table(folder: Path, name: str, site_id: str, rows: list[Line]) -> dict[str, int]:
    """One table of a site as CSV; returns its rows by file name."""
    file_name = f"{name}_{site_id}_202610.csv"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / file_name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return {file_name: len(rows)}
