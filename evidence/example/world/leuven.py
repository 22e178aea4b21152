"""LEU, Leuven tablets: metformin and paracetamol tablets, granulated, pressed, coated, packed."""

from __future__ import annotations

from datetime import date

from . import tests_of
from .things import Campaign, Catalogue, Ingredient, Material, Party, Recipe

PARTIES = (
    Party("S-011", "Meridian Excipients BV", "supplier", "Havenweg 3, 9000 Gent, BE"),
    Party("S-012", "Alpin Pharma Chemie", "supplier", "Industriestrasse 18, 4057 Basel, CH"),
    Party("S-013", "Nordsee Cellulose A/S", "supplier", "Strandvejen 211, 2900 Hellerup, DK"),
    Party("S-014", "Foliatec Packaging SpA", "supplier", "Via Torino 90, 20123 Milano, IT"),
    Party("S-015", "Drukkerij De Leye", "supplier", "Diestsevest 12, 3000 Leuven, BE"),
    Party(
        "C-101", "Lumen Pharma Wholesale NV", "customer", "Kempische Kaai 57, 3500 Hasselt, BE",
        "5490000001013",
    ),
    Party(
        "C-102", "Rhein Apotheken Logistik", "customer", "Hafenstrasse 7, 50997 Koeln, DE",
        "4090000001027",
    ),
    Party(
        "C-103", "Hopital Saint-Elme", "customer", "12 rue des Lilas, 59000 Lille, FR",
        "3090000001031",
    ),
    Party(
        "C-104", "Atlantic Generics Inc", "customer", "40 Quay Street, Boston, MA 02110, US",
        "0690000001045",
    ),
    Party("K-001", "Transvlaams Logistiek", "carrier", "Dok 4, 2030 Antwerpen, BE"),
)  # fmt: skip

