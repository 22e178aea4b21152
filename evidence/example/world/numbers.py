"""How a plant's systems number their records.

Numbers run on per table in the order in which records are made; nothing here is drawn at random.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime


class Numbering:
    """Running numbers of one site's systems.

    Args:
        site_id: the site; numbers of two sites never meet, since each carries the site.
        prefix: digit that the site's document numbers begin with.
        styles: how received lots and batches are numbered, as format strings over ``day``,
            ``yday`` (day of the year) and ``series`` (running number).
        is_short: whether lots are identified by their number alone.
    """

    def __init__(
        self, site_id: str, prefix: int, styles: tuple[str, str], *, is_short: bool = False
    ) -> None:
        self.is_short = is_short
        self.site_id = site_id
        self.prefix = prefix
        self.styles = styles
        self._last: Counter[str] = Counter()

    def count(self, name: str) -> int:
        """The next number of the series ``name``, from 1."""
        self._last[name] += 1
        return self._last[name]

    def next(self, table: str, when: datetime) -> str:
        """The next record identifier of a table that has no number of its own."""
        short = {
            "lot_status": "ST",
            "signatures": "SG",
            "lot_links": "LK",
            "documents": "D",
            "test_results": "TR",
            "quality_records": "QR",
            "changes": "CH",
            "counts": "CN",
        }.get(table, table[:2].upper())
        return f"{short}-{self.site_id}-{when:%y}-{self.count(table):05d}"

    def event(self, event_type: str, when: datetime) -> str:
        """The next record identifier of an event."""
        return f"{event_type}/{self.prefix}{when:%y}{self.count('events'):06d}"

    def ledger(self, event_id: str) -> str:
        """The number of the accounting document of a movement."""
        del event_id
        return f"5{self.prefix}{self.count('ledger'):08d}/2026"

    def billing(self) -> str:
        """The next invoice, payment or credit note."""
        return f"9{self.prefix}{self.count('billing'):08d}/2026"

    def order(self) -> str:
        """The next production order."""
        return f"10{self.prefix}{self.count('orders'):04d}"

    def delivery(self) -> str:
        """The next delivery."""
        return f"80{self.prefix}{self.count('shipments'):05d}"

    def inspection_lot(self) -> str:
        """The next sample or inspection lot."""
        return f"{self.prefix}00{self.count('samples'):08d}"

    def received_lot(self, day: date) -> str:
        """The plant's number for a lot that arrives on ``day``."""
        series = self.count(f"lots of {day:%y%m%d}")
        return self.styles[0].format(day=day, yday=day.timetuple().tm_yday, series=series)

    def batch(self, day: date) -> str:
        """The plant's number for a batch started on ``day``."""
        series = self.count("batches")
        return self.styles[1].format(day=day, yday=day.timetuple().tm_yday, series=series)

    def lot_id(self, material_id: str, lot_number: str) -> str:
        """The identifier of a lot, unique over all sites."""
        if self.is_short:
            return f"{self.site_id}/{lot_number}"
        return f"{self.site_id}/{material_id}/{lot_number}"

    def digest(self, document_id: str) -> str:
        """The sha256 of a document's file, which the example does not ship: of its identifier."""
        return hashlib.sha256(f"{self.site_id} {document_id}".encode()).hexdigest()
