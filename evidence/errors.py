"""The one root of every failure that a person reading the terminal can mend.

A negative verdict is a result and never raised. Turning an error into an exit code is left to
``lotproof.cli``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file, as editors write it: ``file:line:column``.

    Attributes:
        file: path or name of the file, as the person gave it.
        line: line or row, counted from 1; ``None`` when the whole file is meant.
        column: column, counted from 1 (a name for tables, such as ``MENGE``).
    """

    file: Path | str
    line: int | None = None
    column: int | str | None = None

    def __str__(self) -> str:
        parts = (self.file, self.line, self.column if self.line is not None else None)
        place = ":".join(str(part) for part in parts if part is not None)
        if self.line is None and self.column is not None:
            return f"{place} (column {self.column})"
        return place


class LotproofError(Exception):
    """Something could not be done, said so that the reader can mend it.

    Attributes:
        found: what was there, in words (``unit 'KGS'``).
        expected: what should have been there; empty when nothing can be said.
        fix: what to do, as an instruction; empty when ``expected`` says it all.
        where: the place, or ``None`` when no file is at fault.
    """

    def __init__(
        self,
        found: str,
        expected: str = "",
        fix: str = "",
        where: Where | Path | str | None = None,
    ) -> None:
        self.found = found
        self.expected = expected
        self.fix = fix
        self.where = Where(where) if isinstance(where, (str, Path)) else where
        super().__init__(found, expected, fix, where)

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.found}" if self.where else self.found]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.fix:
            lines.append(f"  to do: {self.fix}")
        return "\n".join(lines)
