"""What stays inside the house stands in no file of a pack for others, and is counted."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.workspace import Workspace
from lotproof.reports.pack import PackOrder, assemble

from .assembling import AT, make_workspace
from .planted import AUDIT, CLAUSE, EMAIL, MORE, SUPPLIER_AUDIT


def everything(pack: Path) -> str:
    """All that can be read in a pack, whatever the form of its files."""
    texts = []
    for path in sorted(pack.rglob("*")):
        if path.suffix == ".parquet":
            told = duckdb.execute("from read_parquet(?)", [str(path)])
            texts += [str(told.description), str(told.fetchall())]
        elif path.suffix == ".pdf":
            texts.append(subprocess.check_output(["pdftotext", "-layout", path, "-"], text=True))
        elif path.is_file():
            texts.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(texts)


def test_nothing_internal_stands_in_any_file_of_an_inspection_pack(monthly_pack: Path) -> None:
    found = everything(monthly_pack)

    for inside in (AUDIT, "DOC-IA-77", "R-IA", EMAIL):
        assert inside not in found
    assert SUPPLIER_AUDIT in found
    assert "email" not in (monthly_pack / "data/evidence/people.csv").read_text().split("\n")[0]
    assert not (monthly_pack / "data/evidence/valuations.parquet").exists()
    assert not (monthly_pack / "data/evidence/exceptions.parquet").exists()


def test_what_is_left_out_is_counted_in_the_pack_and_on_its_cover(monthly_pack: Path) -> None:
    told = json.loads((monthly_pack / "data/left-out.json").read_text())
    page = (monthly_pack / "data/reports/index.html").read_text(encoding="utf-8")

    assert json.loads((monthly_pack / "pack.json").read_text())["profile"] == "inspection"
    assert told["documents"] == told["rows"]["documents"] == told["rows"]["document_links"] == 1
    assert told["columns"] == {"people": ["email"]}
    assert told["original_lines"] == 2
    assert len(told["original_files_sha256"]) == 1
    assert told["verdicts_resting_on_it"][0][0] == CLAUSE
    assert "an inspection; left out: one row of documents, one row of document links" in page


def test_the_lines_of_an_original_keep_their_places(monthly_pack: Path) -> None:
    kept = (monthly_pack / "data/originals/leuven-qms/documents.csv").read_text()

    assert kept == f"number;kind\n{SUPPLIER_AUDIT};audit_report\n\n\n"
    assert not (monthly_pack / "data/originals/leuven-qms/people.csv").exists()


@pytest.fixture(scope="module")
def internal_pack(workspace: Workspace) -> Path:
    return assemble(workspace, PackOrder("executive"), at=AT)


@pytest.mark.parametrize(
    "order",
    [
        None,
        PackOrder("dossier", lot="LEU-B-2671"),
        PackOrder("coa", lot="LEU-P-2671-1", customer_id="C-007"),
        PackOrder("recall", lot="LEU-B-2671", profile="inspection"),
    ],
    ids=lambda order: str(order.report) if order else "monthly",
)
def test_exceptions_and_internal_audits_stand_in_no_file_of_a_pack_for_others(
    workspace: Workspace, internal_pack: Path, monthly_pack: Path, order: PackOrder | None
) -> None:
    pack = assemble(workspace, order, at=AT) if order else monthly_pack
    table = internal_pack / "data/evidence/exceptions.parquet"
    hints = duckdb.execute("select id, reason from read_parquet(?)", [str(table)]).fetchall()
    found = " ".join(everything(pack).split())

    assert hints
    for hint in (*(text for row in hints for text in row), AUDIT, "DOC-IA-77", "R-IA"):
        assert hint not in found
    assert not list(pack.rglob("exceptions.*"))


def test_inside_the_house_all_of_it_is_there_and_the_exceptions_too(internal_pack: Path) -> None:
    pack, found = internal_pack, everything(internal_pack)

    assert pack.name == "EX-2026-10-LEU_v1"
    for inside in (AUDIT, "DOC-IA-77", EMAIL, "use inside the house; left out: nothing"):
        assert inside in " ".join(found.split())
    assert (pack / "data/evidence/exceptions.parquet").is_file()


def test_a_report_with_the_data_of_others_goes_to_no_customer(workspace: Workspace) -> None:
    with pytest.raises(LotproofError, match="'monthly' for customer"):
        assemble(workspace, PackOrder("monthly", profile="customer"), at=AT)


def test_a_misspelt_name_is_refused_rather_than_let_out(tmp_path: Path) -> None:
    more = MORE.replace("email", "e_mail")

    with pytest.raises(LotproofError, match=r"leaves out people\.e_mail"):
        assemble(make_workspace(tmp_path, more), PackOrder("monthly"), at=AT)
