"""SAL, Salinas fresh produce: lettuce and herbs packed and cut within days of harvest."""

from __future__ import annotations

from datetime import date

from . import tests_of
from .ghent import COLI, IPC, LISTERIA
from .leuven import lines
from .things import Campaign, Catalogue, Material, Party, Recipe

PARTIES = (
    Party(
        "S-041", "Rancho Alisal Growers", "supplier", "880 Old Stage Rd, Salinas, CA 93908, US",
        "0690000004114",
    ),
    Party(
        "S-042", "Gabilan Vegetable Farms", "supplier", "2100 Esperanza, Chualar, CA 93925, US",
        "0690000004213",
    ),
    Party(
        "S-043", "Monterra Herb Company", "supplier", "15 River Rd, Soledad, CA 93960, US",
        "0690000004312",
    ),
    Party(
        "S-044", "Pajaro Film and Bag", "supplier", "60 Beach St, Watsonville, CA 95076, US",
        "0690000004411",
    ),
    Party(
        "S-045", "Corvale packhouse Salinas", "supplier", "5 Packing Row, Salinas, CA 93901, US",
        "0690000004015",
    ),
    Party(
        "C-401", "Bayline Grocers Distribution", "customer", "1 Depot Way, Oakland, CA 94607, US",
        "0690000040112",
    ),
    Party(
        "C-402", "Sierra Schools Foodservice", "customer", "44 Pine St, Reno, NV 89501, US",
        "0690000040211",
    ),
    Party(
        "C-403", "Desert Fresh Markets", "customer", "900 Grand Ave, Phoenix, AZ 85007, US",
        "0690000040310",
    ),
    Party(
        "K-041", "Coastal Reefer Lines", "carrier", "7 Airport Blvd, Salinas, CA 93905, US",
        "0690000004510",
    ),
)  # fmt: skip

LISTED: dict[str, str | bool] = {"food_traceability_list": True}
FRESH = (tests_of.appearance("fresh, no foreign matter"), COLI)


def produce(number: str, name: str, supplier: str, price: str, lot: str, *flags: str) -> Material:
    """A harvested or packed vegetable that is used within a week; its grower controls a hazard."""
    return Material(
        number, name, "raw", "LBR", "g", FRESH, (supplier,), ("supply_chain_control", *flags), None,
        12, None, price, lot, 4, 1, LISTED,
    )  # fmt: skip


ROMAINE = produce("M-1101", "Romaine hearts, packed", "S-041", "0.62", "4200")
SPRING = produce("M-1102", "Spring mix, washed", "S-042", "1.90", "1500")
SPINACH = produce("M-1103", "Baby spinach", "S-042", "1.75", "1800", "serious_hazard")
CILANTRO = produce("M-1104", "Cilantro", "S-043", "1.20", "600")
FIELD = Material(
    "M-1105", "Romaine lettuce, from the field", "raw", "LBR", "g", FRESH, ("S-041",),
    ("rac_unpacked", "rac_cooled"), None, 9, None, "0.31", "5200", 4, 1, LISTED,
)  # fmt: skip
OWN_FIELD = Material(
    "M-1106", "Butter lettuce, own field", "raw", "LBR", "g", FRESH, (), ("rac_unpacked",), None,
    9, None, "0.28", "0", 4, 1, LISTED,
)  # fmt: skip
BAG = Material(
    "M-1501", "Printed film bag 10 oz", "packaging", "EA", "EA",
    (tests_of.DIMENSIONS,), ("S-044",), ("container",), None, 1095, None, "0.05", "60000", 14, 1,
)  # fmt: skip
TESTS = (*IPC, tests_of.appearance("typical"), LISTERIA, COLI)
WASHED = ("preventive_control", "process_control", "rte_exposed")
CHOPPED = Material(
    "M-1201", "Chopped romaine 10 oz", "finished", "EA", "EA", TESTS, (), WASHED, "fresh cut", 14,
    None, "1.45", "0", 24, 1, LISTED,
)  # fmt: skip
MIX = Material(
    "M-1202", "Spring mix with cilantro 10 oz", "finished", "EA", "EA", TESTS, (),
    (*WASHED, "contract"), "fresh cut", 14, None, "2.10", "0", 24, 1, LISTED,
)  # fmt: skip
HEARTS = Material(
    "M-1203", "Romaine hearts, 3 count", "finished", "EA", "EA", TESTS, (),
    ("rac_packed", "customer_control"), "whole heads", 16, None, "1.10", "0", 24, 1, LISTED,
)  # fmt: skip
WASHED_HEARTS = Material(
    "M-1301", "Romaine, washed, in totes", "intermediate", "LBR", "g", FRESH, (), ("none",),
    "fresh cut", 8, None, "0.80", "0", 2, 1, LISTED,
)  # fmt: skip
TRIMMINGS = Material(
    "M-1901", "Vegetable trimmings", "waste", "LBR", "g", flags=("none",), shelf_days=30,
    price="0.00",
)  # fmt: skip
WASH = Recipe(
    WASHED_HEARTS, "production", "REC-1301", "1", lines((ROMAINE, "400")), "390", "WL-1", 3,
    "intermediate_output",
)  # fmt: skip
PACK = Recipe(
    HEARTS, "packaging", "REC-1203", "2",
    lines((FIELD, "4800"), (BAG, "3400")), "3400", "PL-1", 5, "finished_goods",
)  # fmt: skip
CUT = Recipe(
    CHOPPED, "production", "REC-1201", "5",
    lines((ROMAINE, "3600"), (BAG, "5600")), "5600", "FC-1", 6, "finished_goods",
)  # fmt: skip
BLEND = Recipe(
    MIX, "production", "REC-1202", "3",
    lines((SPRING, "1300"), (SPINACH, "900"), (CILANTRO, "120"), (BAG, "3650")),
    "3650", "FC-2", 6, "finished_goods",
)  # fmt: skip

CATALOGUE = Catalogue(
    currency="USD",
    dial="+1 831",
    parties=PARTIES,
    materials=(
        ROMAINE,
        SPRING,
        SPINACH,
        CILANTRO,
        FIELD,
        OWN_FIELD,
        BAG,
        CHOPPED,
        MIX,
        HEARTS,
        WASHED_HEARTS,
        TRIMMINGS,
    ),
    recipes=(CUT, BLEND, PACK, WASH),
    campaigns=(
        Campaign(CUT, 0.5, date(2026, 9, 22), date(2026, 10, 26), "05:30"),
        Campaign(PACK, 0.34, date(2026, 10, 5), date(2026, 10, 23), "05:00"),
        Campaign(BLEND, 0.5, date(2026, 9, 25), date(2026, 10, 27), "06:10"),
    ),
)
