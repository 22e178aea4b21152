"""Salted hashes of the fields of a pack's evidence, and what they come to for each dataset.

The salt of a field is an HMAC-SHA-256 of its place under the workspace's secret, so it need not be
kept and nobody without the secret can guess a withheld value by trying. Choosing what to hand over
is left to :mod:`.disclosing`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import LotproofError

COMMITMENTS: Final = "data/disclosure/commitments.json"
"""Where a pack says what its fields come to."""
FORMAT: Final = "lotproof-disclosure/1"
_BATCH: Final = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: pack, dataset, row from 0, column."""

    pack: str
    dataset: str
    row: int
    column: str

    def name(self) -> bytes:
        """Its name as bytes; no part may hold a zero byte."""
        return f"{self.pack}\0{self.dataset}\0{self.row}\0{self.column}\0".encode()


def secret_of(root: Path, *, make: bool) -> bytes:
    """The secret of a workspace that salts are made of.

    Args:
        root: folder of the workspace; the secret lies in ``disclosure.key``, readable by its owner.
        make: whether to make one where there is none.

    Raises:
        LotproofError: there is none, or it is none that was made here.
    """
    file = root / "disclosure.key"
    if make and not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    try:
        found = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        found = b""
    if len(found) != 32:
        raise LotproofError(
            "no secret to prove fields with", "the disclosure.key the pack was made with",
            "make packs with lotproof pack --disclosable, and keep disclosure.key", file,
        )  # fmt: skip
    return found


def salt_of(secret: bytes, place: Place) -> bytes:
    """The salt of one field."""
    return hmac.digest(secret, place.name(), "sha256")


def leaf_of(place: Place, salt: bytes, value: str | None) -> bytes:
    """The hash that stands for one field; the value as text, ``None`` when not given."""
    text = b"-" if value is None else b"+" + value.encode()
    return hashlib.sha256(b"field\0" + salt + place.name() + text).digest()


def row_of(leaves: Sequence[bytes]) -> bytes:
    """The hash of a row: of those of its fields, in the order of the columns."""
    return hashlib.sha256(b"row\0" + b"".join(leaves)).digest()


def root_of(rows: Sequence[bytes]) -> str:
    """What a dataset comes to: the hash over those of its rows, in hexadecimal."""
    return hashlib.sha256(b"rows\0" + b"".join(rows)).hexdigest()


def fields_of(parquet: Path) -> tuple[list[str], Iterator[tuple[str | None, ...]]]:
    """Columns of a dataset, and its rows as texts.

    Raises:
        duckdb.Error: the file is no Parquet.
    """
    import duckdb

    con = duckdb.connect(config={"autoload_known_extensions": False})
    con.execute("set TimeZone = 'UTC'")
    con.execute("set threads = 1")
    found = con.execute("select columns(*)::varchar from read_parquet(?)", [str(parquet)])
    names = [str(column[0]) for column in found.description or []]

    def rows() -> Iterator[tuple[str | None, ...]]:
        while batch := found.fetchmany(_BATCH):
            yield from batch
        con.close()

    return names, rows()


def committed(pack: str, parquet: Path, secret: bytes) -> dict[str, Any]:
    """Columns, number of rows and root of one dataset."""
    dataset = parquet.stem
    columns, rows = fields_of(parquet)
    hashes = []
    for number, row in enumerate(rows):
        places = [Place(pack, dataset, number, column) for column in columns]
        pairs = zip(places, row, strict=True)
        hashes.append(row_of([leaf_of(p, salt_of(secret, p), value) for p, value in pairs]))
    return {"columns": columns, "rows": len(hashes), "root": root_of(hashes)}


def commit(staged: Path, pack: str, secret: bytes) -> Path:
    """Write into a staged pack what each field of its evidence comes to.

    Args:
        staged: the folder, with its evidence.
        pack: id and version of the pack, such as ``AP-2026-10-LEU_v1``.
        secret: of the workspace.
    """
    from ..seal import canonical

    files = sorted((staged / "data" / "evidence").glob("*.parquet"))
    datasets = {file.stem: committed(pack, file, secret) for file in files}
    target = staged / COMMITMENTS
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(canonical.dump({"format": FORMAT, "pack": pack, "datasets": datasets}))
    return target
