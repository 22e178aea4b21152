"""Goods receipt: a supplier's lot arrives, is looked at, tested and released."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Value
from ..timeline import workday_after
from .plant import Plant
from .quality import examine_lot, release, results
from .things import Lot, Material

SAMPLE_SIZES = {
    **dict.fromkeys(("KG", "kg", "KGM"), Decimal("0.250")),
    **dict.fromkeys(("LB", "LBR"), Decimal("0.5")),
    "GAL": Decimal("0.25"),
}
"""What the laboratory takes of a lot by unit; of what is counted it takes 50."""


PACKHOUSE = "S-045"
"""The packhouse of Salinas, to which its harvesters and coolers hand on."""


def new_lot(
    plant: Plant,
    material: Material,
    lot_number: str,
    quantity: Decimal,
    made_on: date,
    recorded_at: datetime,
    **columns: str | None,
) -> Lot:
    """A lot and its row of ``lots``; nothing has happened to it yet."""
    made_at = midnight(plant, made_on)
    lot = Lot(
        lot_id=plant.numbers.lot_id(material.material_id, lot_number),
        lot_number=lot_number,
        material=material,
        left=quantity,
        made_at=made_at,
        expires_at=midnight(plant, made_on + timedelta(days=material.shelf_days)),
    )
    if "traceability_lot_code" not in columns:
        columns |= trace_codes(plant, material, lot_number)
    retest = material.retest_days and midnight(
        plant, made_on + timedelta(days=material.retest_days)
    )
    plant.put(
        "lots",
        lot.lot_id,
        recorded_at,
        lot_id=lot.lot_id,
        material_id=material.material_id,
        lot_number=lot_number,
        **{"supplier_id": None, "supplier_lot_number": None, **columns},
        manufactured_at=made_at,
        expires_at=lot.expires_at,
        retest_at=retest or None,
    )
    return lot


def midnight(plant: Plant, day: date) -> datetime:
    """How the plant's system keeps a date: as a day of the plant, or as one in UTC."""
    if plant.books_in_sap:
        return plant.clock.at(day, "00:00")
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a date in UTC


def day_made(plant: Plant, lot: Lot) -> date:
    """The day on which a lot of the plant was made."""
    return plant.clock.day(lot.made_at) if plant.books_in_sap else lot.made_at.date()


def receive(
    plant: Plant,
    material: Material,
    day: date,
    *,
    quantity: Decimal | None = None,
    supplier: str | None = None,
    testing_days: int | None = -1,
    manufactured: date | None = None,
) -> Lot:
    """A lot received on ``day``, tested in ``testing_days`` working days (``None``: not yet).

    By default testing takes as long as the material says.
    """
    supplier = supplier or material.suppliers[0]
    quantity = quantity or Decimal(material.lot_size)
    age = plant.random.randrange(25, 80) if material.shelf_days > 90 else 1
    made_on = manufactured or day - timedelta(days=age)
    arrived = plant.at(day, "07:15", 380)
    supplier_lot = supplier_lot_number(plant, supplier)
    number = plant.numbers.received_lot(day)
    codes = trace_codes(plant, material, supplier_lot, supplier)
    lot = new_lot(
        plant,
        material,
        number,
        quantity,
        made_on,
        plant.after(arrived, 0.1, 1),
        supplier_id=supplier,
        supplier_lot_number=supplier_lot,
        **codes,
    )
    origin = lot_origin(plant, material, supplier) if plant.is_food else None
    take_in(plant, lot, arrived, quantity, supplier, from_location=origin)
    delivery_note(plant, lot, supplier, arrived)
    if "rac_cooled" in material.flags:
        cool(plant, lot, quantity, arrived)
    certificate(plant, lot, supplier, supplier_lot, made_on, arrived)
    other_name(plant, lot, supplier_lot, arrived)
    if testing_days == -1:
        testing_days = material.testing_days
    if testing_days is not None:
        sampled_at = plant.at(plant.later(day, 1), "08:30", 120)
        taken = sample_size(material)
        release(plant, lot, examine_lot(plant, lot, sampled_at, testing_days, taken, None))
    plant.store.put(lot)
    return lot


def other_name(plant: Plant, lot: Lot, supplier_lot: str, arrived: datetime) -> None:
    """The supplier's number as another name of the lot; SAP keeps it with the batch."""
    if plant.books_in_sap:
        recorded_at = plant.tables.get("lots", lot.lot_id)["recorded_at"]
        plant.put(
            "identifiers",
            f"{lot.lot_id}/{supplier_lot}",
            recorded_at if isinstance(recorded_at, datetime) else arrived,
            lot_id=lot.lot_id,
            kind="supplier_lot",
            value=supplier_lot,
        )
        return
    plant.put(
        "identifiers",
        f"{lot.lot_id}/supplier_lot",
        arrived,
        lot_id=lot.lot_id,
        kind="supplier_lot",
        value=supplier_lot,
        valid_from=arrived,
    )


