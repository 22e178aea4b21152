"""A pack for measuring: one report of sixty pages with three signatures, 100,000 rows of evidence.

Rows and text are invented; keys, timestamps and seal are made by the authority of the demo, as for
any other pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    PackIdentity,
    SignatureBox,
    SigningPolicy,
    Tool,
    demo_policy,
    finish_draft,
    load_credentials,
    make_demo_ca,
    new_pack,
    open_time_source,
    place_signature_fields,
    seal_pack,
    sign_pack,
    write_evidence_manifest,
)

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PAGES, ROWS = 60, 100_000
_DATASETS = 4
_ROW = """
select 'MSEG-' || i as record_id, 1 as version, true as is_current, 'LEU' as site_id,
    'leuven-sap' as source, 'MSEG 49000' || i as source_ref, 'MSEG_LEU_202610.csv' as source_file,
    i as source_row, sha256(i::varchar) as record_hash,
    timestamp '2026-10-01 06:00:00' + to_seconds(i) as recorded_at,
    timestamp '2026-10-01 06:00:00' + to_seconds(i) as occurred_at, '+02:00' as utc_offset,
    'second' as "precision", 'consumption' as event_type, 'LEU/M-2001/26-' || (i % 5000) as lot_id,
    ((i % 997) * 1.25)::decimal(18, 6) as quantity, 'KG' as uom, 'P-0' || (i % 40) as performed_by
from range({first}, {last}) numbers(i) order by i
"""


@dataclass(frozen=True, slots=True)
class SignedPack:
    """A sealed pack, and the root to trust for it."""

    folder: Path
    root: Path

    @property
    def report(self) -> Path:
        """Its one report."""
        return self.folder / "data" / "reports" / "monthly.pdf"

    def files(self) -> list[str]:
        """Every file, as ``sha256sum`` takes them."""
        return [str(path) for path in sorted(self.folder.rglob("*")) if path.is_file()]


def make(root: Path, pages: int = PAGES, rows: int = ROWS) -> SignedPack:
    """Make the pack, and sign and seal it.

    Args:
        root: where it goes; must exist.
        pages: pages of the report.
        rows: rows of evidence, in four datasets.
    """
    ca = make_demo_ca(root / "keys", at=AT - timedelta(days=30))
    policy = demo_policy(ca)
    keys = {name: load_credentials(file, DEMO_PASSPHRASE) for name, file in ca.key_files.items()}
    source = open_time_source(policy, root / "policy.yml", [ca.root], DEMO_PASSPHRASE)
    pack = _draft(root, policy, ca.root, pages, rows)
    for hours, (key, role) in enumerate(policy.in_order(), 1):
        person = next(one.person_id for one in policy.people if key in one.roles)
        at = AT + timedelta(hours=hours)
        sign_pack(pack, person, role.meaning, keys[person], at=at, source=source)
    sealed = seal_pack(pack, keys["seal"], at=AT + timedelta(hours=4), source=source)
    return SignedPack(sealed, ca.root)


def _draft(root: Path, policy: SigningPolicy, anchor: Path, pages: int, rows: int) -> Path:
    identity = PackIdentity(
        pack_id="AP-2026-10-LEU", version=1, title="Monthly evidence pack, October 2026",
        report="monthly", site="LEU", period="2026-10", as_of=AT, timezone="Europe/Brussels",
        tool=Tool(name="lotproof", version="0.1.0"), example=True,
    )  # fmt: skip
    pack = new_pack(root, identity, policy)
    _evidence(pack / "data" / "evidence", rows)
    write_evidence_manifest(pack)
    report = pack / "data" / "reports" / "monthly.pdf"
    _render(report, pack / "data" / "evidence" / "evidence-manifest.json", pages)
    boxes = {
        key: SignatureBox(1, 60, 640 - 90 * place, 240, 704 - 90 * place)
        for place, (key, _) in enumerate(policy.in_order())
    }
    place_signature_fields(report, boxes, policy)
    return finish_draft(pack, actor="lotproof", at=AT, anchors=(anchor,))


def _evidence(folder: Path, rows: int) -> None:
    each = rows // _DATASETS
    with duckdb.connect() as con:
        for place in range(_DATASETS):
            sql = _ROW.format(first=place * each, last=(place + 1) * each)
            con.execute(f"create or replace table rows as {sql}")
            target = folder / f"events_{place}"
            con.execute(f"copy rows to '{target}.parquet' (format parquet, compression zstd)")
            con.execute(f"copy rows to '{target}.csv' (header, null '')")


def _render(path: Path, manifest: Path, pages: int) -> None:
    """A tagged report with a table of thirty rows on each page."""
    from weasyprint import HTML, Attachment

    row = "<tr>" + "".join(f"<td>LEU-{column}</td>" for column in range(6)) + "</tr>"
    head = "<tr>" + "".join(f"<th>c{column}</th>" for column in range(6)) + "</tr>"
    page = f"<section><h2>Clause</h2><table>{head}{row * 30}</table></section>"
    html = f"""<html lang="en"><head><title>Monthly</title><style>@page {{ size: A4 }}
      body {{ font-family: Inter, sans-serif; font-size: 9pt }} section {{ break-before: page }}
      </style></head><body><h1>Approvals</h1>{page * (pages - 1)}</body></html>"""
    attached = Attachment(
        string=manifest.read_bytes(), name="evidence-manifest.json", created=AT, modified=AT
    )
    HTML(string=html).write_pdf(path, attachments=[attached], pdf_tags=True)
