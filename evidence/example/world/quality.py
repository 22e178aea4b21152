"""Testing, release, rejection, deviations: the quality unit's part of a lot's life."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Value
from .plant import Plant
from .things import Characteristic, Lot
from .told import told


def draw(plant: Plant, test: Characteristic) -> tuple[Decimal | None, str]:
    """A passing result of a characteristic: number and text, or only text."""
    if test.text is not None:
        return None, test.text
    value = Decimal(repr(round(plant.random.gauss(*test.typical), test.places)))
    value = value.quantize(Decimal(1).scaleb(-test.places))
    if test.lower is not None:
        value = max(value, Decimal(test.lower))
    if test.upper is not None:
        value = min(value, Decimal(test.upper))
    return value, str(value)


def results(
    plant: Plant,
    lot: Lot,
    tests: Iterable[Characteristic],
    when: datetime,
    sample_id: str,
    *,
    analyst: str | None,
    reviewer: str | None,
    reviewed_at: datetime | None,
    origin: str = "own",
) -> list[str]:
    """Passing results of a sample, an hour or two apart; returns their identifiers."""
    spec_id = plant.specification(lot.material.material_id, when) if origin == "own" else None
    made: list[str] = []
    for test in tests:
        value, text = draw(plant, test)
        if plant.books_in_sap and value is not None:
            text = text.replace(".", ",")
        made.append(
            plant.put(
                "test_results",
                f"{sample_id}/{origin[0]}{len(made) + 1:02d}",
                plant.after(when, 1, 15),
                lot_id=lot.lot_id,
                sample_id=sample_id,
                characteristic=test.name,
                value=value,
                value_text=text,
                qualifier=None,
                uom=test.uom,
                method=test.method,
                spec_id=spec_id,
                verdict="pass",
                origin=origin,
                tested_by=analyst,
                reviewed_by=reviewer,
                reviewed_at=reviewed_at,
                **plant.happens(when),
            )
        )
        when = plant.after(when, 20, 70) if origin == "own" else when
    return made


def sample(
    plant: Plant, lot: Lot, when: datetime, quantity: Decimal, reason: str, **columns: Value
) -> str:
    """A sample drawn from the lot by the laboratory; returns its number."""
    sample_id = plant.numbers.inspection_lot()
    lot.left -= quantity
    plant.event(
        "sample",
        when,
        lot,
        quantity,
        performed_by=plant.who("quality-control"),
        reason_code=reason,
        from_location=f"container {plant.random.randrange(1, 12)}",
        to_location="LAB" if reason == "TEST" else "RESERVE",
        **columns,
    )
    return sample_id


def examine_lot(
    plant: Plant,
    lot: Lot,
    sampled_at: datetime,
    days: int,
    quantity: Decimal,
    order: str | None,
    *,
    fails_first: bool = False,
) -> datetime:
    """Sampling, the tests of the house specification, their review; returns when it was done.

    With ``fails_first`` a first result is out of its limit; the investigation finds a mistake of
    the laboratory, and everything is tested again.
    """
    sample_id = sample(plant, lot, sampled_at, quantity, "TEST", order_id=order)
    if "reserve" in lot.material.flags:
        sample(plant, lot, plant.after(sampled_at, 2, 9), 2 * quantity, "RSV", order_id=order)
    day = plant.later(plant.clock.day(sampled_at), days)
    if fails_first:
        fail_first(plant, lot, plant.at(day, "09:00", 60), sample_id)
        day = plant.later(day, 2)
    return tested(plant, lot, day, f"{sample_id}-R" if fails_first else sample_id, order)


def tested(plant: Plant, lot: Lot, day: date, sample_id: str, order: str | None) -> datetime:
    """All tests of the laboratory on ``day``, their review and the inspection that ends them."""
    analyst = plant.who("quality-control")
    reviewer = plant.who("quality-control", analyst)
    tested_at = plant.at(day, "09:00", 60)
    reviewed_at = _review_time(plant, tested_at, day)
    results(
        plant,
        lot,
        lot.material.laboratory,
        tested_at,
        sample_id,
        analyst=analyst,
        reviewer=reviewer,
        reviewed_at=reviewed_at,
    )
    done = plant.after(reviewed_at, 5, 40)
    plant.event(
        "inspection",
        done,
        lot,
        performed_by=analyst,
        checked_by=reviewer,
        result="pass",
        reason_code="TEST",
        order_id=order,
    )
    return done


def _review_time(plant: Plant, tested_at: datetime, day: date) -> datetime:
    """Foods are reviewed on the day of the test, medicines on the next."""
    if plant.is_food:
        return plant.after(tested_at, 240, 330)
    return plant.at(plant.later(day, 1), "09:30", 120)


def fail_first(plant: Plant, lot: Lot, when: datetime, sample_id: str) -> None:
    """A result out of its limit, and the closed investigation that explains it."""
    test = next(test for test in lot.material.laboratory if test.text is None)
    result_id = failing_result(plant, lot, test, when, sample_id)
    opened_at = plant.after(when, 30, 60)
    closed_at = plant.after(opened_at, 1500, 1560)
    deviation(
        plant,
        ("lots", lot.lot_id),
        opened_at,
        closed_at,
        kind="oos",
        severity="major",
        reason="LAB",
    )
    plant.tables.get("test_results", result_id)["reviewed_at"] = closed_at


def failing_result(
    plant: Plant, lot: Lot, test: Characteristic, when: datetime, sample_id: str
) -> str:
    """A result just outside the limit of a characteristic; returns its identifier."""
    analyst = plant.who("quality-control")
    reviewer = plant.who("quality-control", analyst)
    made = results(
        plant,
        lot,
        (test,),
        when,
        sample_id,
        analyst=analyst,
        reviewer=reviewer,
        reviewed_at=plant.after(when, 60, 120),
    )
    limit = Decimal(str(test.upper or test.lower))
    outside = limit * (Decimal("1.04") if test.upper else Decimal("0.96"))
    value = outside.quantize(Decimal(1).scaleb(-test.places))
    row = plant.tables.get("test_results", made[0])
    row.update(value=value, value_text=str(value), verdict="fail")
    return made[0]


def release(
    plant: Plant, lot: Lot, tested_at: datetime, order: str | None = None, result: str = "accept"
) -> datetime:
    """The quality unit's release: event, signature, status; returns when."""
    signer = plant.who("quality-unit")
    when = (
        plant.after(tested_at, 60, 150)
        if plant.is_food
        else plant.at(plant.later(plant.clock.day(tested_at), 1), "10:00", 300)
    )
    event_id = plant.event(
        "release",
        when,
        lot,
        performed_by=signer,
        result=result,
        reason_code="UD-A",
        order_id=order,
        entry_method="manual",
        recorded_at=when if plant.books_in_sap else None,
    )
    plant.sign("events", event_id, signer, "quality-unit", "release", when)
    if lot.material.klass == "finished" and "qualified-person" in plant.people:
        certify(plant, lot, event_id, when)
    plant.status(lot, "released", when, signer, "UD-A")
    lot.usable_from = when + timedelta(minutes=5)
    if {"accredited_report", "who_certificate"} & set(lot.material.flags):
        analysis_certificate(plant, lot, plant.after(when, 5, 20))
    return when


