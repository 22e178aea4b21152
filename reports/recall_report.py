"""The recall of a lot as a report to be signed: lots, stock, customers, balance, money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ..evidence.lots.ledger import LotBook
from ..evidence.lots.recall import Recall, answer_for
from . import reading, words
from .cover import Span
from .definitions import ReportDefinition
from .document import Frame, frame
from .genealogy import compose_recalled
from .layout import Picture, lay_out
from .lot import find_lot
from .recall_text import accounted, customers, least_accounted
from .request import ReportRequest
from .tally import Figure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LEVELS = """
select lots.lot_id, coalesce(min(link_pairs.depth), 0) as depth
from lots
left join link_pairs on link_pairs.descendant_key = lots.record_key
    and link_pairs.ancestor_key = ?
where lots.is_current and (lots.record_key = ? or link_pairs.ancestor_key is not null)
group by lots.lot_id
"""


@dataclass(frozen=True, slots=True)
class StockRow:
    """What is left of a material at a place, in one status."""

    site: str
    status: str
    place: str
    material: str
    lots: str
    amount: str


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot concerned: where and how it stands, what is left of it and what was shipped."""

    name: str
    status: str
    place: str
    left: str
    shipped: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """A customer, how to reach them, and what they got: lot, material, quantity, shipment, day."""

    name: str
    contact: str
    got: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What came in of a material among the lots concerned, what became of it, what proves it."""

    material: str
    lots: str
    came_in: str
    fate: str
    left: str
    proof: str
    state: str


@dataclass(frozen=True, slots=True)
class RecallReport:
    """Everything a recall report says, in the order of its parts."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    lead: tuple[Span, ...]
    figures: tuple[Figure, ...]
    lots: tuple[tuple[str, str, tuple[LotRow, ...]], ...]
    stock: tuple[StockRow, ...]
    receivers: tuple[Receiver, ...]
    orders: tuple[tuple[str, str, str], ...]
    balance: tuple[BalanceRow, ...]
    money: tuple[tuple[str, str, str], ...]
    picture: Picture


def compose_recall(
    con: DuckDBPyConnection, request: ReportRequest, definition: ReportDefinition,
    evidence_digest: str,
) -> RecallReport:  # fmt: skip
    """Put the recall report of a lot together.

    Args:
        con: the warehouse, built for the period.
        request: names the lot.
        definition: the report's definition.
        evidence_digest: SHA-256 of the evidence manifest, in hex.

    Raises:
        LotproofError: the site or the lot is unknown.
    """
    site = reading.site(con, request.site_id)
    lot = find_lot(con, request.lot_id or "", request.site_id)
    name = lot["lot_number"] or lot["lot_id"]
    found = con.execute(_LEVELS, [lot["record_key"], lot["record_key"]]).fetchall()
    at = request.as_of.replace(tzinfo=None)
    accounts = dict(request.accounts)
    recall = answer_for(con, f"lot {name}", (lot["lot_id"],), dict(found), at, accounts)
    return RecallReport(
        request=request,
        definition=definition,
        frame=frame(
            request, definition, site, evidence_digest, title=name,
            subtitle=lot["material_name"] or "material not known", running=name,
            facts=(
                ("Supplier's lot", lot["supplier_lot_number"] or words.NOTHING),
                ("As recorded by", words.long_time(request.as_of, site["timezone"])),
            ),
        ),
        lead=_lead(recall, name),
        figures=_figures(recall),
        lots=_lots(recall),
        stock=_stock(recall),
        receivers=_receivers(recall),
        orders=tuple((o.order_id, o.site_id or "?", o.lot_id or "?") for o in recall.orders),
        balance=tuple(_balance(*group) for group in recall.balance()),
        money=_money(recall, request),
        picture=lay_out(compose_recalled(con, lot["lot_id"], request.period)),
    )  # fmt: skip


def _lead(recall: Recall, name: str) -> tuple[Span, ...]:
    made = len(recall.books) - 1
    shipments = len({d.shipment_id for d in recall.deliveries})
    people = len(customers(recall))
    into = words.counted(made, "lot") if made else "no other lot"
    return (
        Span(f"Lot {name} went into {into}. "),
        Span(
            f"{words.capital(words.counted(shipments, 'shipment'))} of it or of what was made from "
            f"it reached {words.counted(people, 'customer')}.",
            is_strong=bool(shipments),
        ),
        Span(
            " Lots that only share a parent with these are not concerned. Holds are proposed; "
            "none was set by this report."
        ),
    )


