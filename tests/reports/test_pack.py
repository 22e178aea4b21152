"""A report from verdicts to a signed, sealed, verified pack."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    DemoCa,
    PackIdentity,
    Tool,
    demo_policy,
    finish_draft,
    load_credentials,
    make_demo_ca,
    new_pack,
    open_time_source,
    seal_pack,
    sign_pack,
    verify_pack,
    write_evidence_manifest,
)
from lotproof.reports.evidence import export_evidence
from lotproof.reports.pack import write_reports
from lotproof.reports.request import ReportRequest

from ..evidence.seal.standard_rules import holds_signatures, keeps_the_standards
from .conftest import request_for
from .world import AS_OF

AT = datetime(2026, 11, 5, 8, 14, tzinfo=UTC)
SIGNERS = (("P-004", "authorship"), ("P-011", "review"), ("P-002", "approval"))


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> DemoCa:
    return make_demo_ca(tmp_path_factory.mktemp("keys"), at=AT - timedelta(days=30))


def draft(con: duckdb.DuckDBPyConnection, request: ReportRequest, ca: DemoCa, root: Path) -> Path:
    policy = demo_policy(ca)
    identity = PackIdentity(
        pack_id=request.pack_id, version=1, title="test", report=request.report,
        as_of=AS_OF.replace(tzinfo=UTC), timezone="Europe/Brussels", example=True,
        tool=Tool(name="lotproof", version="0"), site="LEU", period="2026-10",
    )  # fmt: skip
    root.mkdir(exist_ok=True)
    staged = new_pack(root, identity, policy)
    export_evidence(con, request, staged / "data" / "evidence")
    manifest = write_evidence_manifest(staged)
    write_reports(con, request, staged, manifest.digest, policy)
    return finish_draft(staged, actor="lotproof", at=AT)


@pytest.mark.parametrize(
    ("report", "lot", "customer"),
    [("monthly", None, None), ("dossier", "LEU-B-2671", None), ("coa", "LEU-P-2671-1", "C-007")],
)
def test_every_report_can_be_signed_sealed_and_verified(
    con: duckdb.DuckDBPyConnection, ca: DemoCa, tmp_path: Path, report: str, lot: str | None,
    customer: str | None,
) -> None:  # fmt: skip
    request = request_for(report, lot_id=lot, customer_id=customer)
    pack = draft(con, request, ca, tmp_path)
    policy = demo_policy(ca, keys=str(ca.root.parent))
    source = open_time_source(policy, tmp_path / "policy.yml", [ca.root], DEMO_PASSPHRASE)
    for hours, (person, meaning) in enumerate(SIGNERS, start=1):
        key = load_credentials(ca.key_files[person], DEMO_PASSPHRASE)
        sign_pack(pack, person, meaning, key, at=AT + timedelta(hours=hours), source=source)
    seal = load_credentials(ca.key_files["seal"], DEMO_PASSPHRASE)
    seal_pack(pack, seal, at=AT + timedelta(hours=4), source=source)

    assert verify_pack(pack, [ca.root]).exit_code == 0
    for pdf in (pack / "data" / "reports").glob("*.pdf"):
        keeps_the_standards(pdf)
        holds_signatures(pdf, len(SIGNERS))
    assert (pack / "data/reports/index.html").is_file() == (report != "coa")


def test_two_drafts_of_the_same_build_are_the_same_bytes(
    con: duckdb.DuckDBPyConnection, ca: DemoCa, tmp_path: Path
) -> None:
    request = request_for("dossier", lot_id="LEU-B-2671")
    one = draft(con, request, ca, tmp_path / "one")
    other = draft(con, request, ca, tmp_path / "other")

    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(files) > 60
    for name in files:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    shutil.rmtree(other)
