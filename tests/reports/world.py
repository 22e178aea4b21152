"""A small invented world, written row by row, in the tables that reports read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

SITE = "LEU"
PERIOD = "2026-10"
AS_OF = datetime(2026, 11, 4, 17, 0)  # noqa: DTZ001 - instants are naive UTC in every table
HOSTILE = "<script>alert(1)</script>"
Row = dict[str, Any]


def at(text: str) -> datetime:
    """Read ``10-12 06:52`` as local Leuven time of 2026."""
    return datetime.fromisoformat(f"2026-{text}" if text[2] == "-" else text)


def offset(local: datetime) -> str:
    """Give the offset of Leuven, which leaves summer time on 25 October 2026."""
    return "+02:00" if local < at("10-25 03:00") else "+01:00"


def utc(local: datetime) -> datetime:
    """Turn local Leuven time into UTC."""
    return local - timedelta(hours=int(offset(local)[1:3]))


@dataclass
class World:
    """The connection that is being filled, and the keys already given."""

    con: duckdb.DuckDBPyConnection
    keys: dict[tuple[str, str], int] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)

    def insert(self, table: str, **row: Any) -> None:
        """Insert a row, naming columns only."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.con.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))

    def record(self, table: str, record_id: str, **row: Any) -> int:
        """Insert a canonical record with its common columns; return its key."""
        key = len(self.keys) + 1
        self.keys[table, record_id] = key
        common: Row = {
            "record_id": record_id,
            "version": 1,
            "is_current": True,
            "record_key": key,
            "site_id": SITE,
            "source": "leuven-sap",
            "source_ref": f"DOC {record_id}",
            "source_file": f"{table.upper()}_LEU_202610.csv",
            "source_row": key + 1,
            "record_hash": hashlib.sha256(f"{table}{record_id}".encode()).hexdigest(),
            "load_id": "20261104T170000Z-leuven-sap",
            "ingested_at": AS_OF,
            "ingest_seq": key,
        }
        if "local" in row:
            local = row.pop("local")
            row |= {"occurred_local": local, "utc_offset": offset(local)}
            row |= {"occurred_at": utc(local), "precision": row.get("precision", "second")}
        self.insert(table, **(common | row))
        return key


MATERIALS = (
    ("M-2001", "Lactose monohydrate", "raw", "excipients", "KG"),
    ("M-2002", "Ametolan hydrochloride", "raw", "active substances", "KG"),
    ("M-2003", "Magnesium stearate", "raw", "excipients", "KG"),
    ("M-3001", "Ametolan 10 mg tablets, bulk", "intermediate", "tablets", "EA"),
    ("M-4001", "Ametolan 10 mg tablets, 30 in a blister carton", "finished", "tablets", "EA"),
)


def _master_data(world: World) -> None:
    world.record(
        "sites", SITE, name="Leuven tablets", entity="Corvale Manufacturing NV", country="BE",
        timezone="Europe/Brussels", regulated_as="drug", fei="3009999999",
    )  # fmt: skip
    for material_id, name, kind, family, uom in MATERIALS:
        world.record(
            "materials", material_id, material_id=material_id, name=name, **{"class": kind},
            product_family=family, base_uom=uom,
        )  # fmt: skip
    parties = (("S-014", "Meridian Excipients BV", "supplier"), ("C-007", "Harrow Pharmacies Ltd",
               "customer"), ("C-009", "Nordlicht Apotheken GmbH", "customer"))  # fmt: skip
    for party_id, name, role in parties:
        world.record("parties", party_id, party_id=party_id, name=name, role=role,
                     address="Havenweg 3, Gent")  # fmt: skip
    for person in ("P-002", "P-004", "P-011", "P-017", "P-031", "P-032", "P-204", "P-211"):
        world.record("people", person, person_id=person, printed_name=f"Person {person}")


def _lot(world: World, material: str, number: str, **row: Any) -> str:
    lot_id = f"{SITE}/{material}/{number}"
    world.record("lots", lot_id, lot_id=lot_id, material_id=material, lot_number=number, **row)
    return lot_id


def _event(
    world: World, kind: str, lot: str, local: str, amount: float, uom: str, **row: Any
) -> None:
    number = f"E-{5522800 + len(world.keys)}"
    world.record(
        "events", number, event_type=kind, lot_id=lot, local=at(local), quantity=amount, uom=uom,
        base_quantity=amount, base_uom=uom, **row,
    )  # fmt: skip


