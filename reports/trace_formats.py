"""A trace for programs: JSON, CSV (a row for each link), and GraphML for tools that draw graphs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as ET

from ..evidence.lots.trace import Trace, TracedLot

_COLUMNS = (
    "parent_level", "parent_lot_id", "parent_material", "parent_site", "parent_status",
    "kind", "quantity", "uom", "order_id", "occurred_at", "parent_status_then", "record_id",
    "child_level", "child_lot_id", "child_material", "child_site", "child_status",
)  # fmt: skip


def as_json(trace: Trace) -> str:
    """Lots by level with all their facts, links as recorded, and what is to be repaired."""
    lots = sorted(trace.lots.values(), key=lambda lot: (lot.level, lot.facts["lot_id"]))
    ids = {lot.place: lot.facts["lot_id"] for lot in lots}
    told = {
        "lot_id": trace.lot.facts["lot_id"],
        "as_of": f"{trace.as_of:%Y-%m-%dT%H:%M:%SZ}" if trace.as_of else None,
        "known_at": f"{trace.known.at:%Y-%m-%dT%H:%M:%SZ}" if trace.known else None,
        "rows_without_time_of_recording": trace.known.untold if trace.known else None,
        "directions": list(trace.directions),
        "quantities": "as recorded, not pro-rated",
        "lots": [_lot(lot) for lot in lots],
        "links": [
            {
                "parent": ids[x.parent], "child": ids[x.child], "kind": x.kind or None,
                "quantity": x.quantity or None, "uom": x.uom or None,
                "order_id": x.order_id or None, "occurred_at": x.at or None,
                "parent_status_then": trace.lots[x.parent].status_at(x.at) or None,
                "record_id": x.record_id,
            }
            for x in trace.links
        ],
        "repairs": [
            {"fault": r.fault, "lot_id": r.lot_id, "sentence": r.sentence,
             "records": list(r.records)}
            for r in trace.repairs
        ],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _lot(lot: TracedLot) -> dict[str, Any]:
    shipments = [{**s, "status_then": lot.status_at(s["at"]) or None}
                 for s in lot.facts["shipments"]]  # fmt: skip
    return {
        "level": lot.level, "status": lot.status or None, "first_at": lot.first_at or None,
        **lot.facts, "shipments": shipments,
    }  # fmt: skip


def as_csv(trace: Trace) -> str:
    """A row for each link, with both its lots; without links, the heads alone."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for x in trace.links:
        parent, child = trace.lots[x.parent], trace.lots[x.child]
        row = (
            *_side(parent), x.kind, x.quantity, x.uom, x.order_id, x.at,
            parent.status_at(x.at), x.record_id, *_side(child),
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in row])
    return written.getvalue()


def _side(lot: TracedLot) -> tuple[object, ...]:
    f = lot.facts
    return lot.level, f["lot_id"], f["material"], f["site"], lot.status


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


_NODE = ("lot_number", "material", "site", "status", "level")
_EDGE = ("kind", "quantity", "uom", "occurred_at", "record_id")


def as_graphml(trace: Trace) -> str:
    """The trace as GraphML 1.0: lots are nodes, links directed edges."""
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for names, domain in ((_NODE, "node"), (_EDGE, "edge")):
        for name in names:
            kind = "int" if name == "level" else "string"
            ET.SubElement(
                root, "key", {"id": f"{domain}_{name}", "for": domain, "attr.name": name,
                              "attr.type": kind},
            )  # fmt: skip
    graph = ET.SubElement(root, "graph", id="trace", edgedefault="directed")
    for lot in trace.lots.values():
        node = ET.SubElement(graph, "node", id=_xml(lot.facts["lot_id"]))
        values = {**lot.facts, "status": lot.status, "level": lot.level}
        _data(node, "node", {name: values[name] for name in _NODE})
    for number, x in enumerate(trace.links):
        ends = (_xml(trace.lots[place].facts["lot_id"]) for place in (x.parent, x.child))
        source, target = ends
        edge = ET.SubElement(graph, "edge", id=f"e{number}", source=source, target=target)
        values = {"kind": x.kind, "quantity": x.quantity, "uom": x.uom, "occurred_at": x.at,
                  "record_id": x.record_id}  # fmt: skip
        _data(edge, "edge", values)
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _data(element: ET.Element, domain: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value not in (None, ""):
            data = ET.SubElement(element, "data", key=f"{domain}_{name}")
            data.text = _xml(str(value))


def _xml(text: str) -> str:
    """Text without what XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or c.isprintable() or c == " ")
