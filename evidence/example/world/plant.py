"""One plant at work: the writers that every theme uses to put rows into the tables.

Each writer fills the columns of one lot-model table, in the plant's local time and with the
plant's own numbers. What happens when, and in which order, is left to the themes
(receiving, production, quality, distribution…).
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Row, Tables, Value
from ..timeline import Clock, workday_after
from .numbers import Numbering
from .store import Store
from .things import Catalogue, Lot


class Plant:
    """A plant's people, clock, numbers and rows.

    Args:
        site: the plant's row of ``sites``; must hold ``site_id`` and ``timezone``.
        people: person identifiers by role, in the spelling of the authorisations.
        tables: where the rows go.
        numbers: how the plant's systems number records.
        catalogue: what it buys, makes and sells.
        seed: seed of the whole example; each plant draws its own stream from it.

    Attributes:
        is_food: works seven days a week and gives every lot a traceability lot code.
        store: its stock.
        siblings: the company's other plants, by site.
        books_in_sap: whether its batches have SAP's dates, which are days of the plant.
        supplier_lots: numbers of suppliers' lots that are taken.
    """

    def __init__(
        self,
        site: Row,
        people: dict[str, list[str]],
        tables: Tables,
        numbers: Numbering,
        catalogue: Catalogue,
        seed: int,
    ) -> None:
        self.site = site
        self.site_id = str(site["site_id"])
        self.clock = Clock(str(site["timezone"]))
        self.people = people
        self.tables = tables
        self.numbers = numbers
        self.random = random.Random(f"{seed}/{self.site_id}")  # noqa: S311 - data, not secrets
        self.is_food = "food" in str(site["regulated_as"]).split(",")
        self.status_of: dict[str, str] = {}
        self.prices: dict[str, tuple[Decimal, str]] = {}
        self.specifications: dict[str, list[tuple[datetime, str]]] = {}
        self.catalogue = catalogue
        self.store = Store()
        self.siblings: dict[str, Plant] = {}
        self.supplier_lots: set[str] = set()
        self.books_in_sap = False

    # time and people

    def at(self, day: date, clock_time: str, spread: int = 20) -> datetime:
        """About ``clock_time`` local on ``day``: up to ``spread`` minutes later; UTC."""
        late = timedelta(seconds=self.random.randrange(max(1, spread * 60)))
        return self.clock.at(day, clock_time) + late

    def after(self, instant: datetime, low: float, high: float) -> datetime:
        """Between ``low`` and ``high`` minutes after ``instant``, to the second."""
        return instant + timedelta(seconds=round(self.random.uniform(low * 60, high * 60)))

    def later(self, day: date, days: int) -> date:
        """The day ``days`` working days after ``day``."""
        return day + timedelta(days=days) if self.is_food else workday_after(day, days)

    def who(self, role: str, *others: str) -> str:
        """Someone who holds ``role`` and is none of ``others``."""
        return self.random.choice([person for person in self.people[role] if person not in others])

    def specification(self, material_id: str, when: datetime) -> str | None:
        """The house specification of a material in force at an instant, at any of the plants."""
        for plant in (self, *self.siblings.values()):
            valid = [
                spec for since, spec in plant.specifications.get(material_id, []) if since <= when
            ]
            if valid:
                return valid[-1]
        return None

    # rows

    def put(self, table: str, record_id: str, recorded_at: datetime, **columns: Value) -> str:
        """A row with the common columns; returns its record identifier."""
        return self.tables.add(
            table, record_id, site_id=self.site_id, recorded_at=recorded_at, **columns
        )

    def happens(self, when: datetime, precision: str = "second") -> dict[str, Value]:
        """The time columns of something that happened at ``when`` (UTC)."""
        local = self.clock.local(when)
        return {
            "occurred_at": local.occurred_at,
            "occurred_local": local.occurred_local,
            "utc_offset": local.utc_offset,
            "precision": precision,
        }

    def event(
        self,
        event_type: str,
        when: datetime,
        lot: Lot | None = None,
        quantity: Decimal | None = None,
        /,
        **columns: Value,
    ) -> str:
        """An event at ``when``, recorded seconds later unless ``recorded_at`` says otherwise."""
        recorded_at = columns.pop("recorded_at", None)
        given: Row = {"performed_by": None, "entry_method": "scan"}
        if quantity is not None and lot is not None:
            given |= {"quantity": quantity, "uom": lot.material.uom}
        return self.put(
            "events",
            self.numbers.event(event_type, when),
            recorded_at if isinstance(recorded_at, datetime) else self.after(when, 0.1, 3),
            event_type=event_type,
            lot_id=lot.lot_id if lot else None,
            **self.happens(when),
            **{**given, **columns},
        )

    def status(self, lot: Lot, to: str, when: datetime, by: str, reason: str | None = None) -> str:
        """A change of the lot's status."""
        before = self.status_of.get(lot.lot_id)
        self.status_of[lot.lot_id] = to
        return self.put(
            "lot_status",
            self.numbers.next("lot_status", when),
            self.after(when, 0.1, 2),
            lot_id=lot.lot_id,
            from_status=before,
            to_status=to,
            reason_code=reason,
            changed_by=by,
            **self.happens(when),
        )

    def sign(
        self, table: str, record_id: str, person: str, role: str, meaning: str, when: datetime
    ) -> str:
        """A signature on a record."""
        return self.put(
            "signatures",
            self.numbers.next("signatures", when),
            self.after(when, 0.05, 0.5),
            record_type=table,
            signed_record_id=record_id,
            signer_id=person,
            printed_name=f"Person {person}",
            role=role,
            meaning=meaning,
            signed_at=when,
        )

    def document(
        self,
        kind: str,
        subject: tuple[str, str],
        number: str,
        issued_at: datetime,
        issued_by: str,
        **columns: Value,
    ) -> str:
        """An effective document about ``subject`` (table and identifier)."""
        document_id = self.numbers.next("documents", issued_at)
        given: Row = {
            "doc_version": "1",
            "status": "effective",
            "valid_from": issued_at,
            "location": f"dms://{self.site_id.lower()}/{document_id}",
            **columns,
        }
        return self.put(
            "documents",
            document_id,
            self.after(issued_at, 1, 30),
            document_id=document_id,
            kind=kind,
            subject_type=subject[0],
            subject_id=subject[1],
            number=number,
            issued_by=issued_by,
            issued_at=issued_at,
            sha256=self.numbers.digest(document_id),
            **given,
        )

    def link_document(self, document_id: str, subject: tuple[str, str], when: datetime) -> str:
        """A further thing the document speaks of."""
        return self.put(
            "document_links",
            f"{document_id}/{subject[1]}",
            when,
            document_id=document_id,
            subject_type=subject[0],
            subject_id=subject[1],
        )

    def link(
        self,
        parent: Lot,
        child: Lot,
        quantity: Decimal,
        when: datetime,
        kind: str,
        order: str | None,
    ) -> str:
        """An edge of the genealogy: ``quantity`` of the parent is in the child."""
        return self.put(
            "lot_links",
            self.numbers.next("lot_links", when),
            self.after(when, 0.1, 2),
            parent_lot_id=parent.lot_id,
            child_lot_id=child.lot_id,
            order_id=order,
            quantity=quantity,
            uom=parent.material.uom,
            kind=kind,
            **self.happens(when),
        )

    def post(
        self, event_id: str, lot: Lot, quantity: Decimal, account: str, when: datetime
    ) -> None:
        """The two ledger lines of a stock movement; ``quantity`` is signed, in is positive."""
        price, currency = self.prices[lot.material.material_id]
        amount = (price * quantity).quantize(Decimal("0.01"))
        number = self.numbers.ledger(event_id)
        posted_at = self.clock.at(self.clock.day(when), "00:00")
        lines = ((f"3{lot.material.material_id[2:]}0", amount), (account, -amount))
        for position, (ledger, value) in enumerate(lines, 1):
            self.put(
                "postings",
                f"{number}/{position:03d}",
                self.after(when, 0.1, 2),
                account=ledger,
                amount=value,
                currency=currency,
                event_id=event_id,
                lot_id=lot.lot_id,
                posted_at=posted_at,
                document_number=number,
            )