RAW = ("component",)
METFORMIN = Material(
    "M-2101", "Metformin hydrochloride", "raw", "KG", "g",
    (
        tests_of.appearance("white crystals"),
        tests_of.identity("Ph. Eur. 2.2.24"),
        tests_of.assay("Ph. Eur. 2.2.20", "98.5", "101.0", 99.7),
        tests_of.loss_on_drying("0.5", 0.2),
        tests_of.impurities("0.2", 0.05),
    ),
    ("S-012",), ("component", "active", "reserve"), None, 1460, 730, "9.80", "2000",
    more={"cas_number": "1115-70-4"},
)  # fmt: skip
PARACETAMOL = Material(
    "M-2102", "Paracetamol", "raw", "KG", "g",
    (
        tests_of.appearance("white powder"),
        tests_of.identity("Ph. Eur. 2.2.24"),
        tests_of.assay("Ph. Eur. 2.2.20", "99.0", "101.0", 99.9),
        tests_of.water("0.5", 0.2),
        tests_of.impurities("0.2", 0.04),
    ),
    ("S-012",), ("component", "active", "reserve"), None, 1460, 730, "6.10", "2000",
    more={"cas_number": "103-90-2"},
)  # fmt: skip
LACTOSE = Material(
    "M-2001", "Lactose monohydrate", "raw", "KG", "g",
    (
        tests_of.identity("Ph. Eur. 2.2.24"),
        tests_of.water("5.5", 5.1),
        tests_of.plates("100", 12.0),
    ),
    ("S-011",), ("component", "micro"), None, 730, 365, "2.40", "1000",
    more={"cas_number": "64044-51-5", "allergen": "milk"},
)  # fmt: skip
CELLULOSE = Material(
    "M-2002", "Microcrystalline cellulose", "raw", "KG", "g",
    (
        tests_of.identity("Ph. Eur. 2.3.1"),
        tests_of.loss_on_drying("7.0", 4.2),
        tests_of.plates("1000", 40.0),
        tests_of.FOREIGN_MATTER,
    ),
    ("S-013", "S-011"), ("component", "foreign_matter"), None, 1095, 730, "4.15", "800",
    more={"cas_number": "9004-34-6"},
)  # fmt: skip
POVIDONE = Material(
    "M-2003", "Povidone K30", "raw", "KG", "g",
    (tests_of.identity("Ph. Eur. 2.2.24"), tests_of.water("5.0", 3.1)),
    ("S-011",), RAW, None, 1095, 730, "11.20", "250",
    more={"cas_number": "9003-39-8"},
)  # fmt: skip
STEARATE = Material(
    "M-2004", "Magnesium stearate", "raw", "KG", "g",
    (tests_of.identity("Ph. Eur. 2.3.1"), tests_of.loss_on_drying("6.0", 3.4)),
    ("S-011",), RAW, None, 1095, 730, "5.60", "120",
    more={"cas_number": "557-04-0"},
)  # fmt: skip
COATING = Material(
    "M-2005", "Hypromellose film coat, white", "raw", "KG", "g",
    (tests_of.identity("Ph. Eur. 2.2.24"), tests_of.loss_on_drying("5.0", 2.9)),
    ("S-013",), RAW, None, 730, 365, "18.40", "200",
)  # fmt: skip
FOIL = Material(
    "M-2501", "Blister foil PVC 250 um", "packaging", "KG", "g",
    (tests_of.identity("SOP-QC-039"), tests_of.DIMENSIONS),
    ("S-014",), ("container",), None, 1460, None, "4.90", "900",
)  # fmt: skip
LIDDING = Material(
    "M-2502", "Aluminium lidding foil 20 um", "packaging", "KG", "g",
    (tests_of.identity("SOP-QC-039"), tests_of.DIMENSIONS),
    ("S-014",), ("container",), None, 1460, None, "7.30", "300",
)  # fmt: skip
CARTON = Material(
    "M-2601", "Folding carton, metformin 500 mg, 60", "label", "EA", "EA",
    (tests_of.PRINT_TEXT, tests_of.DIMENSIONS),
    ("S-015",), ("label",), None, 1095, None, "0.06", "80000",
)  # fmt: skip
CARTON_P = Material(
    "M-2602", "Folding carton, paracetamol 500 mg, 30", "label", "EA", "EA",
    (tests_of.PRINT_TEXT, tests_of.DIMENSIONS),
    ("S-015",), ("label", "lot_coded"), None, 1095, None, "0.05", "80000",
)  # fmt: skip

BULK_M = Material(
    "M-3101", "Metformin 500 mg prolonged-release tablets, bulk", "intermediate", "KG", "g",
    (
        tests_of.tablet_weight(650.0),
        tests_of.hardness("90", "160", 122.0),
        tests_of.appearance("white film-coated tablets"),
        tests_of.assay("HPLC", "95.0", "105.0", 99.8),
        tests_of.dissolution(),
    ),
    (), ("in_process",), "tablets", 365, None, "14.10", "0",
    lead_days=15,
)  # fmt: skip
BULK_P = Material(
    "M-3102", "Paracetamol 500 mg tablets, bulk", "intermediate", "KG", "g",
    (
        tests_of.tablet_weight(620.0),
        tests_of.hardness("90", "160", 118.0),
        tests_of.appearance("white tablets"),
        tests_of.assay("HPLC", "95.0", "105.0", 99.9),
        tests_of.dissolution(),
    ),
    (), ("in_process",), "tablets", 365, None, "10.30", "0",
    lead_days=15,
)  # fmt: skip
FINISHED_TESTS = (
    tests_of.seal_integrity(),
    tests_of.identity("HPLC"),
    tests_of.assay("HPLC", "95.0", "105.0", 99.7),
    tests_of.dissolution(),
    tests_of.impurities("1.0", 0.2),
    tests_of.UNIFORMITY,
    tests_of.plates("1000", 20.0),
)
PACK_M = Material(
    "M-4101", "Metformin 500 mg prolonged-release tablets, 60", "finished", "EA", "EA",
    (*FINISHED_TESTS, tests_of.RELEASE_RATE), (),
    ("reserve", "controlled_release", "customer_spec"), "tablets", 1095, None, "1.35", "0",
)  # fmt: skip
PACK_P = Material(
    "M-4102", "Paracetamol 500 mg tablets, 30", "finished", "EA", "EA",
    FINISHED_TESTS, (), ("reserve", "micro", "who_certificate"), "tablets", 1095, None, "0.80", "0",
)  # fmt: skip
EYE = Material(
    "M-4103", "Povidone eye ointment, sterile, 5 g", "finished", "EA", "EA",
    (
        tests_of.identity("Ph. Eur. 2.2.24"),
        tests_of.assay("Ph. Eur. 2.5.33", "95.0", "105.0", 100.2),
        tests_of.STERILITY,
        tests_of.PARTICLES,
    ),
    (), ("reserve", "sterile", "ophthalmic_ointment"), "eye ointments", 730, None, "2.10", "0",
)  # fmt: skip


