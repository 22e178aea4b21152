"""What a profile left out of a pack, in numbers and words: on the cover, in a file, for a verifier.

Nothing of what was left out is named: counts of rows by table, columns, original files by digest,
and the verdicts it had a part in, which nobody can judge again from this pack.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ..evidence.profiles import LEFT_OUT, ProfileName
from . import words

_FOR: Final[dict[ProfileName, str]] = {
    "internal": "use inside the house",
    "inspection": "an inspection",
    "customer": "a customer",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """A place in an original that is left out.

    Attributes:
        source: name of the source.
        source_file: the file as the source named it.
        source_row: the line in it; None for the whole file.
        text: in place of these, what no line of any original may hold.
    """

    source: str | None
    source_file: str | None
    source_row: int | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was left out.

    Attributes:
        profile: for whom the pack is.
        documents: documents that stay inside.
        rows: rows left out, by dataset.
        tables: datasets left out whole.
        columns: columns left out, by dataset.
        resting: verdicts that rest on something left out: clause, subject type, subject.
        cuts: where it stands in the originals.
        lines: lines of originals that were emptied.
        files: digests of originals left out whole.
    """

    profile: ProfileName
    documents: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    resting: tuple[tuple[str, str, str], ...] = ()
    cuts: tuple[Cut, ...] = ()
    lines: int = 0
    files: tuple[str, ...] = ()

    def with_originals(self, lines: int, files: tuple[str, ...]) -> Withheld:
        """The same, with what the originals lost."""
        return replace(self, lines=lines, files=files)

    def sentence(self) -> str:
        """For whom the pack is and what it leaves out, as its cover says it."""
        parts = [
            words.counted(count, "row") + f" of {name.replace('_', ' ')}"
            for name, count in self.rows.items()
        ]
        columns = sum(map(len, self.columns.values()))
        parts += [words.counted(columns, "column")] if columns else []
        parts += [words.counted(self.lines, "line") + " of originals"] if self.lines else []
        parts += [words.counted(len(self.files), "original file")] if self.files else []
        return f"{_FOR[self.profile]}; left out: {', '.join(parts) or 'nothing'}"

    def write(self, pack: Path) -> None:
        """Put the counts into a staged pack."""
        told = {
            "profile": self.profile,
            "documents": self.documents,
            "rows": self.rows,
            "tables": list(self.tables),
            "columns": {table: list(names) for table, names in self.columns.items()},
            "original_lines": self.lines,
            "original_files_sha256": list(self.files),
            "verdicts_resting_on_it": [list(verdict) for verdict in self.resting],
        }
        text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
        (pack / LEFT_OUT).write_text(text + "\n", encoding="utf-8")
