"""The CI gate: thresholds, baselines and every output format, from one result."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.reports.check import CheckResult, check_build, parse_threshold
from lotproof.reports.check_formats import FORMATS

COLUMNS = (
    "clause, title, cites, regime, severity, site_id, period, subject_type, subject_id,"
    " subject_label, state, code, sentence, remedy"
)


def parsed_junit(result: CheckResult) -> ET.Element:
    return ET.fromstring(FORMATS["junit"](result))  # noqa: S314  our own output


def verdict(
    clause: str, severity: str, subject: str, state: str, regime: str = "gmp"
) -> tuple[str | None, ...]:
    return (
        clause, "Released before use", "21 CFR 211.84(a)", regime, severity, "LEU", "2026-10",
        "lot", subject, f"{subject} (lactose)", state, "late" if state == "gap" else None,
        f"{subject} was used 31 hours before its release", "Open a deviation.",
    )  # fmt: skip


def built(*rows: tuple[str | None, ...]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    columns = ", ".join(f"{name.strip()} varchar" for name in COLUMNS.split(","))
    con.execute(f"create table verdict_list ({columns})")
    if rows:
        con.executemany(f"insert into verdict_list values ({', '.join('?' * 14)})", list(rows))
    return con


WORLD = (
    verdict("us-21cfr211:211.84-a", "critical", "L1", "met"),
    verdict("us-21cfr211:211.84-a", "critical", "L2", "gap"),
    verdict("us-21cfr211:211.86", "minor", "L3", "gap"),
    verdict("us-21cfr211:211.80-d", "major", "L4", "undetermined"),
    verdict("us-21cfr1s:1.1345", "critical", "L5", "gap", regime="food_safety"),
)


def checked(*fail_on: str, **options: object) -> CheckResult:
    return check_build(built(*WORLD), parse_threshold(fail_on), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        ((), {"L2", "L3", "L4", "L5"}),
        (("gap:major",), {"L2", "L4", "L5"}),
        (("gap:critical",), {"L2", "L5"}),
        (("gap:major", "undetermined:never"), {"L2", "L5"}),
        (("gap:never", "undetermined:major"), {"L4"}),
    ],
)
def test_a_threshold_decides_by_state_and_severity(
    fail_on: tuple[str, ...], failing: set[str]
) -> None:
    result = checked(*fail_on)

    assert {v.subject_id for v in result.failures} == failing
    assert not result.passed


def test_nothing_judged_never_passes() -> None:
    result = check_build(built(), parse_threshold(()))

    assert not result.passed
    assert "Nothing was judged" in FORMATS["text"](result)
    assert parsed_junit(result).get("failures") == "1"


def test_a_regime_narrows_the_check() -> None:
    assert {v.subject_id for v in checked(regimes=("food_safety",)).failures} == {"L5"}


def test_an_unknown_regime_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LotproofError, match="food_safety, gmp"):
        checked(regimes=("gxp",))


@pytest.mark.parametrize("text", ["gap:huge", "broken:major", ""])
def test_an_unreadable_threshold_is_refused(text: str) -> None:
    with pytest.raises(LotproofError, match="--fail-on"):
        parse_threshold([text])


def test_what_the_baseline_lists_does_not_fail_again(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_text(FORMATS["json"](checked()), encoding="utf-8")

    again = check_build(built(*WORLD), parse_threshold(()), baseline=baseline)
    with_new = check_build(
        built(*WORLD, verdict("us-21cfr211:211.86", "minor", "L9", "gap")),
        parse_threshold(()),
        baseline=baseline,
    )

    assert again.passed
    assert len(again.known) == 4
    assert [v.subject_id for v in with_new.failures] == ["L9"]


def test_a_baseline_that_is_no_baseline_says_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{\n  oops", encoding="utf-8")

    with pytest.raises(LotproofError, match=r"b\.json:2"):
        checked(baseline=tmp_path / "b.json")


def test_every_format_carries_every_failure() -> None:
    result = checked("gap:major")

    for name, written in FORMATS.items():
        text = written(result)
        assert all(v.subject_id in text for v in result.failures), name
    assert json.loads(FORMATS["json"](result))["counts"] == {
        "gap": 3, "met": 1, "undetermined": 1,
    }  # fmt: skip
    junit = parsed_junit(result)
    assert (junit.get("tests"), junit.get("failures")) == ("4", "3")


def test_hostile_names_stay_text_in_every_format() -> None:
    nasty = "<script>|\n::error::\x00]]>"
    result = check_build(
        built(verdict("us-21cfr211:211.86", "minor", nasty, "gap")), parse_threshold(())
    )

    assert parsed_junit(result).get("failures") == "1"
    assert json.loads(FORMATS["sarif"](result))["runs"][0]["results"]
    assert FORMATS["github"](result).count("\n") == 1
    assert "<script>" not in FORMATS["markdown"](result)
