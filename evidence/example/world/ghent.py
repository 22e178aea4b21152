"""GNT, Ghent chilled foods: ready-to-eat salads from vegetables, herbs and soft cheese."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from . import masterdata, tests_of
from .distribution import ship
from .leuven import lines
from .plant import Plant
from .production import make
from .receiving import receive
from .store import Store
from .things import Characteristic, Lot, Material, Recipe

SUPPLIERS = {
    "S-031": (
        "Groenhof Telers CV",
        "Tuinbouwweg 8, 2860 Duffel, BE",
        "5490000003116",
    ),
    "S-032": ("Huerta del Sol SL", "Camino Real 44, 04700 El Ejido, ES", "8490000003213"),
    "S-033": ("Kaasmakerij Terbeek", "Melkstraat 3, 9880 Aalter, BE", "5490000003314"),
    "S-034": ("Sausen Vandael NV", "Nijverheidslaan 20, 8500 Kortrijk, BE", "5490000003413"),
    "S-035": ("Verpakt BV", "Havenkade 61, 4811 Breda, NL", "8790000003510"),
}
CUSTOMERS = {
    "C-301": ("Delhofje Distributie", "Ninoofsesteenweg 190, 1080 Brussel, BE", "5490000030112"),
    "C-302": ("Superette Centrale", "Rue du Marche 5, 59100 Roubaix, FR", "3090000030218"),
    "C-303": ("Kantine Service NV", "Kortrijksesteenweg 900, 9000 Gent, BE", "5490000030310"),
}
LISTERIA = Characteristic(
    "Listeria monocytogenes", "microbiological", "ISO 11290-1", text="not detected in 25 g"
)
COLI = Characteristic(
    "Escherichia coli", "microbiological", "ISO 16649-2", None, "100", "CFU/g",
    typical=(6.0, 2.5), places=0,
)  # fmt: skip
FRESH = (tests_of.appearance("fresh, no foreign matter"), COLI)
LISTED = {"food_traceability_list": True}


def ingredient(
    number: str, name: str, supplier: str, price: str, lot: str, **more: str | bool
) -> Material:
    """A fresh ingredient that is used within a week of its arrival."""
    return Material(
        number, name, "raw", "KG", "g", FRESH, (supplier,), (), None, 14, None, price, lot,
        lead_days=4, testing_days=1, more=more,
    )  # fmt: skip


LETTUCE = ingredient("M-8001", "Little gem lettuce", "S-031", "1.90", "600", **LISTED)
TOMATO = ingredient("M-8002", "Cherry tomatoes", "S-032", "2.60", "500", **LISTED)
CUCUMBER = ingredient("M-8003", "Cucumber", "S-031", "1.10", "500", **LISTED)
CHEESE = ingredient(
    "M-8004", "Goat cheese, soft", "S-033", "9.40", "250", allergen="milk", **LISTED
)
DRESSING = ingredient("M-8005", "Honey mustard sauce", "S-034", "3.20", "300", allergen="mustard")
BOWL = Material(
    "M-8501", "PET bowl 450 g with lid", "packaging", "EA", "EA",
    (tests_of.DIMENSIONS,), ("S-035",), ("container",), None, 1095, None, "0.11", "30000",
    lead_days=14, testing_days=1,
)  # fmt: skip
SALAD_TESTS = (tests_of.appearance("typical"), LISTERIA, COLI)
SALAD = Material(
    "M-8101", "Goat cheese salad 450 g", "finished", "EA", "EA", SALAD_TESTS, (), (), "salads",
    9, None, "3.10", "0", testing_days=1, more={"allergen": "milk,mustard", **LISTED},
)  # fmt: skip
GARDEN = Material(
    "M-8102", "Garden salad 450 g", "finished", "EA", "EA", SALAD_TESTS, (), (), "salads",
    9, None, "2.40", "0", testing_days=1, more={"allergen": "mustard", **LISTED},
)  # fmt: skip
IPC = (
    Characteristic(
        "metal detection", "in_process", "HACCP-CCP-2", text="pass"
    ),
    Characteristic(
        "product temperature", "in_process", "HACCP-CCP-1", None, "5.0", "Cel", typical=(3.4, 0.4)
    ),
)  # fmt: skip
MAKE_SALAD = Recipe(
    SALAD, "production", "REC-8101", "6",
    lines((LETTUCE, "260"), (TOMATO, "110"), (CHEESE, "60"), (DRESSING, "45"), (BOWL, "1040")),
    "1040", "SL-1", 5, "finished_goods", IPC,
)  # fmt: skip
MAKE_GARDEN = Recipe(
    GARDEN, "production", "REC-8102", "4",
    lines((LETTUCE, "290"), (TOMATO, "90"), (CUCUMBER, "95"), (DRESSING, "40"), (BOWL, "1100")),
    "1100", "SL-2", 5, "finished_goods", IPC,
)  # fmt: skip
MATERIALS = (LETTUCE, TOMATO, CUCUMBER, CHEESE, DRESSING, BOWL, SALAD, GARDEN)


def set_up(plant: Plant) -> None:
    """Master data of the plant."""
    masterdata.add_people(plant)
    for parties, role in ((SUPPLIERS, "supplier"), (CUSTOMERS, "customer")):
        for party, (name, address, gln) in parties.items():
            masterdata.add_party(plant, party, name, role, address, gln=gln)
    masterdata.add_party(
        plant, "K-031", "Koelvervoer Maes", "carrier", "Dok Noord 7, 9000 Gent, BE"
    )
    for material in MATERIALS:
        masterdata.add_material(plant, material, "EUR")
    for recipe in (MAKE_SALAD, MAKE_GARDEN):
        masterdata.add_master_record(plant, recipe)


def run(plant: Plant, batches: int) -> None:
    """Receipts, batches and deliveries, mostly in the demo month."""
    set_up(plant)
    store = Store(plant, lambda p, m, day, q: receive(p, m, day, quantity=q))
    for number in range(batches):
        day = date(2026, 9, 21) + timedelta(days=round(number * 34 / batches))
        recipe = (MAKE_SALAD, MAKE_GARDEN)[number % 2]
        batch = make(plant, store, recipe, day, "05:10")
        deliver(plant, batch.output, number)


def deliver(plant: Plant, lot: Lot, number: int) -> None:
    """A released lot goes to two customers."""
    if lot.usable_from is None:
        return
    day = plant.clock.day(lot.usable_from) + timedelta(days=1)
    customers = sorted(CUSTOMERS)
    half = (lot.left / 2).quantize(Decimal(1), "ROUND_DOWN")
    for part in range(2):
        ship(plant, [(lot, half)], day, customers[(number + part) % 3], "K-031")
