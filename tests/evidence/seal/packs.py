"""Packs for the tests: made by the house itself, and forged past its checks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    Credentials,
    DemoCa,
    PackIdentity,
    SignatureBox,
    SignatureText,
    SigningPolicy,
    Tool,
    VerificationReport,
    bag,
    canonical,
    finish_draft,
    load_credentials,
    new_pack,
    place_signature_fields,
    read_record,
    verify_pack,
    write_evidence_manifest,
)
from lotproof.evidence.seal.pdfsign import PdfSignatureRequest, sign_pdf
from lotproof.evidence.seal.policy import POLICY_PATH
from lotproof.evidence.seal.sealing import revocation_files, seal_bytes
from lotproof.evidence.seal.staging import write_record
from lotproof.evidence.seal.timesources import TimeSource, timestamp_token

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
REPORT = "data/reports/monthly.pdf"
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
class Signed:
    """A signature put past all checks: who, where, saying what, when, with whose key."""

    field: str
    person: str
    meaning: str
    hours: float
    key: str = ""
    name: str = ""
    certify: bool = False
    stamped: bool = True


HONEST = (
    Signed("preparer", "P-004", "authorship", 1, certify=True),
    Signed("reviewer", "P-011", "review", 2),
    Signed("approver", "P-002", "approval", 3),
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
    keys: dict[str, Credentials]
    source: TimeSource

    def verify(self, pack: Path, **question: Any) -> VerificationReport:
        """Verify with the root of the demo authority."""
        return verify_pack(pack, [self.ca.root], **question)

    def renew_manifests(self, pack: Path) -> None:
        """Write both manifests anew, as someone without the seal key could."""
        listed = bag.digests(pack, [path for path in bag.files(pack) if bag.in_manifest(path)])
        bag.replace(pack / bag.MANIFEST, bag.manifest_bytes(listed))
        tags = bag.digests(pack, [path for path in bag.files(pack) if bag.in_tagmanifest(path)])
        bag.replace(pack / bag.TAGMANIFEST, bag.manifest_bytes(tags))

    def reseal(self, pack: Path, key: Credentials | None = None) -> None:
        """Write manifests and seal anew, with any key."""
        self.renew_manifests(pack)
        data = (pack / bag.TAGMANIFEST).read_bytes()
        sealed = seal_bytes(data, key or self.keys["seal"], at=AT + timedelta(hours=5))
        bag.replace(pack / bag.SEAL, sealed)
        token = timestamp_token(sealed, self.source, AT + timedelta(hours=5))
        bag.replace(pack / bag.SEAL_TIME, token)

    def sign(self, data: bytes, signed: Signed, key: Credentials | None = None) -> bytes:
        """A report with one more signature that nobody asked the policy about.

        Keys of others sign without a timestamp: whoever clears certificates first refuses them.
        """
        person = self.policy.person(signed.person)
        assert person
        key = key or self.keys[signed.key or signed.person]
        text = SignatureText(
            role="Signed by",
            printed_name=signed.name or person.printed_name,
            title=person.title,
            person_id=person.person_id,
            meaning=signed.meaning,
            at=AT + timedelta(hours=signed.hours),
            timezone="Europe/Brussels",
            certificate=key.fingerprint,
        )
        lock = self.policy.roles[signed.field].lock if signed.field in self.policy.roles else False
        request = PdfSignatureRequest(signed.field, text, signed.certify, lock)
        is_own = key.fingerprint in {own.fingerprint for own in self.keys.values()}
        return sign_pdf(data, request, key, self.source if signed.stamped and is_own else None)

    def forge(
        self, root: Path, *signatures: Signed, keys: dict[str, Credentials] | None = None
    ) -> Path:
        """A sealed pack with one report, signed as told, whatever the policy says."""
        pack = Path(shutil.copytree(self.draft, root / self.draft.name))
        (pack / "data/reports/dossier.pdf").unlink()
        report = pack / REPORT
        for signed in signatures:
            key = (keys or {}).get(signed.person)
            report.write_bytes(self.sign(report.read_bytes(), signed, key))
        self.change_record(pack, state="sealed")
        proofs = revocation_files(self.keys["seal"], self.source, AT + timedelta(hours=4))
        for path, data in proofs.items():
            bag.replace(pack / path, data)
        self.reseal(pack)
        return pack

    def change_policy(self, pack: Path, **change: Any) -> None:
        """Write another policy into a pack, with the digests that name it and the manifests."""
        data = self.policy.model_copy(update=change).to_json()
        bag.replace(pack / POLICY_PATH, data)
        self.change_record(pack, policy_sha256=canonical.digest(data))
        self.renew_manifests(pack)

    def change_record(self, pack: Path, **change: Any) -> None:
        """Write ``pack.json`` with other values."""
        write_record(pack, read_record(pack).model_copy(update=change))


SAID = "Lot LEU-R-26-0931 was consumed before its release."
"""What a report of the tests says."""


def render(path: Path, title: str, manifest: Path, said: str = SAID, **options: Any) -> None:
    """A report of two pages with the evidence manifest attached."""
    from weasyprint import HTML, Attachment

    html = f"""<html lang="en"><head><title>{title}</title><meta name="author" content="Corvale">
      <style>@page {{ size: A4; margin: 20mm }} body {{ font-family: Inter, sans-serif }}
      h2 {{ break-before: page }}</style></head>
      <body><h1>{title}</h1><p>{said}</p>
      <h2>Approvals</h2><p>EXAMPLE</p></body></html>"""
    attached = Attachment(
        string=manifest.read_bytes(), name="evidence-manifest.json", created=AT, modified=AT
    )
    HTML(string=html).write_pdf(path, attachments=[attached], **{"pdf_tags": True, **options})


def stage_evidence(pack: Path, rows: int = 40) -> None:
    """Two small datasets, an original, a map and a query."""
    sql = f"""select 'LEU-R-' || i as lot_id, case when i % 3 > 0 then 'released' end as status,
        (i * 1.25)::decimal(18, 3) as base_quantity,
        timestamp '2026-10-01 06:00:00' + to_minutes(i) as occurred_at, i % 2 = 0 as is_open
        from range({rows}) numbers(i) order by i"""
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


def open_keys(ca: DemoCa) -> dict[str, Credentials]:
    """Every key of a demo authority."""
    return {name: load_credentials(file, DEMO_PASSPHRASE) for name, file in ca.key_files.items()}


def digests(pack: Path) -> dict[str, str]:
    """SHA-256 of every file of a pack."""
    return bag.digests(pack, bag.files(pack))
