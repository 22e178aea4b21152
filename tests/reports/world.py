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


def _event(world: World, kind: str, lot: str, local: str, amount: float, uom: str, **row: Any) -> None:  # noqa: E501
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
    ("appearance", "physical", None, None, "white round tablet", None, "visual", "white round tablet"),  # noqa: E501
    ("identity (HPLC)", "identity", None, None, "complies", None, "Ph. Eur. 2.2.29", "complies"),
    ("assay", "assay", 95.0, 105.0, None, "%", "Ph. Eur. 2.2.29", 99.4),
    ("related substances, total", "purity", None, 0.5, None, "%", "Ph. Eur. 2.2.29", "<0.05"),
    ("dissolution (Q, 30 min)", "physical", 80.0, None, None, "%", "Ph. Eur. 2.9.3", 93.0),
    ("uniformity of dosage units", "physical", None, 15.0, None, None, "Ph. Eur. 2.9.40", 4.1),
    ("water content", "purity", None, 1.0, None, "%", "Ph. Eur. 2.5.12", 0.6),
    ("total aerobic microbial count", "microbiological", None, 1000.0, None, "CFU/g", "Ph. Eur. 2.6.12", "<10"),  # noqa: E501
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
        owner="P-040",
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


REQUIREMENTS = (
    ("us-21cfr211", "211.80-d", "21 CFR 211.80(d)", "Each lot received has its own code and its status is always known", "major", "V", "judged", "lot"),  # noqa: E501
    ("us-21cfr211", "211.84-a", "21 CFR 211.84(a)", "No lot is used until sampled, tested and released", "critical", "V", "judged", "lot"),  # noqa: E501
    ("us-21cfr211", "211.84-d-2", "21 CFR 211.84(d)(2)", "Component identity and conformity, own tests or verified certificate", "major", "V", "judged", "lot"),  # noqa: E501
    ("us-21cfr211", "211.101-c", "21 CFR 211.101(c)", "Weighing checked by a second person", "major", "V", "judged", "order"),  # noqa: E501
    ("us-21cfr211", "211.142-b", "21 CFR 211.142(b)", "Storage under appropriate conditions", "minor", "V", "attest", "site_period"),  # noqa: E501
    ("us-21cfr211", "211.150", "21 CFR 211.150", "Distribution lets each lot be found for a recall", "major", "P", "judged", "shipment"),  # noqa: E501
    ("us-21cfr211", "211.170", "21 CFR 211.170", "Reserve samples are kept and examined each year", "major", "V", "waits_for", "lot"),  # noqa: E501
    ("us-21cfr211", "211.192", "21 CFR 211.192", "Discrepancies are investigated before release", "critical", "V", "judged", "order"),  # noqa: E501
    ("eu-gmp-1", "6.17", "EU GMP I 6.17", "Test records carry method, result, limits and both persons", "minor", "M", "judged", "lot"),  # noqa: E501
    ("eu-gmp-1", "8.31", "EU GMP I 8.31", "Recall effectiveness is exercised and reconciled", "major", "M", "judged", "site_period"),  # noqa: E501
)


def _requirements(world: World) -> None:
    for place, (map_id, rid, cites, title, severity, sureness, state, subject) in enumerate(
        REQUIREMENTS
    ):
        world.insert(
            "requirements", map_id=map_id, requirement_id=rid, clause=f"{map_id}:{rid}",
            title=title, cites=cites, requires=f"{title}, in the words of the law.",
            regime="gmp", authority="US FDA" if map_id.startswith("us") else "European Commission",
            severity=severity, sureness=sureness, subject=subject,
            remedy="Quarantine what the lot went into; deviation with impact assessment.",
            rule_text="before the first consumption there is a release signed by the quality unit",
            rule_digest="c4" * 32, map_digest="9f" * 32, state=state,
            waits_for="retained" if state == "waits_for" else None, owner="head of production",
            edition="21 CFR 2026-04-01", checked_on=at("11-02").date(),
            in_force_from=at("1979-03-28").date(), position=place,
            status="adopted" if map_id.startswith("us") else "draft",
        )  # fmt: skip


