"""The evidence manifest: every file the reports rest on, in one document with one digest.

Its digest is printed in each report, and the document is attached there byte for byte, so that who
signs a report signs the evidence. Row trees are left to :mod:`.rowtree`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..errors import LotproofError
from . import bag, canonical
from .model import PackRecord
from .paths import require_name
from .rowtree import RowTree, row_trees

EVIDENCE_MANIFEST: Final = "data/evidence/evidence-manifest.json"
"""Where a pack keeps it; attached to each report as ``evidence-manifest.json``."""
_APART: Final = ("data/reports/", "data/audit/")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """Name and DuckDB type of a column."""

    name: str
    type: str


class FileDigest(_Frozen):
    """A file, its size in bytes and its SHA-256."""

    path: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class Dataset(_Frozen):
    """One table: its files, its columns and the root of its row tree."""

    name: str
    files: tuple[FileDigest, ...] = Field(min_length=1)
    columns: tuple[Column, ...]
    rows: int = Field(ge=0)
    row_root: str = Field(pattern=r"^[0-9a-f]{64}$")


class EvidenceManifest(_Frozen):
    """The document itself.

    Attributes:
        format: name and version of the form.
        pack_id: the pack it belongs to, so that it fits no other.
        version: the pack's version.
        as_of: what had been recorded by then is in the evidence, UTC.
        datasets: the tables, by name.
        files: originals, maps, queries and the signing policy, by path.
    """

    format: Literal["lotproof-evidence/1"] = "lotproof-evidence/1"
    pack_id: str
    version: int
    as_of: str
    datasets: tuple[Dataset, ...]
    files: tuple[FileDigest, ...]

    def to_json(self) -> bytes:
        """The bytes of the document."""
        return canonical.dump(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """SHA-256 of the document, to be printed in full in each report."""
        return canonical.digest(self.to_json())


def write_evidence_manifest(pack: Path) -> EvidenceManifest:
    """Describe what has been staged, and write it into the pack.

    Call it when evidence, originals, maps and queries are in place and no report is rendered yet.

    Raises:
        LotproofError: no dataset, a file name a pack must not hold, a CSV without its Parquet, or a
            file that cannot be read.
    """
    from .staging import read_record, write_record

    record = read_record(pack)
    manifest = _describe(pack, record)
    data = manifest.to_json()
    bag.replace(pack / EVIDENCE_MANIFEST, data)
    write_record(
        pack, record.model_copy(update={"evidence_manifest_sha256": canonical.digest(data)})
    )
    return manifest


def _describe(pack: Path, record: PackRecord) -> EvidenceManifest:
    paths = [path for path in bag.files(pack) if bag.in_manifest(path)]
    paths = [path for path in paths if not path.startswith(_APART) and path != EVIDENCE_MANIFEST]
    for path in paths:
        require_name(path)
    known = bag.digests(pack, paths)
    described = {p: FileDigest(path=p, sha256=d, size=_size(pack, p)) for p, d in known.items()}
    tables = [path for path in paths if _is_table(path)]
    return EvidenceManifest(
        pack_id=record.pack_id,
        version=record.version,
        as_of=record.as_of,
        datasets=_datasets(pack, {path: described[path] for path in tables}),
        files=tuple(described[path] for path in paths if path not in set(tables)),
    )


def _is_table(path: str) -> bool:
    return path.startswith("data/evidence/") and path.endswith((".parquet", ".csv"))


def _size(pack: Path, path: str) -> int:
    return (pack / path).stat().st_size


def _datasets(pack: Path, tables: dict[str, FileDigest]) -> tuple[Dataset, ...]:
    names = sorted({path.rpartition(".")[0] for path in tables})
    if not names:
        raise LotproofError(
            "no dataset in the pack",
            "at least one data/evidence/<dataset>.parquet",
            "export the evidence before describing it",
            pack,
        )
    with row_trees() as read:
        return tuple(_dataset(pack, stem, tables, read) for stem in names)


def _dataset(
    pack: Path, stem: str, tables: dict[str, FileDigest], read: Callable[[Path], RowTree]
) -> Dataset:
    parquet = f"{stem}.parquet"
    if parquet not in tables:
        raise LotproofError(
            "a CSV without its Parquet twin", parquet, "export both from one query", f"{stem}.csv"
        )
    tree = read(pack / parquet)
    csv = f"{stem}.csv"
    if csv in tables:
        _same_rows(pack / csv, tree)
    return Dataset(
        name=stem.removeprefix("data/evidence/"),
        files=tuple(tables[path] for path in (csv, parquet) if path in tables),
        columns=tuple(Column(name=name, type=kind) for name, kind in tree.columns),
        rows=tree.rows,
        row_root=tree.root,
    )


def _same_rows(csv: Path, tree: RowTree) -> None:
    header, rows = csv_shape(csv)
    columns = [name for name, _ in tree.columns]
    if header != columns or rows != tree.rows:
        raise LotproofError(
            f"{rows} rows of {header}",
            f"{tree.rows} rows of {columns}, as in the Parquet file",
            "export both from one query",
            csv,
        )


def csv_shape(csv: Path) -> tuple[list[str], int]:
    """Header and number of records of a CSV file (RFC 4180); no type is guessed.

    Raises:
        LotproofError: not UTF-8, or no CSV.
    """
    import csv as reader

    try:
        with csv.open(encoding="utf-8", newline="") as stream:
            records = reader.reader(stream, strict=True)
            header = next(records, [])
            return header, sum(1 for _ in records)
    except (UnicodeDecodeError, reader.Error) as error:
        raise LotproofError(
            f"not readable as CSV: {error}", "UTF-8, RFC 4180", "export it again", csv
        ) from error