def lines(*pairs: tuple[Material, str]) -> tuple[Ingredient, ...]:
    """A bill of materials from pairs of material and quantity."""
    return tuple(Ingredient(material, quantity) for material, quantity in pairs)


MAKE_M = Recipe(
    BULK_M, "production", "MPR-3101", "7",
    lines(
        (METFORMIN, "500"), (LACTOSE, "60"), (CELLULOSE, "50"),
        (POVIDONE, "20"), (STEARATE, "5"), (COATING, "15"),
    ),
    "650", "TP-2", 14, "intermediate_output",
)  # fmt: skip
MAKE_P = Recipe(
    BULK_P, "production", "MPR-3102", "3",
    lines(
        (PARACETAMOL, "500"), (LACTOSE, "40"), (CELLULOSE, "60"), (POVIDONE, "15"), (STEARATE, "5")
    ),
    "620", "TP-1", 11, "intermediate_output",
)  # fmt: skip
PACK_M_RECIPE = Recipe(
    PACK_M, "packaging", "MPR-4101", "5",
    lines((BULK_M, "585"), (FOIL, "180"), (LIDDING, "42"), (CARTON, "15000")),
    "15000", "BL-1", 9, "finished_goods"
)  # fmt: skip
PACK_P_RECIPE = Recipe(
    PACK_P, "packaging", "MPR-4102", "2",
    lines((BULK_P, "595"), (FOIL, "200"), (LIDDING, "48"), (CARTON_P, "32000")),
    "32000", "BL-2", 9, "finished_goods"
)  # fmt: skip

REWORK = Recipe(
    BULK_M, "rework", "MPR-3101-R", "1", (), "0", "CT-1", 6, "intermediate_output", "reworked"
)
REBLEND = Recipe(
    BULK_M, "blend", "MPR-3101-B", "1", (), "0", "BM-2", 4, "intermediate_output", "merged"
)
MAKE_EYE = Recipe(
    EYE, "production", "MPR-4103", "1", lines((POVIDONE, "4"), (LIDDING, "6")),
    "1200", "AF-1", 6, "finished_goods",
)  # fmt: skip

CATALOGUE = Catalogue(
    currency="EUR",
    dial="+32 16",
    parties=PARTIES,
    materials=(
        METFORMIN, PARACETAMOL, LACTOSE, CELLULOSE, POVIDONE, STEARATE, COATING, FOIL, LIDDING,
        CARTON, CARTON_P, BULK_M, BULK_P, PACK_M, PACK_P, EYE,
    ),
    specials=(REWORK, REBLEND, MAKE_EYE),
    recipes=(MAKE_M, MAKE_P, PACK_M_RECIPE, PACK_P_RECIPE),
    campaigns=(
        Campaign(PACK_M_RECIPE, 0.6, date(2026, 9, 7), date(2026, 10, 19)),
        Campaign(PACK_P_RECIPE, 0.4, date(2026, 9, 14), date(2026, 10, 21)),
    ),
)  # fmt: skip
