"""Which columns of the lot model a file can fill, told by the columns it has.

A file that lacks what no row says anything without is refused with one message; and what nothing in
a file fills is noted as untold, so that its absence is never taken for evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from .column_sql import OCCURRED, READING
from .extracts import Extract
from .lot_model import HAPPENS, lot_model
from .mapping import Cell, Target, Value
from .plan import Plan, PlannedFeed
from .read_csv import TextTable
from .sql_text import cells_of, quoted
from .words import fixed_words

_BY_KEYS = ("epcis", "jsonl", "register")
"""Formats without a header: a key that one file happens not to have is none that is never sent."""

_COMPOSITES = {OCCURRED: HAPPENS, READING: ("value", "value_text", "qualifier")}

Read = Sequence[tuple[Extract, str, TextTable]]
"""Files that were read: each with a feed and the rows it gave."""


def demand_filled(extract: Extract, planned: PlannedFeed, table: TextTable, plan: Plan) -> None:
    """Demand the columns without which each row of a file would be held back.

    Raises:
        LotproofError: some are missing; names the header, its columns and what to do.
    """
    have = _columns(planned, table)
    if table.is_unreadable:
        return
    for target in (t.target for t in plan.targets if t.target.feed == planned.name):
        if target.where or _is_by_keys(planned):
            continue
        lacking = [name for name, value in _needed(target) if not _fills(value, have, target)]
        if lacking:
            first = next(_texts(dict(_needed(target))[lacking[0]]), "{" + lacking[0] + "}")
            ours = (_own_cells(first, target) or [lacking[0]])[0]
            raise LotproofError(
                f"no column for {', '.join(repr(name) for name in lacking)}, without which a row "
                f"of '{target.table}' says nothing; found: {', '.join(table.columns[:20])}",
                f"column '{ours}' in the header of feed '{planned.name}'",
                table.likely_header([ours, *lacking], planned.name)
                or "export it too, or say under which name it comes: "
                f"`feeds: {{{planned.name}: {{columns: {{THEIRS: {ours}}}}}}}` "
                "in the source's `values:` file",
                Where(extract.name, table.header_line),
            )


def _is_by_keys(planned: PlannedFeed) -> bool:
    return planned.spelling.format in _BY_KEYS or not planned.has_header


def note_unfilled(connection: DuckDBPyConnection, plan: Plan, read: Read) -> None:
    """Note in ``_untold`` each column of a table that a file can feed and does not fill."""
    headers = _headers(plan, read)
    by_file: dict[int, list[str]] = {}
    for extract, feed, _ in read:
        if extract.is_new and feed in plan.feeds:
            by_file.setdefault(extract.number, []).append(feed)
    rows: list[tuple[int, str, str]] = []
    for number, feeds in by_file.items():
        filled: dict[str, set[str]] = {}
        for target in (t.target for t in plan.targets if t.target.feed in feeds):
            have = headers[number, target.feed]
            filled.setdefault(target.table, set()).update(_filled(target, have, plan.source.site))
        rows += [
            (number, table, column)
            for table, columns in filled.items()
            for column in lot_model()[table].own
            if column not in columns
        ]
    if rows:
        values = ", ".join(
            f"({number}, {quoted(table)}, {quoted(column)}, null, 'not_filled', null)"
            for number, table, column in rows
        )
        connection.execute(f"insert into _untold values {values}")


def _headers(plan: Plan, read: Read) -> dict[tuple[int, str], Set[str]]:
    """Return the columns by file and feed; of formats without a header, of all files together."""
    of_feed: dict[str, set[str]] = {}
    for _, feed, table in read:
        of_feed.setdefault(feed, set()).update(_columns(plan.feeds[feed], table))
    return {
        (extract.number, feed): of_feed[feed]
        if _is_by_keys(plan.feeds[feed])
        else _columns(plan.feeds[feed], table)
        for extract, feed, table in read
    }


def _columns(planned: PlannedFeed, table: TextTable) -> set[str]:
    return {planned.feed.columns.get(column, column) for column in table.columns}


def _needed(target: Target) -> Iterator[tuple[str, Value]]:
    """Yield the columns without which a row is held back, with what fills them."""
    if not target.content_key:
        yield "record_id", target.record_id
    for column in (*fixed_words().needed[target.table], *target.needed):
        composite = next((name for name, of in _COMPOSITES.items() if column in of), column)
        value = target.columns.get(column, target.columns.get(composite))
        if value is not None:
            yield column, value


def _filled(target: Target, have: Set[str], site: str | None) -> Iterator[str]:
    yield "record_id"
    if site is not None:
        yield "site_id"
    for column, value in target.columns.items():
        if _fills(value, have, target):
            yield from _COMPOSITES.get(column, (column,))


def _fills(value: Value, have: Set[str], target: Target) -> bool:
    """Return whether some way to get a value reads nothing that the file lacks."""
    return any(set(_own_cells(text, target)) <= have for text in _texts(value))


def _own_cells(text: str, target: Target) -> list[str]:
    """Return the columns of the driving feed that a template reads."""
    return [cell for cell in cells_of(text) if cell.partition(".")[0] not in target.join]


def _texts(value: Value | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Cell):
        yield from (value.text,) if isinstance(value.text, str) else value.text or ()
        for case in value.cases:
            yield from _texts(case.then)
    elif value is not None:
        for item in value:
            yield from _texts(item)
