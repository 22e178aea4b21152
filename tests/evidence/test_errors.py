import pickle
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError, Where


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where("stock.csv"), "stock.csv"),
        (Where(Path("in/stock.csv"), 12), "in/stock.csv:12"),
        (Where("map.yml", 12, 5), "map.yml:12:5"),
        (Where("stock.csv", 12, "MEINS"), "stock.csv:12:MEINS"),
        (Where("stock.csv", column="MEINS"), "stock.csv (column MEINS)"),
    ],
)
def test_a_place_reads_as_editors_write_it(where: Where, text: str) -> None:
    assert str(where) == text


def test_an_error_says_where_it_is_what_was_found_what_was_expected_and_what_to_do() -> None:
    error = LotproofError(
        found="unit 'KGS'",
        expected="one of g, kg, t",
        fix="add KGS to `units` in sources/sap-ecc.yml",
        where=Where("MSEG.csv", 41, "MEINS"),
    )

    assert str(error) == (
        "MSEG.csv:41:MEINS: unit 'KGS'\n"
        "  expected: one of g, kg, t\n"
        "  to do: add KGS to `units` in sources/sap-ecc.yml"
    )


def test_an_error_without_a_place_is_one_plain_sentence() -> None:
    assert str(LotproofError("no workspace here")) == "no workspace here"


@pytest.mark.parametrize("file", ["lotproof.yml", Path("lotproof.yml")])
def test_a_file_alone_is_a_place(file: Path | str) -> None:
    error = LotproofError("the file is empty", where=file)

    assert error.where == Where(file)
    assert str(error) == "lotproof.yml: the file is empty"


def test_an_error_survives_the_way_back_from_a_worker_process() -> None:
    error = LotproofError("unit 'KGS'", "kg", "map it", Where("MSEG.csv", 41))

    again = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)

    assert str(again) == str(error)
