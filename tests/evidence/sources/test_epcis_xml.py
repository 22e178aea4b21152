"""EPCIS in XML says what the same document says in JSON; what is no such document is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lotproof.evidence.sources.epcis_event import content_digest
from lotproof.evidence.sources.ingest import IngestReport
from lotproof.evidence.sources.xml_events import EpcisXml

from .documents import BAG_ID, BOX_ID, RAW_ID
from .plants import FIXTURES, SITES, Plant

SOURCE = "sources: [{name: food, mapping: epcis, site: SAL, files: in/*}]\n"
OPEN = FIXTURES / "openepcis"
HEAD = (
    '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" '
    'creationDate="2026-10-12T10:00:00Z">'
)
LGTIN = "urn:epc:class:lgtin:0614141."
OLD = f"""<?xml version="1.0" encoding="UTF-8"?>
{HEAD}
<EPCISHeader><extension><EPCISMasterData><VocabularyList>
 <Vocabulary type="urn:epcglobal:epcis:vtype:EPCClass"><VocabularyElementList>
  <VocabularyElement id="urn:epc:idpat:sgtin:0614141.022222.*">
   <attribute id="urn:epcglobal:cbv:mda#descriptionShort">spinach, 200 g</attribute>
  </VocabularyElement></VocabularyElementList></Vocabulary>
</VocabularyList></EPCISMasterData></extension></EPCISHeader>
<EPCISBody><EventList>
 <extension><TransformationEvent>
  <eventTime>2026-10-12T08:00:00-07:00</eventTime>
  <eventTimeZoneOffset>-07:00</eventTimeZoneOffset>
  <baseExtension><eventID>urn:uuid:1</eventID></baseExtension>
  <inputQuantityList><quantityElement><epcClass>{LGTIN}011111.R1</epcClass>
   <quantity>130</quantity><uom>KGM</uom></quantityElement></inputQuantityList>
  <outputQuantityList><quantityElement><epcClass>{LGTIN}022222.B1</epcClass>
   <quantity>1000</quantity></quantityElement></outputQuantityList>
  <bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>
  <bizLocation><id>urn:epc:id:sgln:0614141.00001.0</id></bizLocation>
  <ilmd><cbvmda:itemExpirationDate xmlns:cbvmda="urn:epcglobal:cbv:mda">2026-10-20
  </cbvmda:itemExpirationDate></ilmd>
 </TransformationEvent></extension>
 <AggregationEvent><eventTime>2026-10-12T09:00:00-07:00</eventTime>
  <eventTimeZoneOffset>-07:00</eventTimeZoneOffset>
  <parentID>urn:epc:id:sscc:0614141.1234567890</parentID><childEPCs/><action>ADD</action>
  <extension><childQuantityList><quantityElement><epcClass>{LGTIN}022222.B1</epcClass>
   <quantity>600</quantity></quantityElement></childQuantityList></extension>
 </AggregationEvent>
 <ObjectEvent><eventTime>2026-10-12T10:00:00-07:00</eventTime>
  <eventTimeZoneOffset>-07:00</eventTimeZoneOffset>
  <epcList><epc>urn:epc:id:sscc:0614141.1234567890</epc></epcList><action>OBSERVE</action>
  <bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>
  <bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:desadv">D-1</bizTransaction>
  </bizTransactionList>
  <extension><destinationList>
   <destination type="urn:epcglobal:cbv:sdt:owning_party">
   urn:epc:id:pgln:0614141.00009</destination>
  </destinationList></extension>
 </ObjectEvent>