def _status(world: World, lot: str, local: str, old: str | None, new: str, by: str) -> None:
    world.record(
        "lot_status", f"ST-{len(world.keys)}", lot_id=lot, from_status=old, to_status=new,
        changed_by=by, local=at(local),
    )  # fmt: skip


def _raw_lots(world: World) -> list[str]:
    numbers = (("M-2001", "LEU-R-26-0931"), ("M-2002", "LEU-R-26-0877"), ("M-2003", HOSTILE))
    lots = []
    for material, number in numbers:
        lot = _lot(
            world, material, number, supplier_id="S-014", supplier_lot_number="MX-88121",
            manufactured_at=at("09-03"), expires_at=at("2028-09-03"),
        )  # fmt: skip
        _event(world, "receipt", lot, "09-12 10:00", 500, "KG", party_id="S-014",
               performed_by="P-204")  # fmt: skip
        _status(world, lot, "09-12 10:00", None, "quarantine", "P-204")
        released = "10-13 14:05" if number == "LEU-R-26-0931" else "09-20 09:00"
        _event(world, "release", lot, released, 500, "KG", performed_by="P-017")
        _status(world, lot, released, "quarantine", "released", "P-017")
        lots.append(lot)
    return lots


def _batch(world: World, number: int, raw: list[str]) -> str:
    day = 2 + number * 3
    order, lot = f"10047{10 + number}", _lot(world, "M-3001", f"LEU-B-26{70 + number}",
                                           manufactured_at=at(f"10-{day + 1:02}"),
                                           expires_at=at("2028-10-01"))  # fmt: skip
    yield_ea = 1_880_000 + 9_000 * ((number * 7) % 5)
    world.record(
        "orders", order, order_id=order, material_id="M-3001", lot_id=lot, kind="production",
        master_record="MPR-3001", master_record_version="7", planned_quantity=1_920_000,
        actual_quantity=yield_ea, uom="EA", started_at=utc(at(f"10-{day:02} 06:00")),
        completed_at=utc(at(f"10-{day + 1:02} 17:20")), equipment="TP-2", automated=False,
    )  # fmt: skip
    for parent, amount in zip(raw, (120.0, 9.6, 1.2), strict=True):
        _event(world, "consumption", parent, f"10-{day:02} 06:52", amount, "KG", order_id=order,
               performed_by="P-204", checked_by="P-211")  # fmt: skip
        world.record(
            "lot_links", f"L-{len(world.keys)}", parent_lot_id=parent, child_lot_id=lot,
            order_id=order, kind="consumed", quantity=amount, uom="KG", base_quantity=amount,
            base_uom="KG", local=at(f"10-{day:02} 06:52"),
        )  # fmt: skip
    _event(world, "finished_goods", lot, f"10-{day + 1:02} 17:20", yield_ea, "EA", order_id=order,
           performed_by="P-204")  # fmt: skip
    _status(world, lot, f"10-{day + 1:02} 17:20", None, "quarantine", "P-204")
    _event(world, "release", lot, f"10-{day + 4 + number % 3:02} 11:00", yield_ea, "EA",
           performed_by="P-017")  # fmt: skip
    _status(world, lot, f"10-{day + 4 + number % 3:02} 11:00", "quarantine", "released", "P-017")
    return lot


def _packed(world: World, number: int, bulk: str) -> None:
    for half, customer in ((1, "C-007"), (2, "C-009")):
        lot = _lot(world, "M-4001", f"LEU-P-26{70 + number}-{half}", expires_at=at("2028-10-01"))
        world.record(
            "lot_links", f"L-{len(world.keys)}", parent_lot_id=bulk, child_lot_id=lot,
            order_id=f"20047{10 + number}", kind="repacked", quantity=940_000, uom="EA",
            base_quantity=940_000, base_uom="EA", local=at("10-20 08:00"),
        )  # fmt: skip
        if number > 3 or half == 2:
            continue
        shipment = f"8000{1234 + number * 2 + half}"
        world.record(
            "shipments", shipment, shipment_id=shipment, customer_id=customer,
            ship_to="4012345000009", carrier="K-001", reference_document=f"BOL-551{number}{half}",
            shipped_at=utc(at(f"10-{24 + number} 15:00")), received_at=utc(at("10-30 11:00")),
        )  # fmt: skip
        _event(world, "shipment", lot, f"10-{24 + number} 15:00", 31_000, "EA",
               shipment_id=shipment, party_id=customer)  # fmt: skip


