"""An EPCIS document as tables of text, for a mapping to make rows of the lot model from.

Relations: ``rows`` (every event and every element of master data, once), ``items`` (each thing of
each event, with containers opened), ``links`` (each input and output of a transformation),
``containment``, ``lots`` (lots with master data of their own), ``mentions`` (each lot once),
``papers`` and ``masters``. ``rows`` has the digest of what each event says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from .containers import Containers, Content, Packing
from .epcis_event import (
    EVENTS,
    Json,
    Thing,
    cells_of,
    content_digest,
    event_key,
    event_time,
    event_type,
    ilmd,
    lot_of_serial,
    misshapen,
    papers_of,
    things_of,
)
from .gs1 import Item, container, item, place, word
from .json_events import EpcisText, Placed
from .read_csv import Rejected, TextTable, column_name, read_rows, write_rows
from .read_jsonl import as_text
from .xml_events import EpcisXml

RELATIONS = ("rows", "items", "links", "containment", "lots", "mentions", "papers", "masters")
"""The tables that a document gives."""

Row = dict[str, str | None]


@dataclass(slots=True)
class _Known:
    """What is known of the whole document before its rows are made."""

    packings: list[Packing] = field(default_factory=list)
    serials: dict[str, Item] = field(default_factory=dict)
    inputs: dict[str, list[Thing]] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Made:
    """Rows by relation, each with its ordinal and line."""

    rows: dict[str, list[tuple[int, int, Row]]] = field(
        default_factory=lambda: {name: [] for name in RELATIONS}
    )
    mentioned: set[str] = field(default_factory=set)

    def add(self, relation: str, ordinal: int, line: int, row: Row) -> None:
        """Add a row of a relation, with the number and line of the event that it is made of."""
        self.rows[relation].append((ordinal, line, row))


def read_epcis(
    connection: DuckDBPyConnection, path: Path, name: str, table: str, working: Path
) -> dict[str, TextTable]:
    """Read a document in UTF-8.

    Args:
        connection: the database.
        path: the document.
        name: what errors call it.
        table: beginning of the names of the tables to make.
        working: folder for what is written aside.

    Raises:
        LotproofError: it is neither JSON nor XML, ends too soon, or holds no events.
    """
    document = _document(path, name)
    rejected: list[Rejected] = []
    known = _first_look(document)
    boxes = Containers(known.packings)
    made = _Made()
    count = 0
    for count, placed in enumerate(document.events(), 1):
        fault = _fault(placed)
        if fault is None:
            _event_rows(placed.value, count, placed.line, known, boxes, made)
        else:
            rejected.append(_no_event(count, placed, fault))
    _stays(boxes, made)
    rejected.extend(_masters(document.header, count, made))
    return {
        relation: _table(connection, made, relation, table, working, rejected)
        for relation in RELATIONS
    }


def _document(path: Path, name: str) -> EpcisText | EpcisXml:
    with path.open(encoding="utf-8") as file:
        return EpcisXml(path, name) if file.read(256).lstrip()[:1] == "<" else EpcisText(path, name)


def _table(
    connection: DuckDBPyConnection,
    made: _Made,
    relation: str,
    table: str,
    working: Path,
    rejected: list[Rejected],
) -> TextTable:
    rows = made.rows[relation]
    names = list(dict.fromkeys(name for _, _, row in rows for name in row))
    # a database tells columns apart by their letters, not by their case
    spelt: dict[str, str] = {}
    for name in names:
        spelt.setdefault(name.lower(), name)
    if len(spelt) < len(names):
        rows = [
            (ordinal, line, {spelt[name.lower()]: cell for name, cell in row.items()})
            for ordinal, line, row in rows
        ]
        names = list(spelt.values())
    columns = [column_name(name) for name in names]
    path = working / f"{table}_{relation}"
    write_rows(
        path,
        columns,
        ((ordinal, line, *(row.get(name) for name in names)) for ordinal, line, row in rows),
    )
    read = read_rows(connection, path, columns, f"{table}_{relation}")
    return TextTable(read.sql, columns, 1, rejected if relation == "rows" else [])


def _first_look(document: EpcisText | EpcisXml) -> _Known:
    known = _Known()
    for ordinal, placed in enumerate(document.events(), 1):
        event = placed.value
        if _fault(placed) is not None:
            continue
        if event.get("errorDeclaration"):
            known.revoked.add(event_key(event))
        for uri in event.get("epcList") or event.get("outputEPCList") or []:
            found = lot_of_serial(str(uri), event)
            if found.lot and not found.serial:
                known.serials[str(uri)] = found
        if packing := _packing(event, ordinal):
            known.packings.append(packing)
        if group := event.get("transformationID"):
            inputs = [thing for thing in things_of(event, known.serials) if thing.role == "input"]
            known.inputs.setdefault(str(group), []).extend(inputs)
    return known


def _packing(event: Json, ordinal: int) -> Packing | None:
    at = event_time(event)
    parent = event.get("parentID")
    if event_type(event) != "AggregationEvent" or at is None or not parent:
        return None
    if event.get("errorDeclaration") or event.get("action") not in ("ADD", "DELETE"):
        return None
    contents = tuple(
        Content(
            thing.container or thing.item.uri,
            thing.container is not None,
            thing.item.product,
            thing.quantity,
            thing.uom,
        )
        for thing in things_of(event, {})
        if thing.role == "child"
    )
    box = container(str(parent)) or str(parent)
    return Packing(ordinal, at, event["action"] == "ADD", box, contents)


def _event_rows(
    event: Json, ordinal: int, line: int, known: _Known, boxes: Containers, made: _Made
) -> None:
    cells = cells_of(event)
    if not event.get("errorDeclaration") and event_key(event) in known.revoked:
        cells["revoked"] = "true"
    made.add(
        "rows", ordinal, line, cells | {"digest": content_digest(event), "event": _text(event)}
    )
    things = [
        opened
        for thing in things_of(event, known.serials)
        for opened in _opened(thing, event, boxes)
    ]
    for number, thing in enumerate(things, 1):
        made.add("items", ordinal, line, cells | _thing_cells(thing, number))
        if thing.item.lot and thing.item.uri not in made.mentioned:
            made.mentioned.add(thing.item.uri)
            made.add("mentions", ordinal, line, cells | _thing_cells(thing, number))
    for row in _links(event, things, known):
        made.add("links", ordinal, line, cells | row)
    for row in _lot_data(event, things):
        made.add("lots", ordinal, line, cells | row)
    for row in _papers(event, things):
        made.add("papers", ordinal, line, cells | row)
    if ordinal in boxes.unexplained:
        made.add("containment", ordinal, line, cells | {"container": _parent(event)})


def _text(event: Json) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _opened(thing: Thing, event: Json, boxes: Containers) -> Iterator[Thing]:
    """Yield the lots in a container that an event happened to; anything else as it is."""
    inside: list[Content] = []
    if thing.container and event_type(event) != "AggregationEvent":
        inside = boxes.lots_in(thing.container, event_time(event))
    if not inside:
        yield thing
    for content in inside:
        found = item(content.uri)
        yield Thing(thing.role, found, thing.container, content.quantity, content.uom)


def _thing_cells(thing: Thing, number: int) -> Row:
    return {
        "role": thing.role,
        "n": str(number),
        "lot": thing.item.uri if thing.item.lot else None,
        "lotNumber": thing.item.lot,
        "product": thing.item.product,
        "gtin": thing.item.gtin,
        "container": thing.container,
        "quantity": thing.quantity,
        "uom": thing.uom,
    }


def _links(event: Json, things: list[Thing], known: _Known) -> Iterator[Row]:
    """Yield every input of a transformation with every output of this event."""
    outputs = [thing for thing in things if thing.role == "output" and thing.item.lot]
    group = event.get("transformationID")
    inputs = known.inputs.get(str(group), []) if group else things
    inputs = [thing for thing in inputs if thing.role == "input" and thing.item.lot]
    for i, source in enumerate(inputs, 1):
        for o, made in enumerate(outputs, 1):
            yield {
                "n": f"{i}-{o}",
                "parentLot": source.item.uri,
                "parentProduct": source.item.product,
                "parentLotNumber": source.item.lot,
                "parentGtin": source.item.gtin,
                "childLot": made.item.uri,
                "childProduct": made.item.product,
                "childLotNumber": made.item.lot,
                "childGtin": made.item.gtin,
                # how much went into which of several outputs, nobody said
                "quantity": source.quantity if len(outputs) == 1 else None,
                "uom": source.uom if len(outputs) == 1 else None,
            }


def _lot_data(event: Json, things: list[Thing]) -> Iterator[Row]:
    data = ilmd(event)
    if not data:
        return
    wanted = "output" if event_type(event) == "TransformationEvent" else "content"
    for number, thing in enumerate(things, 1):
        if thing.role == wanted and thing.item.lot:
            said: Row = {f"ilmd.{name}": value for name, value in data.items()}
            yield _thing_cells(thing, number) | said


def _papers(event: Json, things: list[Thing]) -> Iterator[Row]:
    for kind, number in papers_of(event):
        paper: Row = {"paperType": kind, "paper": number}
        lots = [thing for thing in things if thing.item.lot]
        for thing in lots:
            yield _thing_cells(thing, 0) | paper
        if not lots:
            yield paper


def _stays(boxes: Containers, made: _Made) -> None:
    events = {ordinal: (line, row) for ordinal, line, row in made.rows["rows"]}
    for number, stay in enumerate(boxes.stays, 1):
        line, cells = events[stay.event]
        found = item(stay.content.uri)
        row: Row = {
            "n": str(number),
            "container": stay.container,
            "contentType": "container" if stay.content.is_container else "lot",
            "content": stay.content.uri,
            "lot": found.uri if found.lot else None,
            "product": found.product,
            "lotNumber": found.lot,
            "gtin": found.gtin,
            "quantity": stay.content.quantity,
            "uom": stay.content.uom,
            "packedAt": stay.packed_at.isoformat(),
            "unpackedAt": stay.unpacked_at.isoformat() if stay.unpacked_at else None,
        }
        made.add("containment", stay.event, line, cells | row)


def _parent(event: Json) -> str:
    parent = str(event.get("parentID"))
    return container(parent) or parent


def _masters(header: Any, events: int, made: _Made) -> Iterator[Rejected]:  # noqa: ANN401 -- JSON
    """Add the elements of the document's master data, counted on after its events.

    What has not the shape of master data is yielded, to be held back.
    """
    ordinal = events
    strange: list[Any] = []
    held = header if isinstance(header, dict) else {"epcisMasterData": header}
    data = held.get("epcisMasterData") or held.get("EPCISMasterData") or {}
    for vocabulary in _objects(data, "vocabularyList", strange):
        kind = word(str(vocabulary.get("type") or ""))
        for element in _objects(vocabulary, "vocabularyElementList", strange):
            ordinal += 1
            uri = str(element.get("id") or "")
            known = item(uri)
            row: Row = {
                "kind": kind.rpartition(":")[2].lower(),
                "id": known.product or place(uri),
                "gtin": known.gtin,
            }
            for key, value in element.items():
                if ":" in key and not isinstance(value, (dict, list)):
                    row[f"a.{word(key)}"] = as_text(value)
            for attribute in _objects(element, "attributes", strange):
                name = word(str(attribute.get("id") or ""))
                # the first that says something
                row[f"a.{name}"] = row.get(f"a.{name}") or as_text(attribute.get("attribute"))
            made.add("rows", ordinal, 1, {"type": "master", **row})
            made.add("masters", ordinal, 1, row)
    for number, value in enumerate(strange, ordinal + 1):
        yield Rejected(
            number,
            1,
            as_text(value) or "null",
            "not an element of master data",
            "vocabularyList, vocabularyElementList and attributes as lists of objects",
            "correct the document at its source",
        )


def _objects(holder: Any, key: str, strange: list[Any]) -> Iterator[Json]:  # noqa: ANN401 -- JSON
    """Yield the objects of a list that something holds; whatever else is there is strange."""
    if not isinstance(holder, dict):
        strange.append(holder)
        return
    values = holder.get(key) or []
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, dict):
            yield value
        else:
            strange.append(value)


def _fault(placed: Placed) -> str | None:
    """Why a value is no event; ``None`` when it is one."""
    if placed.fault is not None:
        return placed.fault
    return misshapen(placed.value) if isinstance(placed.value, dict) else "not an event"


def _no_event(ordinal: int, placed: Placed, fault: str) -> Rejected:
    # escaped where the fault is in the text itself, which then cannot be written
    raw = json.dumps(placed.value) if placed.fault else as_text(placed.value) or "null"
    return Rejected(
        ordinal,
        placed.line,
        raw,
        f"{fault} (line {placed.line})",
        f"one of {', '.join(EVENTS)}, with eventTime and eventTimeZoneOffset",
        "correct the document at its source",
    )
