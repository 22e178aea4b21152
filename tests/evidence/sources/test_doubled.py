"""A key that comes twice is never missed, in whatever order its rows stand."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.evidence.sources.doubled import may_come_twice

KEYS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 3)), max_size=8)


def asked(rows: list[tuple[str | None, int]], *, as_sent: bool) -> bool:
    with duckdb.connect() as connection:
        connection.execute("create table sent (k varchar, n integer)")
        if rows:
            connection.executemany("insert into sent values (?, ?)", rows)
        return may_come_twice(connection, "sent", "k, n", as_sent=as_sent)


@given(rows=KEYS, as_sent=st.booleans())
def test_a_key_comes_twice_where_counting_says_so(
    rows: list[tuple[str | None, int]], as_sent: bool
) -> None:
    assert asked(rows, as_sent=as_sent) == (len(set(rows)) < len(rows))


@pytest.mark.parametrize("as_sent", [True, False])
@pytest.mark.parametrize("step", [1, -1])
def test_many_keys_in_order_and_against_it_come_once(step: int, as_sent: bool) -> None:
    with duckdb.connect() as connection:
        rows = f"(select printf('%06d', i) as k from range(50000) t(i) order by i * {step})"
        assert not may_come_twice(connection, rows, "k", as_sent=as_sent)
        again = f"(select * from {rows} union all select '049999')"
        assert may_come_twice(connection, again, "k", as_sent=as_sent)
