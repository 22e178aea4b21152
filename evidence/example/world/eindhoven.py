"""EIN, Eindhoven packaging: prints cartons and packs tablets that Leuven presses."""

from __future__ import annotations

from datetime import date

from . import tests_of
from .leuven import BULK_M, FINISHED_TESTS, lines
from .things import Campaign, Catalogue, Material, Party, Recipe

PARTIES = (
    Party("S-051", "Kartonfabriek Peelland", "supplier", "Molenweg 4, 5751 Deurne, NL"),
    Party("S-052", "Chromatint Inks GmbH", "supplier", "Werkstrasse 9, 40589 Duesseldorf, DE"),
    Party("S-053", "Foliatec Packaging SpA", "supplier", "Via Torino 90, 20123 Milano, IT"),
    Party("S-054", "Bijsluiter Druk BV", "supplier", "Kerkstraat 71, 5611 Eindhoven, NL"),
    Party(
        "C-501", "Medigroep Nederland BV", "customer", "Stationsplein 2, 3511 Utrecht, NL",
        "8790000050115",
    ),
    Party(
        "C-502", "Apothekersbond Zuid", "customer", "Markt 16, 5211 's-Hertogenbosch, NL",
        "8790000050214",
    ),
    Party("K-051", "Van Gestel Transport", "carrier", "Ekkersrijt 40, 5692 Son, NL"),
)  # fmt: skip

BOARD = Material(
    "M-9001", "Carton board 300 g/m2", "raw", "kg", "g",
    (tests_of.identity("SOP-QC-012"), tests_of.grammage("291", "309", 300.0)),
    ("S-051",), ("container",), None, 1095, None, "1.15", "4000", 21,
)  # fmt: skip
INK = Material(
    "M-9002", "Low-migration ink set", "raw", "kg", "g",
    (tests_of.identity("SOP-QC-013"),), ("S-052",), ("none",), None, 540, 365, "14.50", "60", 21,
)  # fmt: skip
FOIL = Material(
    "M-9501", "Blister foil PVC 250 um", "packaging", "kg", "g",
    (tests_of.identity("SOP-QC-014"), tests_of.DIMENSIONS),
    ("S-053",), ("container",), None, 1460, None, "4.95", "900", 21,
)  # fmt: skip
LIDDING = Material(
    "M-9502", "Aluminium lidding foil 20 um", "packaging", "kg", "g",
    (tests_of.identity("SOP-QC-014"), tests_of.DIMENSIONS),
    ("S-053",), ("container",), None, 1460, None, "7.40", "300", 21,
)  # fmt: skip
LEAFLET = Material(
    "M-9601", "Leaflet, metformin 500 mg, NL", "label", "EA", "EA",
    (tests_of.PRINT_TEXT, tests_of.DIMENSIONS),
    ("S-054",), ("label", "lot_coded"), None, 1095, None, "0.02", "90000", 21,
)  # fmt: skip
CARTON = Material(
    "M-9101", "Folding carton, metformin 500 mg, 30", "label", "EA", "EA",
    (tests_of.PRINT_TEXT, tests_of.DIMENSIONS),
    (), ("label",), "cartons", 1095, None, "0.07", "0", 14,
)  # fmt: skip
PACK = Material(
    "M-9201", "Metformin 500 mg film-coated tablets, 30", "finished", "EA", "EA",
    FINISHED_TESTS, (), ("reserve",), "tablets", 1095, None, "0.75", "0",
)  # fmt: skip

PRINT = Recipe(
    CARTON, "production", "WI-9101", "2",
    lines((BOARD, "760"), (INK, "9")), "60000", "KBA-1", 8, "intermediate_output",
)  # fmt: skip
PACKING = Recipe(
    PACK, "packaging", "WI-9201", "4",
    lines(
        (BULK_M, "390"), (FOIL, "120"), (LIDDING, "28"), (CARTON, "20000"), (LEAFLET, "20000")
    ),
    "20000", "UH-3", 9, "finished_goods",
)  # fmt: skip

CATALOGUE = Catalogue(
    currency="EUR",
    dial="+31 40",
    parties=PARTIES,
    materials=(BOARD, INK, FOIL, LIDDING, LEAFLET, CARTON, PACK),
    recipes=(PRINT, PACKING),
    campaigns=(Campaign(PACKING, 0.7, date(2026, 9, 22), date(2026, 10, 20), "06:30"),),
)
