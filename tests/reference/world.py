"""A small world: canonical rows by table, what is covered, and what lies in quarantine.

Part of the plain-Python judge of the obligation language. Rows are plain dictionaries with the
columns of docs/lot-model.md; a column that is not given is null. Superseded versions of a record
are left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NAMING = (
    ("events", "lot_id"),
    ("lot_links", "parent_lot_id"),
    ("lot_links", "child_lot_id"),
    ("orders", "lot_id"),
    ("lot_status", "lot_id"),
    ("test_results", "lot_id"),
)
"""Columns whose lots are implied where no source sent them."""
Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
Window = tuple[datetime, datetime]

NOT_COVERED, QUARANTINED, NULL = "not_covered", "quarantined", "null_operand"
PRECISION, UNIT, NO_HISTORY = "precision", "unit", "no_history"
DOUBTS = (NULL, PRECISION, UNIT, NO_HISTORY, NOT_COVERED, QUARANTINED)
"""Which doubt about one record is named when it has several."""

KEYS = {
    "lots": "lot_id",
    "orders": "order_id",
    "shipments": "shipment_id",
    "materials": "material_id",
    "parties": "party_id",
    "sites": "site_id",
    "people": "person_id",
    "documents": "document_id",
}


@dataclass(frozen=True)
class Where:
    """Where an absence is looked for: site, window, and the lots it concerns (none: any)."""

    site_id: str | None
    window: Window
    lots: frozenset[str] = frozenset()


def _current(rows: Sequence[Row]) -> list[Row]:
    """The rows without those that a later one of the same record has taken the place of."""
    latest = {row.get("record_id"): number for number, row in enumerate(rows)}
    return [
        row
        for number, row in enumerate(rows)
        if row.get("is_current", True) is not False
        and (row.get("record_id") is None or latest[row["record_id"]] == number)
    ]


class World:
    """Rows by table, with the few look-ups that every check needs."""

    def __init__(self, tables: Tables) -> None:
        self._tables: dict[str, list[dict[str, Any]]] = {}
        self.superseded: dict[str, list[dict[str, Any]]] = {}
        """Earlier versions of records, by table."""
        for table, rows in tables.items():
            current = _current(rows)
            earlier = [row for row in rows if not any(row is each for each in current)]
            self.superseded[table] = [
                {"record_key": -number, **row} for number, row in enumerate(earlier, start=1)
            ]
            self._tables[table] = [
                {"record_key": number, **row} for number, row in enumerate(current, start=1)
            ]
        self._tables["lots"] = [*self.rows("lots"), *self._implied_lots()]
        undone = {event.get("reverses") for event in self.rows("events")} - {None}
        self.events: list[Row] = [
            event
            for event in self.rows("events")
            if event.get("record_id") not in undone and event.get("reverses") is None
        ]
        self.memory: dict[Hashable, Any] = {}
        """What has been worked out about the rows, for they never change."""
        self.reversed: list[Row] = [row for row in self.rows("events") if row not in self.events]

    def _implied_lots(self) -> list[dict[str, Any]]:
        """Lots that rows name and no source sent, at the site of the first row that names them."""
        known = {row["lot_id"] for row in self.rows("lots")}
        found: dict[str, dict[str, Any]] = {}
        for table, column in NAMING:
            for row in self.rows(table):
                lot = row.get(column)
                if lot is not None and lot not in known and lot not in found:
                    found[lot] = {
                        "record_key": -len(found) - 1,
                        "record_id": lot,
                        "lot_id": lot,
                        "lot_number": lot,
                        "site_id": row.get("site_id"),
                        "is_implied": True,
                    }
        return list(found.values())

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every current row of the table."""
        return self._tables.get(table, [])

    def one(self, table: str, identifier: Any) -> Row | None:
        """The row of a table of things by its identifier."""
        if identifier is None:
            return None
        column = KEYS[table]
        return next((row for row in self.rows(table) if row.get(column) == identifier), None)

    def signatures_on(self, table: str, row: Row) -> Iterator[Row]:
        """The signatures on one record."""
        for signature in self.rows("signatures"):
            on = (signature.get("record_type"), signature.get("signed_record_id"))
            if on == (table, row.get("record_id")):
                yield signature

    def covered(self, table: str, where: Where, types: Iterable[str] = ()) -> bool:
        """Whether the sources' coverage spans the window, for each of the event types."""
        return all(self._spanned(table, where, kind) for kind in (tuple(types) or (None,)))

    def _spanned(self, table: str, where: Where, kind: str | None) -> bool:
        reached, end = where.window
        for start, stop in sorted(self._covering(table, where.site_id, kind)):
            if start <= reached:
                reached = max(reached, stop)
        return reached >= end

    def _covering(self, table: str, site_id: str | None, kind: str | None) -> Iterator[Window]:
        for row in self.rows("coverage"):
            scope = row.get("scope")
            named = scope is None or kind in {word.strip() for word in scope.split(",")}
            if row.get("site_id") == site_id and row.get("table_name") == table and named:
                yield row.get("covers_from") or datetime.min, row["covers_to"]  # noqa: DTZ901

    def tainted(self, table: str, where: Where) -> bool:
        """Whether a row in quarantine might be the one that is looked for."""
        return any(
            row.get("table_name") == table
            and row.get("site_id") == where.site_id
            and (row.get("lot_id") is None or not where.lots or row["lot_id"] in where.lots)
            for row in self.rows("quarantine")
        )

    def doubt(self, table: str, where: Where, types: Iterable[str] = ()) -> str | None:
        """Why the absence of a row says nothing; ``None`` when it is really absent."""
        if not self.covered(table, where, types):
            return NOT_COVERED
        return QUARANTINED if self.tainted(table, where) else None
