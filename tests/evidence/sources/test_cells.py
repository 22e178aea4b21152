"""Numbers, times and words are read as spelt, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.sources import cells
from lotproof.evidence.sources.sql_text import UNPADDED, quoted, template_sql, unpadded_sql
from lotproof.evidence.sources.zones import know_zones

from .plants import moment


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect()
    made.execute("set TimeZone = 'UTC'")
    know_zones(made, ["Europe/Brussels"])
    yield made
    made.close()


def read(connection: duckdb.DuckDBPyConnection, sql: str, text: str) -> object:
    row = connection.execute(f"select {sql} from (select $1 as x)", [text]).fetchone()
    assert row is not None
    return row[0]


def read_time(
    connection: duckdb.DuckDBPyConnection,
    formats: tuple[str, ...],
    zone: str,
    text: str,
    *,
    ends: bool = False,
) -> object:
    local = cells.local_sql("x", formats, ends=ends)
    instant = cells.instant_sql("l", "x", formats, quoted(zone), quoted(zone))
    row = connection.execute(
        f"select {instant} from (select *, {local} as l from (select $1 as x))", [text]
    ).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "value"),
    [
        ("1.234,500-", ",", ".", "-1234.5"),
        ("1.234", ",", ".", "1234"),
        ("1,5", ",", ".", "1.5"),
        ("4,518.80", ".", ",", "4518.80"),
        ("100,000.00", ".", ",", "100000"),
        ("9983", ".", ",", "9983"),
        ("-3", ".", "", "-3"),
        ("+3.", ".", "", "3"),
        (".5", ".", "", "0.5"),
        ("1.5E+2", ".", "", "150"),
        ("1'234.5", ".", "'", "1234.5"),
    ],
)
def test_numbers_are_read_as_declared(
    connection: duckdb.DuckDBPyConnection, text: str, decimal: str, thousands: str, value: str
) -> None:
    sql = cells.decimal_sql("x", decimal, thousands, "decimal(28,9)")

    assert read(connection, sql, text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "decimal", "thousands"),
    [
        ("1,5", ".", ","),
        ("1.5", ",", "."),
        ("12.34,5", ",", "."),
        ("1,234", ".", ""),
        ("12a", ".", ""),
        ("--1", ".", ""),
        ("-1-", ".", ""),
        ("", ".", ""),
        ("NaN", ".", ""),
        ("99999999999999999999999", ".", ""),
        ("1e5", ",", "."),
    ],
)
def test_a_number_spelt_otherwise_is_not_read(
    connection: duckdb.DuckDBPyConnection, text: str, decimal: str, thousands: str
) -> None:
    sql = cells.decimal_sql("x", decimal, thousands, "decimal(28,9)")

    assert read(connection, sql, text) is None


SAP = ("%Y%m%d %H%M%S", "%Y%m%d")
US = ("%m/%d/%y",)


@pytest.mark.parametrize(
    ("text", "formats", "instant", "precision"),
    [
        ("20261012 081257", SAP, moment("2026-10-12T06:12:57"), "second"),
        ("20261012", SAP, moment("2026-10-11T22:00"), "day"),
        ("1/24/17", US, moment("2017-01-23T23:00"), "day"),
        ("2026-10-12T06:52:00.1234567+02:00", ("iso",), moment("2026-10-12T04:52:00.123456"),
         "second"),
        ("2026-10-12T06:52Z", ("iso",), moment("2026-10-12T06:52"), "minute"),
        ("2026-10", ("iso",), moment("2026-09-30T22:00"), "month"),
        ("2026", ("iso",), moment("2025-12-31T23:00"), "year"),
    ],
)  # fmt: skip
def test_times_are_read_as_declared_and_as_fine_as_they_are(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    formats: tuple[str, ...],
    instant: datetime,
    precision: str,
) -> None:
    assert read_time(connection, formats, "Europe/Brussels", text) == instant
    assert read(connection, cells.precision_sql("x", formats), text) == precision


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("2026101", SAP),
        ("20261301", SAP),
        ("20260230", SAP),
        ("12.10.2026", SAP),
        ("13/24/17", US),
        ("2026-10-12 25:00:00", ("iso",)),
        ("12-10-2026", ("iso",)),
        ("2026-10-12 04:52:00 PM", ("iso",)),
    ],
)
def test_a_time_spelt_otherwise_is_not_read(
    connection: duckdb.DuckDBPyConnection, text: str, formats: tuple[str, ...]
) -> None:
    assert read_time(connection, formats, "UTC", text) is None


def test_the_end_of_a_day_is_the_first_instant_after_it_also_when_clocks_change(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    def end(text: str) -> object:
        return read_time(connection, ("iso",), "Europe/Brussels", text, ends=True)

    assert end("2026-10-25") == moment("2026-10-25T23:00")
    assert end("2026-10") == moment("2026-10-31T23:00")


@settings(deadline=None, max_examples=40)
@given(
    when=st.datetimes(
        moment("1990-01-01T00:00"), moment("2060-01-01T00:00"), timezones=st.just(UTC)
    )
)
def test_every_instant_comes_back_from_iso_text(when: datetime) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        know_zones(connection, [])
        found = read_time(connection, ("iso",), "UTC", when.isoformat())

    assert found == when.replace(tzinfo=None)


@pytest.mark.parametrize("fmt", ["%H:%M", "%Y-%m-%dT%H:%M:%S%z", "yyyy-mm-dd"])
def test_a_format_that_cannot_tell_a_day_is_no_format(fmt: str) -> None:
    with pytest.raises(LotproofError, match="date format"):
        cells.fineness(fmt)


@settings(deadline=None, max_examples=40)
@given(text=st.text(min_size=1, max_size=30).filter(lambda t: "\0" not in t))
def test_any_text_survives_quoting(text: str) -> None:
    with duckdb.connect() as connection:
        row = connection.execute(f"select {quoted(text)}").fetchone()

    assert row == (text,)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("000000000000002000", "2000"), ("2000", "2000"), ("0A-12", "0A-12"), ("A012", "A012"),
        ("0000", None), ("0_1", "0_1"), ("0x1F", "0x1F"), ("00.5", "00.5"), ("٠١٢", "٠١٢"),
    ],
)  # fmt: skip
def test_only_what_is_digits_throughout_loses_the_zeros_before_it(
    connection: duckdb.DuckDBPyConnection, kept: str, shown: str | None
) -> None:
    row = connection.execute(f"select {unpadded_sql('x')} from (values (?)) t(x)", [kept])

    assert row.fetchone() == (shown,)


@pytest.mark.parametrize(
    ("sent", "kept"), [("1", "0001"), ("0001", "0001"), ("12345", "12345"), ("1A", "1A")]
)
def test_an_item_gets_its_zeros_back(
    connection: duckdb.DuckDBPyConnection, sent: str, kept: str
) -> None:
    sql = template_sql("{x|pad:4}", lambda name: f"t.{name}", {})

    assert connection.execute(f"select {sql} from (values (?)) t(x)", [sent]).fetchone() == (kept,)


def test_a_template_with_an_empty_cell_is_empty(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"create macro {UNPADDED}(value) as {unpadded_sql('value')}")
    sql = template_sql("{a|unpad}/{b|upper|first:2}", lambda name: f"t.{name}", {})
    rows = connection.execute(
        f"select {sql} from (values ('0012', 'xyz'), ('1', null)) as t(a, b)"
    ).fetchall()

    assert rows == [("12/XY",), (None,)]
