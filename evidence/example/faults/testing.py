"""Faults in the laboratory: tests left out, limits missed, investigations not opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata
from ..world.quality import deviation, failing_result
from ..world.things import Characteristic, Lot, Material
from .planting import DRUG, GMP, Planter, fault, time_of
from .same import PART1

COA = "us-21cfr211-coa:"


def result(p: Planter, lot: Lot, name: str, origin: str = "own") -> Row:
    """The result of a characteristic."""
    return p.results(lot, characteristic=name, origin=origin)[-1]


def other_test(material: Material, *avoid: str) -> Characteristic:
    """A test of the laboratory that is no identity test."""
    return next(
        test for test in material.laboratory if test.kind != "identity" and test.name not in avoid
    )


def numeric_test(material: Material) -> Characteristic:
    """A test of the laboratory with a limit."""
    return next(test for test in material.laboratory if test.upper or test.lower)


def numeric_raw(p: Planter) -> Material:
    """A raw material with such a test that the plain clauses are about."""
    fitting = [
        material
        for material in p.plant.catalogue.materials
        if material.klass == "raw"
        and material.suppliers
        and any(test.upper or test.lower for test in material.laboratory)
        and not {"foreign_matter", "micro", "who_certificate"} & set(material.flags)
        and "dea_code" not in material.more
    ]
    return fitting[p.turn % len(fitting)]


def value_of(row: Row, number: Decimal) -> None:
    """Give a result another value."""
    row.update(value=number, value_text=str(number))


@fault(*DRUG)
def no_own_identity_test(p: Planter) -> None:
    """A component was released on the supplier's identity test alone."""
    aside = ("active", "container", "foreign_matter", "micro")
    lot = p.received(p.material("raw", without=aside))
    p.drop("test_results", result(p, lot, "identity"))
    p.found("lot", lot.lot_id, "missing", GMP + "211.84-d-1", GMP + "211.84-d-2")


@fault("LEU", "DUR", "EIN")
def relied_on_supplier_not_validated(p: Planter) -> None:
    """One test was taken from the supplier's report though its validation had run out."""
    lot = p.received(numeric_raw(p))
    material_id = lot.material.material_id
    p.drop("test_results", result(p, lot, other_test(lot.material).name))
    validation = p.tables.one(
        "authorisations",
        kind="supplier_validation",
        scope=material_id,
        holder_id=lot.material.suppliers[0],
    )
    validation["valid_to"] = p.plant.clock.at(date(2026, 7, 1), "00:00")
    p.found("lot", lot.lot_id, "missing", GMP + "211.84-d-2", PART1 + "5.36")


@fault(*DRUG)
def container_not_measured(p: Planter) -> None:
    """A container's dimensions were not measured, and no supplier's certificate was there."""
    lot = p.received(p.material("packaging", "container"))
    p.drop("test_results", result(p, lot, "dimensions"))
    certificate = p.tables.one("documents", subject_id=lot.lot_id, kind="certificate_of_analysis")
    p.drop("documents", certificate)
    p.found("lot", lot.lot_id, "missing", GMP + "211.84-d-3")


@fault("LEU", "LEU", "LEU")
def not_examined_for_foreign_matter(p: Planter) -> None:
    """A lot that is liable to foreign matter was not examined for it, by nobody."""
    lot = p.received(p.material("raw", "foreign_matter"))
    for origin in ("own", "supplier"):
        p.drop("test_results", result(p, lot, "foreign matter", origin))
    clauses = (GMP + "211.84-d-2", GMP + "211.84-d-5", GMP + "211.84-e", PART1 + "5.36")
    p.found("lot", lot.lot_id, "missing", *clauses)


@fault(*DRUG)
def failing_lot_released(p: Planter) -> None:
    """A raw material whose last result lies outside its limit was released all the same."""
    lot = p.received(numeric_raw(p))
    test = numeric_test(lot.material)
    value_of(result(p, lot, test.name), outside(test))
    clauses = (GMP + "211.84-d-2", GMP + "211.84-e", PART1 + "5.36")
    p.found("lot", lot.lot_id, "out_of_limit", *clauses)


def outside(test: Characteristic) -> Decimal:
    """A value just outside the limit of a characteristic."""
    limit = Decimal(str(test.upper or test.lower))
    factor = Decimal("1.06") if test.upper else Decimal("0.94")
    return (limit * factor).quantize(Decimal(1).scaleb(-test.places))


@fault(*DRUG)
def failure_tested_away(p: Planter) -> None:
    """A failing result was followed by a passing one; nobody investigated the first."""
    lot = p.received(numeric_raw(p))
    fail(p, lot)
    p.found("lot", lot.lot_id, "missing", GMP + "211.192-failure")
    p.found("lot", lot.lot_id, "out_of_limit", GMP + "211.84-e")


def fail(p: Planter, lot: Lot) -> Row:
    """A failing result an hour before the passing one of the same test."""
    test = numeric_test(lot.material)
    last = result(p, lot, test.name)
    when = time_of(last) - timedelta(hours=1)
    sample = f"{last['sample_id']}-F"
    return p.tables.get("test_results", failing_result(p.plant, lot, test, when, sample))


@fault(*DRUG)
def investigation_opened_late(p: Planter) -> None:
    """A failing result was investigated, but nine days after it had been found."""
    lot = p.received(numeric_raw(p))
    opened_at = time_of(fail(p, lot)) + timedelta(days=9)
    deviation(
        p.plant,
        ("lots", lot.lot_id),
        opened_at,
        opened_at + timedelta(days=2),
        kind="oos",
        severity="major",
        reason="LAB",
    )
    p.found("lot", lot.lot_id, "late", GMP + "211.192-failure")


