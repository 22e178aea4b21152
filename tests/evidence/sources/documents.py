"""EPCIS documents for tests: events of a food plant, and their identifiers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .plants import Plant, plant

SOURCE = "sources: [{name: food, mapping: epcis, site: SAL, files: in/*}]\n"
RAW = "urn:epc:class:lgtin:0614141.011111.R1"
BAG = "urn:epc:class:lgtin:0614141.022222.B1"
RAW_ID = "https://id.gs1.org/01/00614141111114/10/R1"
BAG_ID = "https://id.gs1.org/01/00614141222223/10/B1"
BOX = "urn:epc:id:sscc:0614141.1234567890"
BOX_ID = "106141412345678908"
HERE = {"id": "urn:epc:id:sgln:0614141.00001.0"}
Json = dict[str, Any]


def event(number: int, kind: str = "ObjectEvent", clock: str = "08:00", **more: Any) -> Json:
    return {
        "type": kind,
        "eventID": f"urn:uuid:{number}",
        "eventTime": f"2026-10-12T{clock}:00-07:00",
        "eventTimeZoneOffset": "-07:00",
        **more,
    }


def lots(*classes: str, quantity: float | None = 120, uom: str | None = "KGM") -> list[Json]:
    entry: Json = {"quantity": quantity} | ({"uom": uom} if uom else {})
    return [{"epcClass": uri, **entry} for uri in classes]


def document(*events: Json, **header: Any) -> str:
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            **header,
            "epcisBody": {"eventList": list(events)},
        },
        indent=1,
    )


def food(tmp_path: Path, *events: Json, **header: Any) -> Plant:
    return plant(tmp_path, SOURCE, events_json=document(*events, **header))


MAKING = event(
    1,
    "TransformationEvent",
    bizStep="packing",
    bizLocation=HERE,
    inputQuantityList=lots(RAW, quantity=130),
    outputQuantityList=lots(BAG, quantity=1000, uom=None),
    ilmd={"cbvmda:lotNumber": "B1", "cbvmda:itemExpirationDate": "2026-10-20"},
    bizTransactionList=[{"type": "prodorder", "bizTransaction": "urn:epcglobal:cbv:bt:1:WO-7"}],
)


def packing(number: int, clock: str, action: str = "ADD", parent: str = BOX, **more: Any) -> Json:
    step = "packing" if action == "ADD" else "unpacking"
    return event(
        number, "AggregationEvent", clock, action=action, bizStep=step, parentID=parent, **more
    )


def shipping(number: int, clock: str, **more: Any) -> Json:
    return event(number, clock=clock, action="OBSERVE", bizStep="shipping", readPoint=HERE, **more)
