"""What a build would say of the invented world: requirements, verdicts, evidence, registers."""

from __future__ import annotations

import duckdb

from .world import AS_OF, HOSTILE, PERIOD, SITE, World, at, found_world

Subject = tuple[str, int, str, str]


REQUIREMENTS = (
    (
        "us-21cfr211",
        "211.80-d",
        "21 CFR 211.80(d)",
        "Each lot received has its own code and its status is always known",
        "major",
        "V",
        "judged",
        "lot",
    ),
    (
        "us-21cfr211",
        "211.84-a",
        "21 CFR 211.84(a)",
        "No lot is used until sampled, tested and released",
        "critical",
        "V",
        "judged",
        "lot",
    ),
    (
        "us-21cfr211",
        "211.84-d-2",
        "21 CFR 211.84(d)(2)",
        "Component identity and conformity, own tests or verified certificate",
        "major",
        "V",
        "judged",
        "lot",
    ),
    (
        "us-21cfr211",
        "211.101-c",
        "21 CFR 211.101(c)",
        "Weighing checked by a second person",
        "major",
        "V",
        "judged",
        "order",
    ),
    (
        "us-21cfr211",
        "211.142-b",
        "21 CFR 211.142(b)",
        "Storage under appropriate conditions",
        "minor",
        "V",
        "attest",
        "site_period",
    ),
    (
        "us-21cfr211",
        "211.150",
        "21 CFR 211.150",
        "Distribution lets each lot be found for a recall",
        "major",
        "P",
        "judged",
        "shipment",
    ),
    (
        "us-21cfr211",
        "211.170",
        "21 CFR 211.170",
        "Reserve samples are kept and examined each year",
        "major",
        "V",
        "waits_for",
        "lot",
    ),
    (
        "us-21cfr211",
        "211.192",
        "21 CFR 211.192",
        "Discrepancies are investigated before release",
        "critical",
        "V",
        "judged",
        "order",
    ),
    (
        "eu-gmp-1",
        "6.17",
        "EU GMP I 6.17",
        "Test records carry method, result, limits and both persons",
        "minor",
        "M",
        "judged",
        "lot",
    ),
    (
        "eu-gmp-1",
        "8.31",
        "EU GMP I 8.31",
        "Recall effectiveness is exercised and reconciled",
        "major",
        "M",
        "judged",
        "site_period",
    ),
)


def add_requirements(world: World) -> None:
    for place, (map_id, rid, cites, title, severity, sureness, state, subject) in enumerate(
        REQUIREMENTS
    ):
        world.insert(
            "requirements", map_id=map_id, requirement_id=rid, clause=f"{map_id}:{rid}",
            title=title, cites=cites, requires=f"{title}, in the words of the law.",
            regime="gmp", authority="US FDA" if map_id.startswith("us") else "European Commission",
            map_title="Good manufacturing practice", severity=severity, sureness=sureness,
            subject=subject,
            remedy="Quarantine what the lot went into; deviation with impact assessment.",
            rule_text="before the first consumption there is a release signed by the quality unit",
            rule_digest="c4" * 32, map_digest="9f" * 32, state=state,
            waits_for="retained" if state == "waits_for" else None, owner="head of production",
            edition="21 CFR 2026-04-01", checked_on=at("11-02").date(),
            in_force_from=at("1979-03-28").date(), position=place,
            status="adopted" if map_id.startswith("us") else "draft",
        )  # fmt: skip


def _verdict(world: World, clause: str, subject: Subject, state: str,
             sentence: str = "", code: str | None = None, when: str | None = None,
             period: str = PERIOD) -> None:  # fmt: skip
    requirement = next(r for r in REQUIREMENTS if f"{r[0]}:{r[1]}" == clause)
    map_id, rid, cites, title, severity, sureness, _, _ = requirement
    subject_type, key, subject_id, label = subject
    world.insert(
        "verdict_list", map_id=map_id, requirement_id=rid, subject_type=subject_type,
        subject_key=key, site_id=SITE, period=period, state=state, code=code, sentence=sentence,
        at_ts=at(when) if when else None, is_indicative=map_id.startswith("eu"),
        is_readiness=False, clause=clause, title=title,
        cites=cites, severity=severity, regime="gmp", sureness=sureness, subject_id=subject_id,
        subject_label=label, material_name=None, n_true=1, n_false=0, n_unknown=0, n_pending=0,
        remedy="Quarantine what the lot went into; deviation with impact assessment.",
        closes="Quarantine what the lot went into; deviation with impact assessment.",
        rule_text="before the first consumption there is a release signed by the quality unit",
    )  # fmt: skip


