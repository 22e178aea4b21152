"""Master data of a plant: people and roles, materials, parties, specifications, master records.

Everything here is valid from well before the demo month. Numbers and names are invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..timeline import workday_after
from .plant import Plant
from .things import Catalogue, Characteristic, Lot, Material, Party, Recipe

SINCE = date(2024, 9, 2)
"""Day since which the master data of every plant is in force."""

RECIPES_ISSUED = date(2025, 1, 15)
"""Day on which the master records in force were issued."""

RENEWED_ON = date(2026, 10, 25)
"""Day on which the manufacturing authorisations of the European plants were renewed."""

ROLES = {
    "quality-unit": 3,
    "quality-control": 4,
    "production": 6,
    "production-supervisor": 2,
    "warehouse": 4,
}
"""How many people of a plant hold each role; the first of the quality unit heads it."""

PROCEDURES = ("SOP-QA-001", "SOP-QA-014", "SOP-PR-003", "SOP-WH-002", "SOP-QC-001")
"""Procedures that every plant has."""


def staff(first: int, *specialists: str) -> dict[str, list[str]]:
    """A plant's people by role, numbered from ``first``; of each of the ``specialists`` one."""
    people: dict[str, list[str]] = {}
    roles = ROLES | dict.fromkeys(specialists, 1)
    for role, count in roles.items():
        people[role] = [f"P-{first + number:03d}" for number in range(count)]
        first += count
    people["head of quality"] = people["quality-unit"][:1]
    people["head of food safety"] = people["quality-unit"][:1]
    return people


def add_people(plant: Plant) -> None:
    """Rows of ``people`` and the roles they hold."""
    since = plant.clock.at(SINCE, "00:00")
    trained = plant.clock.at(SINCE, "07:00")
    for person in sorted({person for group in plant.people.values() for person in group}):
        plant.put(
            "people",
            person,
            since,
            person_id=person,
            printed_name=f"Person {person}",
            email=f"{person.lower().replace('-', '')}@corvale.example",
        )
    for role, group in plant.people.items():
        for person in group:
            authorise(plant, ("person", person), "role", role)
    for person in sorted({person for group in plant.people.values() for person in group}):
        authorise(plant, ("person", person), "qualification", "electronic signatures", trained)


def authorise(
    plant: Plant,
    holder: tuple[str, str],
    kind: str,
    scope: str | None,
    since: datetime | None = None,
    until: datetime | None = None,
    document_id: str | None = None,
) -> str:
    """Something that ``holder`` (type and identifier) is allowed; returns its identifier."""
    since = since or plant.clock.at(SINCE, "00:00")
    identifier = f"A-{plant.site_id}-{plant.numbers.count('authorisations'):04d}"
    return plant.put(
        "authorisations",
        identifier,
        since,
        authorisation_id=identifier,
        holder_type=holder[0],
        holder_id=holder[1],
        kind=kind,
        scope=scope,
        valid_from=since,
        valid_to=until,
        document_id=document_id,
    )


def set_up(plant: Plant, catalogue: Catalogue) -> None:
    """All master data of a plant: people, partners, materials, specifications, master records."""
    add_people(plant)
    for party in catalogue.parties:
        add_party(plant, party, catalogue.dial)
    for material in catalogue.materials:
        add_material(plant, material, catalogue.currency)
    for recipe in (*catalogue.recipes, *catalogue.specials):
        add_master_record(plant, recipe)
    for number in PROCEDURES:
        add_procedure(plant, number, date(2025, 1, 20))
    if plant.is_food:
        add_procedure(plant, "FTP", date(2025, 11, 3))
    else:
        review_products(plant)
    if "fei" in plant.site:
        certify_signatures(plant)
    if "qualified-person" in plant.people:
        hold_authorisation(plant)


def certify_signatures(plant: Plant) -> None:
    """The site told FDA, before it used them, that its electronic signatures bind as ink does."""
    head = plant.people["head of quality"][0]
    sent_at = plant.clock.at(SINCE, "08:00")
    plant.document("other", ("sites", plant.site_id), "FDA-ESIG", sent_at, head)


def hold_authorisation(plant: Plant) -> None:
    """The manufacturing authorisation, renewed without a break on a Sunday of the month."""
    renewed = plant.clock.at(RENEWED_ON, "00:00")
    holder, scope = ("site", plant.site_id), "manufacturing authorisation"
    authorise(plant, holder, "registration", scope, None, renewed)
    authorise(plant, holder, "registration", scope, renewed)


