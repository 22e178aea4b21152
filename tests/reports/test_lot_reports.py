from __future__ import annotations

import re

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.reports.browsing import render_index
from lotproof.reports.certificate import Certificate
from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.dossier import Dossier

from .conftest import DIGEST, request_for
from .judged_world import build_world


@pytest.fixture(scope="module")
def dossier(con: duckdb.DuckDBPyConnection) -> Dossier:
    model = compose(con, request_for("dossier", lot_id="LEU-B-2671"), DIGEST)
    assert isinstance(model, Dossier)
    return model


def test_materials_show_the_status_they_had_when_used(dossier: Dossier) -> None:
    status = {row.lot: (row.status, row.state) for row in dossier.materials}

    assert status["LEU-R-26-0931"] == ("quarantine", "gap")
    assert status["LEU-R-26-0877"] == ("released", "met")


def test_the_dossier_tells_of_deviations_documents_and_signatures(dossier: Dossier) -> None:
    assert [(row.number, row.status) for row in dossier.quality] == [("DEV-26-118", "open")]
    assert dossier.papers[0].signatures == (
        "review, Person P-017, quality-unit, 2026-10-14 09:05 (+02:00)",
    )


def test_the_dossier_holds_every_verdict_on_the_lot_and_its_order(dossier: Dossier) -> None:
    assert [row.mark.state for row in dossier.verdicts] == ["gap", "undetermined", *["met"] * 4]
    assert "one gap is open" in "".join(span.text for span in dossier.lead)


def test_a_packed_lot_is_certified_with_the_results_of_its_bulk() -> None:
    con = build_world()
    con.execute("update test_results set lot_id = 'LEU/M-3001/LEU-B-2671'")
    model = compose(con, request_for("coa", lot_id="LEU-P-2671-1"), DIGEST)
    assert isinstance(model, Certificate)

    assert model.state == "met"
    assert model.notes[0] == "Tested as lot LEU-B-2671, from which this lot was packed."


def test_a_certificate_names_customer_delivery_and_specification(certificate: ReportModel) -> None:
    assert isinstance(certificate, Certificate)
    customer = dict(certificate.customer)

    assert customer["Customer"] == "Harrow Pharmacies Ltd"
    assert customer["Amount shipped"] == "31,000 EA"
    assert certificate.specification == "SP-4001/3, version 3, house specification"
    assert certificate.statement.endswith("was tested and conforms.")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("update test_results set value = 94.9 where characteristic = 'assay'", "gap"),
        ("delete from test_results where characteristic = 'assay'", "undetermined"),
        ("delete from specifications", "undetermined"),
    ],
)
def test_a_certificate_never_states_what_the_results_do_not_show(change: str, state: str) -> None:
    con = build_world()
    con.execute(change)
    model = compose(con, request_for("coa", lot_id="LEU-P-2671-1"), DIGEST)
    assert isinstance(model, Certificate)

    assert model.state == state
    assert "conforms." not in model.statement


def test_the_specification_agreed_with_the_customer_comes_before_the_house_one() -> None:
    con = build_world()
    con.execute(
        "insert into specifications select * replace ('SP-C7/1' as spec_id, 'C-007' as customer_id)"
        " from specifications"
    )
    for customer, expected in (("C-007", "agreed with the customer"), ("C-009", "house")):
        model = compose(
            con, request_for("coa", lot_id="LEU-P-2671-1", customer_id=customer), DIGEST
        )
        assert isinstance(model, Certificate)

        assert expected in model.specification


def test_a_number_that_two_sites_use_asks_for_the_identifier() -> None:
    con = build_world()
    for site in ("DUR", "EIN"):
        con.execute(
            f"insert into lots select * replace ('{site}/1' as lot_id, 'SAME' as lot_number, "
            f"'{site}' as site_id) from lots limit 1"
        )

    with pytest.raises(LotproofError, match="one of DUR/1, EIN/1"):
        compose(con, request_for("dossier", lot_id="SAME"), DIGEST)


@pytest.mark.parametrize(
    ("report", "lot", "part"),
    [("recall", "LEU-B-2671", "concerned"), ("executive", None, "performance")],
)
def test_recall_and_executive_can_be_browsed_and_no_anchor_is_there_twice(
    con: duckdb.DuckDBPyConnection, report: str, lot: str | None, part: str
) -> None:
    page = render_index(con, compose(con, request_for(report, lot_id=lot), DIGEST)) or ""
    anchors = re.findall(r' id="([^"]+)"', page)

    assert {"findings", part} <= set(anchors)
    assert len(anchors) == len(set(anchors))
