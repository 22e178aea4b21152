"""The dossier of a batch, put together: what it was made from, how, with which results and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, states, words
from .clauses import Mark, clause_labels, label_for
from .conformity import Conformity, compare_results, tested_lot
from .cover import Span
from .definitions import ReportDefinition
from .document import Frame, frame
from .gaps import GapGroup, compose_groups
from .genealogy import compose_genealogy
from .history import Happening, Paper, QualityRecord, happenings, papers, quality_records
from .layout import Picture, lay_out
from .lot import (
    Delivery,
    Material,
    amount_made,
    deliveries,
    find_lot,
    made_on,
    materials_in,
    order_of,
    status_now,
)
from .reading import Row
from .request import ReportRequest
from .routing import router_of
from .tally import Figure, Tally

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STATES = ("gap", "undetermined", "accepted_risk", "pending", "attested", "met")


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A verdict on the batch in one line."""

    label: str
    title: str
    mark: Mark
    sentence: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a batch dossier says, in the order of its parts."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    lead: tuple[Span, ...]
    figures: tuple[Figure, ...]
    order: tuple[tuple[str, str], ...]
    materials: tuple[Material, ...]
    conformity: Conformity
    tested_as: str
    quality: tuple[QualityRecord, ...]
    history: tuple[Happening, ...]
    more_history: str
    picture: Picture
    deliveries: tuple[Delivery, ...]
    papers: tuple[Paper, ...]
    groups: tuple[GapGroup, ...]
    verdicts: tuple[VerdictLine, ...]
    scope: str


def compose_dossier(
    con: DuckDBPyConnection, request: ReportRequest, definition: ReportDefinition,
    evidence_digest: str,
) -> Dossier:  # fmt: skip
    """Put the dossier of a lot together.

    Args:
        con: the warehouse, built for the period.
        request: names the lot.
        definition: the report's definition.
        evidence_digest: SHA-256 of the evidence manifest, in hex.

    Raises:
        LotproofError: the site or the lot is unknown.
    """
    site = reading.site(con, request.site_id)
    lot, zone = find_lot(con, request.lot_id or "", request.site_id), site["timezone"]
    order = order_of(con, lot["lot_id"])
    subjects = [lot["lot_id"], *([order["order_id"]] if order else [])]
    verdicts = verdicts_on(con, lot, request)
    requirements = reading.requirements(con, request.site_id, request.period)
    conformity, tested = _results(con, lot, request)
    history, more = happenings(con, lot["lot_id"])
    quality = quality_records(con, subjects, zone)
    total = _tally(verdicts)
    gaps = [row for row in verdicts if row["state"] == "gap"]
    return Dossier(
        request=request,
        definition=definition,
        frame=frame(
            request, definition, site, evidence_digest, title=lot["lot_number"] or lot["lot_id"],
            subtitle=lot["material_name"] or "material not known",
            running=lot["lot_number"] or lot["lot_id"],
            facts=_facts(con, lot, order, request, zone),
        ),
        lead=_lead(lot, order, conformity, quality, total),
        figures=total.figures(),
        order=_order(order, zone),
        materials=materials_in(con, lot["lot_id"]),
        conformity=conformity,
        tested_as=tested,
        quality=quality,
        history=history, more_history=more,
        picture=lay_out(compose_genealogy(con, lot["lot_id"], request.period)),
        deliveries=deliveries(con, lot["lot_id"], zone),
        papers=papers(con, subjects, zone),
        groups=compose_groups(con, gaps, requirements, zone, router_of(request, requirements)),
        verdicts=_lines(verdicts, clause_labels(requirements)),
        scope=words.month(request.period),
    )  # fmt: skip


def verdicts_on(con: DuckDBPyConnection, lot: Row, request: ReportRequest) -> list[Row]:
    """Verdicts of the month on the lot, its orders, its events and its shipments."""
    return reading.rows(
        con,
        """
        select * from verdict_list
        where period = ? and state <> 'not_applicable' and (
            (subject_type = 'lot' and subject_key = ?)
            or (subject_type = 'order' and subject_key in (
                select record_key from orders where is_current and lot_id = ?
            ))
            or (subject_type like 'event%' and subject_key in (
                select record_key from events where is_current and lot_id = ?
            ))
            or (subject_type = 'shipment' and subject_id in (
                select shipment_id from events where is_current and lot_id = ?
            ))
        )
        order by
            array_position(
                ['gap', 'undetermined', 'accepted_risk', 'pending', 'attested', 'met'], state
            ),
            array_position(['critical', 'major', 'minor', 'info'], severity),
            map_id, requirement_id, at_ts nulls last, subject_id
        """,
        request.period, lot["record_key"], lot["lot_id"], lot["lot_id"], lot["lot_id"],
    )  # fmt: skip


