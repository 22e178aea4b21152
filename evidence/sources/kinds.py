"""Types of the columns that take one of a few fixed words: a number for each word, not its text.

Such a column is kept in a twentieth of the space and lands several times as fast; the files that
land say it as text. Which words there are is said in :mod:`.words`.
"""

from __future__ import annotations

from .cells import PRECISIONS
from .sql_text import quoted
from .words import fixed_words
from .zones import OFFSETS

_OF_TIMES = {"precision": PRECISIONS, "utc_offset": OFFSETS}


def kind_words(table: str, column: str) -> tuple[str, ...]:
    """Return the words that a column takes; none where it takes any text."""
    if column in _OF_TIMES:
        return _OF_TIMES[column]
    return fixed_words().closed.get(f"{table}.{column}", ())


def kind_name(table: str, column: str) -> str:
    """Return the name of the type of a column with fixed words."""
    return f"kind_{column}" if column in _OF_TIMES else f"kind_{table}_{column}"


def one_word(word: str) -> str:
    """Return SQL of the type of a column that has the same text in every row."""
    return f"enum({quoted(word)})"
