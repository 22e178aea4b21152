"""Figures, the ratios between them, and the tables they are printed in. No measuring here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure of ours beside the figure of something public, from the same run.

    Attributes:
        what: what was measured.
        ours: our figure [unit].
        against: what it is held against.
        theirs: its figure [unit].
        unit: unit of both.
    """

    what: str
    ours: float
    against: str
    theirs: float
    unit: str

    @property
    def value(self) -> float:
        """Ours divided by theirs; infinite when theirs is zero."""
        return self.ours / self.theirs if self.theirs else float("inf")


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement as it is printed: title, what the reader must know, tables, ratios.

    Attributes:
        title: heading.
        notes: what the reader must know, under the table.
        header: names of the columns of the table of figures.
        rows: its rows.
        ratios: the ratios this measurement comes to.
    """

    title: str
    notes: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ratios: tuple[Ratio, ...] = ()


def number(value: float) -> str:
    """Three significant digits, thousands apart: ``1,917``, ``12.3``, ``0.0451``."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2
    size = abs(value)
    while size < 1:
        size, digits = size * 10, digits + 1
    return f"{value:.{digits if size < 10 else digits - 1}f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, columns padded so that it also reads well as plain text.

    The first column is left-aligned, the others right.
    """
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), line(rule), *(line(row) for row in rows)])


def ratio_table(ratios: Sequence[Ratio]) -> str:
    """Every ratio with the two figures it comes from."""
    return table(
        ("measured", "ours", "against", "theirs", "ours / theirs"),
        [
            (
                ratio.what,
                f"{number(ratio.ours)} {ratio.unit}",
                ratio.against,
                f"{number(ratio.theirs)} {ratio.unit}",
                f"{number(ratio.value)} x",
            )
            for ratio in ratios
        ],
    )


def page(sections: Sequence[Section], about: Sequence[str]) -> str:
    """The page of one run: what it ran on, all ratios, then each measurement.

    Args:
        sections: the measurements.
        about: versions, sizes and the date, one sentence each.
    """
    parts = ["# Latest figures", "\n".join(f"- {sentence}" for sentence in about)]
    parts += ["## Ratios", ratio_table([ratio for part in sections for ratio in part.ratios])]
    for section in sections:
        parts.append(f"## {section.title}")
        if section.rows:
            parts.append(table(section.header, section.rows))
        parts.append(section.notes)
    return "\n\n".join(parts) + "\n"
