from __future__ import annotations

import re

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.governance import Governance, Owner
from lotproof.reports.composition import compose
from lotproof.reports.monthly import MonthlyPack

from .conftest import DIGEST, request_for
from .judged_world import build_world


def pack_of(con: duckdb.DuckDBPyConnection, **more: object) -> MonthlyPack:
    model = compose(con, request_for("monthly", **more), DIGEST)
    assert isinstance(model, MonthlyPack)
    return model


def lead(pack: MonthlyPack) -> str:
    return "".join(span.text for span in pack.lead)


def test_the_first_paragraph_answers(con: duckdb.DuckDBPyConnection) -> None:
    said = lead(pack_of(con))

    assert said.startswith("Of 96 obligations that applied, 83 are met. Three gaps are open, two ")
    assert "Six could not be decided because the source that would show it does not cover" in said
    assert "25 verdicts rest on maps the site has not adopted and are indicative." in said


def test_the_figures_add_up_to_what_applied(con: duckdb.DuckDBPyConnection) -> None:
    figures = pack_of(con).figures

    assert sum(int(figure.count) for figure in figures) == 96
    assert [figure.word for figure in figures] == [
        "met", "gap", "undetermined", "accepted risk", "attested", "pending",
    ]  # fmt: skip


def test_a_month_without_gap_says_so() -> None:
    con = build_world()
    con.execute("delete from verdict_list where state in ('gap', 'undetermined')")
    pack = pack_of(con)

    assert "No gap is open." in lead(pack)
    assert "could not be decided" not in lead(pack)
    assert pack.headlines == ()


def test_a_month_in_which_nothing_applied_says_so() -> None:
    con = build_world()
    con.execute("delete from verdict_list")
    pack = pack_of(con)

    assert lead(pack) == "No obligation applied to anything in October 2026."
    assert pack.sections == ()


def test_the_completeness_statement_names_what_was_left_out_and_why(
    con: duckdb.DuckDBPyConnection,
) -> None:
    statement = pack_of(con).completeness

    left_out = {row.name: (row.left_out, row.reason) for row in statement.populations}
    assert left_out["Shipments"] == ("1", "carries no lot")
    assert left_out["Lots"] == ("0", "")
    assert statement.has_left_out
    assert [w.shortfall for w in statement.windows if w.shortfall] == ["ends 2026-10-17 00:00"]
    assert statement.custody_note.startswith("Custody before ingest is not shown for leuven-sap")
    assert statement.waiting_note.startswith("One clause of the maps in force was not judged")


def test_an_accepted_risk_stands_beside_its_clause_and_is_not_met(
    con: duckdb.DuckDBPyConnection,
) -> None:
    (risk,) = pack_of(con).accepted

    assert (risk.label, risk.by, risk.until) == (
        "211.84(a)", "P-002, head of quality", "31 December 2026",
    )  # fmt: skip
    assert risk.reason == "Supplier retest under way."


def test_key_figures_say_in_words_what_their_plots_show(con: duckdb.DuckDBPyConnection) -> None:
    yields, release, gaps = pack_of(con).indicators

    assert yields.value == "98.9"
    assert yields.plot is not None
    assert yields.plot.alt == yields.sentence
    assert release.unit == "days median"
    assert gaps.sentence.startswith("Gaps by week of the event (1–4: 0, 5–11: 0, 12–18: 2")


def test_undecided_verdicts_are_grouped_by_reason(con: duckdb.DuckDBPyConnection) -> None:
    (group,) = pack_of(con).undecided

    assert (group.code, group.count) == ("not_covered", 6)
    assert [row.label for row in group.clauses] == ["211.84(d)(2)"]


def test_an_unknown_site_names_the_known_ones(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LotproofError, match="LEU"):
        compose(con, request_for("monthly", site_id="ZZZ"), DIGEST)


def test_a_lot_report_asks_for_its_lot(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LotproofError, match="without a lot"):
        compose(con, request_for("dossier"), DIGEST)
    with pytest.raises(LotproofError, match="a lot of this build"):
        compose(con, request_for("dossier", lot_id="nowhere"), DIGEST)


def test_both_percentages_are_printed_with_what_they_are_of(con: duckdb.DuckDBPyConnection) -> None:
    pack = pack_of(con)
    assured, covered = pack.assurance.lines
    labels = [row.label for row in pack.assurance.lacking]

    assert assured.startswith("Assured 86.4 %: 83 of 96 obligations that applied")
    total, wholly = (int(part) for part in re.findall(r"\d+", covered)[3:1:-1])
    assert total == wholly + len(labels)
    assert f"of {total} clauses in force" in covered
    assert all(row.lack for row in pack.assurance.lacking)
    assert len(labels) == len({(row.label, row.title) for row in pack.assurance.lacking})


def test_what_is_wrong_with_the_register_and_who_could_do_both_is_told(
    con: duckdb.DuckDBPyConnection,
) -> None:
    pack = pack_of(con)

    assert pack.register.faults == ("Adoption AD-0: ran out on 2026-10-01.",)
    (conflict,) = pack.register.conflicts
    assert conflict.startswith("P-031 holds the roles production and quality-unit at once; no ")


def test_a_gap_says_who_has_it_by_when_and_who_is_told_next(con: duckdb.DuckDBPyConnection) -> None:
    rules = Governance(owners=(Owner(role="head of production", escalates_to="site director"),))
    (story, *_) = [
        lines for group in pack_of(con, governance=rules).gaps.groups
        for lines in (dict(group.lines), *(dict(story.lines) for story in group.stories))
        if "With" in lines
    ]  # fmt: skip

    assert story["With"] == (
        "head of production, due 10 November 2026; goes to site director on 12 November 2026"
    )
