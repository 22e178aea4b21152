"""The CI gate: thresholds, baselines and every output format, from one result."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest
import yaml

from lotproof.evidence.errors import LotproofError
from lotproof.reports.assurance import Assurance, Lacking
from lotproof.reports.check import CheckResult, check_build, parse_threshold
from lotproof.reports.check_formats import FORMATS
from lotproof.reports.map_places import Place, clause_places

DOCS = Path(__file__).parents[2] / "docs"

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


def test_a_month_that_is_judged_anew_is_a_new_finding(tmp_path: Path) -> None:
    def of(period: str, kind: str) -> duckdb.DuckDBPyConnection:
        con = built(verdict("us-21cfr211:211.180-e", "major", "LEU", "gap"))
        con.execute("update verdict_list set period = ?, subject_type = ?", [period, kind])
        return con

    baseline = tmp_path / "baseline.json"
    failing = {}
    for kind in ("lot", "site_period"):
        october = check_build(of("2026-10", kind), parse_threshold(()))
        baseline.write_text(FORMATS["json"](october), encoding="utf-8")
        november = check_build(of("2026-11", kind), parse_threshold(()), baseline=baseline)
        failing[kind] = (len(november.failures), november.closed)

    assert failing == {"lot": (0, 0), "site_period": (1, 1)}


def test_the_json_keeps_to_its_published_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((DOCS / "check.schema.json").read_text(encoding="utf-8"))
    lacking = Lacking("us-21cfr211:211.86", "Rotation", "21 CFR 211.86", 2, "no source that covers")
    result = replace(checked(), assurances=(Assurance("LEU", 83, 96, 11, 12, (lacking,)),))
    answer = json.loads(FORMATS["json"](result))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(answer, schema)
    assert answer["sites"][0]["covered"] == {"judged_wholly": 11, "of_clauses": 12}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer | {"more": 1}, schema)


def test_sarif_keeps_to_the_rules_of_its_standard(tmp_path: Path) -> None:
    """The rules of SARIF 2.1.0 that readers rely on, by their section."""
    baseline = tmp_path / "baseline.json"
    baseline.write_text(FORMATS["json"](checked("gap:critical")), encoding="utf-8")
    own = {"us-21cfr211:211.84-a": Place("obligations/a map.yml", 12, is_shipped=False)}
    shipped = {"us-21cfr211:211.86": Place("obligations/gmp/us-21cfr211.yml", 40, is_shipped=True)}
    found = replace(checked(baseline=baseline), places=own | shipped)
    log = json.loads(FORMATS["sarif"](found))
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    places = {
        result["ruleId"]: result["locations"][0].get("physicalLocation")
        for result in run["results"]
    }

    assert log["version"] == "2.1.0"  # 3.13.2
    assert len(rules) == len(set(rules))  # 3.19.23: no two rules alike
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]  # 3.27.6
        assert result["message"]["text"]  # 3.27.11
        assert result["level"] in {"error", "warning", "note"}  # 3.27.10
        assert result["baselineState"] in {"new", "unchanged"}  # 3.27.24
    assert places["us-21cfr211:211.84-a"] == {
        "artifactLocation": {"uri": "obligations/a%20map.yml"}, "region": {"startLine": 12},
    }  # fmt: skip
    used = places["us-21cfr211:211.86"]["artifactLocation"]["uriBaseId"]
    assert used in run["originalUriBaseIds"]  # 3.4.4


def test_clauses_are_found_in_shipped_and_own_maps(tmp_path: Path) -> None:
    (tmp_path / "obligations").mkdir()
    (tmp_path / "obligations" / "ours.yml").write_text(
        "map: ours\nrequirements:\n  - id: '1'\n    title: x\n  - title: y\n    id: 2.a\n"
    )
    places = clause_places(tmp_path, tmp_path)
    shipped = places["us-21cfr211:211.84-a"]

    assert places["ours:1"] == Place("obligations/ours.yml", 3, is_shipped=False)
    assert places["ours:2.a"].line == 6
    text = (DOCS.parent / shipped.path).read_text(encoding="utf-8").splitlines()
    assert "211.84-a" in text[shipped.line - 1]
    assert shipped.is_shipped


def test_the_jobs_of_the_page_are_yaml_and_use_real_options() -> None:
    page = (DOCS / "ci.md").read_text(encoding="utf-8")
    jobs = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    used = set(re.findall(r"lotproof check[^\n|]*?(--[a-z-]+)", page))

    assert [sorted(map(str, job)) for job in jobs] == [
        ["True", "jobs", "name", "permissions"], ["lotproof"],
    ]  # fmt: skip
    assert used <= {"--fail-on", "--format", "--output", "--baseline"}
    assert all(f"`{name}`" in page for name in FORMATS)


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
