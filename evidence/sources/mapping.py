"""The mapping language: how a system's extracts become rows of the lot model, as data.

The models of `sources/*.yml` and of a plant's `values:` file, with what can be checked without
reading an extract. How a mapping is compiled and run is left to :mod:`.target_sql` and
:mod:`.ingest`; `docs/connecting-a-source.md` explains the language to its writers.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Scalar = str | int | float | bool
Condition = dict[str, Any]
"""Source columns or templates, each with what is asked of it; all must hold."""


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, populate_by_name=True
    )


def _known_encoding(name: str) -> str:
    if name not in ENCODINGS:
        raise ValueError(f"one of: {', '.join(ENCODINGS)}")
    return name


ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16")
"""Text encodings that a feed can declare."""


class Format(_Part):
    """How a file and its cells are spelt; what is left out is inherited.

    Attributes:
        format: kind of file.
        delimiter: sign between cells (CSV).
        encoding: of the text.
        skip_rows: lines before the header (CSV, spreadsheets).
        header_rows: rows of the header, of which the first names the columns (CSV, spreadsheets).
        sheet: name of the sheet; the first unless said (spreadsheets).
        nulls: spellings of "nothing", beside the empty cell.
        decimal: sign before the decimals.
        thousands: sign between groups of three digits, or none.
        formats: of dates and times: ``iso`` or strptime formats, tried in order.
        timezone: of times of day: ``utc``, ``site``, ``system`` or an IANA name.
        days: of dates without a time of day, likewise; ``site`` unless said.
        true_words: spellings of true (key ``true``).
        false_words: spellings of false (key ``false``).
        pairs: whether a list of a number and a text stands for a record, by its number (JSON).
    """

    format: Literal["csv", "parquet", "json", "jsonl", "xlsx", "epcis", "register"] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    skip_rows: Annotated[int, Field(ge=0)] | None = None
    header_rows: Annotated[int, Field(ge=1)] | None = None
    sheet: str | None = None
    nulls: tuple[str, ...] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "\u00a0", "\u202f", "'", ""] | None = None
    formats: tuple[str, ...] | None = None
    timezone: str | None = None
    days: str | None = None
    true_words: Annotated[tuple[str, ...] | None, Field(alias="true")] = None
    false_words: Annotated[tuple[str, ...] | None, Field(alias="false")] = None
    pairs: bool | None = None


FORMAT_KEYS = tuple(Format.model_fields)

STANDARD = Format(
    format="csv",
    delimiter=",",
    encoding="utf-8",
    skip_rows=0,
    header_rows=1,
    nulls=(),
    decimal=".",
    thousands="",
    formats=("iso",),
    timezone="site",
    days="site",
    true_words=("true", "1"),
    false_words=("false", "0"),
    pairs=False,
)
"""What holds where neither the plant nor the mapping says otherwise."""


class Feed(Format):
    """One kind of file of the source: one table of the system.

    Attributes:
        files: globs that the file's name must match (upper and lower case are the same).
        relation: for formats that hold several tables in one file, which of them.
        part_of: the feed whose rows these are parts of; such rows are not counted again.
        required: columns that every file must have.
        optional: columns that may be absent, and then count as empty.
        columns: the extract's own column names and what they are called here.
        unused: what becomes of a row that no target took: ``ignore`` it, ``report`` it as a finding
            or ``quarantine`` it.
        keys: its columns with numbers of documents, which a spreadsheet may have damaged
            (``4.9E+09``, ``4900000001.0``); such a row is held back.
        kept_only: whether its files are taken in and kept, though no table is made of them.
        unique: its column with the key that a row has in the whole world, whatever file it is in: a
            row that comes again with the same ``content`` says nothing new, and rows with several
            contents are held back, all of them.
        content: its column with a digest of what the row says.
    """

    files: tuple[str, ...] = ()
    relation: str | None = None
    part_of: str | None = None
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    unused: Literal["ignore", "report", "quarantine"] = "ignore"
    keys: tuple[str, ...] = ()
    kept_only: bool = False
    unique: str | None = None
    content: str | None = None


class Cell(_Part):
    """Where a value comes from and how it is read.

    Attributes:
        text: template, or templates of which the first without an empty part counts (key ``from``).
        cases: instead of ``from``: the first case whose condition holds gives the value.
        words: name of the word map that translates it.
        keep: a word that the map does not have stays as it is.
        formats, timezone, days, decimal, thousands: as in :class:`Format`.
        day: for a bare date: its first instant (``start``) or the first after it (``end``).
        offset: template of the local time's distance from UTC, where it is a column of its own.
        precision: template of how fine the time is known, where it is said.
        months: names of months, each with its number, where a date has names.
        optional: an unreadable cell becomes empty and a finding instead of holding the row back; a
            word that is not in the map makes the next alternative count.
    """

    text: Annotated[str | tuple[str, ...] | None, Field(alias="from")] = None
    cases: tuple[Case, ...] = ()
    words: str | None = None
    keep: bool = False
    formats: tuple[str, ...] | None = None
    timezone: str | None = None
    days: str | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "\u00a0", "\u202f", "'", ""] | None = None
    day: Literal["start", "end"] = "start"
    offset: str | None = None
    precision: str | None = None
    months: dict[str, int] | None = None
    optional: bool = False


class Case(_Part):
    """A value under a condition; without ``when`` it always holds.

    Attributes:
        when: the condition.
        then: the value; left out, the value is empty.
    """

    when: Condition | None = None
    then: str | Cell | tuple[str | Cell, ...] | None = None


Cell.model_rebuild()
Value = str | Cell | tuple[str | Cell, ...]
"""A template; a cell with its reading; or several, of which the first that is not empty counts."""


class Join(_Part):
    """Rows of another feed beside those of the target's own.

    Attributes:
        feed: the other feed.
        on: its columns, with filters if need be (``MATNR|unpad``), each with the template that it
            must equal.
        where: which of its rows count.
        required: whether a row without partner is held back; otherwise the columns are empty.
        many: every partner gives a row; otherwise only the last sent counts.
        distinct: for ``many``: columns, likewise, that make a partner; equal ones count once.
        last_by: columns whose highest values make the last partner, instead of the last sent.
        awaited: whether a row without partner is read again once the other feed sends more.
    """

    feed: str
    on: dict[str, str]
    where: Condition = {}
    required: bool = False
    many: bool = False
    distinct: tuple[str, ...] = ()
    last_by: tuple[str, ...] = ()
    awaited: bool = True


class Hold(_Part):
    """A condition under which a row does not land.

    Attributes:
        when: the condition.
        reason: what is the matter with such a row.
        fix: what to do.
    """

    when: Condition
    reason: str
    fix: str = "correct the row at its source"


class Target(_Part):
    """Rows of one table of the lot model, made from the rows of one feed.

    Attributes:
        table: the table.
        feed: the feed that drives it (key ``from``).
        where: which rows give one; the others are left out on purpose.
        each: the target once for each item, whose ``$name`` stand in all its texts.
        join: other feeds, by the name their columns are read under.
        record_id: the record's stable key: template, templates or cell.
        hold: which rows are held back, and why.
        leave_out: which rows are left out with a finding, such as those with an empty cell.
        needed: columns without which the row is held back, beside those of the lot model.
        content_key: whether a row without such a key gets a digest of its content as one.
        ref: template of document and line in the source.
        columns: a value for each column; ``occurred`` gives the four columns of a time,
            ``reading`` the value, text and qualifier of a result.
        on_conflict: what becomes of one ``record_id`` with two contents in one load: each a
            ``version``, in order, and a finding; or all of them into ``quarantine``, also when
            the first came in an earlier load.
        only_new: a row of whose record something has landed says nothing new.
        elsewhere: which rows do not belong to the source's site unless they name it themselves.
    """

    table: str
    feed: Annotated[str, Field(alias="from")]
    where: Condition = {}
    each: tuple[dict[str, Scalar], ...] = ()
    join: dict[str, Join] = {}
    record_id: Value
    hold: tuple[Hold, ...] = ()
    leave_out: tuple[Hold, ...] = ()
    needed: tuple[str, ...] = ()
    content_key: bool = False
    ref: str | None = None
    columns: dict[str, Value]
    on_conflict: Literal["version", "quarantine"] = "version"
    only_new: bool = False
    elsewhere: Condition = {}


class Setting(_Part):
    """A value that `lotproof.yml` may set for one source.

    Attributes:
        means: what it is, for the person who sets it.
        default: what holds unless set.
        one_of: what it can be set to; anything unless said.
    """

    means: str
    default: str = ""
    one_of: tuple[str, ...] = ()


class Mapping(_Part):
    """One mapping file.

    Attributes:
        mapping: its name; sources name it.
        title: what system it reads.
        settings: what a source may set.
        defaults: how the files are spelt.
        by_name: feeds and targets for every table whose columns are named as in the lot model.
        feeds: the kinds of files.
        words_of: another mapping, whose word maps count beneath those of this one.
        words: word maps by name: the source's word and ours.
        tables: the targets.
    """

    mapping: str
    title: str
    settings: dict[str, Setting] = {}
    defaults: Format = Format()
    by_name: bool = False
    feeds: dict[str, Feed] = {}
    words_of: str | None = None
    words: dict[str, dict[str, str]] = {}
    tables: tuple[Target, ...] = ()


class PlantWords(Format):
    """A plant's `values:` file: its own words, units, column names and spellings.

    Attributes:
        words: word maps by name; each of its words goes before the mapping's.
        feeds: what differs for single feeds.
        settings: values for the mapping's settings.
    """

    words: dict[str, dict[str, str]] = {}
    feeds: dict[str, Feed] = {}
    settings: dict[str, str] = {}


def inherit(*layers: Format) -> Format:
    """Return the format in which each layer's own words go before those after it."""
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged |= {
            key: getattr(layer, key) for key in FORMAT_KEYS if getattr(layer, key) is not None
        }
    return Format(**merged)