def _verdict(world: World, clause: str, subject: tuple[str, int, str, str], state: str,
             sentence: str = "", code: str | None = None, when: str | None = None,
             period: str = PERIOD) -> None:  # fmt: skip
    requirement = next(r for r in REQUIREMENTS if f"{r[0]}:{r[1]}" == clause)
    map_id, rid, cites, title, severity, sureness, _, _ = requirement
    subject_type, key, subject_id, label = subject
    world.insert(
        "verdict_list", map_id=map_id, requirement_id=rid, subject_type=subject_type,
        subject_key=key, site_id=SITE, period=period, state=state, code=code, sentence=sentence,
        at_ts=at(when) if when else None, is_indicative=map_id.startswith("eu"), is_readiness=False, clause=clause, title=title,
        cites=cites, severity=severity, regime="gmp", sureness=sureness, subject_id=subject_id,
        subject_label=label, material_name=None, n_true=1, n_false=0, n_unknown=0, n_pending=0,
        remedy="Quarantine what the lot went into; deviation with impact assessment.",
        closes="Quarantine what the lot went into; deviation with impact assessment.",
        rule_text="before the first consumption there is a release signed by the quality unit",
    )  # fmt: skip


def _lots_as_subjects(world: World) -> list[tuple[str, int, str, str]]:
    rows = world.con.execute(
        "select l.record_key, l.lot_id, l.lot_number || ' (' || m.name || ')' from lots l "
        "join materials m using (material_id) order by l.record_key"
    ).fetchall()
    return [("lot", key, lot_id, label) for key, lot_id, label in rows]


def _verdicts(world: World, extra_gaps: int) -> None:
    lots = _lots_as_subjects(world)
    guilty = next(s for s in lots if s[2].endswith("LEU-R-26-0931"))
    hostile = next(s for s in lots if HOSTILE in s[2])
    for subject in lots:
        _verdict(world, "us-21cfr211:211.80-d", subject, "met")
        _verdict(world, "eu-gmp-1:6.17", subject, "met")
        if subject not in (guilty, hostile):
            _verdict(world, "us-21cfr211:211.84-a", subject, "met")
    _verdict(
        world, "us-21cfr211:211.84-a", guilty, "gap",
        "Lot LEU-R-26-0931 (Lactose monohydrate) was consumed in order 1004711 on 12 October at "
        "06:52, 31 hours before its release.", "wrong_order", "10-12 04:52",
    )  # fmt: skip
    _verdict(world, "us-21cfr211:211.84-a", hostile, "accepted_risk",
             f"Lot {HOSTILE} (Magnesium stearate) was consumed before its release.", "wrong_order")
    for subject in lots[3:9]:
        _verdict(world, "us-21cfr211:211.84-d-2", subject, "undetermined",
                 f"No laboratory results cover lot {subject[3]} from 17 October 2026.",
                 "not_covered")  # fmt: skip
    for subject in lots[9:11]:
        _verdict(world, "us-21cfr211:211.84-d-2", subject, "pending",
                 f"{subject[3]}: the annual identity test is due on 12 November 2026.", "pending")
    orders = world.con.execute("select record_key, order_id from orders order by 1").fetchall()
    for key, order in orders:
        subject = ("order", key, order, order)
        if order == "1004711":
            _verdict(world, "us-21cfr211:211.192", subject, "gap",
                     "Batch LEU-B-2671 was released on 12 October at 11:00 while deviation "
                     "DEV-26-118 was open.", "wrong_order", "10-12 09:00")  # fmt: skip
        else:
            _verdict(world, "us-21cfr211:211.192", subject, "met")
        _verdict(world, "us-21cfr211:211.101-c", subject, "met")
    for index in range(extra_gaps):
        subject = (lots[index % len(lots)][0], lots[index % len(lots)][1] + 10_000 * index,
                   f"{lots[index % len(lots)][2]}-{index}", f"LEU-X-{index:04} (Lactose)")  # fmt: skip
        _verdict(world, "us-21cfr211:211.101-c", subject, "gap",
                 f"Weighing {index} of LEU-X-{index:04} on 14 October at 09:{index % 60:02} was "
                 "checked by the person who weighed.", "wrong_person",
                 f"10-{1 + index % 30:02} 07:00")  # fmt: skip
    site = ("site_period", world.keys["sites", SITE], SITE, "Leuven tablets")
    _verdict(world, "us-21cfr211:211.142-b", site, "attested", "Attested by P-002.")
    _verdict(world, "eu-gmp-1:8.31", site, "gap",
             "No recall drill was held at Leuven tablets in the 12 months before 31 October 2026.",
             "missing")  # fmt: skip
    _evidence(world, guilty)