@fault(*DRUG)
def released_while_investigation_open(p: Planter) -> None:
    """A lot was released while a major deviation about it was open."""
    lot = p.received(p.material("packaging"))
    released_at = time_of(p.event("release", lot))
    deviation(
        p.plant,
        ("lots", lot.lot_id),
        released_at - timedelta(days=2),
        released_at + timedelta(days=2),
        severity="major",
        reason="DAMAGE",
    )
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.192-open")


@fault(*DRUG)
def result_without_method(p: Planter) -> None:
    """A result does not say by which method it was found."""
    lot = p.received(p.material("packaging"))
    result(p, lot, "dimensions")["method"] = None
    p.found("lot", lot.lot_id, "incomplete", GMP + "211.194-a", PART1 + "6.17")


@fault(*DRUG)
def analyst_reviewed_own_result(p: Planter) -> None:
    """The analyst reviewed a result of their own."""
    lot = p.received(p.material("packaging"))
    row = result(p, lot, "dimensions")
    row["reviewed_by"] = row["tested_by"]
    p.found("lot", lot.lot_id, "wrong_person", GMP + "211.194-a-8", PART1 + "6.17-verified")


@fault(*DRUG)
def result_not_reviewed(p: Planter) -> None:
    """Nobody reviewed a result."""
    lot = p.received(p.material("packaging"))
    row = result(p, lot, "dimensions")
    row.update(reviewed_by=None, reviewed_at=None)
    p.found("lot", lot.lot_id, "incomplete", GMP + "211.194-a-8")
    verified = PART1 + "6.17-verified"
    p.found("lot", lot.lot_id, "null_operand", verified, state="undetermined")


@fault(*DRUG)
def supplier_result_not_reviewed(p: Planter) -> None:
    """A result was taken from the supplier's certificate and nobody reviewed it."""
    lot = p.received(p.material("raw", without=("active", "who_certificate")))
    row = p.results(lot, origin="supplier")[0]
    row.update(reviewed_by=None, reviewed_at=None)
    p.found("lot", lot.lot_id, "incomplete", COA + "211.84-d-2-review")


@fault(*DRUG)
def certificate_came_after_release(p: Planter) -> None:
    """The supplier's certificate of a component came after its release."""
    lot = p.received(p.material("raw", without=("active", "who_certificate")))
    paper = p.tables.one("documents", subject_id=lot.lot_id, kind="certificate_of_analysis")
    released_at = time_of(p.event("release", lot))
    paper.update(issued_at=released_at + timedelta(days=3), valid_from=None)
    p.found("lot", lot.lot_id, "wrong_order", COA + "211.84-d-2-report")


@fault(*DRUG)
def certificate_without_number(p: Planter) -> None:
    """The supplier's certificate of a component has no number."""
    lot = p.received(p.material("raw", without=("active", "who_certificate")))
    paper = p.tables.one("documents", subject_id=lot.lot_id, kind="certificate_of_analysis")
    paper["number"] = None
    p.found("lot", lot.lot_id, "incomplete", COA + "211.84-d-2-report")


@fault("LEU", "DUR", "EIN")
def specification_not_approved(p: Planter) -> None:
    """A new packaging material is tested against a specification nobody approved."""
    material = introduce(p)
    spec_id = masterdata.add_specification(p.plant, material, "1")
    signature = p.tables.one("signatures", signed_record_id=spec_id, meaning="approval")
    p.drop("signatures", signature)
    lot = p.received(material)
    p.found("lot", lot.lot_id, "missing", GMP + "211.160-a")


@fault("LEU", "DUR", "EIN")
def specification_came_after_receipt(p: Planter) -> None:
    """A new packaging material was examined on receipt before its specification was in force."""
    material = introduce(p)
    effective = p.plant.clock.at(p.plant.later(p.day(), 1), "00:00")
    masterdata.add_specification(p.plant, material, "1", valid_from=effective)
    lot = p.received(material)
    for row in p.results(lot, origin="supplier"):
        p.drop("test_results", row)
    p.found("lot", lot.lot_id, "expired", GMP + "211.94-d")


def introduce(p: Planter) -> Material:
    """A packaging material of its own, like one the plant has, without a specification yet."""
    like = p.material("packaging")
    number = p.plant.numbers.count("introduced")
    price, currency = p.plant.prices[like.material_id]
    names = ("Desiccant canister 1 g", "Tamper-evident seal", "Polyester coil", "Foil pouch")
    material = Material(
        f"{like.material_id[:-1]}{6 + number}",
        names[number % len(names)],
        "packaging",
        like.uom,
        like.base_uom,
        (),
        like.suppliers[:1],
        ("none",),
        price=str(price),
        lot_size=like.lot_size,
    )
    masterdata.add_material(p.plant, material, currency)
    return replace(material, tests=like.tests)


@fault("LEU", "LEU", "LEU")
def tested_against_old_specification(p: Planter) -> None:
    """A lot was tested against a specification version that had been replaced."""
    steady = next(m for m in p.plant.catalogue.materials if m.material_id == "M-2004")
    turn, p.turn = p.turn, 6
    lot = p.received(steady)
    p.turn = turn
    rows = p.results(lot, origin="own")
    for row in rows:
        row["spec_id"] = "SP-2004/4"
    p.found("lot", lot.lot_id, "expired", GMP + "211.160-b")


@fault(*DRUG)
def result_in_other_unit(p: Planter) -> None:
    """A result is in another unit than its limit, so it cannot be compared."""
    lot = p.received(numeric_raw(p))
    for origin in ("own", "supplier"):
        row = result(p, lot, numeric_test(lot.material).name, origin)
        row["uom"] = "mg/g"
    clauses = (GMP + "211.84-d-2", GMP + "211.84-e", PART1 + "5.36")
    p.found("lot", lot.lot_id, "unit", *clauses, state="undetermined")
