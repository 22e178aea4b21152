"""Files that break what readers take for granted: nothing stops the ingest, nothing is lost."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from .plants import Plant, moment, plant

HEADER = "record_id,event_type,lot_id,occurred_at\n"
ROW = "e1,receipt,L1,2026-10-12T04:52:00Z\n"
OWN = ("_file", "_row", "_line", "_ordinal", "_is_new", "_clash")
EPCIS = "sources: [{name: e, mapping: epcis, site: SAL, files: in/*}]\n"
EVENT = {
    "type": "ObjectEvent", "eventID": "urn:uuid:1", "eventTime": "2026-10-12T04:52:00Z",
    "eventTimeZoneOffset": "+02:00", "action": "OBSERVE", "bizStep": "receiving",
    "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.4444", "quantity": 1}],
}  # fmt: skip
XML_EVENT = (
    "<p:{kind}><p:eventTime>2026-10-12T04:52:00Z</p:eventTime>"
    "<p:eventTimeZoneOffset>+02:00</p:eventTimeZoneOffset><p:action>OBSERVE</p:action>"
    "<p:bizStep>urn:epcglobal:cbv:bizstep:receiving</p:bizStep><p:extension><p:quantityList>"
    "<p:quantityElement><p:epcClass>urn:epc:class:lgtin:4012345.011111.4444</p:epcClass>"
    "<p:quantity>1</p:quantity></p:quantityElement></p:quantityList></p:extension>{more}</p:{kind}>"
)


def refused(made: Plant) -> str:
    (error,) = made.ingest().refused
    return str(error)


def xml(*events: str, declared: str = "UTF-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{declared}"?>'
        '<p:EPCISDocument xmlns:p="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"><p:EPCISBody>'
        f"<p:EventList>{''.join(events)}</p:EventList></p:EPCISBody></p:EPCISDocument>"
    )


def xml_event(kind: str = "ObjectEvent", more: str = "") -> str:
    return XML_EVENT.format(kind=kind, more=more)


def epcis(*events: Any) -> str:
    return json.dumps({"type": "EPCISDocument", "epcisBody": {"eventList": list(events)}})


def book(*rows: tuple[Any, ...]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("lot", ["L1", '"L\n1"'])
def test_columns_named_as_our_own_are_columns_like_others(tmp_path: Path, lot: str) -> None:
    head = HEADER.strip() + "," + ",".join(OWN)
    row = ROW.strip().replace("L1", lot) + "," + ",".join("x" for _ in OWN)
    made = plant(tmp_path, events_csv=f"{head}\n{row}\n")
    report = made.ingest()

    assert report.is_complete
    assert made.values("events", "source_row") == [2]


def test_so_are_keys_of_json_and_a_key_without_a_name(tmp_path: Path) -> None:
    event = dict(zip(HEADER.strip().split(","), ROW.strip().split(","), strict=True))
    own = dict.fromkeys((*OWN, ""), "x")
    made = plant(tmp_path, events_json=json.dumps([event | own]))

    assert made.ingest().is_complete
    assert made.values("events", "lot_id") == ["L1"]


def test_a_row_far_below_the_others_of_a_sheet_is_read(tmp_path: Path) -> None:
    cells = tuple(ROW.strip().split(","))
    rows = [tuple(HEADER.strip().split(",")), cells, *[()] * 300, ("e2", *cells[1:])]
    made = plant(tmp_path, events_xlsx=book(*rows))
    made.ingest()

    assert made.values("events", "source_row") == [2, 303]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("#N/A", "the error #N/A in column 'lot_id'"),
        ('=CONCATENATE("L", 1)', "a formula that was never worked out in column 'lot_id'"),
    ],
)
def test_a_cell_of_a_sheet_without_a_value_is_not_taken_for_an_empty_one(
    tmp_path: Path, cell: str, reason: str
) -> None:
    head, row = HEADER.strip().split(","), ROW.strip().split(",")
    made = plant(tmp_path, events_xlsx=book(tuple(head), (*row[:2], cell, *row[3:]), tuple(row)))
    report = made.ingest()
    (held,) = made.rows("quarantine")

    assert report.files[-1].adds_up
    assert (held["source_row"], held["reason"]) == (2, reason)
    assert made.values("events", "lot_id") == ["L1"]


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_columns_are_known_in_either_case(tmp_path: Path, suffix: str) -> None:
    head, row = HEADER.strip().upper().split(","), ROW.strip().split(",")
    objects = json.dumps([dict(zip(head, row, strict=True))])
    made = plant(tmp_path)
    made.put(f"in/events.{suffix}", objects if suffix == "json" else HEADER.upper() + ROW)
    made.ingest()

    assert made.values("events", "lot_id") == ["L1"]


@pytest.mark.parametrize("lot", ["L1", '"L\n1"'])
def test_further_rows_of_a_header_are_passed_over(tmp_path: Path, lot: str) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: plant, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        events_csv=HEADER + "Record,Type,Lot,When\n,,,UTC\n" + ROW.replace("L1", lot),
    )
    made.put("v.yml", "header_rows: 3\n")
    report = made.ingest()

    assert report.files[-1].rows_read == 1
    assert made.values("events", "source_row") == [4]


def test_two_columns_that_are_both_said_to_be_one_are_refused(tmp_path: Path) -> None:
    made = plant(
        tmp_path,
        "sources: [{name: plant, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n",
        lots_csv="Charge,lot_id\nA,B\n",
    )
    made.put("v.yml", "feeds: {lots: {columns: {charge: lot_id}}}\n")

    assert "columns 'charge' and 'lot_id' are both 'lot_id'" in refused(made)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ((HEADER + ROW).replace(",", ";"), 'declare `feeds: {events: {delimiter: ";"}}`'),
        (
            "sep=;\n" + (HEADER + ROW).replace(",", ";"),
            'declare `feeds: {events: {skip_rows: 1, delimiter: ";"}}`',
        ),
        ("Movements of October\n" + HEADER + ROW, "the header seems to be row 2"),
    ],
)
def test_a_header_that_was_misread_comes_with_what_to_declare(
    tmp_path: Path, content: str, advice: str
) -> None:
    assert advice in refused(plant(tmp_path, events_csv=content))


def test_a_file_of_nothing_but_broken_lines_has_each_in_quarantine(tmp_path: Path) -> None:
    made = plant(tmp_path, events_jsonl='{"record_id": \n[1]\n')
    report = made.ingest()

    assert report.files[-1].rows_quarantined == 2
    assert report.refused == []


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()

    assert "an archive without files" in refused(plant(tmp_path, events_zip=out.getvalue()))


def test_a_quotation_mark_that_is_never_closed_is_said_to_be_that(tmp_path: Path) -> None:
    made = plant(tmp_path, events_csv=HEADER + ROW + 'e2,receipt,"L2,2026-10-12T04:52:00Z\n' + ROW)
    made.ingest()
    (held,) = made.rows("quarantine")

    assert "a quotation mark that is never closed" in held["reason"]
    assert held["source_row"] == 3


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("2026-10-12T04:52:00,CET,", "utc_offset"),
        ("2026-10-12T04:52:00,+25:99,", "utc_offset"),
        ("2026-10-12T04:52:00,+02:00,roughly", "precision"),
        ("2026-10-12T04:52:00+99:00,,", "occurred_at"),
        ("0001-01-01T00:00:00,,", "occurred_at"),
    ],
)
def test_a_time_with_an_offset_that_is_none_is_held_back(
    tmp_path: Path, cells: str, column: str
) -> None:
    head = "record_id,event_type,lot_id,occurred_local,utc_offset,precision\n"
    made = plant(tmp_path, events_csv=f"{head}e1,receipt,L1,{cells}\n")
    made.ingest()

    assert made.rows("events") == []
    assert column in [row["column_name"] for row in made.rows("quarantine")]


def test_a_window_of_coverage_that_ends_never_is_refused(tmp_path: Path) -> None:
    source = "sources: [{name: plant, mapping: generic, site: LEU, files: in/*,\n  "
    made = plant(
        tmp_path,
        source + "covers: [{tables: [events], from: 2026-01-01, to: 9999-12-31}]}]\n",
        events_csv=HEADER + ROW,
    )

    assert "a window that ends on 9999-12-31" in refused(made)


def test_a_document_without_events_has_none(tmp_path: Path) -> None:
    made = plant(tmp_path, EPCIS, none_json=epcis(), nothing_xml=xml())
    report = made.ingest()

    assert report.is_complete
    assert [file.rows_read for file in report.files if file.source == "e"] == [0, 0]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (EVENT | {"type": "QuantityEvent"}, "'QuantityEvent' is no kind of event"),
        (EVENT | {"type": None}, "'no type' is no kind of event"),
        (EVENT | {"ilmd": {"lotNumber": "1", "LotNumber": "2"}}, "'lotNumber' and 'LotNumber'"),
        (EVENT | {"ilmd": {"cbvmda:lotNumber": "1", "x:lotNumber": "2"}}, "say different things"),
        (EVENT | {"bizStep": "a\0b"}, "a NUL character"),
        (EVENT | {"bizStep": "\ud800"}, "half of a surrogate pair"),
    ],
)
def test_an_event_that_cannot_be_told_is_held_back_and_the_others_land(
    tmp_path: Path, event: dict[str, Any], reason: str
) -> None:
    made = plant(tmp_path, EPCIS, d_json=epcis(EVENT | {"eventID": "urn:uuid:2"}, event))
    report = made.ingest()

    assert report.files[-1].adds_up
    assert reason in made.rows("quarantine")[0]["reason"]
    assert len(made.rows("events")) == 1


def test_a_key_twice_in_an_event_holds_it_back(tmp_path: Path) -> None:
    text = epcis(EVENT).replace('"action"', '"eventID": "urn:uuid:9", "action"')
    made = plant(tmp_path, EPCIS, d_json=text)
    made.ingest()

    assert "key 'eventID' twice" in made.rows("quarantine")[0]["reason"]


def test_keys_of_several_spellings_are_one_column(tmp_path: Path) -> None:
    spelt = [EVENT | {"eventID": f"u{n}", "action": "ADD", "bizStep": "commissioning",
                      "ilmd": {key: "X"}} for n, key in enumerate(("lotNumber", "LOTNUMBER"))
             ]  # fmt: skip
    made = plant(tmp_path, EPCIS, d_json=epcis(*spelt))

    assert made.ingest().is_complete


def test_every_element_may_bear_the_prefix_of_epcis(tmp_path: Path) -> None:
    made = plant(tmp_path, EPCIS, d_xml=xml(xml_event()))
    made.ingest()
    (event,) = made.rows("events")

    assert event["lot_id"] == "https://id.gs1.org/01/04012345111118/10/4444"
    assert event["occurred_at"] == moment("2026-10-12T04:52")


def test_what_stands_among_events_in_xml_and_is_none_is_held_back(tmp_path: Path) -> None:
    made = plant(tmp_path, EPCIS, d_xml=xml(xml_event("QuantityEvent"), xml_event()))
    report = made.ingest()

    assert report.files[-1].rows_read == 2
    assert report.files[-1].rows_quarantined == 1


@pytest.mark.parametrize("declared", ["UTF-16", "ISO-8859-1", "windows-1252"])
def test_xml_is_read_in_the_encoding_that_it_declares(tmp_path: Path, declared: str) -> None:
    text = xml(xml_event(more="<x:n xmlns:x='urn:x'>ä</x:n>"), declared=declared)
    made = plant(tmp_path, EPCIS, d_xml=text.encode(declared))

    assert made.ingest().is_complete


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.xml", xml(xml_event(more="<a>" * 2000 + "</a>" * 2000))),
        ("d.json", epcis(EVENT)[:-1] + ',"x":' + "[" * 50000 + "]" * 50000 + "}"),
        ("d.json", epcis(EVENT | {"x": 7}).replace("7", '{"a":' * 900 + "1" + "}" * 900)),
    ],
)  # fmt: skip
def test_a_document_nested_without_bound_is_refused(
    tmp_path: Path, name: str, content: str
) -> None:
    made = plant(tmp_path, EPCIS)
    made.put(f"in/{name}", content)

    assert "nested too deeply to be read" in refused(made)


def test_the_master_data_document_is_taken_in(tmp_path: Path) -> None:
    place = {"id": "urn:epc:id:sgln:0037000.00729.0", "attributes": [
        {"id": "urn:epcglobal:cbv:mda#name", "attribute": ""},
        {"id": "urn:epcglobal:cbv:mda#name", "attribute": "Dock 1"},
    ]}  # fmt: skip
    other = {"id": "urn:epc:id:sgln:0037000.00730.0", "cbvmda:name": "Dock 2"}
    listed = [
        {"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [place, other]}
    ]
    made = plant(
        tmp_path, EPCIS,
        m_json=json.dumps({"type": "EPCISMasterDataDocument",
                           "epcisBody": {"vocabularyList": listed}}),
    )  # fmt: skip
    made.ingest()

    assert made.values("parties", "name") == ["Dock 1", "Dock 2"]
