"""A small sealed pack of invented rows, made in a moment and signed by an authority of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..seal import DemoCa, SigningPolicy

_ROWS = """
select 'Q-' || i as lot_id, (i * 1.25)::decimal(18, 3) as base_quantity, i % 2 = 0 as is_open
from range(40) as numbers(i) order by i
"""


@dataclass(frozen=True, slots=True)
class Golden:
    """A pack that must be found whole, and the root certificate to trust for it."""

    pack: Path
    root: Path


@contextmanager
def golden_pack(at: datetime) -> Iterator[Golden]:
    """A sealed pack in a folder that is gone afterwards.

    Args:
        at: when it is signed, aware.
    """
    from ..seal import (
        DEMO_PASSPHRASE,
        demo_policy,
        load_credentials,
        make_demo_ca,
        open_time_source,
        seal_pack,
        sign_pack,
    )

    with TemporaryDirectory(prefix="lotproof-qualification-") as name:
        folder = Path(name)
        ca = make_demo_ca(folder / "keys", at=at - timedelta(days=1))
        policy = demo_policy(ca)
        source = open_time_source(policy, folder / "policy.yml", [ca.root], DEMO_PASSPHRASE)
        pack = _draft(folder, policy, ca, at)
        for minutes, (_name, role) in enumerate(policy.in_order(), 1):
            person = next(who for who in policy.people if _name in who.roles)
            key = load_credentials(ca.key_files[person.person_id], DEMO_PASSPHRASE)
            then = at + timedelta(minutes=minutes)
            sign_pack(pack, person.person_id, role.meaning, key, at=then, source=source)
        seal = load_credentials(ca.key_files["seal"], DEMO_PASSPHRASE)
        then = at + timedelta(minutes=9)
        yield Golden(seal_pack(pack, seal, at=then, source=source), ca.root)


def _draft(folder: Path, policy: SigningPolicy, ca: DemoCa, at: datetime) -> Path:
    from ..seal import (
        PackIdentity,
        SignatureBox,
        Tool,
        finish_draft,
        new_pack,
        place_signature_fields,
        write_evidence_manifest,
    )

    identity = PackIdentity(
        pack_id="Q-GOLDEN", version=1, title="Golden pack of a qualification", report="golden",
        as_of=at, timezone="UTC", tool=Tool(name="lotproof", version="0"), example=True,
    )  # fmt: skip
    pack = new_pack(folder, identity, policy)
    _evidence(pack)
    write_evidence_manifest(pack)
    report = pack / "data/reports/golden.pdf"
    _page(report, pack / "data/evidence/evidence-manifest.json", at)
    boxes = {
        name: SignatureBox(1, 60, 640 - 90 * place, 240, 704 - 90 * place)
        for place, (name, _role) in enumerate(policy.in_order())
    }
    place_signature_fields(report, boxes, policy)
    return finish_draft(pack, actor="lotproof", at=at, anchors=(ca.root,))


def _evidence(pack: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"create table lots as {_ROWS}")
        target = pack / "data/evidence/lots"
        connection.execute(f"copy lots to '{target}.parquet' (format parquet)")
        connection.execute(f"copy lots to '{target}.csv' (header, null '')")
    (pack / "data/originals/lots.txt").write_bytes(b"invented\n")


def _page(report: Path, manifest: Path, at: datetime) -> None:
    from weasyprint import HTML, Attachment

    html = (
        '<html lang="en"><head><title>Golden pack</title></head>'
        "<body><h1>Golden pack</h1><p>Invented throughout.</p></body></html>"
    )
    attached = Attachment(
        string=manifest.read_bytes(), name="evidence-manifest.json", created=at, modified=at
    )
    HTML(string=html).write_pdf(report, attachments=[attached], pdf_tags=True)
