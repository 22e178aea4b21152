"""What can be wrong with a row as a whole: its key, its site, its partners, what it must not lack.

What can be wrong with a single cell is said in :mod:`.column_sql`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .column_sql import OCCURRED, Fault
from .lot_model import Table
from .mapping import Target
from .sql_text import CellSql, Words, condition_sql, named, quoted, template_sql
from .words import fixed_words

SEVERAL = "one record with several contents"
ONE = "one content for each record, or a correction in a later extract"
ASK = "find out at the source which is right"

LEFT_OUT = "left_out"
"""Kind of a fault for which a row is neither landed nor held back."""


def own_faults(
    target: Target, cells: CellSql, words: Words, raw: dict[str, str], *, unique: bool
) -> Iterator[Fault]:
    """Yield what can be wrong with key, site, conditions and partners of a row.

    Args:
        target: the target.
        cells: from a cell's name to its SQL.
        words: the word maps.
        raw: SQL over the source rows by name; what the faults need is added.
        unique: whether rows that contradict each other are marked in ``_clash``.
    """
    if unique:
        raw["_clash"] = f"{named('d')}._clash"
        yield Fault("record_id", "_clash is not null", "_clash", True, "refused", SEVERAL, ONE, ASK)
    if not target.content_key:
        yield Fault(
            "record_id",
            "v_record_id is null",
            "null::varchar",
            True,
            "missing",
            "the row has no key of its own",
            "a value in every column that makes the key",
            "correct the row at its source",
        )
    yield Fault(
        "site_id",
        "_site is not null and not _site_known",
        "_site",
        True,
        "unknown_site",
        "the site is not in lotproof.yml",
        "a site_id of lotproof.yml",
        "add the site to lotproof.yml, or correct its spelling at the source",
    )
    yield from _conditions(target, cells, words, raw)
    yield from _partners(target, cells, words, raw)


def damaged_keys(
    keys: tuple[str, ...], feed: str, cells: CellSql, raw: dict[str, str]
) -> Iterator[Fault]:
    """Yield where a number of a document is one that a spreadsheet has made another of."""
    for column in keys:
        signs = " or ".join(f"contains({named(column)}, {quoted(sign)})" for sign in ".,E")
        raw[f"s_{column}"] = cells(column)
        text = named(f"s_{column}")
        yield Fault(
            "record_id",
            f"regexp_matches(coalesce({text}, ''), '^[0-9]+([.,][0-9]+)?E[+-]?[0-9]+$|"
            f"^[0-9]+[.,]0+$')",
            text,
            True,
            "damaged_key",
            f"'{column}' has been through a spreadsheet",
            "the number as the system has it, such as 4900000001",
            "export the column as text, or straight from the system",
            f"select 1 from {named(feed)} where _is_new and ({signs}) limit 1",
        )


def _conditions(
    target: Target, cells: CellSql, words: Words, raw: dict[str, str]
) -> Iterator[Fault]:
    for number, hold in enumerate((*target.hold, *target.leave_out)):
        is_held = number < len(target.hold)
        raw[f"h_{number}"] = condition_sql(hold.when, cells, words)
        yield Fault(
            "record_id",
            named(f"h_{number}"),
            "r_record_id",
            is_held,
            "refused" if is_held else LEFT_OUT,
            hold.reason,
            "a row of which that is not so",
            hold.fix,
        )


def _partners(target: Target, cells: CellSql, words: Words, raw: dict[str, str]) -> Iterator[Fault]:
    for alias, join in target.join.items():
        if join.required:
            raw[f"m_{alias}"] = f"{named(alias)}._row is null"
            asked = {
                key.partition("|")[0]: template_sql(text, cells, words)
                for key, text in join.on.items()
            }
            wanted = " || ', ' || ".join(
                f"{quoted(column + ' ')} || coalesce({sql}, '(empty)')"
                for column, sql in asked.items()
            )
            raw[f"k_{alias}"] = wanted
            yield Fault(
                "record_id",
                named(f"m_{alias}"),
                named(f"k_{alias}"),
                True,
                "no_partner",
                f"no row of {join.feed} belongs to it",
                f"a row of {join.feed} with the same key",
                f"send the missing rows of {join.feed} and ingest again",
            )


def emptiness(target: Target, table: Table, filled: set[str]) -> Iterator[Fault]:
    """Yield what a row must not lack, and what it should have.

    Args:
        target: the target.
        table: its table.
        filled: columns that the target fills.
    """
    words = fixed_words()
    for column in (*words.needed[table.name], *target.needed):
        text = _text_name(column, filled)
        yield Fault(
            column,
            f"{text} is null" if text else "true",
            "null::varchar",
            True,
            "missing",
            f"'{column}' is empty",
            "a value: the row says nothing without it",
            "correct the row at its source, or the mapping",
        )
    for column in words.wanted.get(table.name, ()):
        text = _text_name(column, filled)
        yield Fault(
            column,
            f"{text} is null" if text else "true",
            "null::varchar",
            False,
            "missing",
            f"'{column}' is empty",
            "a value",
            "correct the row at its source",
        )


def _text_name(column: str, filled: set[str]) -> str:
    if column == "site_id":
        return "_site"
    if column == "occurred_at":
        return named(f"r_{OCCURRED}") if column in filled else ""
    return named(f"r_{column}") if column in filled else ""
