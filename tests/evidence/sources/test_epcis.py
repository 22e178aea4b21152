"""EPCIS documents: lots, genealogy, containers, errors, and events that contradict each other."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotproof.evidence.sources.json_events import EpcisText

from .documents import (
    BAG,
    BAG_ID,
    MAKING,
    RAW,
    RAW_ID,
    SOURCE,
    Json,
    document,
    event,
    food,
    lots,
    shipping,
)
from .plants import AT, FIXTURES, Plant, moment, plant


def test_a_transformation_is_consumption_output_genealogy_and_a_new_lot(tmp_path: Path) -> None:
    made = food(tmp_path, MAKING)
    report = made.ingest()
    used, output = made.rows("events")
    (link,) = made.rows("lot_links")
    new, known = made.rows("lots")

    assert report.is_complete
    assert report.findings == []
    assert (used["event_type"], used["lot_id"], used["quantity"]) == ("consumption", RAW_ID, 130)
    assert (output["event_type"], output["lot_id"]) == ("finished_goods", BAG_ID)
    # without a unit EPCIS counts
    assert (output["quantity"], output["uom"], output["order_id"]) == (1000, "EA", "WO-7")
    assert (output["site_id"], output["occurred_local"]) == ("SAL", moment("2026-10-12T08:00"))
    assert output["occurred_at"] == moment("2026-10-12T15:00")
    assert (link["parent_lot_id"], link["child_lot_id"]) == (RAW_ID, BAG_ID)
    assert (link["quantity"], link["uom"]) == (130, "KGM")
    assert (new["lot_id"], new["traceability_lot_code"]) == (BAG_ID, "00614141222223-B1")
    assert new["tlc_source"] == "0614141000012"
    assert new["expires_at"] == moment("2026-10-21T07:00")
    assert (known["lot_id"], known["material_id"]) == (
        RAW_ID,
        "https://id.gs1.org/01/00614141111114",
    )


def test_how_much_went_into_which_of_several_outputs_is_not_made_up(tmp_path: Path) -> None:
    other = "urn:epc:class:lgtin:0614141.022222.B2"
    made = food(tmp_path, MAKING | {"outputQuantityList": lots(BAG, other)})
    made.ingest()

    assert [row["quantity"] for row in made.rows("lot_links")] == [None, None]


def test_inputs_and_outputs_of_one_transformation_in_two_events_belong_together(
    tmp_path: Path,
) -> None:
    common = {"transformationID": "T-1", "bizStep": "packing"}
    start = event(1, "TransformationEvent", inputQuantityList=lots(RAW), **common)
    end = event(2, "TransformationEvent", "09:00", outputQuantityList=lots(BAG), **common)
    made = food(tmp_path, start, end)
    made.ingest()

    assert [(r["parent_lot_id"], r["child_lot_id"]) for r in made.rows("lot_links")] == [
        (RAW_ID, BAG_ID)
    ]


def test_single_things_are_counted_by_the_lot_they_were_made_in(tmp_path: Path) -> None:
    serials = [f"urn:epc:id:sgtin:0614141.011111.{n}" for n in range(3)]
    made = food(
        tmp_path,
        event(
            1, action="ADD", bizStep="commissioning", epcList=serials,
            ilmd={"cbvmda:lotNumber": "R1"},
        ),
        shipping(2, "10:00", epcList=serials[:2]),
    )  # fmt: skip
    made.ingest()

    assert [(r["lot_id"], r["quantity"], r["uom"]) for r in made.rows("events")] == [
        (RAW_ID, 3, "EA"),
        (RAW_ID, 2, "EA"),
    ]


def test_an_event_declared_an_error_is_undone_and_kept(tmp_path: Path) -> None:
    error = {"declarationTime": "2026-10-13T08:00:00Z", "reason": "incorrect_data"}
    made = food(tmp_path, MAKING, MAKING | {"errorDeclaration": error})
    report = made.ingest()
    (link,) = made.rows("lot_links")

    assert report.is_complete
    assert report.findings == []
    assert [(r["record_id"], r["reverses"]) for r in made.rows("events")] == [
        ("urn:uuid:1/1", None),
        ("urn:uuid:1/2", None),
        ("urn:uuid:1/1/error", "urn:uuid:1/1"),
        ("urn:uuid:1/2/error", "urn:uuid:1/2"),
    ]
    assert link["quantity"] == 0


def test_an_event_that_comes_twice_counts_once(tmp_path: Path) -> None:
    made = food(tmp_path, MAKING, MAKING)
    report = made.ingest()

    assert (report.files[-1].rows_landed, report.files[-1].exact_duplicates) == (1, 1)
    assert len(made.rows("events")) == 2


def test_one_identifier_with_two_contents_goes_to_quarantine_with_its_lots(tmp_path: Path) -> None:
    made = food(
        tmp_path,
        shipping(1, "10:00", quantityList=lots(BAG)),
        shipping(1, "10:00", quantityList=lots(BAG, quantity=121)),
        shipping(2, "11:00", quantityList=lots(BAG)),
    )
    report = made.ingest()
    held = [row for row in made.rows("quarantine") if row["table_name"] == "events"]

    assert (report.files[-1].rows_landed, report.files[-1].rows_quarantined) == (1, 2)
    assert made.values("events", "record_id") == ["urn:uuid:2/1"]
    assert [row["source_row"] for row in held] == [1, 2]
    assert {row["lot_id"] for row in held} == {BAG_ID}
    assert held[0]["reason"].endswith("urn:uuid:1; another is at events.json:2")
    assert '\\"quantity\\":121' in held[1]["raw"]


def test_a_later_document_that_contradicts_an_earlier_one_goes_to_quarantine(
    tmp_path: Path,
) -> None:
    made = food(tmp_path, shipping(1, "10:00", quantityList=lots(BAG)))
    made.ingest()
    made.put("in/later.json", document(shipping(1, "10:00", quantityList=lots(BAG, quantity=9))))
    made.ingest()

    assert [row["quantity"] for row in made.rows("events")] == [120]
    assert {row["source_file"] for row in made.rows("quarantine")} == {"later.json"}


def test_what_is_said_of_a_lot_is_not_forgotten_when_it_is_only_mentioned(tmp_path: Path) -> None:
    made = food(tmp_path, MAKING)
    made.ingest()
    made.put("in/later.json", document(shipping(2, "10:00", quantityList=lots(BAG))))
    made.ingest()
    bags = [row for row in made.rows("lots") if row["lot_id"] == BAG_ID]

    assert [row["expires_at"] for row in bags] == [moment("2026-10-21T07:00")]


def test_an_unknown_business_step_is_held_back_and_reported(tmp_path: Path) -> None:
    made = food(tmp_path, event(1, action="OBSERVE", bizStep="juggling", quantityList=lots(BAG)))
    report = made.ingest()

    assert made.rows("events") == []
    assert [(f.kind, f.value) for f in report.findings] == [("unmapped", "juggling")]
    assert made.rows("quarantine")[0]["lot_id"] == BAG_ID


def test_dispositions_that_are_a_status_change_it(tmp_path: Path) -> None:
    made = food(
        tmp_path,
        event(
            1, action="OBSERVE", bizStep="holding", quantityList=lots(BAG),
            disposition="https://ref.gs1.org/cbv/Disp-recalled",
        ),
        event(2, action="OBSERVE", bizStep="storing", disposition="active",
              quantityList=lots(BAG)),
    )  # fmt: skip
    made.ingest()

    assert [(r["lot_id"], r["to_status"]) for r in made.rows("lot_status")] == [
        (BAG_ID, "recalled")
    ]


def test_people_of_a_partners_system_are_taken_from_its_own_keys(tmp_path: Path) -> None:
    made = food(
        tmp_path,
        shipping(1, "10:00", quantityList=lots(BAG), **{
            "lotproof:performedBy": "P-1", "https://corvale.example/voc#entryMethod": "scan"}),
    )  # fmt: skip
    made.ingest()
    (row,) = made.rows("events")

    assert (row["performed_by"], row["entry_method"]) == ("P-1", "scan")


def test_master_data_of_the_header_become_materials_and_parties(tmp_path: Path) -> None:
    def element(uri: str, **said: str) -> Json:
        known = [{"id": f"urn:epcglobal:cbv:mda#{k}", "attribute": v} for k, v in said.items()]
        return {"id": uri, "attributes": known}

    vocabulary = [
        {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": []},
        {
            "type": "urn:epcglobal:epcis:vtype:epcclass",
            "vocabularyElementList": [
                element("urn:epc:idpat:sgtin:0614141.011111.*", descriptionShort="Romaine")
            ],
        },
        {
            "type": "urn:epcglobal:epcis:vtype:party",
            "vocabularyElementList": [
                element("urn:epc:id:pgln:4012345.00001", name="Shop", city="Gent", countryCode="BE")
            ],
        },
    ]
    made = food(tmp_path, MAKING, epcisHeader={"epcisMasterData": {"vocabularyList": vocabulary}})
    report = made.ingest()
    (material,) = made.rows("materials")
    (party,) = made.rows("parties")

    assert report.files[-1].rows_read == 3
    assert material["material_id"] == "https://id.gs1.org/01/00614141111114"
    assert material["name"] == "Romaine"
    assert (party["party_id"], party["address"]) == ("4012345000016", "Gent, BE")


def test_a_plant_with_its_own_numbers_translates_uris_by_data_alone(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources:\n  - {name: food, mapping: epcis, site: SAL, files: in/*, values: v.yml}\n",
        events_json=document(MAKING),
    )
    made.put(
        "v.yml",
        'settings: {lot: "SAL/{lotNumber}", parent_lot: "SAL/{parentLotNumber}",\n'
        '           child_lot: "SAL/{childLotNumber}", material: "{gtin}"}\n'
        'words: {material: {"00614141222223": M-8101}}\n',
    )
    made.ingest()

    assert made.values("lots", "lot_id") == ["SAL/B1", "SAL/R1"]
    assert made.values("lots", "material_id") == ["M-8101", "00614141111114"]
    assert made.rows("lot_links")[0]["parent_lot_id"] == "SAL/R1"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda e: {"type": "EPCISDocument", "epcisBody": {"eventList": [e]}},
        lambda e: {"epcisBody": {"queryResults": {"resultsBody": {"eventList": [e]}}}},
        lambda e: {"epcisBody": {"event": e}},
        lambda e: [e],
        lambda e: e,
    ],
    ids=["document", "query", "single in body", "list", "bare"],
)
def test_every_shape_of_document_is_read(tmp_path: Path, wrap: Any) -> None:
    made = plant(tmp_path, SOURCE, events_json=json.dumps(wrap(MAKING)))
    report = made.ingest()

    assert report.is_complete
    assert len(made.rows("events")) == 2


@pytest.mark.parametrize("cut", [30, 400, 900, -3])
def test_a_document_that_was_cut_off_is_refused_with_its_line(tmp_path: Path, cut: int) -> None:
    made = plant(tmp_path, SOURCE, events_json=document(MAKING, MAKING)[:cut])
    report = made.ingest()

    assert len(report.refused) == 1
    assert "events.json:" in str(report.refused[0])
    assert "not JSON" in str(report.refused[0])
    assert made.rows("events") == []


def test_json_that_is_no_epcis_is_refused(tmp_path: Path) -> None:
    made = plant(tmp_path, SOURCE, events_json='{"orders": []}')

    assert "no events" in str(made.ingest().refused[0])


def test_what_is_no_event_in_the_list_is_held_back(tmp_path: Path) -> None:
    text = json.dumps({"epcisBody": {"eventList": [MAKING, "not an event"]}})
    made = plant(tmp_path, SOURCE, events_json=text)
    report = made.ingest()

    assert (report.files[-1].rows_landed, report.files[-1].rows_quarantined) == (1, 1)
    assert {row["source_row"] for row in made.rows("quarantine")} == {2}


def test_events_keep_their_lines_and_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"epcisBody":\n{"eventList":[\n{"type":"A","q":1.10},\n\n{"type":"B"}]}}')
    found = [(placed.value["type"], placed.line) for placed in EpcisText(path, "x").events()]
    first = next(iter(EpcisText(path, "x").events())).value

    assert found == [("A", 3), ("B", 5)]
    assert first["q"] == "1.10"


@pytest.mark.parametrize("name", ["epcis20_json", "invalid_json"])
def test_no_published_example_breaks_the_reader_or_loses_a_row(tmp_path: Path, name: str) -> None:
    folder = FIXTURES / "openepcis" / name
    if not folder.is_dir():
        pytest.skip(f"the folder {folder.name} of the OpenEPCIS examples is not here")
    made = Plant(tmp_path)
    made.put("lotproof.yml", plant(tmp_path, SOURCE).root.joinpath("lotproof.yml").read_bytes())
    for path in sorted(folder.glob("*.json")):
        made.put(f"in/{path.name}", path.read_bytes())
    report = made.ingest()

    assert report.refused == []
    assert all(file.adds_up for file in report.files)
    assert sum(file.rows_read for file in report.files) > len(list(folder.glob("*.json")))


def test_decimals_of_quantities_are_exact(tmp_path: Path) -> None:
    text = document(shipping(1, "10:00", quantityList=lots(BAG))).replace("120", "0.1000000010")
    made = plant(tmp_path, SOURCE, events_json=text)
    made.ingest()

    assert made.rows("events")[0]["quantity"] == Decimal("0.100000001")


def test_an_event_in_two_documents_counts_once_and_contradictions_show_both(
    tmp_path: Path,
) -> None:
    same, changed = shipping(1, "10:00", quantityList=lots(BAG)), shipping(2, "11:00")
    first = document(same | {"recordTime": "2026-10-12T18:00:00Z"}, changed)
    second = document(
        same | {"recordTime": "2026-10-13T18:00:00Z"}, changed | {"quantityList": lots(RAW)}
    )
    made = plant(tmp_path, SOURCE, a_json=first, b_json=second)
    report = made.ingest()
    held = {row["source_file"]: row["reason"] for row in made.rows("quarantine")}

    assert [(f.name, f.rows_landed, f.rows_quarantined, f.exact_duplicates)
            for f in report.files[1:]] == [("a.json", 1, 1, 0), ("b.json", 0, 1, 1)]  # fmt: skip
    assert held["a.json"].endswith("urn:uuid:2; another is at b.json:2")
    assert held["b.json"].endswith("urn:uuid:2; another is at a.json:2")
    assert made.values("events", "record_id") == ["urn:uuid:1/1"]
    assert [(f.kind, f.value) for f in report.findings] == [("conflict", "urn:uuid:2")]

    made.put("in/c.json", document(same, same | {"eventTimeZoneOffset": "-06:00"}))
    later = made.ingest(AT + timedelta(days=1)).files[-1]

    assert later.rows_quarantined == 2
    assert {r["reason"].rpartition(" ")[2] for r in made.rows("quarantine")} >= {"a.json:1"}


def test_what_happened_at_a_partners_place_belongs_to_no_site_of_ours(tmp_path: Path) -> None:
    there = {"id": "urn:epc:id:sgln:0614141.00777.0"}
    dock = {"id": "urn:epc:id:sgln:0614141.00001.DOCK-2"}
    made = food(
        tmp_path,
        shipping(1, "08:00", quantityList=lots(RAW)) | {"readPoint": there},
        event(2, clock="09:00", bizStep="receiving", readPoint=dock, quantityList=lots(RAW)),
        event(3, clock="10:00", bizStep="inspecting", quantityList=lots(RAW)),
    )
    made.ingest()

    assert made.values("events", "site_id") == [None, "SAL", "SAL"]
    assert made.values("shipments", "site_id") == [None]
    assert made.values("events", "from_location")[0] == "0614141007776"