LIMITS = (
    (
        "appearance",
        "physical",
        None,
        None,
        "white round tablet",
        None,
        "visual",
        "white round tablet",
    ),
    ("identity (HPLC)", "identity", None, None, "complies", None, "Ph. Eur. 2.2.29", "complies"),
    ("assay", "assay", 95.0, 105.0, None, "%", "Ph. Eur. 2.2.29", 99.4),
    ("related substances, total", "purity", None, 0.5, None, "%", "Ph. Eur. 2.2.29", "<0.05"),
    ("dissolution (Q, 30 min)", "physical", 80.0, None, None, "%", "Ph. Eur. 2.9.3", 93.0),
    ("uniformity of dosage units", "physical", None, 15.0, None, None, "Ph. Eur. 2.9.40", 4.1),
    ("water content", "purity", None, 1.0, None, "%", "Ph. Eur. 2.5.12", 0.6),
    (
        "total aerobic microbial count",
        "microbiological",
        None,
        1000.0,
        None,
        "CFU/g",
        "Ph. Eur. 2.6.12",
        "<10",
    ),
)


def _specification(world: World) -> None:
    world.record(
        "specifications", "SP-4001/3", spec_id="SP-4001/3", material_id="M-4001", spec_version="3",
        valid_from=at("2025-01-01"), approved_by="P-002",
    )  # fmt: skip
    for name, kind, lower, upper, text, uom, method, _ in LIMITS:
        world.record(
            "spec_limits", f"SP-4001/3/{name}", spec_id="SP-4001/3", characteristic=name,
            kind=kind, lower=lower, upper=upper, expected_text=text, uom=uom, method=method,
        )  # fmt: skip


def _results(world: World, lot: str) -> None:
    for name, _, _, _, _, uom, method, result in LIMITS:
        number = result if isinstance(result, float) else None
        qualifier = "<" if str(result).startswith("<") else None
        world.record(
            "test_results", f"TR-{len(world.keys)}", lot_id=lot, sample_id="010000123456",
            characteristic=name, value=number if not qualifier else float(str(result)[1:]),
            value_text=str(result), qualifier=qualifier, uom=uom, method=method,
            spec_id="SP-4001/3", verdict="pass", origin="own", tested_by="P-031",
            reviewed_by="P-032", reviewed_at=utc(at("10-11 14:00")), local=at("10-11 09:30"),
        )  # fmt: skip


def _quality(world: World, lot: str) -> None:
    world.record(
        "quality_records", "DEV-26-118", quality_record_id="DEV-26-118", kind="deviation",
        subject_type="lots", subject_id=lot, opened_at=utc(at("10-12 12:00")),
        due_at=utc(at("11-11 12:00")), status="open", severity="major", reason_code="WGT",
        owner="P-040", description="Tablet weight drifted above target after a refill",
    )  # fmt: skip
    world.record(
        "documents", "D-5521", document_id="D-5521", kind="batch_record", subject_type="lots",
        subject_id=lot, number="BR-2671", doc_version="1", status="effective",
        issued_at=utc(at("10-13 18:00")), location="dms://br/2671", sha256="ab" * 32,
    )  # fmt: skip
    world.record(
        "signatures", "SG-1", record_type="documents", signed_record_id="D-5521",
        signer_id="P-017", printed_name="Person P-017", role="quality-unit", meaning="review",
        signed_at=utc(at("10-14 09:05")),
    )  # fmt: skip


def found_world() -> World:
    """Fill a new in-memory warehouse with Leuven tablets in October 2026, nothing judged yet."""
    con = duckdb.connect()
    con.execute((Path(__file__).parent / "tables.sql").read_text(encoding="utf-8"))
    world = World(con)
    _master_data(world)
    _specification(world)
    raw = _raw_lots(world)
    for number in range(7):
        bulk = _batch(world, number, raw)
        _packed(world, number, bulk)
        if number == 1:
            _quality(world, bulk)
    _results(world, f"{SITE}/M-4001/LEU-P-2671-1")
    _closure(con)
    return world


def _closure(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "insert into link_pairs with recursive walk as (select p.record_key a, c.record_key d, "
        "1 as depth from lot_links k join lots p on p.lot_id = k.parent_lot_id join lots c on "
        "c.lot_id = k.child_lot_id union select walk.a, c.record_key, walk.depth + 1 from walk "
        "join lots p on p.record_key = walk.d join lot_links k on k.parent_lot_id = p.lot_id "
        "join lots c on c.lot_id = k.child_lot_id) select a, d, min(depth) from walk group by 1, 2"
    )
