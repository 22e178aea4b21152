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

from .assembling import AT, keep_original, make_workspace
from .judged_world import build_world

AUDIT, SUPPLIER_AUDIT, EMAIL = "IA-2026-0317", "SA-2026-0044", "marit.o@inside.example"
DOCUMENTS = f"number;kind\n{SUPPLIER_AUDIT};audit_report\n{AUDIT};audit_report\n;note on {AUDIT}\n"
MORE = "packs: {inspection: {columns: {people: [email]}}}\n"
CLAUSE = "us-21cfr211:211.84-a"


def planted() -> duckdb.DuckDBPyConnection:
    """The invented world with an internal audit, one of a supplier, and an address."""
    con = build_world()
    row = (
        "insert into documents (record_id, version, is_current, record_key, site_id, source, "
        "source_file, source_row, document_id, kind, subject_type, number) values "
        "(?, 1, true, ?, 'LEU', 'leuven-qms', 'documents.csv', ?, ?, 'audit_report', ?, ?)"
    )
    con.execute(row, ["R-IA", 900_001, 3, "DOC-IA-77", "sites", AUDIT])
    con.execute(row, ["R-SA", 900_002, 2, "DOC-SA-78", "parties", SUPPLIER_AUDIT])
    con.execute(
        "insert into document_links (record_id, version, is_current, record_key, site_id, "
        "document_id) values ('L-1', 1, true, 900003, 'LEU', 'DOC-IA-77')"
    )
    con.execute("update people set email = ?, source_file = 'people.csv', source = 'leuven-qms'",
                [EMAIL])  # fmt: skip
    con.execute(
        "create table quarantine as select 'x' as load_id, 'leuven-qms' as source, 'LEU' as "
        "site_id, 'people' as table_name, 'no name' as reason, 'people.csv' as source_file, "
        f"4::bigint as source_row, '{EMAIL}' as raw"
    )
    con.execute(
        "insert into evidence_list (map_id, requirement_id, subject_type, subject_key, check_no, "
        "part, record_table, record_key, clause, subject_id, record_id, what) select map_id, "
        "requirement_id, subject_type, subject_key, 2, 'against', 'documents', 900001, clause, "
        f"subject_id, 'R-IA', 'audit {AUDIT}' from verdict_list where clause = ? and state = 'gap'",
        [CLAUSE],
    )
    con.execute(
        f"update verdict_list set sentence = sentence || ' See {AUDIT}.' "
        "where clause = ? and state = 'gap'", [CLAUSE],
    )  # fmt: skip
    return con


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("profiles")
    made = make_workspace(root, MORE, planted())
    with duckdb.connect(str(root / ".lotproof" / "warehouse.duckdb")) as con:
        for name, data in (("documents.csv", DOCUMENTS), ("people.csv", f"email\n{EMAIL}\n")):
            con.execute(
                "insert into loads values (?, 'leuven-qms', 'LEU', ?, 1, 1, 0, 'y')",
                [name, keep_original(root, data.encode())],
            )
    return made


@pytest.fixture(scope="module")
def inspection(workspace: Workspace) -> Path:
    return assemble(workspace, PackOrder("monthly"), at=AT)


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


def test_nothing_internal_stands_in_any_file_of_an_inspection_pack(inspection: Path) -> None:
    found = everything(inspection)

    for inside in (AUDIT, "DOC-IA-77", "R-IA", EMAIL):
        assert inside not in found
    assert SUPPLIER_AUDIT in found
    assert "email" not in (inspection / "data/evidence/people.csv").read_text().split("\n")[0]
    assert not (inspection / "data/evidence/valuations.parquet").exists()
    assert not (inspection / "data/evidence/exceptions.parquet").exists()


def test_what_is_left_out_is_counted_in_the_pack_and_on_its_cover(inspection: Path) -> None:
    told = json.loads((inspection / "data/left-out.json").read_text())
    page = (inspection / "data/reports/index.html").read_text(encoding="utf-8")

    assert json.loads((inspection / "pack.json").read_text())["profile"] == "inspection"
    assert told["documents"] == told["rows"]["documents"] == told["rows"]["document_links"] == 1
    assert told["columns"] == {"people": ["email"]}
    assert told["original_lines"] == 2
    assert len(told["original_files_sha256"]) == 1
    assert told["verdicts_resting_on_it"][0][0] == CLAUSE
    assert "an inspection; left out: one row of documents, one row of document links" in page


def test_the_lines_of_an_original_keep_their_places(inspection: Path) -> None:
    kept = (inspection / "data/originals/leuven-qms/documents.csv").read_text()

    assert kept == f"number;kind\n{SUPPLIER_AUDIT};audit_report\n\n\n"
    assert not (inspection / "data/originals/leuven-qms/people.csv").exists()


def test_inside_the_house_all_of_it_is_there_and_the_exceptions_too(workspace: Workspace) -> None:
    pack = assemble(workspace, PackOrder("executive"), at=AT)
    found = everything(pack)

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
