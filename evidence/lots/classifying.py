"""A proposed class for open deviations, learned from the plant's own closed quality records.

The class is the disposition, which closed records have and open ones lack. What is read of a record
is its text, word by word, and its codes: reason code (whole, and its words), kind, severity, site,
kind of subject. A proposal decides nothing. Needs the extra ``classify``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import LotproofError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEWEST = 30
"""Closed records with a disposition under which nothing is proposed."""
_FOLDS = 5
_KINDS = ("complaint", "deviation", "incident", "nonconformance", "oos")
_RECORDS = """
select
    quality_record_id, site_id, kind, severity, reason_code, subject_type, subject_id,
    case when status = 'closed' then disposition end as class, status = 'closed' as is_closed,
    description
from quality_records
where is_current and kind in (select unnest(?))
order by quality_record_id, record_id
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What closed records like an open deviation became.

    Attributes:
        deviation: its number.
        site_id: where.
        subject: lot or order it is about.
        proposed: the class.
        probability: of that class, as the model sees it, 0 to 1.
    """

    deviation: str
    site_id: str
    subject: str
    proposed: str
    probability: float


@dataclass(frozen=True, slots=True)
class Classification:
    """Proposals, with how far to trust them; or why there are none.

    Attributes:
        proposals: one for each open deviation, by number.
        learned_from: closed records the model saw.
        accuracy: share of records classified rightly by models that had not seen them, 0 to 1.
        usual: share of the most frequent class, which guessing it always would reach, 0 to 1.
        silent: why nothing is proposed; none where something is.
    """

    proposals: tuple[Proposal, ...] = ()
    learned_from: int = 0
    accuracy: float | None = None
    usual: float | None = None
    silent: str | None = None


def classify_deviations(con: DuckDBPyConnection, *, site: str | None = None) -> Classification:
    """Propose a class for each open deviation.

    Args:
        con: the last build.
        site: only deviations of this site; all sites' closed records are learned from.

    Raises:
        LotproofError: scikit-learn is not installed.
    """
    rows = con.execute(_RECORDS, [list(_KINDS)]).fetchall()
    closed = [(_words(row), str(row[7])) for row in rows if row[8] and row[7]]
    counts = Counter(name for _, name in closed)
    learned = [(text, name) for text, name in closed if counts[name] >= _FOLDS]
    waiting = [
        row for row in rows
        if row[2] == "deviation" and not row[8] and site in (None, row[1])
    ]  # fmt: skip
    names = [name for _, name in learned]
    if len(learned) < FEWEST or len(set(names)) < 2:
        return Classification(silent=_too_few(len(learned), len(set(names))))
    usual = max(Counter(names).values()) / len(names)
    accuracy, found = _fit([text for text, _ in learned], names, [_words(row) for row in waiting])
    if accuracy < usual:
        return Classification(
            (), len(learned), accuracy, usual, "the model is worse than the most frequent class"
        )
    proposals = tuple(
        Proposal(str(row[0]), str(row[1]), str(row[6]), name, probability)
        for row, (name, probability) in zip(waiting, found, strict=True)
    )
    return Classification(proposals, len(learned), accuracy, usual)


def _too_few(records: int, classes: int) -> str:
    return (
        f"{records} closed records in {classes} classes of at least {_FOLDS}; "
        f"it takes {FEWEST} in two"
    )


def _words(row: Sequence[object]) -> str:
    site, kind, severity, reason, subject_type = (str(cell or "none") for cell in row[1:6])
    codes = f"site={site}|kind={kind}|severity={severity}|reason={reason}|about={subject_type}"
    coded = (f"code={word}" for word in _spoken(reason))
    told = (f"word={word}" for word in _spoken(str(row[9] or "")))
    return "|".join((codes, *coded, *told))


def _spoken(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _fit(
    texts: Sequence[str], names: Sequence[str], waiting: Sequence[str]
) -> tuple[float, list[tuple[str, float]]]:
    try:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
    except ImportError as error:
        raise LotproofError(
            "scikit-learn is not installed", "the extra classify",
            "run: pip install 'lotproof[classify]'",
        ) from error  # fmt: skip
    model = make_pipeline(
        CountVectorizer(token_pattern=r"[^|]+", lowercase=False, binary=True),  # noqa: S106 - no secret
        LogisticRegression(max_iter=1000, random_state=0),
    )
    folds = StratifiedKFold(n_splits=_FOLDS, shuffle=True, random_state=0)
    guessed = cross_val_predict(model, list(texts), list(names), cv=folds)
    accuracy = sum(g == n for g, n in zip(guessed, names, strict=True)) / len(names)
    if not waiting:
        return accuracy, []
    model.fit(list(texts), list(names))
    rows = model.predict_proba(list(waiting))
    best = [max(zip(row, model.classes_, strict=True)) for row in rows]
    return accuracy, [(str(name), round(float(chance), 4)) for chance, name in best]