def add_party(plant: Plant, party: Party, dial: str) -> None:
    """A supplier, customer or carrier."""
    number = plant.numbers.count("phones") * 7
    plant.put(
        "parties",
        party.party_id,
        plant.clock.at(SINCE, "00:00"),
        party_id=party.party_id,
        name=party.name,
        role=party.role,
        risk_category=party.risk,
        gln=party.gln,
        dea_registration=party.dea_registration,
        address=party.address,
        phone=f"{dial} 555 01{number:02d}",
    )


def add_material(plant: Plant, material: Material, currency: str) -> None:
    """A material with its worth, its approved suppliers and its specification."""
    since = plant.clock.at(SINCE, "00:00")
    plant.put(
        "materials",
        material.material_id,
        since,
        material_id=material.material_id,
        name=material.name,
        **{"class": material.klass},
        product_family=material.family,
        base_uom=material.base_uom,
        shelf_life_days=material.shelf_days,
        flags=",".join(material.flags) or "none",
        **{"food_traceability_list": False, **material.more},
    )
    plant.prices[material.material_id] = (Decimal(material.price), currency)
    plant.put(
        "valuations",
        f"{plant.site_id}/{material.material_id}/2026",
        plant.clock.at(date(2026, 1, 5), "09:00"),
        material_id=material.material_id,
        price=Decimal(material.price),
        currency=currency,
        per_uom=material.uom,
        valid_from=plant.clock.at(date(2026, 1, 1), "00:00"),
    )
    for supplier in material.suppliers:
        approve_supplier(plant, supplier, material.material_id)
        if "active" in material.flags:
            authorise(plant, ("party", supplier), "qualification", material.material_id)
    if material.tests:
        add_specification(plant, material, "4")


def approve_supplier(plant: Plant, supplier: str, material_id: str) -> None:
    """The supplier's approval for a material, and the comparison of its results with our own."""
    audited = plant.clock.at(workday_after(date(2026, 1, 12), plant.random.randrange(20)), "10:00")
    report = plant.document(
        "agreement", ("parties", supplier), f"QA-{supplier}-{material_id}", audited, supplier
    )
    for kind in ("supplier_approval", "supplier_validation"):
        authorise(plant, ("party", supplier), kind, material_id, audited, None, report)


def add_specification(
    plant: Plant,
    material: Material,
    version: str,
    *,
    customer_id: str | None = None,
    tests: Iterable[Characteristic] = (),
    valid_from: datetime | None = None,
) -> str:
    """A specification version, approved and signed by the quality unit, with its limits."""
    valid_from = valid_from or plant.clock.at(SINCE, "00:00") + timedelta(days=14)
    approved_at = plant.after(valid_from, -9000, -8000)
    spec_id = f"SP-{material.material_id[2:]}{'-' + customer_id if customer_id else ''}/{version}"
    if customer_id is None:
        versions = plant.specifications.setdefault(material.material_id, [])
        versions.append((valid_from, spec_id))
    author = plant.who("quality-control")
    approver = plant.people["quality-unit"][0]
    plant.put(
        "specifications",
        spec_id,
        approved_at,
        spec_id=spec_id,
        material_id=material.material_id,
        customer_id=customer_id,
        spec_version=version,
        valid_from=valid_from,
        approved_by=approver,
    )
    plant.sign("specifications", spec_id, author, "quality-control", "authorship", approved_at)
    plant.sign("specifications", spec_id, approver, "quality-unit", "approval", approved_at)
    for test in tests or material.tests:
        plant.put(
            "spec_limits",
            f"{spec_id}/{test.name}",
            approved_at,
            spec_id=spec_id,
            characteristic=test.name,
            kind=test.kind,
            lower=Decimal(test.lower) if test.lower else None,
            upper=Decimal(test.upper) if test.upper else None,
            expected_text=test.text,
            uom=test.uom,
            method=test.method,
        )
    return spec_id


