"""What one ingest did: files, findings, refusals; said in plain values for whoever prints them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import LotproofError


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of the rows of one file; they add up to those read.

    Attributes:
        source: the source.
        name: the file.
        rows_read: records in the file.
        rows_landed: those that gave at least one row of the lot model.
        rows_quarantined: those that could not be read in some part, and are kept aside.
        rows_ignored: those that the mapping leaves out on purpose.
        exact_duplicates: those that say only what was said before.
    """

    source: str
    name: str
    rows_read: int
    rows_landed: int
    rows_quarantined: int
    rows_ignored: int
    exact_duplicates: int

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read has its place."""
        placed = self.rows_landed + self.rows_quarantined + self.rows_ignored
        return self.rows_read == placed + self.exact_duplicates


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the rows of a source that a person should look at.

    Attributes:
        source: the source.
        kind: unmapped, unknown_unit, missing, unreadable, conflict, coverage_hole.
        table: table of the lot model.
        column: its column.
        value: the value as it came.
        row_count: rows that have it.
        example: file and row of the first.
        reason: what is wrong.
        fix: what to do.
    """

    source: str
    kind: str
    table: str
    column: str
    value: str
    row_count: int
    example: str
    reason: str
    fix: str


@dataclass(slots=True)
class IngestReport:
    """What one ingest did.

    Attributes:
        files: files that were taken in.
        skipped: files that had been taken in before, as ``source: name``.
        refused: what kept a file, a window of coverage or a whole source out.
        warnings: what was expected and is not there, though nothing was kept out.
        findings: what a person should look at.
        landed: rows landed by table.
    """

    files: list[FileResult] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    refused: list[LotproofError] = field(default_factory=list)
    warnings: list[LotproofError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    landed: dict[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether nothing was refused and every row read has its place."""
        return not self.refused and all(file.adds_up for file in self.files)
