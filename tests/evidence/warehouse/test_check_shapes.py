"""Each shape once holding, failing and unknown, and pending where time alone decides.

The meaning of the language in depth is held by the scenarios of the shipped maps and by the
reference judge; here every macro is seen to come to every answer, and what must hold for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.warehouse import JudgedWorlds, open_worlds

from .small_worlds import AS_OF, PERIOD, World, small_map, together

RULES: dict[str, dict[str, Any]] = {
    "event": {"expect": [{"event": "release", "before": "first consumption"}]},
    "deadline": {"expect": [{"event": "disposition", "after": "each return", "within": "20 days"}]},
    "status-at": {"expect": [{"status_at": "each consumption", "is": ["released"]}]},
    "signed": {
        "expect": [{"signed": {"role": "qa", "meaning": "release"}, "on": "each release"}],
    },
    "not-by": {
        "expect": [{"actor": "performer of each release", "not_by": "performer of inspection"}],
    },
    "fields": {"expect": [{"fields": ["performed_by"], "on": "each consumption"}]},
    "document": {"expect": [{"document": "label", "at": "each consumption"}]},
    "results": {"expect": [{"results": "specification"}], "applies": {"has": "sample"}},
    "chain": {
        "expect": [{"chain": "up", "ends": ["receipt"]}],
        "applies": {"has": "finished_goods"},
    },
    "balance": {
        "expect": [{"balance": ["receipt"], "equals": ["consumption"], "tolerance": "1 g"}],
    },
    "match": {
        "expect": [{"match": "performed_by", "equals": "checked_by", "on": "each consumption"}],
    },
    "every": {"expect": [{"every": "20 days", "of": "monitoring"}], "applies": {"has": "sample"}},
    "authorised": {
        "expect": [{"authorised": "qualification", "holder": "performer", "at": "each release"}],
    },
    "any-of": {"expect": [{"any_of": [{"event": "release"}, {"event": "disposition"}]}]},
    "if": {"expect": [{"if": {"event": "return"}, "then": [{"event": "disposition"}]}]},
}


def _used(name: str, *uncovered: str) -> World:
    """A lot received on the 1st and used on the 12th by P1, checked by P1."""
    world = World(name, uncovered=uncovered)
    people = {"performed_by": world.id("P1"), "checked_by": world.id("P1")}
    world.event("receipt", "01", quantity="2", uom="KG")
    return world.event("consumption", "12", quantity="2000", uom="g", **people)


def _status(world: World, status: str, day: str) -> World:
    at = f"2026-10-{day} 08:00:00"
    return world.add("lot_status", lot_id=world.id("L"), to_status=status, occurred_at=at)


def _released(world: World, by: str = "P1") -> World:
    """A release on the 10th, which ``by`` made and signed; P1 holds the role and is qualified."""
    world.event("release", "10", performed_by=world.id(by))
    record = world.tables["events"][-1]["record_id"]
    signed = {"record_type": "events", "signed_record_id": record, "meaning": "release"}
    world.add("signatures", signer_id=world.id(by), signed_at="2026-10-10 08:05:00", **signed)
    for kind in ("role", "qualification"):
        held = {"kind": kind, "holder_type": "person", "holder_id": world.id("P1")}
        world.add("authorisations", scope="qa" if kind == "role" else None, **held)
    return world


def _tested(name: str, value: str | None, *, specified: bool = True) -> World:
    world = World(name).event("receipt", "01").event("sample", "05")
    if specified:
        spec = world.id("SP")
        world.add("specifications", spec_id=spec, material_id=world.id("M"))
        limit = {"characteristic": "Water", "upper": "1.0", "uom": "%"}
        world.add("spec_limits", spec_id=spec, kind="purity", **limit)
    if value is not None:
        found = {"characteristic": "water ", "value": value, "uom": "%"}
        at = "2026-10-06 08:00:00"
        world.add("test_results", lot_id=world.id("L"), occurred_at=at, **found)
    return world


def _made(name: str, parent: str, *uncovered: str) -> World:
    """A lot B made of ``parent``: L was received, N is only named, O was never received."""
    world = World(name, uncovered=uncovered).event("receipt", "01").lot("B").lot("O")
    world.event("finished_goods", "12", "B")
    return world.add("lot_links", parent_lot_id=world.id(parent), child_lot_id=world.id("B"))


def _labelled(world: World, **columns: str) -> World:
    about = {"subject_type": "lots", "subject_id": world.id("L")}
    return world.add("documents", kind="label", **(about | {"status": "effective"} | columns))


CASES = [
    ("event", _used("ev-met").event("release", "11"), "met", None),
    ("event", _used("ev-late").event("release", "13"), "gap", "wrong_order"),
    ("event", _used("ev-none"), "gap", "missing"),
    ("event", _used("ev-uncovered", "events"), "undetermined", "not_covered"),
    ("event", _used("ev-day").event("release", "12", precision="day"), "undetermined", "precision"),
    ("deadline", World("dl-met").event("return", "02").event("disposition", "09"), "met", None),
    ("deadline", World("dl-late").event("return", "02").event("disposition", "29"), "gap", "late"),
    ("deadline", World("dl-none").event("return", "02"), "gap", "missing"),
    ("deadline", World("dl-open").event("return", "28"), "pending", None),
    ("status-at", _status(_used("st-met"), "released", "09"), "met", None),
    ("status-at", _status(_used("st-gap"), "blocked", "09"), "gap", "mismatch"),
    ("status-at", _used("st-none"), "undetermined", "no_history"),
    ("signed", _released(World("si-met").event("receipt", "01")), "met", None),
    ("signed", _released(World("si-who").event("receipt", "01"), "P2"), "gap", "wrong_person"),
    (
        "signed",
        _released(World("si-dark", uncovered=("authorisations",)).event("receipt", "01"), "P2"),
        "undetermined",
        "not_covered",
    ),
    (
        "not-by",
        _released(World("nb-met").event("receipt", "01")).event(
            "inspection", "09", performed_by="nb-met/P2"
        ),
        "met",
        None,
    ),
    (
        "not-by",
        _released(World("nb-gap").event("receipt", "01")).event(
            "inspection", "09", performed_by="nb-gap/P1"
        ),
        "gap",
        "wrong_person",
    ),
    (
        "not-by",
        _released(World("nb-null").event("receipt", "01")).event("inspection", "09"),
        "undetermined",
        "null_operand",
    ),
    ("fields", _used("fi-met"), "met", None),
    ("fields", World("fi-gap").event("consumption", "12"), "gap", "incomplete"),
    (
        "fields",
        World("fi-dark", uncovered=("events",)).event("receipt", "01"),
        "undetermined",
        "not_covered",
    ),
    ("document", _labelled(_used("do-met"), valid_from="2026-01-01 00:00:00"), "met", None),
    (
        "document",
        _labelled(_used("do-old"), valid_to="2026-10-02 00:00:00"),
        "gap",
        "expired",
    ),
    ("document", _labelled(_used("do-draft"), status="draft"), "gap", "mismatch"),
    ("document", _used("do-dark", "documents"), "undetermined", "not_covered"),
    ("results", _tested("re-met", "0.9"), "met", None),
    ("results", _tested("re-out", "1.1"), "gap", "out_of_limit"),
    ("results", _tested("re-none", None), "gap", "missing"),
    ("results", _tested("re-spec", "0.9", specified=False), "gap", "missing"),
    ("chain", _made("ch-met", "L"), "met", None),
    ("chain", _made("ch-named", "N"), "gap", "broken_chain"),
    ("chain", _made("ch-origin", "O"), "gap", "broken_chain"),
    ("chain", _made("ch-dark", "O", "lot_links"), "undetermined", "not_covered"),
    ("balance", _used("ba-met"), "met", None),
    (
        "balance",
        World("ba-gap").event("receipt", "01", quantity="1", uom="KG"),
        "gap",
        "unbalanced",
    ),
    (
        "balance",
        World("ba-unit").event("receipt", "01", quantity="1", uom="BOX"),
        "undetermined",
        "null_operand",
    ),
    ("match", _used("ma-met"), "met", None),
    (
        "match",
        World("ma-gap").event("consumption", "12", performed_by="a", checked_by="b"),
        "gap",
        "mismatch",
    ),
    ("match", World("ma-null").event("consumption", "12"), "undetermined", "null_operand"),
    (
        "every",
        World("evy-met").event("sample", "05").event("monitoring", "01").event("monitoring", "20"),
        "met",
        None,
    ),
    ("every", World("evy-gap").event("sample", "05").event("monitoring", "01"), "gap", "late"),
    ("every", World("evy-dark", uncovered=("events",)).event("sample", "05"), "undetermined", None),
    ("authorised", _released(World("au-met").event("receipt", "01")), "met", None),
    ("authorised", _released(World("au-gap").event("receipt", "01"), "P2"), "gap", "wrong_person"),
    (
        "authorised",
        World("au-null").event("receipt", "01").event("release", "10"),
        "undetermined",
        "null_operand",
    ),
    ("any-of", _used("an-met").event("disposition", "13"), "met", None),
    ("any-of", _used("an-gap"), "gap", "missing"),
    ("any-of", _used("an-dark", "events"), "undetermined", "not_covered"),
    ("if", _used("if-idle"), "met", None),
    ("if", _used("if-gap").event("return", "14"), "gap", "missing"),
    ("if", _used("if-dark", "events"), "undetermined", "not_covered"),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JudgedWorlds]:
    file = tmp_path_factory.mktemp("maps") / "small.yml"
    file.write_text(yaml.safe_dump(small_map("small", RULES), sort_keys=False))
    tables = together(*(world for _, world, _, _ in CASES))
    with open_worlds(tables, [compile_map(load_map(file))], PERIOD, AS_OF) as worlds:
        yield worlds


@pytest.mark.parametrize(
    ("shape", "world", "state", "code"), [pytest.param(*case, id=case[1].name) for case in CASES]
)
def test_a_shape_comes_to_the_state_and_code(
    judged: JudgedWorlds, shape: str, world: World, state: str, code: str | None
) -> None:
    lot = world.id("B" if shape == "chain" else "L")
    found = judged.rows(
        f"select state, code, sentence from verdict_list where requirement_id = '{shape}' "
        f"and subject_id = '{lot}'"
    )

    assert [verdict["state"] for verdict in found] == [state]
    assert code is None or found[0]["code"] == code
    assert found[0]["sentence"]


def test_every_subject_in_scope_has_one_verdict_of_every_requirement(judged: JudgedWorlds) -> None:
    counts = judged.rows(
        "select requirement_id, count(*) as n, count(distinct subject_key) as subjects "
        "from verdicts group by requirement_id"
    )
    in_scope = judged.rows("select count(*) as n from active_subjects where subject_kind = 'lot'")[
        0
    ]["n"]

    # the deadline counts returns of the month before, too; here there are none
    found = {row["requirement_id"]: (row["n"], row["subjects"]) for row in counts}

    assert found == dict.fromkeys(RULES, (in_scope, in_scope))


def test_a_gap_leads_to_the_rows_that_decided_it(judged: JudgedWorlds) -> None:
    rows = judged.rows(
        "select part, what, source_file, source_row, record_hash from evidence_list "
        "where requirement_id = 'event' and subject_id = 'ev-late/L' order by what"
    )

    assert [(row["part"], row["what"]) for row in rows] == [
        ("against", "consumption 2000 g by ev-late/P1"),
        ("against", "release"),
    ]
    assert all(row["source_file"] and row["source_row"] and row["record_hash"] for row in rows)


def test_sentences_say_local_time_and_what_is_wrong(judged: JudgedWorlds) -> None:
    sentences = {
        row["requirement_id"]: row["sentence"]
        for row in judged.rows(
            "select requirement_id, sentence from verdict_list where subject_id in "
            "('ev-late/L', 'dl-late/L', 'fi-gap/L') and state = 'gap' "
            "and requirement_id in ('event', 'deadline', 'fields') order by 1, 2"
        )
    }

    assert sentences == {
        "event": "The first release is of 2026-10-13 10:00 +02:00, not before the first "
        "consumption of 2026-10-12 10:00 +02:00.",
        "deadline": "Disposition of 2026-10-29 09:00 +01:00 came 7 days after it was due, "
        "2026-10-22 10:00 +02:00.",
        "fields": "Consumption of lot L (Starch) on 2026-10-12 10:00 +02:00: person who did it "
        "not given.",
    }


def test_counts_of_items_add_up_to_the_state(judged: JudgedWorlds) -> None:
    rows = judged.rows("select state, n_true, n_false, n_unknown, n_pending from verdicts")
    wrong = Counter(
        row["state"]
        for row in rows
        if row["state"]
        != (
            "gap" if row["n_false"]
            else "undetermined" if row["n_unknown"]
            else "pending" if row["n_pending"]
            else "met"
        )
        and row["state"] not in {"not_applicable", "undetermined"}
    )  # fmt: skip

    assert wrong == Counter()
