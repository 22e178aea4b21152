"""One good pack, made once and copied for each test that harms it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    Credentials,
    DemoCa,
    PackIdentity,
    SignatureBox,
    SigningPolicy,
    Tool,
    demo_policy,
    finish_draft,
    load_credentials,
    make_demo_ca,
    new_pack,
    place_signature_fields,
    seal_pack,
    sign_pack,
    write_evidence_manifest,
    zip_pack,
)

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SIGNERS = (("P-004", "authorship"), ("P-011", "review"), ("P-002", "approval"))
BOXES = {
    role: SignatureBox(2, 60, 640 - 90 * place, 240, 704 - 90 * place)
    for place, role in enumerate(("preparer", "reviewer", "approver"))
}
IDENTITY = PackIdentity(
    pack_id="AP-2026-10-LEU",
    version=1,
    title="Monthly evidence pack, October 2026",
    report="monthly",
    site="LEU",
    period="2026-10",
    as_of=datetime(2026, 11, 1, tzinfo=UTC),
    timezone="Europe/Brussels",
    tool=Tool(name="lotproof", version="0.1.0"),
    example=True,
)


@dataclass(frozen=True)
class World:
    """An authority, a policy and packs in each state, all by the same people."""

    ca: DemoCa
    policy: SigningPolicy
    draft: Path
    approved: Path
    sealed: Path
    zipped: Path

    def credentials(self, holder: str) -> Credentials:
        return load_credentials(self.ca.key_files[holder], DEMO_PASSPHRASE)


def render(path: Path, title: str, manifest: Path) -> None:
    """A report of two pages with the evidence manifest attached."""
    from weasyprint import HTML, Attachment

    html = f"""<html lang="en"><head><title>{title}</title><meta name="author" content="Corvale">
      <style>@page {{ size: A4; margin: 20mm }} body {{ font-family: Inter, sans-serif }}
      h2 {{ break-before: page }}</style></head>
      <body><h1>{title}</h1><p>Lot LEU-R-26-0931 was consumed before its release.</p>
      <h2>Approvals</h2><p>EXAMPLE</p></body></html>"""
    attached = Attachment(
        string=manifest.read_bytes(), name="evidence-manifest.json", created=AT, modified=AT
    )
    HTML(string=html).write_pdf(path, attachments=[attached], pdf_tags=True)


def stage_evidence(pack: Path, rows: int = 40) -> None:
    """Two small datasets, an original, a map and a query."""
    sql = f"""select 'LEU-R-' || i as lot_id, case when i % 3 > 0 then 'released' end as status,
        (i * 1.25)::decimal(18, 3) as base_quantity,
        timestamp '2026-10-01 06:00:00' + to_minutes(i) as occurred_at, i % 2 = 0 as is_open
        from range({rows}) numbers(i) order by i"""  # noqa: S608 - a number
    with duckdb.connect() as connection:
        for name in ("events", "verdicts"):
            target = pack / "data/evidence" / name
            connection.execute(f"create table {name} as {sql}")
            connection.execute(f"copy {name} to '{target}.parquet' (format parquet)")
            connection.execute(f"copy {name} to '{target}.csv' (header, null '')")
            sql = sql.replace("order by i", "order by i desc")
    (pack / "data/originals/MSEG_LEU_202610.csv").write_bytes(b"MBLNR;MENGE\r\n4711;1.200,50\r\n")
    (pack / "data/obligations/us-21cfr211.yml").write_bytes(b"map: us-21cfr211\n")
    (pack / "data/queries/211-84-a.sql").write_bytes(b"select 1\n")


def make_draft(
    root: Path, policy: SigningPolicy, ca: DemoCa, identity: PackIdentity = IDENTITY
) -> Path:
    """A finished draft with two reports."""
    pack = new_pack(root, identity, policy)
    stage_evidence(pack)
    write_evidence_manifest(pack)
    for name in ("monthly", "dossier"):
        report = pack / f"data/reports/{name}.pdf"
        render(report, f"The {name} report", pack / "data/evidence/evidence-manifest.json")
        place_signature_fields(report, BOXES, policy)
    return finish_draft(pack, actor="lotproof", at=AT, anchors=(ca.root,))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("packs")
    ca = make_demo_ca(root / "keys", at=AT - timedelta(days=30))
    policy = demo_policy(ca)
    pack = make_draft(root, policy, ca)
    draft = Path(shutil.copytree(pack, root / "draft" / pack.name))
    for hours, (person, meaning) in enumerate(SIGNERS, 1):
        key = load_credentials(ca.key_files[person], DEMO_PASSPHRASE)
        sign_pack(pack, person, meaning, key, at=AT + timedelta(hours=hours))
    approved = Path(shutil.copytree(pack, root / "approved" / pack.name))
    seal = load_credentials(ca.key_files["seal"], DEMO_PASSPHRASE)
    seal_pack(pack, seal, at=AT + timedelta(hours=4))
    return World(ca, policy, draft, approved, pack, zip_pack(pack))


@pytest.fixture
def pack(world: World, tmp_path: Path) -> Path:
    """A copy of the sealed pack, free to be harmed."""
    return Path(shutil.copytree(world.sealed, tmp_path / world.sealed.name))
