"""Nothing lost, nothing doubled: what of the rows that landed contradicts itself or the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.intake.findings import Findings, Group, find
from lotproof.evidence.intake.landed import open_landing
from lotproof.evidence.intake.rules import propose, rule_texts

from ..sources.plants import AT, Plant, plant

EVENTS = (
    "record_id,event_type,lot_id,quantity,uom,order_id,shipment_id,from_location,to_location,"
    "occurred_at,recorded_at,reverses,site_id\n"
)
TWO_SITES = "sources: [{name: plant, mapping: generic, files: in/*}]\n"


@contextmanager
def look(made: Plant, late_hours: int = 24) -> Iterator[Findings]:
    workspace = made.workspace()
    with open_landing(workspace) as con:
        yield find(con, workspace, late_hours=late_hours)


def the(found: Findings, kind: str) -> Group:
    (group,) = [group for group in found.groups if group.kind == kind]
    return group


def kinds(found: Findings) -> set[str]:
    return {group.kind for group in found.groups}


def event(record: str, kind: str, quantity: str = "5", **cells: str) -> str:
    columns = EVENTS.strip().split(",")
    at = "2026-10-12T04:52:00Z"
    row = {"record_id": record, "event_type": kind, "lot_id": "L1", "quantity": quantity,
           "uom": "KG", "occurred_at": at, "recorded_at": at, "site_id": "LEU"} | cells  # fmt: skip
    return ",".join(row.get(column, "") for column in columns) + "\n"


def found_in(tmp_path: Path, *lines: str, **files: str) -> Findings:
    made = plant(tmp_path, TWO_SITES, events_csv=EVENTS + "".join(lines), **files)
    made.ingest()
    with look(made) as found:
        return found


def test_an_order_without_movement_and_a_movement_without_order_are_told_apart(
    tmp_path: Path,
) -> None:
    orders = "order_id,site_id,kind\nO1,LEU,production\nO2,LEU,production\n"
    found = found_in(
        tmp_path,
        event("e1", "consumption", order_id="O1"),
        event("e2", "consumption", order_id="O9"),
        orders_csv=orders,
    )

    empty, orphan = the(found, "order_without_lines"), the(found, "line_without_order")
    assert (empty.count, empty.examined, empty.examples[0].record_id) == (1, 2, "O2")
    assert (orphan.count, orphan.examined, orphan.examples[0].record_id) == (1, 2, "e2")
    assert orphan.examples[0].place == "events.csv:3"


def test_a_kind_of_movement_that_is_posted_elsewhere_at_the_site_is_missed_where_it_is_not(
    tmp_path: Path,
) -> None:
    found = found_in(
        tmp_path,
        event("e1", "consumption"),
        event("e2", "consumption"),
        event("e3", "receipt"),
        postings_csv="record_id,site_id,account,amount,event_id\np1,LEU,300,10,e1\n"
        "p2,LEU,300,10,e7\n",
    )

    # nothing of the kind `receipt` was ever posted, so nobody can say that e3 should be
    assert [e.record_id for e in the(found, "movement_without_posting").examples] == ["e2"]
    assert the(found, "movement_without_posting").examined == 2
    assert [e.record_id for e in the(found, "posting_without_movement").examples] == ["p2"]


def test_without_any_posting_that_question_is_not_examined_and_said_so(tmp_path: Path) -> None:
    found = found_in(tmp_path, event("e1", "consumption"))

    assert "movement_without_posting" in [kind for kind, _ in found.not_examined]
    assert "movement_without_posting" not in kinds(found)


@pytest.mark.parametrize(
    ("arrived", "uom", "nets"),
    [("5", "KG", True), ("4.5", "KG", False), ("5000", "G", True), ("4500", "G", False),
     ("5", "BOX", False)],
)  # fmt: skip
def test_what_left_for_another_site_has_to_arrive_there(
    tmp_path: Path, arrived: str, uom: str, nets: bool
) -> None:
    found = found_in(
        tmp_path,
        event("e1", "transfer", shipment_id="S1", from_location="LEU", to_location="SAL"),
        event("e2", "receipt", arrived, uom=uom, shipment_id="S1", site_id="SAL", lot_id="L2"),
        lot_links_csv="record_id,site_id,parent_lot_id,child_lot_id,kind,occurred_at\n"
        "k1,SAL,L1,L2,split,2026-10-12T05:00:00Z\n",
    )

    assert ("transfer_not_netting" in kinds(found)) is not nets
    assert "transfer_not_joined" not in kinds(found)


def test_a_lot_that_got_another_number_at_the_receiving_site_has_to_be_joined(
    tmp_path: Path,
) -> None:
    found = found_in(
        tmp_path,
        event("e1", "transfer", shipment_id="S1", from_location="LEU", to_location="SAL"),
        event("e2", "receipt", shipment_id="S1", site_id="SAL", lot_id="L2"),
    )

    assert the(found, "transfer_not_joined").examples[0].said == (
        "L1 was received at SAL as L2; no link joins them"
    )


def test_a_negative_quantity_is_one_only_where_nothing_is_reversed(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        event("e1", "consumption"),
        event("e2", "consumption", "-5", reverses="e1"),
        event("e3", "shipment", "-2"),
        event("e4", "adjustment", "-1"),
    )

    assert [e.record_id for e in the(found, "sign_against_type").examples] == ["e3"]
    assert "reversal_not_netting" not in kinds(found)


def test_reversals_name_one_movement_once_and_in_full(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        event("e1", "consumption"),
        event("e2", "consumption", "3", reverses="e1"),
        event("e3", "consumption", reverses="e1"),
        event("e4", "consumption", reverses="e0"),
    )

    assert [e.record_id for e in the(found, "reversal_not_netting").examples] == ["e2"]
    assert [e.record_id for e in the(found, "reversed_twice").examples] == ["e3"]
    assert [e.record_id for e in the(found, "reversal_of_nothing").examples] == ["e4"]


def test_one_key_with_two_contents_shows_both(tmp_path: Path) -> None:
    found = found_in(tmp_path, event("e1", "receipt", "5"), event("e1", "receipt", "7"))

    (example,) = the(found, "several_contents").examples
    assert example.place == "events.csv:3"
    assert [(d.column, d.before, d.after) for d in example.differences] == [("quantity", "5", "7")]
    assert "changed_record" not in kinds(found)


def test_a_record_changed_by_a_later_load_keeps_both_versions(tmp_path: Path) -> None:
    made = plant(tmp_path, TWO_SITES, events_csv=EVENTS + event("e1", "receipt", "5"))
    made.ingest()
    made.put("in/events.csv", EVENTS + event("e1", "receipt", "7", uom="G"))
    made.ingest(AT + timedelta(days=1))
    with look(made) as found:
        group = the(found, "changed_record")
    with open_landing(made.workspace(), AT) as con:
        before = find(con, made.workspace())

    assert [str(row) for row in made.values("events", "quantity")] == ["5.000000000", "7.000000000"]
    assert [(d.column, d.before, d.after) for d in group.examples[0].differences] == [
        ("quantity", "5", "7"),
        ("uom", "KG", "G"),
    ]
    # what came later is not seen by who asks for what was known then
    assert "changed_record" not in kinds(before)


def test_late_and_back_dated_entries_are_measured_for_each_source(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        event("e1", "receipt"),
        event("e2", "receipt", recorded_at="2026-10-14T04:52:00Z"),
        event("e3", "receipt", recorded_at="2026-11-02T04:52:00Z"),
        event("e4", "receipt", recorded_at="2026-10-12T03:00:00Z"),
    )

    (lag,) = found.lags
    assert (lag.entries, lag.late, lag.longest) == (4, 2, 504.0)
    assert the(found, "late_entry").count == 2
    assert [e.record_id for e in the(found, "entry_into_past_month").examples] == ["e3"]
    assert [e.record_id for e in the(found, "recorded_before_it_happened").examples] == ["e4"]


def test_a_time_known_to_the_day_is_late_only_after_that_day(tmp_path: Path) -> None:
    lines = EVENTS.replace("occurred_at", "precision,occurred_at") + event(
        "e1", "receipt", recorded_at="2026-10-13T20:00:00Z", occurred_at="day,2026-10-12T00:00:00Z"
    )
    made = plant(tmp_path, TWO_SITES, events_csv=lines)
    made.ingest()
    with look(made, late_hours=24) as found:
        assert "late_entry" not in kinds(found)
        assert found.lags == []


def test_rows_set_aside_are_listed_with_what_they_said(tmp_path: Path) -> None:
    found = found_in(tmp_path, event("e1", "receipt", occurred_at="32.13.2026"))

    group = the(found, "quarantine")
    assert group.examples[0].place == "events.csv:2"
    assert "32.13.2026" in group.examples[0].said


def test_nothing_ingested_is_not_taken_for_nothing_wrong(tmp_path: Path) -> None:
    made = plant(tmp_path)
    with pytest.raises(LotproofError, match="nothing has been ingested"), look(made):
        pass


def test_a_rule_is_proposed_only_for_what_came_again_and_in_the_systems_own_terms(
    tmp_path: Path,
) -> None:
    lines = [event(f"e{n}", "shipment", "-2") for n in range(3)]
    made = plant(tmp_path, TWO_SITES, events_csv=EVENTS + "".join(lines))
    made.ingest()
    with look(made) as found:
        rule, *others = propose(made.workspace(), found.groups, again=3)
        none = list(propose(made.workspace(), found.groups, again=4))

    assert (rule.kind, rule.count, others, none) == ("sign_against_type", 3, [], [])
    assert "events.csv:2" in rule.examples


def test_a_lot_that_a_site_spells_in_two_ways_is_told_with_counts(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        event("e1", "receipt", lot_id="2000/0000012345"),
        event("e2", "consumption", lot_id="2000/0000012345"),
        event("e3", "consumption", lot_id="2000/12345"),
        event("e4", "consumption", lot_id="2000/b 7"),
        event("e5", "consumption", lot_id="2000/B7"),
        event("e6", "consumption", lot_id="2000/1.05"),
        event("e7", "consumption", lot_id="2000/1.5"),
        event("e8", "consumption", lot_id="2000/12345", site_id="SAL"),
    )
    twice = the(found, "spelt_twice")

    assert twice.count == 2
    assert [(one.record_id, one.said) for one in twice.examples] == [
        ("e3", "lot 2000/12345 (1 row) stands beside 2000/0000012345 (2 rows) at LEU"),
        ("e5", "lot 2000/B7 (1 row) stands beside 2000/b 7 (1 row) at LEU"),
    ]


def test_spellings_that_identifiers_join_are_not_asked_about(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        event("e1", "receipt", lot_id="2000/0000012345"),
        event("e2", "consumption", lot_id="2000/12345"),
        identifiers_csv="lot_id,kind,value,site_id\n2000/12345,own,2000/0000012345,LEU\n",
    )

    assert "spelt_twice" not in kinds(found)


def test_what_a_mended_reading_took_in_is_told_no_more(tmp_path: Path) -> None:
    made = plant(tmp_path, TWO_SITES.replace("files: in/*", "files: in/*, values: v.yml"))
    made.put("v.yml", "words: {}\n")
    made.put("in/events.csv", EVENTS + event("e1", "WE") + event("e2", "receipt", uom="Krug"))
    made.ingest()
    with look(made) as found:
        first = kinds(found)
    made.put("v.yml", "words: {events.event_type: {WE: receipt, receipt: receipt}, uom: {Krug: L}}")
    made.ingest(AT + timedelta(hours=1))
    with look(made) as found:
        second = kinds(found)

    assert {"quarantine", "unmapped", "unknown_unit"} <= first
    # nor is it a change at the source that its words have a meaning now
    assert {"quarantine", "unmapped", "unknown_unit", "changed_record"}.isdisjoint(second)


def test_every_kind_of_exception_has_a_rule_to_propose() -> None:
    from lotproof.evidence.intake.checks import checks

    missing = {check.kind for check in checks()} - set(rule_texts())

    assert missing == set()


def _working_days(*lost: str) -> list[str]:
    """An event on each day of October 2026 but weekends, the first of November and lost days."""
    days = [f"2026-10-{day:02}" for day in range(1, 32)]
    return [
        event(f"M{day}", "issue", occurred_at=f"{day}T08:00:00Z", recorded_at=f"{day}T08:00:00Z")
        for day in days
        if datetime.fromisoformat(day).weekday() < 5 and day not in lost
    ]


def _covered(scope: str = "") -> str:
    return (
        "table_name,site_id,scope,covers_from,covers_to\n"
        f"events,LEU,{scope},2026-09-30T22:00:00Z,2026-10-31T23:00:00Z\n"
    )


def test_a_covered_day_on_which_a_working_plant_did_nothing_is_told(tmp_path: Path) -> None:
    found = found_in(tmp_path, *_working_days("2026-10-14"), coverage_csv=_covered())

    group = the(found, "silent_day")
    (example,) = group.examples
    assert (group.count, group.examined) == (1, 31)
    assert example.said == (
        "Wednesday 2026-10-14 at LEU: no event, though 3 of 4 covered Wednesdays have some"
    )
    assert example.place.startswith("coverage.csv:")


def test_a_day_of_rest_is_not_told(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        TWO_SITES,
        events_csv=EVENTS + "".join(_working_days("2026-10-14")),
        coverage_csv=_covered(),
    )
    path = made.root / "lotproof.yml"
    closed = path.read_text().replace(
        "site_id: LEU,", "site_id: LEU, closing_days: [2026-10-14],", 1
    )
    path.write_text(closed)
    made.ingest()
    with look(made) as found:
        assert "silent_day" not in kinds(found)


def test_days_are_counted_by_what_their_window_covers(tmp_path: Path) -> None:
    found = found_in(tmp_path, *_working_days("2026-10-14"), coverage_csv=_covered("receipt"))

    assert "silent_day" not in kinds(found)