def take_in(
    plant: Plant,
    lot: Lot,
    arrived: datetime,
    quantity: Decimal,
    party: str | None,
    **columns: Value,
) -> None:
    """Receipt, quarantine and the visual examination of the containers."""
    worker = plant.who("warehouse")
    examiner = plant.who("warehouse", worker)
    event_id = plant.event(
        "receipt",
        arrived,
        lot,
        quantity,
        performed_by=worker,
        checked_by=examiner,
        party_id=party,
        to_location="Q-01",
        reason_code="GR",
        **columns,
    )
    plant.post(event_id, lot, quantity, "191100", arrived)
    plant.status(lot, "quarantine", arrived, worker, "GR")
    looked = plant.after(arrived, 12, 50)
    plant.event("inspection", looked, lot, performed_by=examiner, result="pass", reason_code="RECV")


def trace_codes(
    plant: Plant, material: Material, lot_number: str, supplier: str | None = None
) -> dict[str, str | None]:
    """A food's traceability lot code and who gave it: the supplier, or the plant itself.

    What comes unpacked from the field has none yet; what comes from a vessel gets one here.
    """
    if not plant.is_food or "rac_unpacked" in material.flags:
        return {}
    gln = str(plant.site["gln"])
    if supplier and "vessel_caught" not in material.flags:
        gln = str(plant.tables.get("parties", supplier)["gln"])
    return {"traceability_lot_code": f"{gln}-{lot_number}", "tlc_source": gln}


def supplier_lot_number(plant: Plant, supplier: str) -> str:
    """A number in the supplier's own style, and not used before at any of the plants."""
    plants = (plant, *plant.siblings.values())
    letters = "".join(chr(65 + (int(supplier[2:]) * step) % 26) for step in (7, 11))
    while True:
        number = f"{letters}-{plant.random.randrange(20000, 99000)}"
        if not any(number in each.supplier_lots for each in plants):
            plant.supplier_lots.add(number)
            return number


def sample_size(material: Material) -> Decimal:
    """What the laboratory takes of one lot, in the material's unit."""
    return SAMPLE_SIZES.get(material.uom, Decimal(50))


def lot_origin(plant: Plant, material: Material, supplier: str) -> str:
    """Where a delivery comes from: a store or field of the supplier, or a catch area."""
    number = plant.random.randrange(1, 30)
    if "vessel_caught" in material.flags:
        return f"ICES 4c, vessel Z.{number}"
    address = str(plant.tables.get("parties", supplier)["address"])
    place = address.split(",")[1 if address.count(",") > 1 else 0].strip()
    return f"{place}, {'field' if plant.is_food else 'store'} {number}"


def cool(plant: Plant, lot: Lot, quantity: Decimal, arrived: datetime) -> None:
    """Vegetables from the field go through the cooler before they are packed."""
    worker = plant.who("warehouse")
    plant.event(
        "transfer",
        plant.after(arrived, 60, 150),
        lot,
        quantity,
        performed_by=worker,
        reason_code="COOL",
        from_location="Q-01",
        to_location="vacuum cooler 2",
        party_id=PACKHOUSE,
    )


def delivery_note(plant: Plant, lot: Lot, supplier: str, arrived: datetime) -> None:
    """The paper that came with the goods."""
    number = f"DN-{supplier[2:]}-{plant.numbers.count('delivery notes'):05d}"
    issued_at = plant.after(arrived, -900, -300)
    plant.document("shipping_document", ("lots", lot.lot_id), number, issued_at, supplier)


def certificate(
    plant: Plant, lot: Lot, supplier: str, supplier_lot: str, made_on: date, arrived: datetime
) -> None:
    """The supplier's certificate of analysis and the results it states.

    One after the WHO model is countersigned by the laboratory's quality control when it comes.
    """
    issued_at = plant.clock.at(workday_after(made_on, 4), "15:00")
    document_id = plant.document(
        "certificate_of_analysis", ("lots", lot.lot_id), f"CoA-{supplier_lot}", issued_at, supplier
    )
    if "who_certificate" in lot.material.flags:
        accepted_at = plant.after(arrived, 90, 300)
        signer = plant.who("quality-control")
        plant.sign("documents", document_id, signer, "quality-control", "approval", accepted_at)
    results(
        plant,
        lot,
        lot.material.laboratory,
        issued_at,
        f"CoA-{supplier_lot}",
        analyst=None,
        reviewer=plant.who("quality-control"),
        reviewed_at=plant.after(arrived, 90, 300),
        origin="supplier",
    )
