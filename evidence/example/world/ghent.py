"""GNT, Ghent chilled foods: ready-to-eat salads from vegetables, herbs and soft cheese."""

from __future__ import annotations

from datetime import date

from . import tests_of
from .leuven import lines
from .things import Campaign, Catalogue, Characteristic, Material, Party, Recipe

PARTIES = (
    Party(
        "S-031", "Groenhof Telers CV", "supplier", "Tuinbouwweg 8, 2860 Duffel, BE", "5490000003116"
    ),
    Party(
        "S-032", "Huerta del Sol SL", "supplier", "Camino 44, 04700 El Ejido, ES", "8490000003213"
    ),
    Party(
        "S-033", "Kaasmakerij Terbeek", "supplier", "Melkstraat 3, 9880 Aalter, BE", "5490000003314"
    ),
    Party(
        "S-034", "Sausen Vandael NV", "supplier", "Dijklaan 20, 8500 Kortrijk, BE", "5490000003413"
    ),
    Party("S-035", "Verpakt BV", "supplier", "Havenkade 61, 4811 Breda, NL", "8790000003510"),
    Party("S-036", "Visafslag Oost CV", "supplier", "Kaai 3, 8380 Brugge, BE", "5490000003611"),
    Party(
        "C-301", "Delhofje Distributie", "customer", "Tolweg 190, 1080 Brussel, BE", "5490000030112"
    ),
    Party("C-302", "Superette Centrale", "customer", "Rue 5, 59100 Roubaix, FR", "3090000030218"),
    Party(
        "C-303", "Kantine Service NV", "customer", "Steenweg 900, 9000 Gent, BE", "5490000030310"
    ),
    Party("K-031", "Koelvervoer Maes", "carrier", "Dok 7, 9000 Gent, BE", "5490000003192"),
)
LISTERIA = Characteristic(
    "Listeria monocytogenes", "microbiological", "ISO 11290-1", text="not detected in 25 g"
)
COLI = Characteristic(
    "Escherichia coli", "microbiological", "ISO 16649-2", None, "100", "cfu/g",
    typical=(6.0, 2.5), places=0,
)  # fmt: skip
FRESH = (tests_of.appearance("fresh, no foreign matter"), COLI)
LISTED: dict[str, str | bool] = {"food_traceability_list": True}


def ingredient(
    number: str,
    name: str,
    supplier: str,
    price: str,
    lot: str,
    **more: str | bool,
) -> Material:
    """A fresh ingredient that is used within a week of its arrival."""
    flags = ("animal_origin",) if more.get("allergen") == "milk" else ()
    return Material(
        number, name, "raw", "KGM", "g", FRESH, (supplier,), flags, None, 14, None, price, lot,
        lead_days=4, testing_days=1, more=more,
    )  # fmt: skip


LETTUCE = ingredient("M-8001", "Little gem lettuce", "S-031", "1.90", "600", **LISTED)
TOMATO = ingredient("M-8002", "Cherry tomatoes", "S-032", "2.60", "500", **LISTED)
CUCUMBER = ingredient("M-8003", "Cucumber", "S-031", "1.10", "500", **LISTED)
CHEESE = ingredient(
    "M-8004",
    "Goat cheese, soft",
    "S-033",
    "9.40",
    "250",
    allergen="milk",
    **LISTED,
)
DRESSING = ingredient("M-8005", "Honey mustard sauce", "S-034", "3.20", "300", allergen="mustard")
SHRIMP = Material(
    "M-8006", "Brown shrimp, landed", "raw", "KGM", "g", FRESH, ("S-036",),
    ("vessel_caught", "animal_origin"), None, 8, None, "11.90", "120", lead_days=4,
    testing_days=1, more=LISTED,
)  # fmt: skip
BOWL = Material(
    "M-8501", "PET bowl 450 g with lid", "packaging", "EA", "EA",
    (tests_of.DIMENSIONS,), ("S-035",), ("container",), None, 1095, None, "0.11", "30000",
    lead_days=14, testing_days=1,
)  # fmt: skip
IPC = (
    Characteristic(
        "metal detection", "in_process", "HACCP-CCP-2", text="pass"
    ),
    Characteristic(
        "product temperature", "in_process", "HACCP-CCP-1", None, "5.0", "CEL", typical=(3.4, 0.4)
    ),
)  # fmt: skip
SALAD_TESTS = (*IPC, tests_of.appearance("typical"), LISTERIA, COLI)
SALAD = Material(
    "M-8101", "Goat cheese salad 450 g", "finished", "EA", "EA", SALAD_TESTS, (), (), "salads",
    9, None, "3.10", "0", testing_days=1, more={"allergen": "milk,mustard", **LISTED},
)  # fmt: skip
SHRIMP_SALAD = Material(
    "M-8103", "Shrimp salad 300 g", "finished", "EA", "EA", SALAD_TESTS, (), (), "salads",
    7, None, "4.20", "0", testing_days=1, more={"allergen": "crustaceans", **LISTED},
)  # fmt: skip
GARDEN = Material(
    "M-8102", "Garden salad 450 g", "finished", "EA", "EA", SALAD_TESTS, (), (), "salads",
    9, None, "2.40", "0", testing_days=1, more={"allergen": "mustard", **LISTED},
)  # fmt: skip
MAKE_SALAD = Recipe(
    SALAD, "production", "REC-8101", "6",
    lines((LETTUCE, "260"), (TOMATO, "110"), (CHEESE, "60"), (DRESSING, "45"), (BOWL, "1040")),
    "1040", "SL-1", 5, "finished_goods",
)  # fmt: skip
MAKE_GARDEN = Recipe(
    GARDEN, "production", "REC-8102", "4",
    lines((LETTUCE, "290"), (TOMATO, "90"), (CUCUMBER, "95"), (DRESSING, "40"), (BOWL, "1100")),
    "1100", "SL-2", 5, "finished_goods",
)  # fmt: skip
MAKE_SHRIMP = Recipe(
    SHRIMP_SALAD, "production", "REC-8103", "2",
    lines((SHRIMP, "70"), (LETTUCE, "60"), (DRESSING, "40"), (BOWL, "580")),
    "580", "SL-1", 4, "finished_goods",
)  # fmt: skip

CATALOGUE = Catalogue(
    currency="EUR",
    dial="+32 9",
    parties=PARTIES,
    materials=(
        LETTUCE,
        TOMATO,
        CUCUMBER,
        CHEESE,
        DRESSING,
        SHRIMP,
        BOWL,
        SALAD,
        GARDEN,
        SHRIMP_SALAD,
    ),
    recipes=(MAKE_SALAD, MAKE_GARDEN, MAKE_SHRIMP),
    campaigns=(
        Campaign(MAKE_SALAD, 0.5, date(2026, 9, 21), date(2026, 10, 26), "05:10"),
        Campaign(MAKE_SHRIMP, 0.34, date(2026, 10, 6), date(2026, 10, 24), "04:50"),
        Campaign(MAKE_GARDEN, 0.5, date(2026, 9, 24), date(2026, 10, 27), "05:20"),
    ),
)
