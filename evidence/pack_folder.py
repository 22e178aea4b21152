"""Verifies every pack of a folder, and how they follow on one another.

Whether one pack is whole is left to ``lotproof.evidence.seal.verify``, excerpts to
:mod:`.disclosure`; the verdict of the folder is the worst of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .seal import Finding, VerificationReport
    from .seal.verify.chain import Member, Series
    from .seal.verify.findings import Verdict

MARKS: Final = ("pack.json", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
"""Files of which a pack has one even after it was tampered with."""


@dataclass(frozen=True, slots=True)
class FolderReport:
    """Everything the verification of a folder found.

    Attributes:
        folder: its name.
        packs: what came of each pack, by file name.
        series: the packs that follow on one another, by month.
        chain: what is wrong with how they do, or worth knowing.
        not_looked_at: names in the folder that are no pack.
    """

    folder: str
    packs: tuple[tuple[str, VerificationReport], ...]
    series: tuple[Series, ...]
    chain: tuple[Finding, ...]
    not_looked_at: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of all packs and of the chain."""
        from .seal.verify.findings import verdict_of

        found = [finding for _, report in self.packs for finding in report.findings]
        return verdict_of([*found, *self.chain])

    @property
    def exit_code(self) -> int:
        """0 verified, 1 failed, 2 indeterminate."""
        return {"VERIFIED": 0, "FAILED": 1, "INDETERMINATE": 2}[self.verdict]

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        from .seal import CODES

        chain = [asdict(finding) | {"meaning": CODES[finding.code]} for finding in self.chain]
        return {
            "verdict": self.verdict,
            "folder": self.folder,
            "packs": [{"name": name, **report.to_json()} for name, report in self.packs],
            "series": [asdict(series) for series in self.series],
            "chain": chain,
            "not_looked_at": list(self.not_looked_at),
        }

    def lines(self) -> Iterator[str]:
        """The report in words, for a terminal; what a pack says can move no cursor there."""
        from .seal.verify.findings import harmless

        yield from map(harmless, self._lines())

    def _lines(self) -> Iterator[str]:
        from .seal import CODES

        counted = f"{len(self.packs)} pack{'' if len(self.packs) == 1 else 's'}"
        yield f"{self.verdict}  {self.folder}  ({counted})"
        for name, report in self.packs:
            told = "" if name.removesuffix(".zip") == report.pack else f"  {report.pack}"
            yield f"  {report.verdict:<13}  {name}{told}"
            yield from (f"      {finding}" for finding in report.findings)
        for series in self.series:
            yield f"Series {series.name}"
            yield from _months(series)
        for finding in self.chain:
            noted = finding.code[0] == "N"
            told = f"note: {finding.object}: {CODES[finding.code]} ({finding.found})"
            yield f"  {told}" if noted else f"  {finding}"
        if self.not_looked_at:
            yield f"Not looked at: {', '.join(self.not_looked_at)}"


def _months(series: Series) -> Iterator[str]:
    lines = [(month, f"  {month}  missing") for month in series.missing]
    for link in series.links:
        follows = f", follows {link.follows}" if link.follows else ", names no pack before it"
        replaced = f", superseded by {link.superseded_by}" if link.superseded_by else ""
        lines.append((link.period, f"  {link.period}  {link.pack}{follows}{replaced}"))
    yield from (line for _, line in sorted(lines, key=lambda line: line[0]))


def is_pack(path: Path) -> bool:
    """Whether a path looks like one pack: a zip, or a folder with something of a pack in it."""
    if path.is_dir():
        return any((path / mark).exists() for mark in MARKS)
    return path.suffix == ".zip" and path.is_file()


def is_folder_of_packs(path: Path) -> bool:
    """Whether a folder is neither pack nor excerpt itself, and holds some."""
    from .disclosure import is_disclosed

    if not path.is_dir() or is_pack(path) or is_disclosed(path):
        return False
    return any(map(_is_looked_at, path.iterdir()))


def _is_looked_at(path: Path) -> bool:
    from .disclosure import is_disclosed

    return not path.name.startswith(".") and (is_pack(path) or is_disclosed(path))


def verify_folder(folder: Path, verify: Callable[[Path], VerificationReport]) -> FolderReport:
    """Verify each pack of a folder, and the chain they make.

    Args:
        folder: holds packs as folders or zips, and excerpts; not looked into any deeper.
        verify: verifies one of them.
    """
    from .seal.verify.chain import check_chain, series_of

    names = sorted(folder.iterdir(), key=lambda path: path.name)
    packs = tuple((path.name, verify(path)) for path in names if _is_looked_at(path))
    members = _members([report for _, report in packs])
    return FolderReport(
        folder=folder.name,
        packs=packs,
        series=series_of(members),
        chain=tuple(sorted(set(check_chain(members)))),
        not_looked_at=tuple(path.name for path in names if not _is_looked_at(path)),
    )


def _members(reports: Sequence[VerificationReport]) -> list[Member]:
    """Each pack once, though it may lie there as folder and as zip; excerpts are no members."""
    from .seal.verify.chain import Member

    found = (
        Member(report.record, report.tagmanifest_sha256)
        for report in reports
        if report.record and report.tagmanifest_sha256
    )
    return list({(member.record.folder, member.digest): member for member in found}.values())
