"""An original with the lines left empty that a profile leaves out; the others keep their places.

Only where a line is a record beyond doubt. Any other file in which something stands that is left
out does not go along at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .left_out import Cut
from .originals import lines_of


@dataclass(slots=True)
class Scissors:
    """Cuts originals, and counts what it cut.

    Attributes:
        cuts: what is left out, and where it stands.
        lines: lines emptied so far.
        files: digests of files left out so far.
    """

    cuts: Sequence[Cut]
    lines: int = 0
    files: list[str] = field(default_factory=list)

    def copy(self, kept: Path, target: Path, source: str, file: str) -> None:
        """Copy an original as far as it may go along.

        Args:
            kept: the original, named by its digest.
            target: where it goes in the pack.
            source: the source it came from.
            file: what the source calls it.
        """
        data = kept.read_bytes()
        rows = {c.source_row for c in self.cuts if (c.source, c.source_file) == (source, file)}
        named = [c.text.encode() for c in self.cuts if c.text and c.text.encode() in data]
        if not rows and not named:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        elif None in rows or not lines_of(kept, Path(file).suffix):
            self.files.append(kept.name)
        else:
            lines = data.split(b"\n")
            emptied = [
                b"" if number in rows or any(text in line for text in named) else line
                for number, line in enumerate(lines, 1)
            ]
            self.lines += sum(a != b for a, b in zip(lines, emptied, strict=True))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"\n".join(emptied))