def _lots_as_subjects(world: World) -> list[Subject]:
    rows = world.con.execute(
        "select l.record_key, l.lot_id, l.lot_number || ' (' || m.name || ')' from lots l "
        "join materials m using (material_id) order by l.record_key"
    ).fetchall()
    return [("lot", key, lot_id, label) for key, lot_id, label in rows]


def add_verdicts(world: World, extra_gaps: int) -> None:
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
    _verdict(
        world,
        "us-21cfr211:211.84-a",
        hostile,
        "accepted_risk",
        f"Lot {HOSTILE} (Magnesium stearate) was consumed before its release.",
        "wrong_order",
    )
    for subject in lots[3:9]:
        _verdict(world, "us-21cfr211:211.84-d-2", subject, "undetermined",
                 f"No laboratory results cover lot {subject[3]} from 17 October 2026.",
                 "not_covered")  # fmt: skip
    for subject in lots[9:11]:
        due = f"{subject[3]}: the annual identity test is due on 12 November 2026."
        _verdict(world, "us-21cfr211:211.84-d-2", subject, "pending", due, "pending")
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
    _add_gaps(world, lots, extra_gaps)
    site = ("site_period", world.keys["sites", SITE], SITE, "Leuven tablets")
    _verdict(world, "us-21cfr211:211.142-b", site, "attested", "Attested by P-002.")
    _verdict(world, "eu-gmp-1:8.31", site, "gap",
             "No recall drill was held at Leuven tablets in the 12 months before 31 October 2026.",
             "missing")  # fmt: skip
    _evidence(world, guilty)


def _add_gaps(world: World, lots: list[Subject], count: int) -> None:
    """As many weighings checked by the person who weighed as wished, multiplied from one."""
    if not count:
        return
    sentence = "was checked by the person who weighed."
    _verdict(world, "us-21cfr211:211.101-c", lots[0], "gap", sentence, "wrong_person")
    world.con.execute(
        """
        create temp table many as select v.* replace (
            v.subject_key + 10000 * i as subject_key, v.subject_id || '-' || i as subject_id,
            printf('LEU-X-%04d (Lactose)', i) as subject_label,
            printf('Weighing %d of LEU-X-%04d on 14 October at 09:%02d ', i, i, i % 60)
                || v.sentence as sentence,
            timestamp '2026-10-01 07:00' + to_days(cast(i % 30 as integer)) as at_ts
        )
        from verdict_list v, range(1, ? + 1) r(i) where v.sentence = ?
        """,
        [count, sentence],
    )
    world.con.execute("delete from verdict_list where sentence = ?", [sentence])
    world.con.execute("insert into verdict_list from many")


def _evidence(world: World, guilty: Subject) -> None:
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


def add_registers(world: World) -> None:
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
    world.record("adoptions", "AD-0", map_id="us-21cfr211", by="P-002", role="head of quality",
                 valid_from=at("01-01"), valid_to=at("10-01"))  # fmt: skip
    for kind, name, about in (
        ("accepted_risks", "AR-1", "us-21cfr211:211.84-a"),
        ("attestations", "AT-1", "us-21cfr211:211.142-b"),
        ("adoptions", "AD-1", "us-21cfr211"), ("adoptions", "AD-0", "us-21cfr211"),
    ):  # fmt: skip
        world.insert(
            "approvals", record_table=kind, record_key=world.keys[kind, name], record_id=name,
            site_id=SITE, about=about, approver="P-002", role="head of quality",
            prepared_by="P-011", role_state="held", is_own=False, is_void=False,
        )  # fmt: skip
    for role in ("production", "quality-unit"):
        world.record(
            "authorisations", f"P-031/{role}", authorisation_id=f"P-031/{role}", kind="role",
            holder_type="person", holder_id="P-031", scope=role, valid_from=at("02-01"),
        )  # fmt: skip
    world.insert("pin", period=PERIOD, as_of=AS_OF)
    world.insert("periods", site_id=SITE, starts_at=at("09-30 22:00"), ends_at=at("10-31 23:00"))
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
    """Leuven tablets in October 2026, judged, with as many more gaps as wished."""
    world = found_world()
    add_requirements(world)
    add_verdicts(world, extra_gaps)
    add_registers(world)
    return world.con
