"""One thing has one identifier, however it is spelt."""

from __future__ import annotations

import json

import pytest

from lotproof.evidence.sources import gs1

from .plants import FIXTURES

LOT = "https://id.gs1.org/01/80614141123458/10/998877"


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:class:lgtin:0614141.812345.998877",
        "https://id.gs1.org/01/80614141123458/10/998877",
        "https://example.com/some/path/01/80614141123458/10/998877",
        "https://id.gs1.org/01/80614141123458/10/998877?17=201225",
    ],
)
def test_a_lot_is_the_same_in_every_spelling(uri: str) -> None:
    found = gs1.item(uri)

    assert (found.uri, found.gtin, found.lot) == (LOT, "80614141123458", "998877")
    assert found.product == "https://id.gs1.org/01/80614141123458"


def test_signs_in_lot_numbers_survive_both_ways() -> None:
    found = gs1.item("urn:epc:class:lgtin:4012345.012345.A%2FB.1")

    assert found.lot == "A/B.1"
    assert gs1.item(found.uri) == found


def test_a_single_thing_names_its_product_and_no_lot() -> None:
    found = gs1.item("urn:epc:id:sgtin:0614141.107346.2017")

    assert (found.gtin, found.serial, found.lot) == ("10614141073464", "2017", None)
    assert found.with_lot("L1").uri == "https://id.gs1.org/01/10614141073464/10/L1"


def test_a_pattern_names_a_product_only() -> None:
    found = gs1.item("urn:epc:idpat:sgtin:0614141.107346.*")

    assert (found.gtin, found.lot) == ("10614141073464", None)


def test_an_unknown_identifier_stays_as_it_is_and_names_no_lot() -> None:
    assert gs1.item("urn:example:thing") == gs1.Item("urn:example:thing")


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("urn:epc:id:sgln:0614141.07346.0", "0614141073467"),
        ("urn:epc:id:sgln:0614141.07346.DOCK-2", "0614141073467/DOCK-2"),
        ("urn:epc:id:pgln:0614141.00001", "0614141000012"),
        ("https://id.gs1.org/414/0614141073467", "0614141073467"),
        ("https://id.gs1.org/414/0614141073467/254/DOCK-2", "0614141073467/DOCK-2"),
        ("geo:0,0", "geo:0,0"),
    ],
)
def test_places_are_their_location_numbers(uri: str, number: str) -> None:
    assert gs1.place(uri) == number


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("urn:epc:id:sscc:0614141.1234567890", "106141412345678908"),
        ("https://id.gs1.org/00/106141412345678908", "106141412345678908"),
        ("urn:epc:id:sscc:08600031303.0004", "urn:epc:id:sscc:08600031303.0004"),
        ("urn:epc:id:sgtin:0614141.107346.2017", None),
    ],
)
def test_containers_are_told_from_things(uri: str, number: str | None) -> None:
    assert gs1.container(uri) == number


@pytest.mark.parametrize(
    "uri",
    [
        "shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
    ],
)
def test_a_word_of_the_vocabulary_is_the_same_in_every_spelling(uri: str) -> None:
    assert gs1.word(uri) == "shipping"


def test_a_word_of_another_vocabulary_keeps_its_name() -> None:
    assert gs1.word("urn:gdst:bizStep:commingling") == "commingling"


def test_identifiers_of_the_seafood_dialogue_read_as_its_own_library_reads_them() -> None:
    path = FIXTURES / "gdst_opentraceability" / "epc_tests.json"
    if not path.is_file():
        pytest.skip(f"{path.name} of the GDST test data is not here")
    wanted = [case for case in json.loads(path.read_text()) if "gtin" in case]
    found = [gs1.item(case["epc"]) for case in wanted]

    assert wanted
    assert [item.product for item in found] == [case["gtin"] for case in wanted]
    assert [item.lot or item.serial for item in found] == [c["lotOrSerial"] for c in wanted]