def _tally(verdicts: list[Row]) -> Tally:
    total = Tally()
    for row in verdicts:
        total.add(row | {"n": 1})
    return total


def _results(con: DuckDBPyConnection, lot: Row, request: ReportRequest) -> tuple[Conformity, str]:
    tested = tested_lot(con, lot["lot_id"])
    at = request.as_of.replace(tzinfo=None)
    conformity = compare_results(con, lot, tested, at, request.customer_id)
    if tested == lot["lot_id"]:
        return conformity, ""
    number = reading.one(
        con, "select lot_number from lots where is_current and lot_id = ?", tested
    )  # fmt: skip
    return conformity, number or tested


def _facts(
    con: DuckDBPyConnection, lot: Row, order: Row | None, request: ReportRequest, zone: str
) -> tuple[tuple[str, str], ...]:
    status = status_now(con, lot["lot_id"])
    standing = "not recorded"
    if status:
        when = words.happened(status["occurred_local"], status["utc_offset"], status["precision"])
        standing = f"{status['to_status']} since {when}"
    return (
        ("Material", f"{lot['material_id'] or words.NOTHING} · {lot['material_class'] or ''}"),
        ("Order", order["order_id"] if order else words.NOTHING),
        ("Amount", amount_made(con, lot["lot_id"]) or words.NOTHING),
        ("Made", made_on(con, lot, zone, words.local_day) or words.NOTHING),
        ("Status", standing),
        ("Expires", words.local_day(lot["expires_at"], zone)),
        ("As recorded by", words.long_time(request.as_of, zone)),
        ("Supplier's lot", lot["supplier_lot_number"] or words.NOTHING),
    )


def _order(order: Row | None, zone: str) -> tuple[tuple[str, str], ...]:
    if order is None:
        return ()
    planned, actual = order["planned_quantity"], order["actual_quantity"]
    share = f", {100 * actual / planned:.1f} % of plan" if planned and actual is not None else ""
    recipe = " version ".join(
        part for part in (order["master_record"], order["master_record_version"]) if part
    )
    found = (
        ("Order", ", ".join(part for part in (order["order_id"], order["kind"]) if part)),
        ("Master record", recipe),
        ("Equipment", order["equipment"]),
        ("Started", words.local_time(order["started_at"], zone)),
        ("Completed", words.local_time(order["completed_at"], zone)),
        ("Planned", words.quantity(planned, order["uom"]) if planned is not None else ""),
        ("Made", f"{words.quantity(actual, order['uom'])}{share}" if actual is not None else ""),
    )
    return tuple((name, text) for name, text in found if text)


def _lead(
    lot: Row, order: Row | None, conformity: Conformity, quality: tuple[QualityRecord, ...],
    total: Tally,
) -> tuple[Span, ...]:  # fmt: skip
    made = f"was made in order {order['order_id']}" if order else "has no order in the data"
    material = lot["material_name"] or "a material not known"
    opening = f"Lot {lot['lot_number'] or lot['lot_id']} of {material} {made}. "
    gaps, met = total.states["gap"], total.states["met"]
    return (
        Span(opening),
        Span(_tested(conformity)),
        Span(_open_records(quality)),
        Span(f"Of {words.counted(total.applied, 'obligation')} judged on it, "
             f"{words.count_word(met)} {words.plural(met, 'is', 'are')} met; "),
        Span(f"{words.counted(gaps, 'gap')} {words.plural(gaps, 'is', 'are')} open.",
             is_strong=bool(gaps)),
    )  # fmt: skip


def _tested(conformity: Conformity) -> str:
    if not conformity.spec:
        return "No specification of it is in the data. "
    rows = conformity.comparisons
    good = sum(row.state == "met" for row in rows)
    asked = words.counted(len(rows), "specified characteristic")
    shown = f"{words.plural(good, 'is', 'are')} shown to conform"
    return f"{words.capital(words.count_word(good))} of {asked} {shown}. "


def _open_records(quality: tuple[QualityRecord, ...]) -> str:
    still = sum(row.state == "pending" for row in quality)
    if not quality:
        return "No quality record in the data concerns it. "
    return (
        f"{words.capital(words.counted(len(quality), 'quality record'))} "
        f"{words.plural(len(quality), 'concerns', 'concern')} it, {words.count_word(still)} open. "
    )


def _lines(verdicts: list[Row], labels: dict[str, str]) -> tuple[VerdictLine, ...]:
    return tuple(
        VerdictLine(
            label=label_for(row, labels),
            title=row["title"],
            mark=Mark(row["state"], states.sign(row["state"]), states.word(row["state"])),
            sentence=words.sentence(words.capital(row["sentence"] or ""))
            if row["state"] != "met"
            else "",
        )
        for row in verdicts
    )
