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
    Party("C-601", "Cleanline Industrial", "customer", "81 Loop Rd, San Antonio, TX 78205, US"),
    Party("C-602", "Petrolab Supplies", "customer", "19 Canal St, New Orleans, LA 70112, US"),
    Party(
        "K-061", "Trinity Environmental Transport", "carrier", "5 Pit Rd, Deer Park, TX 77536, US"
    ),
)

MONOMER = Material(
    "M-0101", "N-Vinyl-2-pyrrolidone", "raw", "LB", "g",
    (tests_of.identity("ASTM E1252"), tests_of.assay("GC-FID", "99.5", "100.0", 99.8)),
    ("S-061",), ("none",), None, 365, 180, "3.90", "6000", 20,
    more={"cas_number": "88-12-0"},
)  # fmt: skip
SOLVENT = Material(
    "M-0102", "Isopropyl alcohol 99 %", "raw", "GAL", "mL",
    (tests_of.identity("ASTM E1252"), tests_of.water("0.5", 0.1, "ASTM E1064")),
    ("S-062",), ("none",), None, 730, None, "5.20", "5000", 20,
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
    (), ("component",), "polymers", 1095, 730, "6.40", "400", 20,
    more={"cas_number": "9003-39-8"},
)  # fmt: skip
CLEANER = Material(
    "M-0202", "Isopropyl alcohol 70 %, cleaning grade", "finished", "GAL", "mL",
    (tests_of.assay("GC-FID", "68.0", "72.0", 70.1),),
    (), ("none",), "solvents", 730, None, "7.80", "0", 20,
    more={"cas_number": "67-63-0", "hazardous_code": "D001"},
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
    materials=(MONOMER, SOLVENT, DRUM, POVIDONE, CLEANER, WASTE),
    recipes=(POLYMERISE, DILUTE),
    specials=(REPACK,),
    campaigns=(
        Campaign(DILUTE, 0.6, date(2026, 9, 8), date(2026, 10, 20), "07:00"),
        Campaign(POLYMERISE, 0.2, date(2026, 10, 5), date(2026, 10, 9), "06:00"),
    ),
)