def _figures(recall: Recall) -> tuple[Figure, ...]:
    percent, counted, of = least_accounted(recall)
    left = len(recall.stock())
    return (
        Figure("pending", "", "lots concerned", words.number(len(recall.books))),
        Figure("pending", "", "lots with stock", words.number(left)),
        Figure("pending", "", "customers", words.number(len(customers(recall)))),
        Figure(
            "met" if percent is not None and counted == of else "undetermined",
            "" if percent is not None else "?",
            f"% accounted for of the material with least ({counted} of {of} lots counted)",
            f"{percent:.2f}" if percent is not None else "?",
        ),
    )


def _lots(recall: Recall) -> tuple[tuple[str, str, tuple[LotRow, ...]], ...]:
    """The lots concerned by material and site, as their books are in order."""
    groups: dict[tuple[str, str], list[LotRow]] = defaultdict(list)
    for b in recall.books:
        groups[b.material or "material not known", b.site_id or "?"].append(_lot(b))
    return tuple((name, site, tuple(rows)) for (name, site), rows in sorted(groups.items()))


def _lot(b: LotBook) -> LotRow:
    unclear = "cannot be summed"
    return LotRow(
        name=b.lot_number or b.lot_id,
        status=b.status or "no status",
        place=(b.location or "not said") if b.book else words.NOTHING,
        left=words.quantity(b.book or Decimal(0), b.uom) if b.is_known else unclear,
        shipped=(words.quantity(b.shipped, b.uom) if b.shipped else words.NOTHING)
        if b.is_known else unclear,
    )  # fmt: skip


def _stock(recall: Recall) -> tuple[StockRow, ...]:
    groups: dict[tuple[str, str, str, str, str], list[LotBook]] = defaultdict(list)
    for b in recall.stock():
        key = (b.site_id or "?", b.status or "no status", b.location or "not said",
               b.material or "?", b.uom or "")  # fmt: skip
        groups[key].append(b)
    return tuple(
        StockRow(site, status, place, material, words.number(len(some)), _sum(some, uom))
        for (site, status, place, material, uom), some in sorted(groups.items())
    )


def _sum(some: list[LotBook], uom: str) -> str:
    if not all(b.is_known for b in some):
        return "cannot be summed"
    return words.quantity(sum((b.book or Decimal(0) for b in some), Decimal(0)), uom)


def _receivers(recall: Recall) -> tuple[Receiver, ...]:
    return tuple(
        Receiver(
            name=person["name"],
            contact=" · ".join(p for p in (person["phone"], person["address"]) if p)
            or "no contact recorded",
            got=tuple(person["got"]),
        )
        for person in customers(recall)
    )


def _balance(material: str, uom: str, some: list[LotBook]) -> BalanceRow:
    known = [b for b in some if b.is_known]
    fates = []
    for name in ("consumed", "shipped", "transferred", "sampled", "disposed", "adjusted"):
        amount = sum((getattr(b, name) or Decimal(0) for b in known), Decimal(0))
        if amount:
            fates.append(f"{name} {words.number(amount)}")
    back = sum((b.returned or Decimal(0) for b in known), Decimal(0))
    if back:
        fates.append(f"returned {words.number(back)} of what came in")
    percent, counted, of = accounted(some)
    came = sum((b.came_in or Decimal(0) for b in known), Decimal(0))
    proof = f"{percent:.2f} %, {counted} of {of} counted" if percent is not None else "not counted"
    return BalanceRow(
        material=material,
        lots=words.number(len(some)),
        came_in=words.quantity(came, uom),
        fate=", ".join(fates) or words.NOTHING,
        left=_sum(some, uom),
        proof=proof,
        state="undetermined" if percent is None or counted < of else "met",
    )


_MONEY = {
    "stock_at_value": "Stock at value", "shipped_at_cost": "Shipped at cost",
    "receivables": "Open receivables", "credit": "Credit given",
}  # fmt: skip


def _money(recall: Recall, request: ReportRequest) -> tuple[tuple[str, str, str], ...]:
    """Each kind of money in each currency; nothing where prices and books stay inside."""
    if {"postings", "valuations"} & set(request.withheld.tables):
        return ()
    return tuple(
        (
            _MONEY[m.kind],
            f"{m.amount:,.2f} {m.currency}" if m.amount is not None else words.NOTHING,
            m.basis,
        )
        for m in recall.money
    )
