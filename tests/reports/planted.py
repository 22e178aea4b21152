"""What must not leave the house, planted in the invented world and in its originals."""

from __future__ import annotations

from pathlib import Path

import duckdb

from lotproof.evidence.workspace import Workspace

from .assembling import keep_original, make_workspace
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
        "insert into quarantine (load_id, source, site_id, table_name, source_file, source_row, "
        "raw, reason) values ('x', 'leuven-qms', 'LEU', 'people', 'people.csv', 4, ?, 'no name')",
        [EMAIL],
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


def planted_workspace(root: Path) -> Workspace:
    """A workspace of the planted world, with the originals of what was planted."""
    made = make_workspace(root, MORE, planted())
    with duckdb.connect(str(root / ".lotproof" / "warehouse.duckdb")) as con:
        for name, data in (("documents.csv", DOCUMENTS), ("people.csv", f"email\n{EMAIL}\n")):
            con.execute(
                "insert into loads values (?, 'leuven-qms', 'LEU', ?, 1, 1, 0, 'y')",
                [name, keep_original(root, data.encode())],
            )
    return made