</EventList></EPCISBody></epcis:EPCISDocument>
"""


def made_of(root: Path, **documents: str) -> tuple[Plant, IngestReport]:
    made = Plant(root)
    made.put("lotproof.yml", SITES + SOURCE)
    for name, text in documents.items():
        made.put(f"in/{name}.xml", text)
    return made, made.ingest()


def test_a_document_of_version_1_2_is_read_with_what_it_hides_in_extensions(
    tmp_path: Path,
) -> None:
    made, report = made_of(tmp_path, old=OLD)
    used, output, shipped = made.rows("events")
    (stay,) = made.rows("containment")

    assert report.is_complete
    assert (used["lot_id"], used["quantity"], used["uom"]) == (RAW_ID, 130, "KGM")
    assert (output["event_type"], output["lot_id"], output["site_id"]) == (
        "finished_goods", BAG_ID, "SAL",
    )  # fmt: skip
    # a third spelling of a business step, and a container that stands for what is in it
    assert (shipped["event_type"], shipped["lot_id"], shipped["quantity"]) == (
        "shipment", BAG_ID, 600,
    )  # fmt: skip
    assert shipped["party_id"] == "0614141000098"
    assert (stay["container_id"], stay["content_id"]) == (BOX_ID, BAG_ID)
    assert made.values("lots", "lot_id") == [BAG_ID, RAW_ID]
    assert made.values("materials", "name") == ["spinach, 200 g"]
    assert report.files[-1].rows_read == 4


def test_events_are_read_one_by_one_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "many.xml"
    event = OLD[OLD.index(" <ObjectEvent>") : OLD.index("</EventList>")]
    path.write_text(f"{HEAD}<EPCISBody><EventList>\n{event * 3000}</EventList></EPCISBody>\n"
                    "</epcis:EPCISDocument>\n")  # fmt: skip
    lines = [placed.line for placed in EpcisXml(path, "many.xml").events()]

    assert lines[:3] == [2, 13, 24]
    assert len(lines) == 3000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (OLD[:1500], "may be cut off"),
        (OLD.replace("</action>", "</acton>", 1), "not XML: mismatched tag"),
        ("<note><to>you</to></note>", "no events"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n' + OLD.partition("\n")[2], "document type declaration"),
    ],
)
def test_what_is_no_such_document_is_refused_with_its_place(
    tmp_path: Path, text: str, found: str
) -> None:
    _, report = made_of(tmp_path, bad=text)

    assert found in report.refused[0].found
    assert str(report.refused[0].where).startswith("bad.xml:")


def landed(root: Path, kind: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the documents of one kind give, apart from where it stood."""
    made = Plant(root)
    made.put("lotproof.yml", SITES + SOURCE)
    (root / "in").mkdir()
    for path in sorted((OPEN / "epcis20_xml").glob("*.xml")):
        twin = OPEN / "epcis20_json" / f"{path.stem}.json"
        if twin.is_file():
            shutil.copy(path if kind == "xml" else twin, root / "in")
    assert len(list((root / "in").iterdir())) == 35
    report = made.ingest()
    assert report.is_complete, report.refused
    place = ("source_file", "source_row", "record_hash", "load_id", "ingest_seq")
    tables = ("events", "lots", "lot_links", "containment", "shipments", "documents")
    rows = {
        table: [tuple(v for k, v in row.items() if k not in place) for row in made.rows(table)]
        for table in (*tables, "document_links", "lot_status")
    }
    rows["held"] = [(r["table_name"], r["record_id"]) for r in made.rows("quarantine")]
    return {table: sorted(found, key=str) for table, found in rows.items()}


@pytest.mark.skipif(not OPEN.is_dir(), reason="the documents of openepcis are not here")
def test_35_documents_give_the_same_tables_in_json_and_in_xml(tmp_path: Path) -> None:
    in_json, in_xml = landed(tmp_path / "j", "json"), landed(tmp_path / "x", "xml")

    assert len(in_json["events"]) == 60
    assert in_json == in_xml


@pytest.mark.skipif(not OPEN.is_dir(), reason="the documents of openepcis are not here")
@pytest.mark.parametrize("folder", ["epcis12_xml", "invalid_json"])
def test_every_other_document_is_read_or_refused_with_reason(tmp_path: Path, folder: str) -> None:
    made = Plant(tmp_path)
    made.put("lotproof.yml", SITES + SOURCE)
    shutil.copytree(OPEN / folder, tmp_path / "in")
    report = made.ingest()
    accounted = {f.name for f in report.files} | {
        str(error.where).partition(":")[0] for error in report.refused
    }
    # two of them are the same, byte for byte
    accounted |= {name.removeprefix("food: ") for name in report.skipped}

    assert accounted >= {path.name for path in (tmp_path / "in").iterdir()}
    assert all(file.adds_up for file in report.files)
    assert all(error.found and error.expected for error in report.refused)


def test_a_digest_does_not_hang_on_spelling() -> None:
    one = {"type": "ObjectEvent", "eventTime": "2026-10-12T08:00:00.000-07:00", "epcList": [],
           "bizStep": "shipping", "quantityList": [{"epcClass": f"{LGTIN}011111.R1",
           "quantity": "10.0"}]}  # fmt: skip
    other = {"type": "ObjectEvent", "eventTime": "2026-10-12T15:00:00Z", "recordTime": "x",
             "bizStep": "urn:epcglobal:cbv:bizstep:shipping",
             "quantityList": [{"epcClass": RAW_ID, "quantity": 10}]}  # fmt: skip

    assert content_digest(one) == content_digest(other)
    assert content_digest(one) != content_digest(other | {"quantityList": []})
