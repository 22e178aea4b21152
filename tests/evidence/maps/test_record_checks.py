"""Checks about records as such are read, linted and told; models keep their contract."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.maps import compile_map, explain, load_map
from lotproof.evidence.maps.boundaries import untried
from lotproof.evidence.maps.scenario_files import read_scenarios

from .small_map import SMALL

CHECK = """\
      - event: disposition
        after: each lot_status
        when: {lot_status.to_status: rejected}
        within: $days
"""
COLUMNS = (
    "subject_key: bigint, truth: integer, code: string, sentence: string, at_ts: timestamp, "
    "due_at: timestamp, a_table: string, a_key: bigint, b_table: string, b_key: bigint"
)


def written(folder: Path, *lines: str, old: str = CHECK) -> Path:
    """The small map with other checks in its second requirement."""
    path = folder / "obligations" / "small.yml"
    path.parent.mkdir(exist_ok=True)
    new = "".join(f"      {line}\n" for line in lines)
    path.write_text(SMALL.replace(old, new + "        # $days\n", 1).replace("  days:", "  d:"))
    text = path.read_text().replace("params:\n  d: {value: 30, unit: days, from: the site}\n", "")
    path.write_text(text)
    return path


def said(folder: Path, *lines: str) -> str:
    """The rule of such checks in plain words."""
    found = load_map(written(folder, *lines))
    return explain(found.requirements[1], found)


def fault(folder: Path, *lines: str) -> str:
    """What is told of checks that are wrong."""
    with pytest.raises(LotproofError) as raised:
        load_map(written(folder, *lines))
    return str(raised.value)


def model(folder: Path, columns: str = COLUMNS, subject: str = "lot", more: str = "") -> None:
    """A workspace's own model of a check."""
    models = folder / "models"
    models.mkdir()
    listed = "".join(
        f"      - {{name: {name}, data_type: {kind}, description: What it holds.}}\n"
        for name, kind in (part.split(": ") for part in columns.split(", "))
    )
    (models / "own.yml").write_text(
        "models:\n  - name: own_check\n    config:\n      contract: {enforced: true}\n"
        f"      meta: {{subject: {subject}}}\n{more}    columns:\n{listed}"
    )
    (models / "own_check.sql").write_text("select 1\n")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ["- unique: lot.lot_number", "  per: [lot.material_id]"],
            "the lot number stands for one material of the lot only",
        ),
        (
            [
                "- retained: test_result",
                "  until: [record + 2 years, products.expires_at + 1 year]",
            ],
            (
                "no test result is disposed of before the latest of: 2 years after its own date "
                "and 1 year after the latest expiry date of the products made from it"
            ),
        ),
        (
            ["- attested: The sky is blue.", "  role: head of quality", "  renew: 12 months"],
            "the head of quality states, and renews every 12 months: “The sky is blue”",
        ),
        (
            ["- audit_trail: specification", "  asks: [user, reason]", "  role: quality-unit"],
            (
                "every change of a specification is in the audit trail, with who made it and the "
                "reason, made by someone in the role quality-unit"
            ),
        ),
        (
            ["- threshold: count", "  of: sample", "  over: 3 months", "  at_least: 2"],
            "the number of samples in the last 3 months is at least 2",
        ),
        (
            ["- rotation: each consumption", "  by: lot.expires_at"],
            "no other lot of the material, with an earlier expiry date of the lot, was released",
        ),
    ],
    ids=["unique", "retained", "attested", "audit_trail", "threshold", "rotation"],
)
def test_a_check_of_records_is_told_in_plain_words(
    tmp_path: Path, lines: list[str], words: str
) -> None:
    assert words.lower() in said(tmp_path, *lines).lower()


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["- unique: lot.nothing"], "column 'lot.nothing'"),
        (["- retained: document", "  disposed: each disposition", "  until: record"], "both"),
        (["- retained: document", "  until: tomorrow"], "'tomorrow'"),
        (["- audit_trail: machine"], "'machine'"),
        (["- threshold: sum", "  of: sample", "  at_most: 2"], "sum of a column"),
        (["- threshold: count", "  of: sample"], "0 limits"),
        (["- rotation: each document"], "'each document'"),
        (["- check: nobody_knows"], "model 'nobody_knows'"),
        (["- every: 7 working days", "  of: sample"], "a span in working days"),
        (
            ["- event: sample", "  after: each release", "  by: 32nd of the month"],
            "'32nd of the month'",
        ),
    ],
)
def test_what_is_wrong_with_a_check_of_records_is_told_with_its_line(
    tmp_path: Path, lines: list[str], found: str
) -> None:
    told = fault(tmp_path, *lines)

    assert found in told
    assert "small.yml:" in told


