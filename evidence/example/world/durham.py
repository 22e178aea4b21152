"""DUR, Durham solid dose: oxycodone (Schedule II) and alprazolam (Schedule IV) tablets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..timeline import workday_after
from . import controlled, masterdata, tests_of
from .distribution import ship
from .leuven import lines
from .plant import Plant
from .production import Batch, make
from .receiving import receive
from .store import Store
from .things import Lot, Material, Recipe

SUPPLIERS = {
    "S-021": ("Cardinal Ridge Alkaloids LLC", "410 Mill Road, Camden, NJ 08102, US", "RC0418273"),
    "S-022": ("Piedmont Excipients Inc", "1200 Industrial Way, Greensboro, NC 27406, US", None),
    "S-023": ("Blue Heron Plastics Corp", "77 Harbor Drive, Toledo, OH 43604, US", None),
    "S-024": ("Carolina Label Works", "9 Foundry Lane, Raleigh, NC 27601, US", None),
}

CUSTOMERS = {
    "C-201": ("Tidewater Drug Wholesale", "500 Commerce Blvd, Norfolk, VA 23510, US", "PT0291842"),
    "C-202": ("Lakeshore Pharmacy Supply", "31 Pier Street, Erie, PA 16507, US", "PL0376518"),
    "C-203": ("Summit Hospital Distributors", "88 Ridge Ave, Denver, CO 80203, US", "PS0518834"),
}

OXYCODONE = Material(
    "M-5101", "Oxycodone hydrochloride", "raw", "KG", "g",
    (
        tests_of.appearance("white powder"),
        tests_of.identity("USP <197K>"),
        tests_of.assay("USP <621>", "97.0", "103.0", 99.6),
        tests_of.water("7.0", 3.4, "USP <921>"),
        tests_of.impurities("0.5", 0.12),
    ),
    ("S-021",), ("component", "active", "reserve"), None, 1825, 730, "1450.00", "40",
    more={"dea_schedule": "II", "dea_code": "9143", "cas_number": "124-90-3"},
)  # fmt: skip
ALPRAZOLAM = Material(
    "M-5102", "Alprazolam", "raw", "KG", "g",
    (
        tests_of.appearance("white powder"),
        tests_of.identity("USP <197K>"),
        tests_of.assay("USP <621>", "98.0", "102.0", 99.8),
        tests_of.loss_on_drying("0.5", 0.15),
        tests_of.impurities("0.3", 0.07),
    ),
    ("S-021",), ("component", "active", "reserve"), None, 1825, 730, "2100.00", "5",
    more={"dea_schedule": "IV", "dea_code": "2882", "cas_number": "28981-97-7"},
)  # fmt: skip
LACTOSE = Material(
    "M-5001", "Lactose anhydrous", "raw", "KG", "g",
    (
        tests_of.identity("USP <197K>"),
        tests_of.water("1.0", 0.4, "USP <921>"),
        tests_of.plates("100", 10.0),
    ),
    ("S-022",), ("component", "micro"), None, 1095, 730, "3.10", "600",
    more={"allergen": "milk", "cas_number": "63-42-3"},
)  # fmt: skip
CELLULOSE = Material(
    "M-5002", "Microcrystalline cellulose PH-102", "raw", "KG", "g",
    (
        tests_of.identity("USP <191>"),
        tests_of.loss_on_drying("7.0", 4.1),
        tests_of.plates("1000", 35.0),
    ),
    ("S-022",), ("component",), None, 1095, 730, "4.80", "500",
    more={"cas_number": "9004-34-6"},
)  # fmt: skip
STEARATE = Material(
    "M-5004", "Magnesium stearate", "raw", "KG", "g",
    (tests_of.identity("USP <191>"), tests_of.loss_on_drying("6.0", 3.3)),
    ("S-022",), ("component",), None, 1095, 730, "6.20", "40",
    more={"cas_number": "557-04-0"},
)  # fmt: skip
BOTTLE = Material(
    "M-5501", "HDPE bottle 100 cc with child-resistant cap", "packaging", "EA", "EA",
    (tests_of.identity("SOP-QC-039"), tests_of.DIMENSIONS),
    ("S-023",), ("container",), None, 1825, None, "0.21", "60000",
)  # fmt: skip
LABEL_O = Material(
    "M-5601", "Label, oxycodone HCl 5 mg, 100", "label", "EA", "EA",
    (tests_of.PRINT_TEXT, tests_of.DIMENSIONS),
    ("S-024",), ("label",), None, 1095, None, "0.03", "50000",
)  # fmt: skip
LABEL_A = Material(
    "M-5602", "Label, alprazolam 0.5 mg, 100", "label", "EA", "EA",
    (tests_of.PRINT_TEXT, tests_of.DIMENSIONS),
    ("S-024",), ("label",), None, 1095, None, "0.03", "50000",
)  # fmt: skip
BULK_TESTS = (
    tests_of.assay("USP <621>", "95.0", "105.0", 99.8),
    tests_of.dissolution("75", 93.0),
)
BULK_O = Material(
    "M-6101", "Oxycodone HCl 5 mg tablets, bulk", "intermediate", "KG", "g",
    (tests_of.appearance("blue tablets"), *BULK_TESTS),
    (), ("in_process",), "controlled tablets", 365, None, "96.00", "0",
    more={"dea_schedule": "II", "dea_code": "9143"},
)  # fmt: skip
BULK_A = Material(
    "M-6102", "Alprazolam 0.5 mg tablets, bulk", "intermediate", "KG", "g",
    (tests_of.appearance("peach tablets"), *BULK_TESTS),
    (), ("in_process",), "controlled tablets", 365, None, "31.00", "0",
    more={"dea_schedule": "IV", "dea_code": "2882"},
)  # fmt: skip
FINISHED_TESTS = (
    tests_of.identity("USP <621>"),
    tests_of.assay("USP <621>", "95.0", "105.0", 99.6),
    tests_of.dissolution("75", 92.0),
    tests_of.impurities("1.0", 0.25),
    tests_of.UNIFORMITY,
)
PACK_O = Material(
    "M-7101", "Oxycodone HCl 5 mg tablets, 100", "finished", "EA", "EA",
    FINISHED_TESTS, (), ("reserve",), "controlled tablets", 1095, None, "4.90", "0",
    more={"dea_schedule": "II", "dea_code": "9143", "ndc": "00591099301"},
)  # fmt: skip
PACK_A = Material(
    "M-7102", "Alprazolam 0.5 mg tablets, 100", "finished", "EA", "EA",
    FINISHED_TESTS, (), ("reserve",), "controlled tablets", 1095, None, "2.20", "0",
    more={"dea_schedule": "IV", "dea_code": "2882", "ndc": "00591099401"},
)  # fmt: skip

IPC = (tests_of.tablet_weight(100.0), tests_of.hardness("50", "110", 78.0))
MAKE_O = Recipe(
    BULK_O, "production", "MPR-6101", "4",
    lines((OXYCODONE, "10"), (LACTOSE, "110"), (CELLULOSE, "78"), (STEARATE, "2")),
    "200", "TP-5", 12, "intermediate_output", IPC,
)  # fmt: skip
MAKE_A = Recipe(
    BULK_A, "production", "MPR-6102", "2",
    lines((ALPRAZOLAM, "1"), (LACTOSE, "120"), (CELLULOSE, "77"), (STEARATE, "2")),
    "200", "TP-6", 12, "intermediate_output", IPC,
)  # fmt: skip
PACK_O_RECIPE = Recipe(
    PACK_O, "packaging", "MPR-7101", "3",
    lines((BULK_O, "180"), (BOTTLE, "18000"), (LABEL_O, "18000")),
    "18000", "PK-3", 8, "finished_goods", (tests_of.seal_integrity(),),
)  # fmt: skip
PACK_A_RECIPE = Recipe(
    PACK_A, "packaging", "MPR-7102", "3",
    lines((BULK_A, "180"), (BOTTLE, "18000"), (LABEL_A, "18000")),
    "18000", "PK-3", 8, "finished_goods", (tests_of.seal_integrity(),),
)  # fmt: skip
MATERIALS = (
    OXYCODONE, ALPRAZOLAM, LACTOSE, CELLULOSE, STEARATE, BOTTLE, LABEL_O, LABEL_A, BULK_O, BULK_A,
    PACK_O, PACK_A,
)  # fmt: skip
RECIPES = (MAKE_O, MAKE_A, PACK_O_RECIPE, PACK_A_RECIPE)


def set_up(plant: Plant) -> None:
    """Master data of the plant, with the registrations that controlled substances need."""
    masterdata.add_people(plant)
    for parties, role in ((SUPPLIERS, "supplier"), (CUSTOMERS, "customer")):
        for party, (name, address, registration) in parties.items():
            more = {"dea_registration": registration} if registration else {}
            number = f"+1 919 555 {plant.numbers.count('us phones'):04d}"
            masterdata.add_party(plant, party, name, role, address, phone=number, **more)
    masterdata.add_party(
        plant, "K-021", "Old North Secure Freight", "carrier", "4 Depot Rd, Durham, NC 27703, US"
    )
    for material in MATERIALS:
        masterdata.add_material(plant, material, "USD")
    for recipe in RECIPES:
        masterdata.add_master_record(plant, recipe)
    controlled.register(plant)


def run(plant: Plant, batches: int) -> None:
    """Receipts, bulk batches, packaging, deliveries; counts and reports to the authority."""
    set_up(plant)
    store = Store(plant, bring)
    packed: list[Batch] = []
    for number in range(batches):
        day = workday_after(date(2026, 8, 26) + timedelta(days=round(number * 48 / batches)), 0)
        making, packing = ((MAKE_O, PACK_O_RECIPE), (MAKE_A, PACK_A_RECIPE))[number % 2]
        make(plant, store, making, day, "06:20")
        packed.append(make(plant, store, packing, workday_after(day, 10), "06:40", testing_days=3))
    for number, batch in enumerate(packed):
        deliver(plant, batch.output, number)
    controlled.report(plant)


def bring(plant: Plant, material: Material, day: date, quantity: Decimal) -> Lot:
    """A receipt; of a Schedule II substance, on an order form."""
    lot = receive(plant, material, day, quantity=quantity)
    if material.more.get("dea_schedule") == "II":
        controlled.order_form(plant, ("lots", lot.lot_id), plant.clock.at(day, "06:00"), "S-021")
    return lot


def deliver(plant: Plant, lot: Lot, number: int) -> None:
    """A delivery of about half of a released lot."""
    if lot.usable_from is None:
        return
    day = workday_after(plant.clock.day(lot.usable_from), 2)
    customer = sorted(CUSTOMERS)[number % len(CUSTOMERS)]
    if day > date(2026, 10, 29):
        return
    quantity = (lot.left / 2).quantize(Decimal(1))
    shipment_id = ship(plant, [(lot, quantity)], day, customer, "K-021")
    if lot.material.more["dea_schedule"] == "II":
        when = plant.clock.at(day, "08:00")
        controlled.order_form(plant, ("shipments", shipment_id), when, customer)
