"""The tool qualifies itself: what is tried comes out, and a fault of the tool would be seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lotproof.evidence.qualification import Trial, harmed_packs, installation_trials

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def test_what_is_installed_here_is_what_is_locked() -> None:
    trials = installation_trials()

    assert {trial.name for trial in trials} >= {"duckdb", "dbt-core", "weasyprint", "pyhanko"}
    assert [trial for trial in trials if trial.outcome == "failed"] == []


def test_a_golden_pack_is_whole_and_each_harm_is_found() -> None:
    trials = list(harmed_packs(AT))

    assert [f"{t.name}: {t.found}, not {t.expected}" for t in trials if t.outcome != "passed"] == []
    assert len({trial.expected for trial in trials}) > 8


@pytest.mark.parametrize(
    ("found", "is_needed", "outcome"),
    [("1.0", True, "passed"), ("2.0", True, "failed"), ("not installed", False, "not tried")],
)
def test_an_outcome_follows_from_what_was_found(found: str, is_needed: bool, outcome: str) -> None:
    trial = Trial("installation", "g", "n", "1.0", found, is_needed)

    assert trial.outcome == outcome


def test_a_dependency_of_another_version_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lotproof.evidence.qualification.installation.version", lambda _: "0.0.1")

    failed = [trial.name for trial in installation_trials() if trial.outcome == "failed"]

    assert "duckdb" in failed
