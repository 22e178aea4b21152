"""The invented world, and the reports made of it, once for all tests."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.workspace import Workspace
from lotproof.reports.composition import ReportModel, compose
from lotproof.reports.pack import PackOrder, assemble
from lotproof.reports.rendering import AttachedFile, RenderedReport, render_pdf
from lotproof.reports.request import ReportRequest

from .assembling import AT
from .judged_world import build_world
from .planted import planted_workspace
from .world import AS_OF, PERIOD, SITE

DIGEST = "9f2c81d044ab6e17c0d55b3971f0a2de5c8846b10e93d7fa62b1c8e4aa07f315"
MANIFEST = AttachedFile("evidence-manifest.json", b'{"format": "test"}', "what was judged")


def request_for(report: str, **more: object) -> ReportRequest:
    values = {
        "report": report, "site_id": SITE, "period": PERIOD, "as_of": AS_OF,
        "company": "Corvale Manufacturing", "pack_id": "AP-2026-10-LEU", "example": True,
    }  # fmt: skip
    return ReportRequest(**(values | more))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def con() -> duckdb.DuckDBPyConnection:
    return build_world()


@pytest.fixture(scope="session")
def monthly(con: duckdb.DuckDBPyConnection) -> ReportModel:
    return compose(con, request_for("monthly"), DIGEST)


@pytest.fixture(scope="session")
def monthly_pdf(monthly: ReportModel) -> RenderedReport:
    return render_pdf(monthly, [MANIFEST])


@pytest.fixture(scope="session")
def certificate(con: duckdb.DuckDBPyConnection) -> ReportModel:
    return compose(con, request_for("coa", lot_id="LEU-P-2671-1", customer_id="C-007"), DIGEST)


@pytest.fixture(scope="session")
def certificate_pdf(certificate: ReportModel) -> RenderedReport:
    return render_pdf(certificate, [MANIFEST])


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose packs can be assembled; in it is planted what must stay inside."""
    return planted_workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="session")
def monthly_pack(workspace: Workspace) -> Path:
    """Its first monthly pack, for an inspection as by default."""
    return assemble(workspace, PackOrder("monthly"), at=AT)
