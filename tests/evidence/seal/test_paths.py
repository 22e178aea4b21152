"""Names a pack may hold, and names made fit for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal.paths import collisions, name_fault, require_name, safe_name


@pytest.mark.parametrize(
    "path", ["pack.json", "data/VERIFY.txt", "data/originals/MSEG_LEU_202610.csv", "a/b/c/d/e/f"]
)
def test_plain_names_are_allowed(path: str) -> None:
    assert name_fault(path) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "E_PATH_UNSAFE"),
        ("../x", "E_PATH_UNSAFE"),
        ("a/./x", "E_PATH_UNSAFE"),
        ("~root", "E_PATH_UNSAFE"),
        (".hidden", "E_PATH_UNSAFE"),
        ("-rf", "E_PATH_UNSAFE"),
        ("=cmd", "E_PATH_UNSAFE"),
        ("a/b/c/d/e/f/g", "E_PATH_UNSAFE"),
        ("x" * 181, "E_PATH_UNSAFE"),
        ("LPT1.csv", "E_NAME_RESERVED"),
        ("a./x", "E_NAME_RESERVED"),
        ("µ", "E_NAME_NORMALIZATION"),
    ],
)
def test_other_names_are_not(path: str, code: str) -> None:
    fault = name_fault(path)

    assert fault
    assert fault[0] == code


def test_names_that_fall_together_somewhere_are_found() -> None:
    assert list(collisions(["a/x", "A/x", "b"])) == [("A/x", "a/x")]
    assert list(collisions(["a", "a/x"])) == [("a", "a/x")]
    assert list(collisions(["a/x", "a/y", "ab"])) == []


@given(st.text(max_size=300))
def test_every_file_name_can_be_made_safe(original: str) -> None:
    assert name_fault(safe_name(original)) is None


def test_a_safe_name_stays_as_it_is() -> None:
    assert safe_name("MSEG_LEU_202610.csv") == "MSEG_LEU_202610.csv"
    assert safe_name("Prüfplan März (2).csv") == "Prufplan-Marz-2-.csv"


def test_a_refused_name_comes_with_a_better_one() -> None:
    with pytest.raises(LotproofError) as error:
        require_name("data/originals/a b.csv")

    assert "'a-b.csv'" in error.value.fix
