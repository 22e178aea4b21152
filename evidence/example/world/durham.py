"""DUR, Durham solid dose: oxycodone (Schedule II) and alprazolam (Schedule IV) tablets."""

from __future__ import annotations

from datetime import date

from . import tests_of
from .houston import POVIDONE
from .leuven import lines
from .things import Campaign, Catalogue, Material, Party, Recipe

BOTH = ("II", "IV")
PARTIES = (
    Party(
        "S-021", "Cardinal Ridge Alkaloids LLC", "supplier", "410 Mill Road, Camden, NJ 08102, US",
        None, "RC0418273", BOTH,
    ),
    Party("S-022", "Piedmont Excipients", "supplier", "120 Way, Greensboro, NC 27406, US"),
    Party("S-023", "Blue Heron Plastics Corp", "supplier", "77 Harbor Drive, Toledo, OH 43604, US"),
    Party("S-024", "Carolina Label Works", "supplier", "9 Foundry Lane, Raleigh, NC 27601, US"),
    Party(
        "C-201", "Tidewater Drug Wholesale", "customer", "500 Commerce Blvd, Norfolk, VA 23510, US",
        None, "PT0291842", BOTH,
    ),
    Party(
        "C-202", "Lakeshore Pharmacy Supply", "customer", "31 Pier Street, Erie, PA 16507, US",
        None, "PL0376518", BOTH,
    ),
    Party(
        "C-203", "Summit Hospital Distributors", "customer", "88 Ridge Ave, Denver, CO 80203, US",
        None, "PS0518834", BOTH,
    ),
    Party(
        "C-204", "Blue Ridge Dosage Works", "customer", "3 Laurel Way, Roanoke, VA 24011, US",
        None, "RB0427731", BOTH,
    ),
    Party("K-021", "Old North Secure Freight", "carrier", "4 Depot Rd, Durham, NC 27703, US"),
    Party(
        "R-021", "Carolina Reverse Distribution", "carrier", "60 Kiln Rd, Gastonia, NC 28052, US",
        None, "RC0533186", BOTH,
    ),
)  # fmt: skip

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
    ("S-021",), ("component", "active", "reserve", "who_certificate"), None,
    1825, 730, "2100.00", "5",
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
    ("S-024",), ("label", "lot_coded"), None, 1095, None, "0.03", "50000",
)  # fmt: skip
BULK_TESTS = (
    tests_of.tablet_weight(100.0),
    tests_of.hardness("50", "110", 78.0),
    tests_of.assay("USP <621>", "95.0", "105.0", 99.8),
    tests_of.dissolution("75", 93.0),
)
BULK_O = Material(
    "M-6101", "Oxycodone HCl 5 mg tablets, bulk", "intermediate", "KG", "g",
    (tests_of.appearance("blue tablets"), *BULK_TESTS),
    (), ("in_process",), "controlled tablets", 365, None, "96.00", "0",
    lead_days=15,
    more={"dea_schedule": "II", "dea_code": "9143"},
)  # fmt: skip
BULK_A = Material(
    "M-6102", "Alprazolam 0.5 mg tablets, bulk", "intermediate", "KG", "g",
    (tests_of.appearance("peach tablets"), *BULK_TESTS),
    (), ("in_process",), "controlled tablets", 365, None, "31.00", "0",
    lead_days=15,
    more={"dea_schedule": "IV", "dea_code": "2882"},
)  # fmt: skip
FINISHED_TESTS = (
    tests_of.seal_integrity(),
    tests_of.identity("USP <621>"),
    tests_of.assay("USP <621>", "95.0", "105.0", 99.6),
    tests_of.dissolution("75", 92.0),
    tests_of.impurities("1.0", 0.25),
    tests_of.UNIFORMITY,
)
PACK_O = Material(
    "M-7101", "Oxycodone HCl 5 mg tablets, 100", "finished", "EA", "EA",
    FINISHED_TESTS, (), ("reserve", "rx"), "controlled tablets", 1095, None, "4.90", "0",
    more={"dea_schedule": "II", "dea_code": "9143", "ndc": "00591099301"},
)  # fmt: skip
PACK_A = Material(
    "M-7102", "Alprazolam 0.5 mg tablets, 100", "finished", "EA", "EA",
    FINISHED_TESTS, (), ("reserve", "rx"), "controlled tablets", 1095, None, "2.20", "0",
    more={"dea_schedule": "IV", "dea_code": "2882", "ndc": "00591099401"},
)  # fmt: skip
BOUGHT = Material(
    "M-7103", "Clonazepam 1 mg tablets, 100, bought in", "finished", "EA", "EA",
    (
        tests_of.identity("USP <621>"),
        tests_of.assay("USP <621>", "95.0", "105.0", 99.7),
        tests_of.dissolution("75", 91.0),
    ),
    ("S-021",), ("rx",), "controlled tablets", 1095, None, "1.90", "500",
    more={"dea_schedule": "IV", "dea_code": "2737", "ndc": "00591099501"},
)  # fmt: skip

MAKE_O = Recipe(
    BULK_O, "production", "MPR-6101", "4",
    lines(
        (OXYCODONE, "10"), (LACTOSE, "107"), (CELLULOSE, "77"), (POVIDONE, "19.4"), (STEARATE, "2")
    ),
    "200", "TP-5", 12, "intermediate_output",
)  # fmt: skip
MAKE_A = Recipe(
    BULK_A, "production", "MPR-6102", "2",
    lines((ALPRAZOLAM, "1"), (LACTOSE, "120"), (CELLULOSE, "77"), (STEARATE, "2")),
    "200", "TP-6", 12, "intermediate_output",
)  # fmt: skip
PACK_O_RECIPE = Recipe(
    PACK_O, "packaging", "MPR-7101", "3",
    lines((BULK_O, "180"), (BOTTLE, "18000"), (LABEL_O, "18000")),
    "18000", "PK-3", 8, "finished_goods"
)  # fmt: skip
PACK_A_RECIPE = Recipe(
    PACK_A, "packaging", "MPR-7102", "3",
    lines((BULK_A, "180"), (BOTTLE, "18000"), (LABEL_A, "18000")),
    "18000", "PK-3", 8, "finished_goods"
)  # fmt: skip
RELABEL_A = Recipe(
    PACK_A, "packaging", "MPR-7102-L", "1", lines((LABEL_A, "1")), "0", "PK-3", 4,
    "finished_goods", "repacked",
)  # fmt: skip

CATALOGUE = Catalogue(
    currency="USD",
    dial="+1 919",
    parties=PARTIES,
    materials=(
        OXYCODONE, ALPRAZOLAM, LACTOSE, CELLULOSE, STEARATE, BOTTLE, LABEL_O, LABEL_A, BULK_O,
        BULK_A, PACK_O, PACK_A, BOUGHT,
    ),
    specials=(RELABEL_A,),
    recipes=(MAKE_O, MAKE_A, PACK_O_RECIPE, PACK_A_RECIPE),
    campaigns=(
        Campaign(PACK_O_RECIPE, 0.5, date(2026, 9, 9), date(2026, 10, 19), "06:40"),
        Campaign(PACK_A_RECIPE, 0.5, date(2026, 9, 16), date(2026, 10, 21), "06:50"),
    ),
)  # fmt: skip