def _evidence(world: World, guilty: tuple[str, int, str, str]) -> None:
    rows = world.con.execute(
        "select record_key, record_id, event_type, source_file, source_row, source_ref, "
        "occurred_local, utc_offset, record_hash, quantity, performed_by from events "
        "where lot_id = ? and event_type in ('consumption', 'release') order by occurred_at",
        [guilty[2]],
    ).fetchall()
    for place, row in enumerate(rows):
        key, record_id, kind, file, source_row, ref, local, off, digest, amount, who = row
        world.insert(
            "evidence_list", map_id="us-21cfr211", requirement_id="211.84-a", subject_type="lot",
            subject_key=guilty[1], check_no=1, part="against" if place < 2 else "for",
            record_table="events", record_key=key, clause="us-21cfr211:211.84-a",
            subject_id=guilty[2], record_id=record_id, source_file=file, source_row=source_row,
            source_ref=ref, occurred_local=local, utc_offset=off, record_hash=digest,
            what=f"{kind} {amount:.1f} KG by {who}",
        )  # fmt: skip


def _registers(world: World) -> None:
    world.record(
        "accepted_risks", "AR-1", requirement="us-21cfr211:211.84-a", subject_type="lots",
        subject_id=f"{SITE}/M-2003/{HOSTILE}", reason="supplier retest under way", by="P-002",
        role="head of quality", valid_from=at("10-15"), valid_to=at("12-31"),
    )  # fmt: skip
    world.record(
        "attestations", "AT-1", requirement="us-21cfr211:211.142-b",
        statement="Warehouse mapped and monitored.", by="P-002", role="head of quality",
        valid_from=at("01-01"), valid_to=at("2027-01-01"),
    )  # fmt: skip
    world.record("adoptions", "AD-1", map_id="us-21cfr211", by="P-002", role="head of quality",
                 valid_from=at("01-01"), valid_to=at("2027-01-01"))  # fmt: skip
    for table, shown in (("events", True), ("lots", True), ("orders", True), ("test_results",
                         False)):  # fmt: skip
        world.record(
            "coverage", f"CV-{table}", table_name=table, covers_from=at("09-30 22:00"),
            covers_to=at("10-31 23:00") if shown else at("10-16 22:00"), row_count=41_822,
            extracted_at=at("11-04 16:30"), extracted_by="nightly job", query="BUDAT in 2026-10",
            custody_shown=shown,
        )  # fmt: skip
    for population, scope, judged, left, reason in (
        ("lots", 20, 20, 0, None), ("orders", 7, 7, 0, None),
        ("shipments", 5, 4, 1, "carries no lot"),
        ("source rows", 418_220, 418_174, 46, "in quarantine"),
    ):  # fmt: skip
        world.insert("completeness", site_id=SITE, population=population, in_scope=scope,
                     judged=judged, left_out=left, reason=reason)  # fmt: skip


def build_world(extra_gaps: int = 0) -> duckdb.DuckDBPyConnection:
    """Fill a new in-memory warehouse with Leuven tablets in October 2026."""
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
    _requirements(world)
    _verdicts(world, extra_gaps)
    _registers(world)
    _closure(con)
    return con


def _closure(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "insert into link_pairs with recursive walk as (select p.record_key a, c.record_key d, "
        "1 as depth from lot_links k join lots p on p.lot_id = k.parent_lot_id join lots c on "
        "c.lot_id = k.child_lot_id union select walk.a, c.record_key, walk.depth + 1 from walk "
        "join lots p on p.record_key = walk.d join lot_links k on k.parent_lot_id = p.lot_id "
        "join lots c on c.lot_id = k.child_lot_id) select a, d, min(depth) from walk group by 1, 2"
    )
