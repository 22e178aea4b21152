"""One printable sheet for each sample, as HTML and PDF, beside the originals its rows stand in.

What an auditor is given is as narrow as an inspection pack. Who chose what is left to
``lotproof.evidence.lots.sampling``, the rows to :mod:`.sample_rows`.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from . import words
from .enclosures import copy_originals
from .rendering import environment, pinned_pdf, stylesheet
from .request import ReportRequest
from .sample_rows import SampledTable, printed, rows_of
from .withholding import withhold

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from ..evidence.lots.sampling import Sample
    from ..evidence.register import Entry
    from ..evidence.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet says.

    Attributes:
        title: the lot, shipment or day.
        facts: names and texts under the title.
        tables: its rows.
        example: the data is invented.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[SampledTable, ...]
    example: bool


def write_sheets(
    con: DuckDBPyConnection, workspace: Workspace, sample: Sample, entry: Entry, as_of: datetime
) -> list[Path]:
    """Write a sheet for each sample into a folder of the workspace.

    Args:
        con: the last build, fresh; it is narrowed to what an inspection may see.
        workspace: the samples go into its ``samples/``, one folder for each entry.
        sample: what was chosen.
        entry: how the register has it.
        as_of: nothing recorded later is in the tables [UTC].

    Returns:
        The PDF of each sample, in their order.

    Raises:
        LotproofError: the folder exists already.
    """
    folder = workspace.root / "samples" / f"{entry.number:04d}"
    if folder.exists():
        raise LotproofError("a folder of samples that exists", "a new one", "move it", folder)
    request = ReportRequest("monthly", sample.site_id, sample.period, as_of, workspace.company, "")
    withheld = withhold(con, request, "inspection", workspace.packs.left_out("inspection"))
    found = [rows_of(con, sample.kind, item, sample.site_id) for item in sample.chosen]
    wanted = {
        (row["source"], row["source_file"])
        for tables in found for rows in tables.values() for row in rows
    }  # fmt: skip
    folder.mkdir(parents=True)
    originals = copy_originals(con, workspace, sample.site_id, folder, withheld.cuts, wanted)
    zone = workspace.site(sample.site_id).timezone
    written = []
    for number, (item, tables) in enumerate(zip(sample.chosen, found, strict=True), 1):
        facts = _facts(sample, entry, number, withheld.sentence())
        sheet = Sheet(
            item,
            facts,
            printed(tables, originals, zone),
            workspace.example,
        )
        written.append(_write(sheet, folder, number, as_of))
    return written


def _facts(
    sample: Sample, entry: Entry, number: int, made_for: str
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    how = f"drawn with seed {sample.seed}" if sample.seed is not None else "named"
    what = f"{number} of {len(sample.chosen)}, {how}, out of {words.number(len(sample.population))}"
    return (
        ("Sample", f"{what} {sample.kind} of {sample.site_id}, {words.month(sample.period)}"),
        ("By", f"{entry.by} ({entry.role}), {entry.at:%Y-%m-%d %H:%M} UTC: {entry.reason}"),
        ("Register", f"{entry.kind} {entry.number}, sha256 {words.digest_groups(entry.hash)}"),
        ("Population", f"sha256 {words.digest_groups(sample.population_sha256)}"),
        ("Made for", made_for),
    )


def _write(sheet: Sheet, folder: Path, number: int, as_of: datetime) -> Path:
    from ..evidence.seal import safe_name

    stem = f"{number:02d}-{safe_name(sheet.title).replace('.', '-')}"[:80]
    style = stylesheet("tokens.css", "sample/sheet.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    template = environment().get_template("sample/sheet.html.j2")
    page = template.render(sheet=sheet, style=style, policy=policy, linked=True)
    (folder / f"{stem}.html").write_text(page, encoding="utf-8")
    paper = template.render(sheet=sheet, style=style, policy=policy, linked=False)
    target = folder / f"{stem}.pdf"
    target.write_bytes(pinned_pdf(paper, as_of))
    return target
