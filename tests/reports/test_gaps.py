from __future__ import annotations

import duckdb
import pytest

from lotproof.reports import reading
from lotproof.reports.gap_numbers import gap_number
from lotproof.reports.gaps import LISTED, OF_A_CLAUSE, Gaps, compose_gaps, led_by

from .judged_world import build_world
from .world import PERIOD, SITE


def gaps_of(con: duckdb.DuckDBPyConnection) -> Gaps:
    found = reading.verdicts(con, SITE, PERIOD, ["gap"])
    return compose_gaps(con, found, reading.requirements(con, SITE, PERIOD), "Europe/Brussels")


def told(gaps: Gaps) -> int:
    return sum(len(group.stories) for group in gaps.groups)


def test_the_gravest_gap_comes_first_and_names_its_rows(con: duckdb.DuckDBPyConnection) -> None:
    groups = gaps_of(con).groups
    story = next(s for group in groups for s in group.stories if s.label == "211.84(a)")

    assert [group.severity for group in groups] == ["critical", "critical", "major"]
    assert story.rows[0].source.startswith("EVENTS_LEU_202610.csv, ")
    assert story.rows[0].part == "against"
    assert dict(story.lines)["Reaches"] == "21 lots made from it, 4 shipments, 2 customers" or (
        "4 shipments" in dict(story.lines)["Reaches"]
    )


def test_sixty_gaps_are_all_told_or_listed() -> None:
    gaps = gaps_of(build_world(extra_gaps=60))

    assert gaps.total == 63
    assert told(gaps) + len(gaps.lines) == 63
    assert gaps.counts == ()
    assert max(len(group.stories) for group in gaps.groups) == OF_A_CLAUSE


def test_three_thousand_gaps_are_counted_and_none_is_lost() -> None:
    gaps = gaps_of(build_world(extra_gaps=3_000))

    counted = sum(int(row.count.replace(",", "")) for row in gaps.counts)
    assert gaps.total == 3_003
    assert told(gaps) + counted == 3_003
    assert gaps.lines == ()
    assert counted > LISTED


def test_no_gap_makes_no_group() -> None:
    con = build_world()
    con.execute("delete from verdict_list where state = 'gap'")

    gaps = gaps_of(con)

    assert (gaps.total, gaps.groups, gaps.more) == (0, (), "")


def test_a_gap_keeps_its_number_from_month_to_month() -> None:
    verdict = {"site_id": "LEU", "clause": "m:1", "subject_type": "lot", "subject_id": "LEU/1"}

    number = gap_number(verdict | {"period": "2026-10"})

    assert number == gap_number(verdict | {"period": "2026-11"})
    assert number != gap_number(verdict | {"subject_id": "LEU/2"})
    assert len(number) == len("LEU-") + 6


@pytest.mark.parametrize(
    ("subject", "sentence", "led"),
    [
        ("shipment of B-26120 (Tablets)", "shipment of lot B-26120 (Tablets): no consignee", False),
        ("procedure SOP-PR-091", "Procedure SOP-PR-091: no signature", False),
        ("receipt", "Receipt of lot R-1: lot number not given", False),
        ("shipment of B-26137 (Tablets)", "certificate COA-B-26137-078: no signature", True),
        ("R26-2741 (Povidone K30)", "the first release is of 2026-10-18", True),
        ("order 12", "yield of 12.5 %", True),
    ],
)  # fmt: skip
def test_a_sentence_is_led_by_its_subject_unless_it_names_it(
    subject: str, sentence: str, led: bool
) -> None:
    said = led_by(subject, sentence)

    assert (": ".join((subject, sentence)).casefold() in said.casefold()) is led
