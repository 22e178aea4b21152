"""One spelling of JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.evidence.seal.canonical import NotCanonicalError, dump, dump_line, load, load_line

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_again(value: object) -> None:
    assert load(dump(value)) == value
    assert load_line(dump_line(value)) == value
    assert dump_line(value).count(b"\n") == 1


@pytest.mark.parametrize(
    "data",
    [
        b'{"b": 1, "a": 2}\n',
        b'{"a": 1, "a": 1}\n',
        b"[NaN]\n",
        b"[1]",
        b"[\n  1\n]\r\n",
        b'[\n  "\\u0061"\n]\n',
        b"\xff\n",
        b"",
        b"[" * 100_000,
    ],
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        load(data)


def test_a_number_that_is_none_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump(float("nan"))
