"""A scenario → the canonical rows of a small world, with one site and its coverage.

Worlds can be given a prefix that keeps their ids apart, so that many are judged at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import LotproofError
from ..yaml_files import raise_all
from .grammar import MisreadError
from .scenario_files import Scenario
from .world_lines import read_line
from .world_words import Lines, Row

Tables = dict[str, list[Row]]
SITE = "S1"
COVERED = (
    "events",
    "lots",
    "lot_status",
    "lot_links",
    "materials",
    "parties",
    "people",
    "orders",
    "shipments",
    "test_results",
    "specifications",
    "documents",
    "document_links",
    "signatures",
    "authorisations",
    "quality_records",
    "counts",
    "submissions",
    "changes",
)
# tables of things, in the order in which an id is looked for
_THINGS = {
    "lots": "lot_id",
    "orders": "order_id",
    "shipments": "shipment_id",
    "materials": "material_id",
    "parties": "party_id",
    "people": "person_id",
    "sites": "site_id",
    "documents": "document_id",
    "quality_records": "quality_record_id",
    "specifications": "spec_id",
}
_OWN_DAYS = (("closing_days", False), ("working_days", True))
_HOLDERS = {"parties": "party", "people": "person", "sites": "site"}


def world_of(scenario: Scenario, prefix: str = "") -> Tables:
    """The canonical rows of a scenario, every id beginning with ``prefix``.

    Raises:
        LotproofError: every row that could not be read, with its line.
    """
    site = {"name": "Site", "timezone": "UTC", **scenario.world.site}
    own_days = [(day, is_so) for key, is_so in _OWN_DAYS for day in site.pop(key, "").split()]
    lines = Lines(scenario.period[:4], ZoneInfo(site["timezone"]), dict(scenario.people))
    faults: list[LotproofError] = []
    for row, path in scenario.rows:
        try:
            _add(lines, row)
        except MisreadError as fault:
            where = scenario.file.where(path)
            faults.append(LotproofError(fault.found, fault.expected, fault.fix, where))
    raise_all(faults)
    tables = lines.tables
    tables.setdefault("sites", []).append({"record_id": SITE, "site_id": SITE, **site})
    for day, is_working in own_days:
        row = {"record_id": day, "site_id": SITE, "day": day, "is_working": is_working}
        tables.setdefault("site_days", []).append(row)
    _people(lines)
    _coverage(lines, scenario)
    _relate(tables)
    _units(tables)
    return _prefixed(tables, prefix) if prefix else tables


def _add(lines: Lines, row: str | dict[str, Any]) -> None:
    if isinstance(row, str):
        read_line(lines, row)
        return
    if "table" not in row:
        raise MisreadError("a mapping without table", "table: and the columns of the row")
    columns = {key: value for key, value in row.items() if key != "table"}
    for key, value in columns.items():
        if key.endswith(("_at", "_from", "_to")) and isinstance(value, str):
            columns[key] = lines.instant(value)
    lines.add(str(row["table"]), columns)


def _people(lines: Lines) -> None:
    since = datetime.fromisoformat("2020-01-01")
    for person, role in lines.roles.items():
        named = f"Person {person}"
        lines.add("people", {"record_id": person, "person_id": person, "printed_name": named})
        row = {"holder_id": person, "kind": "role", "scope": role, "valid_from": since}
        added = lines.add("authorisations", row, "role")
        added["authorisation_id"] = added["record_id"]


def _coverage(lines: Lines, scenario: Scenario) -> None:
    until = datetime.fromisoformat("2099-01-01")
    for table in COVERED:
        window = scenario.world.covers.get(table, {})
        if isinstance(window, str):
            continue
        start, end = window.get("from"), window.get("to")
        row = {
            "table_name": table,
            "scope": window.get("scope"),
            "covers_from": lines.instant(start) if start else None,
            "covers_to": lines.instant(end) if end else until,
        }
        lines.add("coverage", row, "coverage")


def _relate(tables: Tables) -> None:
    """Sites everywhere, and the table that each named thing stands in."""
    for rows in tables.values():
        for row in rows:
            row.setdefault("site_id", SITE)
    kinds = {
        row[column]: table
        for table, column in reversed(list(_THINGS.items()))
        for row in tables.get(table, [])
        if row.get(column) is not None
    }
    for table in ("documents", "document_links", "quality_records", "accepted_risks"):
        for row in tables.get(table, []):
            row.setdefault("subject_type", kinds.get(row.get("subject_id")))
    for row in tables.get("authorisations", []):
        row.setdefault("holder_type", _HOLDERS.get(kinds.get(row["holder_id"], ""), "person"))


def _units(tables: Tables) -> None:
    """The base unit of each material: the unit in which its lots were first counted."""
    lots = {lot["lot_id"]: lot.get("material_id") for lot in tables.get("lots", [])}
    units: dict[str, str] = {}
    for row in (*tables.get("events", []), *tables.get("counts", [])):
        material = row.get("material_id") or lots.get(row.get("lot_id"))
        if material is not None and row.get("base_uom"):
            units.setdefault(material, row["base_uom"])
    for row in tables.get("materials", []):
        row.setdefault("base_uom", units.get(row["material_id"]))


def _prefixed(tables: Tables, prefix: str) -> Tables:
    """The rows with every id of the world, wherever it stands, behind the prefix."""
    names = {value for row in _all(tables) for key, value in row.items() if _names(key, value)}
    return {
        table: [
            {
                key: _behind(prefix, value, names) if key in _REFERENCES else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for table, rows in tables.items()
    }


def _behind(prefix: str, value: Any, names: set[Any]) -> Any:  # noqa: ANN401 -- any column
    """A name behind the prefix; a pair such as ``SUP1/M1`` is two of them."""
    parts = value.split("/") if isinstance(value, str) else [value]
    known = all(part in names for part in parts)
    return "/".join(f"{prefix}{part}" for part in parts) if known else value


def _all(tables: Tables) -> Iterable[Row]:
    return (row for rows in tables.values() for row in rows)


_REFERENCES = {
    "record_id",
    "site_id",
    "lot_id",
    "material_id",
    "supplier_id",
    "order_id",
    "shipment_id",
    "party_id",
    "customer_id",
    "person_id",
    "performed_by",
    "checked_by",
    "changed_by",
    "tested_by",
    "reviewed_by",
    "counted_by",
    "witnessed_by",
    "approved_by",
    "issued_by",
    "signer_id",
    "holder_id",
    "scope",
    "owner",
    "parent_lot_id",
    "child_lot_id",
    "document_id",
    "spec_id",
    "authorisation_id",
    "quality_record_id",
    "subject_id",
    "signed_record_id",
    "changed_record_id",
    "reverses",
    "number",
    "ship_to",
    "by",
    "period",
    "reference",
}


def _names(key: str, value: object) -> bool:
    is_name = key in {"record_id", "holder_id"} or key in _THINGS.values()
    return isinstance(value, str) and is_name