def test_a_workspace_may_have_models_of_its_own(tmp_path: Path) -> None:
    model(tmp_path)

    told = said(tmp_path, "- check: own_check").lower()

    assert "the model of own check finds no fault" in told


@pytest.mark.parametrize(
    ("columns", "subject", "found"),
    [
        (COLUMNS.replace("truth: integer", "truth: string"), "lot", "column truth"),
        (COLUMNS + ", more: string", "lot", "column more"),
        (COLUMNS, "order", "is about order"),
    ],
)
def test_a_model_that_breaks_its_contract_is_a_fault(
    tmp_path: Path, columns: str, subject: str, found: str
) -> None:
    model(tmp_path, columns, subject)

    assert found in fault(tmp_path, "- check: own_check")


def dated(folder: Path, *values: str) -> Path:
    """The small map with a parameter that has changed."""
    path = folder / "small.yml"
    listed = "".join(f"      - {value}\n" for value in values)
    old = "  days: {value: 30, unit: days, from: the site}\n"
    path.write_text(SMALL.replace(old, f"  days:\n    unit: days\n    values:\n{listed}"))
    return path


def test_a_parameter_has_the_value_of_its_day(tmp_path: Path) -> None:
    path = dated(tmp_path, "{from: 2020-01-01, value: 30}", "{from: 2026-06-01, value: 10}")
    found = load_map(path)

    def value(on: date | None) -> object:
        return compile_map(found, on=on)["params"][0]["value"]

    assert value(date(2019, 1, 1)) == 30
    assert value(date(2026, 5, 31)) == 30
    assert value(date(2026, 6, 1)) == 10
    assert value(None) == 10


def test_values_of_a_parameter_stand_in_the_order_of_their_days(tmp_path: Path) -> None:
    path = dated(tmp_path, "{from: 2026-06-01, value: 30}", "{from: 2020-01-01, value: 10}")

    with pytest.raises(LotproofError, match="values not in the order of their dates"):
        load_map(path)


@pytest.mark.parametrize("begins", ["2026-05-01", "2026-07-01"])
def test_texts_that_follow_one_another_leave_no_gap_and_do_not_overlap(
    tmp_path: Path, begins: str
) -> None:
    path = tmp_path / "small.yml"
    text = SMALL.replace("    sureness: V", "    in_force: {to: 2026-06-01}\n    sureness: V", 1)
    text = text.replace(
        "    sureness: P",
        f'    in_force: {{from: {begins}}}\n    replaces: "1.10"\n    sureness: P',
    )
    path.write_text(text)

    with pytest.raises(LotproofError, match="in force until 2026-06-01"):
        load_map(path)


def test_a_deadline_wants_a_scenario_on_the_day_on_which_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "small.yml"
    path.write_text(SMALL)
    tests = tmp_path / "small.tests.yml"
    case = """\
map: small
scenarios:
  - requirement: "1.20"
    rows:
      - lot L1 raw
      - 09-10 08:00 status L1 rejected
    cases:
      - shows: disposed of some time
        rows: [10-{} 08:00 disposition L1 1KG]
        expect: met
"""
    found = [load_map(path)]

    tests.write_text(case.format("02"))
    assert untried(found, read_scenarios(tests)) == [
        "small:1.20 has no scenario on the day on which 30 days end"
    ]

    tests.write_text(case.format("10"))
    assert untried(found, read_scenarios(tests)) == []
