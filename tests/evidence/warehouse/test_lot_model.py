"""From landing to the lot model and its chains: versions, units, lots only named, genealogy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lotproof.evidence.warehouse import JudgedWorlds, open_worlds

from .small_worlds import AS_OF, PERIOD, Tables, World, together

ROOT = Path(__file__).parents[3]
Edges = frozenset[tuple[int, int]]

_EDGES = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14)
_GRAPHS: list[Edges] = [
    frozenset(),
    frozenset({(0, 0)}),
    frozenset({(0, 1), (1, 0)}),
    frozenset({(0, 1), (0, 2), (1, 3), (2, 3)}),
    frozenset((n, n + 1) for n in range(60)),
]


@settings(
    max_examples=60,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(_EDGES)
def _draw(edges: Edges) -> None:
    _GRAPHS.append(edges)


_draw()


def _closure(edges: Edges) -> set[tuple[int, int]]:
    """Every pair that a walk along the edges joins; a loop on one lot is no edge."""
    steps = {(a, b) for a, b in edges if a != b}
    pairs = set(steps)
    while more := {(a, d) for a, b in pairs for c, d in steps if b == c} - pairs:
        pairs |= more
    return pairs


def _genealogies() -> Iterable[World]:
    for number, edges in enumerate(_GRAPHS):
        world = World(f"graph{number}")
        for parent, child in sorted(edges):
            names = {"parent_lot_id": world.id(str(parent)), "child_lot_id": world.id(str(child))}
            world.add("lot_links", **names)
        yield world


def _versions() -> World:
    """One record that changes, repeats itself, changes back, and changes after ``as_of``."""
    world = World("versions")
    for name, recorded_at in [
        ("first", "2026-10-01 00:00:00"),
        ("first", "2026-10-02 00:00:00"),
        ("second", "2026-10-03 00:00:00"),
        ("first", None),
        ("late", "2026-11-05 00:00:00"),
    ]:
        world.add("parties", record_id="party", party_id="S", name=name, recorded_at=recorded_at)
    return world


def _moved() -> World:
    world = World("moved")
    world.event("receipt", "01", quantity="2.5", uom="kg")
    world.event("receipt", "01", quantity="10", uom="LB")
    world.event("receipt", "01", quantity="3", uom="BOX")
    world.event("receipt", "01", "named", quantity="1", uom="kg")
    return world.event("receipt", "31 23:30")


def _measured(name: str, base: str, factors: list[tuple[str, ...]], sent: list[str]) -> World:
    """A material with a base unit, factors (from, to, factor, from and to day) and receipts."""
    world = World(name)
    world.tables["materials"][0]["base_uom"] = base
    names = ("from_uom", "to_uom", "factor", "valid_from", "valid_to")
    world.tables["unit_factors"] = [
        {"material_id": world.id("M")} | dict(zip(names, factor, strict=False))
        for factor in factors
    ]
    for receipt in sent:
        day, quantity, uom = receipt.split(", ")
        world.event("receipt", day, quantity=quantity, uom=uom)
    return world


def _own_factors() -> Iterable[World]:
    yield _measured(
        "tablets",
        "EA",
        [("KG", "EA", "4000", "2026-10-02", "2026-10-10"), ("KG", "EA", "4100", "2026-10-11")],
        ["01, 2, KG", "02, 2, KG", "10, 2, KG", "10 22:30, 2, kg", "12, 500, G", "12, 3, TH",
         "12, 1, L"],
    )  # fmt: skip
    yield _measured(
        "salt", "KG-BASE", [("KG", "KG-BASE", "0.82")], ["01, 500, G", "01, 3, kg-base", "01, 1, L"]
    )
    yield _measured(
        "weighed", "G", [("KG", "EA", "4000"), ("DR", "L", "0.5")],
        ["01, 2000, EA", "01, 1, TH", "01, 1, DR"],
    )  # fmt: skip
    yield _measured("thirds", "KG", [("KG", "EA", "3")], ["01, 1, EA"])


def _delivered() -> Iterable[World]:
    """Lots of one plant that arrive at another under numbers of its own, told in several ways."""
    sender, receiver = World("sender"), World("receiver")
    deliveries = [
        ("kept", {"supplier_lot_number": "A-kept"}),
        ("other", {"supplier_lot_number": "Z-9"}),
        ("named", {}),
        ("sent", {"supplier_lot_number": "A-sent"}),
        ("undone", {"supplier_lot_number": "A-undone"}),
    ]
    for short, columns in deliveries:
        sender.lot(f"A-{short}")
        receiver.lot(f"B-{short}", **columns)
        sender.event(
            "transfer", "03", f"A-{short}", shipment_id=f"S-{short}", to_location="receiver",
            quantity="5", uom="kg",
        )  # fmt: skip
        receiver.event(
            "receipt", "04", f"B-{short}", shipment_id=f"S-{short}", quantity="4.5", uom="kg",
            record_id=f"receipt-{short}",
        )  # fmt: skip
    receiver.add("identifiers", lot_id="receiver/B-named", kind="warehouse", value="A-named")
    receiver.add(
        "lot_links", parent_lot_id="sender/A-sent", child_lot_id="receiver/B-sent", kind="merged"
    )
    receiver.event("receipt", "05", "B-undone", reverses="receipt-undone")
    return sender, receiver


def _certified() -> World:
    """Certificates of suppliers, and lots received under the numbers they name."""
    world = World("certified")
    world.add("parties", party_id="S-1", name="Green Plastics AG")
    world.add("parties", party_id="S-2", name="Grey Plastics AG")
    world.lot("two", supplier_id="S-1", supplier_lot_number="100001")
    world.lot("filled", supplier_id="S-1", supplier_lot_number="210000")
    world.lot("others", supplier_id="S-2", supplier_lot_number="100001")
    for name, supplier, numbers in [
        ("supplier-lot:S-1:77", "S-1", ["77", "100001", "210000"]),
        ("supplier-lot:Grey Plastics AG:100001", "Grey Plastics AG", ["100001"]),
        ("supplier-lot:S-1:never", "S-1", ["never"]),
    ]:
        world.add("lots", site_id=None, lot_id=name, supplier_id=supplier, lot_number=numbers[0])
        for number in numbers:
            world.add("identifiers", lot_id=name, kind="supplier_lot", value=number)
        world.add(
            "test_results", site_id=None, lot_id=name, characteristic="MFR", value="31",
            occurred_at="2026-10-03 08:00:00", record_id=f"result of {name}",
        )  # fmt: skip
        world.add(
            "document_links", document_id="D", subject_type="lots", subject_id=name,
            record_id=f"link of {name}",
        )  # fmt: skip
    return world


@pytest.fixture(scope="module")
def tables() -> Tables:
    return together(
        _versions(), _moved(), _certified(), *_delivered(), *_own_factors(), *_genealogies()
    )


@pytest.fixture(scope="module")
def judged(tables: Tables) -> Iterator[JudgedWorlds]:
    with open_worlds(tables, [], PERIOD, AS_OF) as worlds:
        yield worlds


def test_a_record_keeps_every_version_but_repeats_and_what_came_after_as_of(
    judged: JudgedWorlds,
) -> None:
    rows = judged.rows(
        "select version, name, is_current from parties where record_id = 'party' order by version"
    )

    assert [tuple(row.values()) for row in rows] == [
        (1, "first", False),
        (2, "second", False),
        (3, "first", True),
    ]


def test_versions_share_the_key_of_the_record_and_equal_content_its_hash(
    judged: JudgedWorlds,
) -> None:
    rows = judged.rows(
        "select record_key, record_hash from parties where record_id = 'party' order by version"
    )

    assert len({row["record_key"] for row in rows}) == 1
    assert rows[0]["record_hash"] == rows[2]["record_hash"] != rows[1]["record_hash"]


def test_the_hash_is_the_one_the_documentation_describes(judged: JudgedWorlds) -> None:
    found = judged.rows("select * from lot_status where false union all by name select * from lots")
    row = next(row for row in found if row["lot_id"] == "moved/L")
    model = yaml.safe_load((ROOT / "models/canonical/_canonical.yml").read_text(encoding="utf-8"))
    columns = next(table["columns"] for table in model["models"] if table["name"] == "lots")
    unhashed = {
        "version", "is_current", "record_key", "source", "source_ref", "source_file", "source_row",
        "record_hash", "recorded_at", "load_id", "ingested_at", "ingest_seq", "is_implied",
    }  # fmt: skip

    parts = [_hashed(row[c["name"]]) for c in columns if c["name"] not in unhashed]

    assert row["record_hash"] == hashlib.sha256("|".join(parts).encode()).hexdigest()


def _hashed(value: Any) -> str:
    return "-" if value is None else f"{len(str(value))}:{value}"


def test_quantities_are_brought_to_the_unit_of_the_material(judged: JudgedWorlds) -> None:
    rows = judged.rows(
        "select quantity, base_quantity, base_uom from events "
        "where lot_id = 'moved/L' and quantity is not null order by quantity"
    )

    assert [(row["base_quantity"], row["base_uom"]) for row in rows] == [
        (Decimal("2500.000000000"), "g"),
        (None, "g"),
        (Decimal("4535.923700000"), "g"),
    ]


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        # Before the first factor, its first and last day, the day after (by local time), by way of
        # grams, by size alone, and a unit without a factor.
        ("tablets", [None, "8000", "8000", "8200", "2050", "3000", None]),
        ("salt", ["0.41", "3", None]),
        ("weighed", ["500", "250", None]),
        ("thirds", [None]),  # nine decimal places do not hold 1 / 3
    ],
)
def test_a_materials_own_factor_is_the_one_of_the_day_and_a_missing_one_gives_nothing(
    judged: JudgedWorlds, world: str, expected: list[str | None]
) -> None:
    rows = judged.rows(f"select * from events where site_id = '{world}' order by ingest_seq")

    assert [row["base_quantity"] for row in rows] == [n and Decimal(n) for n in expected]


def test_a_lot_that_is_only_named_is_there_with_the_row_that_names_it(judged: JudgedWorlds) -> None:
    (row,) = judged.rows(
        "select is_implied, source_row, material_id, record_key from lots "
        "where lot_id = 'moved/named'"
    )
    (naming,) = judged.rows("select source_row from events where lot_id = 'moved/named'")

    assert row["is_implied"]
    assert row["source_row"] == naming["source_row"]
    assert row["material_id"] is None
    assert row["record_key"] < 0


def test_a_delivery_joins_lots_of_two_plants_where_the_number_was_kept(
    judged: JudgedWorlds,
) -> None:
    rows = judged.rows(
        "select links.record_id, parent_lot_id, child_lot_id, kind, links.quantity, "
        "links.base_quantity, links.source_row = receipts.source_row as by_receipt "
        "from lot_links as links left join events as receipts "
        "on links.record_id = 'delivery/' || receipts.record_id "
        "where links.site_id = 'receiver' order by child_lot_id"
    )

    assert [(row["parent_lot_id"], row["child_lot_id"], row["kind"]) for row in rows] == [
        ("sender/A-kept", "receiver/B-kept", "split"),
        ("sender/A-named", "receiver/B-named", "split"),
        ("sender/A-sent", "receiver/B-sent", "merged"),
    ]
    assert [row["record_id"] for row in rows[:2]] == [
        "delivery/receipt-kept",
        "delivery/receipt-named",
    ]
    assert (rows[0]["quantity"], rows[0]["base_quantity"]) == (Decimal("4.5"), Decimal(4500))
    assert rows[0]["by_receipt"]


@pytest.mark.parametrize(
    ("table", "column"), [("test_results", "lot_id"), ("document_links", "subject_id")]
)
def test_what_a_supplier_says_of_its_lot_is_said_of_each_lot_received_under_its_numbers(
    judged: JudgedWorlds, table: str, column: str
) -> None:
    rows = judged.rows(
        f"select {column} as lot, site_id, record_id, record_key from {table} "
        f"where record_id like '% of supplier-lot:%' order by record_id"
    )
    received = [row for row in rows if row["record_id"].startswith("supplier-lot/")]

    assert [row["lot"] for row in received] == [
        "certified/filled", "certified/others", "certified/two"
    ]  # fmt: skip
    assert {row["site_id"] for row in received} == {"certified"}
    assert received[1]["record_id"].endswith("supplier-lot:Grey Plastics AG:100001")
    assert sum(row["lot"].startswith("supplier-lot:") for row in rows) == 3
    assert len({row["record_key"] for row in rows}) == len(rows) == 6


def test_the_month_is_that_of_the_site(judged: JudgedWorlds) -> None:
    (row,) = judged.rows(
        "select occurred_local, utc_offset, is_in_period from event_facts "
        "where occurred_at = '2026-10-31 23:30:00'"
    )

    assert str(row["occurred_local"]) == "2026-11-01 00:30:00"
    assert (row["utc_offset"], row["is_in_period"]) == ("+01:00", False)


def test_nothing_sent_is_lost_on_the_way(judged: JudgedWorlds, tables: Tables) -> None:
    for table in ("events", "lot_links", "sites", "materials", "coverage"):
        ids = [row["record_id"] for row in judged.rows(f"select record_id from {table}")]
        sent = [record for record in ids if not record.startswith("delivery/")]

        assert len(sent) == len(tables[table]), table


def test_the_closure_is_that_of_plain_python(judged: JudgedWorlds) -> None:
    found: dict[str, set[tuple[int, int]]] = {}
    for row in judged.rows(
        "select a.lot_id as a, d.lot_id as d from link_pairs as p "
        "join lots as a on p.ancestor_key = a.record_key "
        "join lots as d on p.descendant_key = d.record_key where a.lot_id like 'graph%'"
    ):
        graph, _, ancestor = row["a"].partition("/")
        descendant = row["d"].partition("/")[2]
        found.setdefault(graph, set()).add((int(ancestor), int(descendant)))

    for number, edges in enumerate(_GRAPHS):
        assert found.get(f"graph{number}", set()) == _closure(edges), sorted(edges)


def test_circles_and_loops_of_the_genealogy_are_reported(judged: JudgedWorlds) -> None:
    rows = judged.rows(
        "select fault, lots.lot_id from link_faults join lots on lot_key = record_key "
        "where lot_id like 'graph1/%' or lot_id like 'graph2/%' order by 1, 2"
    )
    faults = {(row["fault"], row["lot_id"]) for row in rows if row["fault"] != "unsent_lot"}

    assert faults == {
        ("self_loop", "graph1/0"),
        ("cycle", "graph2/0"),
        ("cycle", "graph2/1"),
    }


def test_every_model_with_a_key_has_each_key_once(judged: JudgedWorlds) -> None:
    for model, columns in _keys():
        listed = ", ".join(columns)
        nulls = " or ".join(f"{column} is null" for column in columns)
        twice = judged.rows(
            f"select {listed} from {model} group by {listed} having count(*) > 1 or {nulls}"
        )

        assert twice == [], model


def _keys() -> Iterator[tuple[str, list[str]]]:
    for file in sorted((ROOT / "models").glob("*/_*.yml")):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            for test in model.get("data_tests", []):
                yield model["name"], test["unique_key"]["arguments"]["columns"]
