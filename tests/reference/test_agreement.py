"""The SQL and the reference come to the same state and code for every requirement and subject.

Both were written from the wording of the obligation language, the reference without a look at the
SQL. A failure shows the disagreement in a world that cannot do without any of its rows.
"""

from __future__ import annotations

import pytest

from .agreement import Disagreement, disagreements, smallest
from .collecting import collect
from .rules import SHAPES, some_rules
from .worlds import worlds

Found = dict[str, list[Disagreement]]


def _by_shape(number: int, per_shape: int, of: int) -> Found:
    rules = some_rules(per_shape, of)
    shape_of = {rule["id"]: shape for shape, many in rules.items() for rule in many}
    everything = [rule for many in rules.values() for rule in many]
    found: Found = {shape: [] for shape in SHAPES}
    for each in disagreements(collect(worlds(), number, of), everything):
        found[shape_of[each.rule["id"]]].append(each)
    return found


@pytest.fixture(scope="module")
def few() -> Found:
    """Disagreements by shape over the worlds of every run of the tests."""
    return _by_shape(300, 2, of=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_sql_and_reference_agree_over_hundreds_of_worlds(few: Found, shape: str) -> None:
    assert [str(each) for each in smallest(few[shape][:2])] == []


@pytest.fixture(scope="module")
def many() -> Found:
    """Disagreements by shape over more worlds and more rules."""
    return _by_shape(2000, 4, of=1)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_sql_and_reference_agree_over_thousands_of_worlds(many: Found, shape: str) -> None:
    assert [str(each) for each in smallest(many[shape][:2])] == []