def replace_specification(
    plant: Plant, material: Material, version: str, valid_from: datetime, upper: dict[str, str]
) -> str:
    """A new version that lowers some upper limits; the old one ends when it begins."""
    old = plant.tables.get("specifications", plant.specifications[material.material_id][-1][1])
    old["valid_to"] = valid_from
    tests = tuple(
        replace(test, upper=upper[test.name]) if test.name in upper else test
        for test in material.tests
    )
    spec_id = add_specification(plant, material, version, tests=tests, valid_from=valid_from)
    for test in material.tests:
        if test.name in upper:
            when = plant.after(valid_from, -7000, -6900)
            plant.put(
                "changes",
                plant.numbers.next("changes", when),
                plant.after(when, 0.1, 1),
                record_type="spec_limits",
                changed_record_id=f"{spec_id}/{test.name}",
                field="upper",
                old_value=test.upper,
                new_value=upper[test.name],
                changed_by=plant.who("quality-control"),
                reason="narrowed after process capability review",
                reviewed_by=plant.people["quality-unit"][0],
                **plant.happens(when),
            )
    return spec_id


def add_master_record(plant: Plant, recipe: Recipe, issued_on: date = RECIPES_ISSUED) -> str:
    """The master production record of a recipe: written by one, checked by another, approved."""
    issued_at = plant.clock.at(issued_on, "11:00")
    author, checker = plant.people["production-supervisor"][:2]
    document_id = plant.document(
        "master_record",
        ("materials", recipe.product.material_id),
        recipe.master_record,
        issued_at,
        author,
        doc_version=recipe.version,
        valid_from=plant.clock.at(issued_on + timedelta(days=7), "00:00"),
    )
    checked_at = plant.after(issued_at, 60, 240)
    plant.sign("documents", document_id, author, "production-supervisor", "authorship", issued_at)
    plant.sign("documents", document_id, checker, "production-supervisor", "checked", checked_at)
    approve_document(plant, document_id, plant.after(checked_at, 60, 240))
    return document_id


def approve_document(plant: Plant, document_id: str, when: datetime) -> None:
    """The head of the quality unit approves a document."""
    head = plant.people["quality-unit"][0]
    plant.sign("documents", document_id, head, "quality-unit", "approval", when)


def add_procedure(
    plant: Plant, number: str, issued_on: date, subject: tuple[str, str] | None = None
) -> str:
    """A written procedure of the site, approved before it takes effect a week later."""
    issued_at = plant.clock.at(issued_on, "10:30")
    author = plant.who("production-supervisor")
    document_id = plant.document(
        "procedure",
        subject or ("sites", plant.site_id),
        number,
        issued_at,
        author,
        doc_version="2",
        valid_from=plant.clock.at(issued_on + timedelta(days=7), "00:00"),
    )
    plant.sign("documents", document_id, author, "production-supervisor", "authorship", issued_at)
    approve_document(plant, document_id, plant.after(issued_at, 120, 400))
    return document_id


def review_products(plant: Plant) -> None:
    """The yearly review of each product, and the look at its reserve samples."""
    for material in plant.catalogue.materials:
        if material.klass == "finished":
            review_product(plant, material)


def review_product(plant: Plant, material: Material) -> None:
    """The yearly reviews of one product, and the look at its reserve samples."""
    for year in (2025, 2026):
        day = workday_after(date(year, 2, 9), plant.random.randrange(12))
        issued_at = plant.clock.at(day, "15:00")
        subject = ("materials", material.material_id)
        number = f"PQR-{material.material_id[2:]}-{year - 1}"
        document_id = plant.document(
            "product_review", subject, number, issued_at, plant.people["quality-unit"][0]
        )
        approve_document(plant, document_id, plant.after(issued_at, 30, 200))
    look_at_reserves(plant, material)


def look_at_reserves(plant: Plant, material: Material) -> None:
    """The yearly look at the reserve samples of a product: of a lot made before the history."""
    number = f"25-{material.material_id[2:]}"
    made_at = plant.clock.at(date(2025, 5, 12), "00:00")
    lot = Lot(
        plant.numbers.lot_id(material.material_id, number),
        number,
        material,
        Decimal(0),
        made_at,
        made_at + timedelta(days=material.shelf_days),
    )
    plant.put(
        "lots",
        lot.lot_id,
        made_at,
        lot_id=lot.lot_id,
        material_id=material.material_id,
        lot_number=number,
        manufactured_at=made_at,
        expires_at=lot.expires_at,
    )
    looker = plant.who("quality-control")
    when = plant.at(workday_after(date(2026, 6, 8), plant.random.randrange(9)), "10:00")
    plant.event("inspection", when, lot, performed_by=looker, result="pass", reason_code="RSVX")