def certify(plant: Plant, lot: Lot, event_id: str, when: datetime) -> None:
    """The qualified person certifies a batch and enters it in the register."""
    person = plant.who("qualified-person")
    plant.sign("events", event_id, person, "qualified-person", "release", when)
    number = f"QPR-{plant.site_id}-{plant.numbers.count('register entries'):04d}"
    plant.document("register_entry", ("lots", lot.lot_id), number, when, person)


def analysis_certificate(plant: Plant, lot: Lot, when: datetime) -> str:
    """The laboratory's own certificate of a lot, authorised by the quality unit."""
    signer = plant.who("quality-unit")
    number = f"AC-{plant.site_id}-{plant.numbers.count('analysis certificates'):04d}"
    subject = ("lots", lot.lot_id)
    document_id = plant.document("certificate_of_analysis", subject, number, when, signer)
    plant.sign("documents", document_id, signer, "quality-unit", "approval", when)
    return document_id


def reject(plant: Plant, lot: Lot, when: datetime, reason: str) -> datetime:
    """The quality unit's rejection: status event, signature, status; returns when."""
    signer = plant.who("quality-unit")
    event_id = plant.event(
        "status_change",
        when,
        lot,
        performed_by=signer,
        result="reject",
        reason_code=reason,
        entry_method="manual",
    )
    plant.sign("events", event_id, signer, "quality-unit", "rejection", when)
    plant.status(lot, "rejected", when, signer, reason)
    return when


def dispose(
    plant: Plant,
    lot: Lot,
    when: datetime,
    quantity: Decimal,
    reason: str,
    result: str = "reject",
    **columns: Value,
) -> str:
    """Destruction of part or all of a lot, approved by the quality unit; returns the event."""
    worker = plant.who("warehouse")
    witness = plant.who("warehouse", worker)
    event_id = plant.event(
        "disposition",
        when,
        lot,
        quantity,
        performed_by=worker,
        checked_by=witness,
        result=result,
        reason_code=reason,
        **{"to_location": "SCRAP", **columns},
    )
    approver = plant.who("quality-unit")
    plant.sign(
        "events", event_id, approver, "quality-unit", "approval", plant.after(when, -90, -30)
    )
    for person in (worker, witness):
        plant.sign("events", event_id, person, "warehouse", "witness", plant.after(when, 2, 15))
    lot.left -= quantity
    plant.post(event_id, lot, -quantity, "551000", when)
    if lot.left <= 0 and "order_id" not in columns:
        plant.status(lot, "destroyed", plant.after(when, 3, 9), approver, reason)
    return event_id


def deviation(
    plant: Plant,
    subject: tuple[str, str],
    opened_at: datetime,
    closed_at: datetime | None,
    *,
    kind: str = "deviation",
    severity: str = "minor",
    reason: str = "PROC",
    disposition: str | None = "accept",
) -> str:
    """A quality record about ``subject``; the quality unit closes it at ``closed_at``."""
    prefix = {"deviation": "DEV", "nonconformance": "NC"}.get(kind, kind.upper())
    number = plant.numbers.count(f"quality {kind}")
    identifier = f"{prefix}-{plant.site_id}-{opened_at:%y}-{number:03d}"
    owner = plant.who("quality-unit")
    plant.put(
        "quality_records",
        identifier,
        plant.after(closed_at or opened_at, 1, 5),
        quality_record_id=identifier,
        kind=kind,
        subject_type=subject[0],
        subject_id=subject[1],
        opened_at=opened_at,
        due_at=opened_at + timedelta(days=30),
        closed_at=closed_at,
        status="closed" if closed_at else "open",
        severity=severity,
        reason_code=reason,
        owner=owner,
        disposition=disposition if closed_at else None,
        description=told(reason, number),
    )
    if closed_at:
        report = plant.document(
            "deviation_report", subject, identifier, plant.after(closed_at, -60, -10), owner
        )
        plant.sign("quality_records", identifier, owner, "quality-unit", "approval", closed_at)
        plant.sign("documents", report, owner, "quality-unit", "approval", closed_at)
    return identifier
