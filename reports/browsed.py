"""The verdicts of a report as data for the page to browse: short lists, texts named once.

The page's script unfolds them; what it shows and how is left to ``templates/index``. Only what a
person reads is here: the whole of it lies in ``data/evidence``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import reading, words
from .clauses import SURENESS, clause_labels, label_for
from .gap_numbers import gap_number
from .gaps import deciding_row, qualifier, subject_of, told_sentence
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .originals import Originals

ROWS = 6
"""Deciding rows shown of one verdict."""
WITH_ROWS = 5_000
"""Open verdicts that carry their deciding rows; the others say where these lie."""

Data = dict[str, Any]


@dataclass(slots=True)
class Texts:
    """Texts that recur, each kept once and named by its place."""

    known: dict[str, int] = field(default_factory=dict)

    def place(self, text: str) -> int:
        """Where a text stands among all; a new one is added."""
        return self.known.setdefault(text, len(self.known))


def browsed_verdicts(
    con: DuckDBPyConnection,
    found: Sequence[Row],
    requirements: list[Row],
    lots_of: Mapping[tuple[str, int], list[int]],
    originals: Originals,
) -> Data:
    """Verdicts, the requirements they answer, and the rows that decided those not met.

    Args:
        con: the warehouse.
        found: rows of ``verdict_list``, in the order they are shown.
        requirements: rows of ``requirements``, from which clauses get their labels.
        lots_of: places of lots in the page's list of lots, by kind and key of a subject.
        originals: the files of the pack in which rows stand.

    Returns:
        ``requirements``: map, label, title, severity, rule, what closes it, citation;
        ``verdicts``: state, requirement, subject, sentence, number, note, lots, when;
        ``rows``: by place of a verdict: record, source, when, part, digest, what, file, line;
        ``texts``: what ``subject`` and ``sentence`` point to.
    """
    labels = clause_labels(requirements)
    texts = Texts()
    asked: dict[tuple[str, str], int] = {}
    clauses: list[list[str]] = []
    verdicts: list[list[Any]] = []
    for row in found:
        key = (row["map_id"], row["requirement_id"])
        if key not in asked:
            asked[key] = len(clauses)
            clauses.append(_clause(row, labels))
        verdicts.append(_verdict(row, asked[key], texts, lots_of))
    rows = _rows(con, found, originals)
    return {
        "requirements": clauses, "verdicts": verdicts, "rows": rows, "texts": list(texts.known),
    }  # fmt: skip


def _clause(row: Row, labels: dict[str, str]) -> list[str]:
    return [
        row["map_id"],
        label_for(row, labels),
        row["title"],
        row["severity"],
        row["rule_text"] or "",
        row["closes"] or "",
        f"{row['cites']} ({SURENESS.get(row['sureness'], 'not stated')})",
    ]


def _verdict(
    row: Row, clause: int, texts: Texts, lots_of: Mapping[tuple[str, int], list[int]]
) -> list[Any]:
    kind = str(row["subject_type"]).partition(".")[0]
    sentence = "" if row["state"] == "met" else told_sentence(row)
    return [
        row["state"],
        clause,
        texts.place(subject_of(row)),
        texts.place(sentence),
        gap_number(row) if row["state"] == "gap" else "",
        qualifier(row),
        lots_of.get((kind, row["subject_key"]), []),
        words.day(row["at_ts"]) if row["at_ts"] else "",
    ]


def _rows(
    con: DuckDBPyConnection, found: Sequence[Row], originals: Originals
) -> dict[int, list[list[str]]]:
    places = {
        reading.verdict_key(row): place for place, row in enumerate(found) if row["state"] != "met"
    }
    wanted = [found[place] for place in list(places.values())[:WITH_ROWS]]
    evidence = reading.evidence_of(con, wanted, ROWS)
    return {
        places[key]: [_row(row, originals) for row in rows]
        for key, rows in evidence.items()
        if key in places
    }


def _row(row: Row, originals: Originals) -> list[str]:
    told = deciding_row(row)
    return [
        told.record, told.source, told.when, told.part, told.digest, row["what"] or "",
        originals.link(row["source"], row["source_file"]),
        originals.line(row["source"], row["source_file"], row["source_row"]),
    ]  # fmt: skip
