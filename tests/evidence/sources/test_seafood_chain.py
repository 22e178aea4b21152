"""A real seafood chain (GDST): from hatchery and vessel over the cannery to the importer."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.sources.ingest import IngestReport

from .plants import FIXTURES, Plant

FOLDER = FIXTURES / "gdst_opentraceability"
COMPANY = """\
company: Seafood chain
sites:
  - {site_id: PLANT, name: Processing plant, timezone: America/Chicago, regulated_as: [food],
     gln: "urn:gdst:example.org:location:loc:processor.plant1u"}
  - {site_id: FARM, name: Fish farm, timezone: America/Chicago, regulated_as: [food],
     gln: "urn:gdst:example.org:location:loc:fishfarm.1u"}
sources: [{name: chain, mapping: epcis, files: in/*}]
"""
LOT = "urn:gdst:example.org:product:lot:class:"


def chain(root: Path, name: str) -> tuple[Plant, IngestReport]:
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"the seafood chain {name} is not here")
    made = Plant(root)
    made.put("lotproof.yml", COMPANY)
    made.put(f"in/{name}", path.read_bytes())
    return made, made.ingest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, IngestReport]:
    return chain(tmp_path_factory.mktemp("chain"), "gdst_data_withmasterdata.jsonld")


def test_every_event_and_element_is_read_and_has_its_place(
    whole: tuple[Plant, IngestReport],
) -> None:
    _, report = whole
    file = report.files[-1]

    assert report.is_complete
    assert report.findings == []
    assert (file.rows_read, file.rows_quarantined) == (17 + 20, 0)


def test_the_can_is_traced_to_feed_hatchery_farm_and_vessel(
    whole: tuple[Plant, IngestReport],
) -> None:
    made, _ = whole
    parents: dict[str, set[str]] = {}
    for row in made.rows("lot_links"):
        child = row["child_lot_id"].removeprefix(LOT)
        parents.setdefault(child, set()).add(row["parent_lot_id"].removeprefix(LOT))
    found, todo = set[str](), {"processor.2u.v1-0122-2022"}
    while todo:
        lot = todo.pop()
        todo |= parents.get(lot, set()) - found
        found |= parents.get(lot, set())

    assert found == {
        "processor.10u.commingle-01232022",
        "fishfarm.1u.farmed-tuna-01192022",
        "fisherman01.tunau.v1-0122-2022",
        "feedmill.1u.ff11252021",
        "hatchery.1u.tf12012021",
    }


def test_the_container_that_shipped_is_the_lot_that_was_in_it(
    whole: tuple[Plant, IngestReport],
) -> None:
    made, _ = whole
    shipped = [
        (row["lot_id"].removeprefix(LOT), row["party_id"])
        for row in made.rows("events")
        if row["event_type"] == "shipment"
    ]

    assert shipped == [
        ("fishfarm.1u.farmed-tuna-01192022", "urn:gdst:example.org:party:processor.1u"),
        ("processor.2u.v1-0122-2022", "urn:gdst:example.org:party:importer.1u"),
    ]
    assert len(made.rows("shipments")) == 2


def test_lots_carry_what_the_traceability_rule_asks_for(
    whole: tuple[Plant, IngestReport],
) -> None:
    made, _ = whole
    lots = {row["lot_id"].removeprefix(LOT): row for row in made.rows("lots")}
    can = lots["processor.2u.v1-0122-2022"]

    assert len(lots) == 6
    assert can["traceability_lot_code"] == f"{LOT}processor.2u.v1-0122-2022"
    assert can["tlc_source"] == "urn:gdst:example.org:location:loc:processor.plant1u"
    assert can["material_id"] == "urn:gdst:example.org:product:class:processor.2u"
    assert all(row["tlc_source"] for row in lots.values())


def test_events_belong_to_the_site_where_they_happened_and_to_no_other(
    whole: tuple[Plant, IngestReport],
) -> None:
    made, _ = whole
    by_type = [(row["site_id"], row["event_type"]) for row in made.rows("events")]

    assert ("PLANT", "finished_goods") in by_type
    assert ("FARM", "shipment") in by_type
    # the hatchery is nobody's site here
    assert (None, "intermediate_output") in by_type


def test_events_with_one_identifier_and_different_contents_are_kept_apart(tmp_path: Path) -> None:
    made, report = chain(tmp_path, "traceback_tests.jsonld")
    held = {row["source_row"] for row in made.rows("quarantine")}

    assert held == {2, 3, 10, 11, 12, 13}
    assert report.files[-1].adds_up
    assert report.files[-1].rows_quarantined == 6


def test_an_event_sent_twice_counts_once(tmp_path: Path) -> None:
    made, report = chain(tmp_path, "EPCISQueryDocument_duplicate_eventIDs.jsonld")

    assert report.files[-1].exact_duplicates == 1
    assert len(made.rows("events")) == 1


def test_the_malformed_document_is_refused_where_it_breaks_off(tmp_path: Path) -> None:
    _, report = chain(tmp_path, "EPCISQueryDocument_malformed.jsonld")

    assert "EPCISQueryDocument_malformed.jsonld:1:" in str(report.refused[0])
    assert "may be cut off" in str(report.refused[0])
