"""HOU, Houston chemicals: povidone for the tablet plants, cleaning solvent, and their waste."""

from __future__ import annotations

from datetime import date

from . import tests_of
from .leuven import lines
from .things import Campaign, Catalogue, Material, Party, Recipe

PARTIES = (
    Party("S-061", "Gulf Monomer Company", "supplier", "1 Channel Rd, Baytown, TX 77520, US"),
    Party("S-062", "Bayou Solvents LLC", "supplier", "300 Refinery Row, Pasadena, TX 77506, US"),
    Party("S-063", "Lone Star Drum", "supplier", "12 Wharf St, Galveston, TX 77550, US"),
    Party("S-064", "Harbour Fine Chemicals", "supplier", "2 Dock Rd, Newark, NJ 07114, US"),
    Party("C-601", "Cleanline Industrial", "customer", "81 Loop Rd, San Antonio, TX 78205, US"),
    Party("C-602", "Petrolab Supplies", "customer", "19 Canal St, New Orleans, LA 70112, US"),
    Party(
        "K-061", "Trinity Environmental Transport", "carrier", "5 Pit Rd, Deer Park, TX 77536, US"
    ),
    Party("R-061", "Deer Park Treatment", "carrier", "9 Pit Rd, Deer Park, TX 77536, US"),
)

MONOMER = Material(
    "M-0101", "N-Vinyl-2-pyrrolidone", "raw", "LB", "g",
    (tests_of.identity("ASTM E1252"), tests_of.assay("GC-FID", "99.5", "100.0", 99.8)),
    ("S-061",), ("tri",), None, 365, 180, "3.90", "6000", 20,
    more={"cas_number": "88-12-0"},
)  # fmt: skip
SOLVENT = Material(
    "M-0102", "Isopropyl alcohol 99 %", "raw", "GAL", "mL",
    (tests_of.identity("ASTM E1252"), tests_of.water("0.5", 0.1, "ASTM E1064")),
    ("S-062",), ("api_input",), None, 730, None, "5.20", "5000", 20,
    more={"cas_number": "67-63-0", "hazardous_code": "D001"},
)  # fmt: skip
DRUM = Material(
    "M-0501", "Fibre drum 100 lb with liner", "packaging", "EA", "EA",
    (tests_of.DIMENSIONS,), ("S-063",), ("container",), None, 1825, None, "21.00", "400", 20,
)  # fmt: skip
POVIDONE = Material(
    "M-0201", "Povidone K30, excipient grade", "raw", "LB", "g",
    (
        tests_of.identity("USP <197>"),
        tests_of.assay("USP <461>", "11.5", "12.8", 12.2),
        tests_of.water("5.0", 2.8, "USP <921>"),
    ),
    (), ("component", "excipient"), "polymers", 1095, 730, "6.40", "400", 20,
    more={"cas_number": "9003-39-8"},
)  # fmt: skip
CLEANER = Material(
    "M-0202", "Isopropyl alcohol 70 %, cleaning grade", "finished", "GAL", "mL",
    (tests_of.assay("GC-FID", "68.0", "72.0", 70.1),),
    (), ("en10204_31", "accredited_report"), "solvents", 730, None, "7.80", "0", 20,
    more={"cas_number": "67-63-0", "hazardous_code": "D001"},
)  # fmt: skip
GUAIFENESIN = Material(
    "M-0203", "Guaifenesin, drug substance", "raw", "LB", "g",
    (
        tests_of.identity("USP <197>"),
        tests_of.assay("USP <621>", "98.0", "102.0", 99.9),
        tests_of.loss_on_drying("0.5", 0.2),
    ),
    (), ("api", "accredited_report"), "drug substances", 1460, 1095, "14.20", "0", 20,
    more={"cas_number": "93-14-1"},
)  # fmt: skip
GUAIACOL = Material(
    "M-0103", "Guaiacol", "raw", "LB", "g",
    (tests_of.identity("ASTM E1252"), tests_of.assay("GC-FID", "99.0", "100.5", 99.7)),
    ("S-061",), ("api_input",), None, 730, None, "4.60", "3000", 20,
    more={"cas_number": "90-05-1"},
)  # fmt: skip
CAFFEINE = Material(
    "M-0204", "Caffeine anhydrous, traded", "raw", "LB", "g",
    (
        tests_of.identity("USP <197>"),
        tests_of.assay("USP <621>", "98.5", "101.0", 99.8),
        tests_of.water("0.5", 0.1, "USP <921>"),
    ),
    ("S-064",), ("api",), None, 1825, 1095, "9.90", "800", 20,
    more={"cas_number": "58-08-2"},
)  # fmt: skip
WASTE = Material(
    "M-0901", "Spent isopropyl alcohol", "waste", "GAL", "mL",
    (), (), ("none",), None, 365, None, "0.00", "0",
    more={"cas_number": "67-63-0", "hazardous_code": "D001,F003"},
)  # fmt: skip

POLYMERISE = Recipe(
    POVIDONE, "production", "BPI-0201", "9",
    lines((MONOMER, "5100"), (SOLVENT, "900"), (DRUM, "50")),
    "5000", "R-401", 26, "finished_goods",
)  # fmt: skip
SYNTHESISE = Recipe(
    GUAIFENESIN, "production", "BPI-0203", "5",
    lines((GUAIACOL, "1300"), (SOLVENT, "400"), (DRUM, "15")),
    "1400", "R-402", 30, "finished_goods",
)  # fmt: skip
DILUTE = Recipe(
    CLEANER, "blend", "BPI-0202", "1",
    lines((SOLVENT, "2800")), "4000", "T-112", 5, "finished_goods",
)  # fmt: skip

REPACK = Recipe(
    POVIDONE, "packaging", "BPI-0201-P", "1", (), "0", "BG-1", 4, "finished_goods", "repacked"
)

CATALOGUE = Catalogue(
    currency="USD",
    dial="+1 713",
    parties=PARTIES,
    materials=(MONOMER, SOLVENT, GUAIACOL, DRUM, POVIDONE, CLEANER, GUAIFENESIN, CAFFEINE, WASTE),
    recipes=(POLYMERISE, DILUTE, SYNTHESISE),
    specials=(REPACK,),
    campaigns=(
        Campaign(DILUTE, 0.6, date(2026, 9, 8), date(2026, 10, 20), "07:00"),
        Campaign(SYNTHESISE, 0.4, date(2026, 9, 29), date(2026, 10, 12), "06:00"),
        Campaign(POLYMERISE, 0.2, date(2026, 10, 5), date(2026, 10, 9), "06:00"),
    ),
)
