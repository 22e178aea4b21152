from __future__ import annotations

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.reports.definitions import (
    definition_of,
    load_definitions,
    read_definition,
    templates,
)


def test_the_reports_are_shipped_and_each_part_has_a_template() -> None:
    definitions = load_definitions()

    assert set(definitions) == {"coa", "dossier", "executive", "monthly", "recall", "validation"}
    for definition in definitions.values():
        for part in definition.holds:
            assert (templates() / definition.report / f"{part.part}.html.j2").is_file()


def test_every_meaning_of_a_signature_says_what_the_signer_states() -> None:
    for definition in load_definitions().values():
        assert {"authorship", "review", "approval"} <= set(definition.certifies)


def test_an_unknown_report_names_those_there_are() -> None:
    with pytest.raises(LotproofError, match="coa, dossier, executive, monthly"):
        definition_of("quarterly")


def test_all_faults_of_a_definition_are_named_at_once() -> None:
    text = "report: x\ntitle: T\nkicker: K\nabout: planet\nevery: month\nfile: X.PDF\nholds: []\n"

    with pytest.raises(LotproofError) as caught:
        read_definition(text, "templates/x/report.yml")

    said = str(caught.value)
    assert all(key in said for key in ("about", "file", "holds", "certifies"))
    assert said.startswith("templates/x/report.yml")


def test_broken_yaml_names_the_line() -> None:
    with pytest.raises(LotproofError, match=r"report\.yml:2"):
        read_definition("report: x\n  title: [", "report.yml")
