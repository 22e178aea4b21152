"""One EPCIS 2.0 event as plain texts: its time, place, parties, papers and things.

Takes the JSON of an event and understands the identifiers in it (:mod:`.gs1`); how rows are made of
it is said in :mod:`.epcis`, and what they mean in `sources/epcis.yml`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .epcis_words import normal_form
from .gs1 import Item, container, item, place, word
from .read_jsonl import as_text

Json = dict[str, Any]
ROLES = {
    "epcList": "content",
    "quantityList": "content",
    "childEPCs": "child",
    "childQuantityList": "child",
    "inputEPCList": "input",
    "inputQuantityList": "input",
    "outputEPCList": "output",
    "outputQuantityList": "output",
}
"""What the things of each list are to the event."""

EVENTS = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
"""Kinds of events (EPCIS 2.0, section 7.4)."""

_OF_LOTS = frozenset(
    ("lotnumber", "itemexpirationdate", "bestbeforedate", "productiondate", "supplierlotnumber")
)
"""Lot data of which there can be only one value."""
_OBJECTS = ("ilmd", "errorDeclaration")
_LISTS = (*ROLES, "bizTransactionList", "sourceList", "destinationList")
_PAPERS_OF_SHIPMENT = ("desadv", "bol", "po", "inv")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something an event happened to.

    Attributes:
        role: content, child, input or output.
        item: the lot, product or single thing.
        container: the container, where it is one.
        quantity: as written.
        uom: unit; ``EA`` where the event counts.
    """

    role: str
    item: Item
    container: str | None
    quantity: str | None
    uom: str | None


def misshapen(event: Json) -> str | None:
    """Return what part of an event has not the shape of its kind, such as a list that is a text."""
    for names, shape, called in ((_OBJECTS, dict, "an object"), (_LISTS, list, "a list")):
        for name in names:
            if event.get(name) and not isinstance(event[name], shape):
                return f"'{name}' is not {called}"
    if event_type(event) not in EVENTS:
        return f"{event_type(event) or 'no type'!r} is no kind of event"
    return _said_twice(event.get("ilmd") or {})


def _said_twice(ilmd: Json) -> str | None:
    """Return what of a lot is said twice and differently, but for prefix and case of the key."""
    values: dict[str, tuple[str, str | None]] = {}
    for key, value in ilmd.items():
        short = word(key).lower()
        before, text = values.setdefault(short, (key, as_text(value)))
        if short in _OF_LOTS and text != as_text(value):
            return f"'{before}' and '{key}' of ilmd say different things"
    return None


def event_key(event: Json) -> str:
    """Return the event's identifier; without one, a digest of what it says."""
    given = event.get("eventID")
    return str(given) if given else f"sha256:{_digest(event, 'recordTime', 'errorDeclaration')}"


def content_digest(event: Json) -> str:
    """Return a digest of what an event says.

    When a repository recorded it is no part of that (GS1 CBV 2.0, section 8.9).
    """
    return _digest(event, "recordTime")


def _digest(event: Json, *without: str) -> str:
    said = normal_form({key: value for key, value in event.items() if key not in without})
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def event_type(event: Json) -> str:
    """Return ``ObjectEvent`` and so on, also from documents in older spellings."""
    given = event.get("type") or event.get("isA") or event.get("@type") or ""
    first = given[0] if isinstance(given, list) and given else given
    return str(first).rpartition(":")[2].rpartition("/")[2]


def event_time(event: Json) -> datetime | None:
    """Return the instant of the event; ``None`` when it is not one."""
    try:
        when = datetime.fromisoformat(str(event.get("eventTime")))
    except ValueError:
        return None
    return when if when.tzinfo else None


def things_of(event: Json, serials: dict[str, Item]) -> list[Thing]:
    """Return what the event happened to; single things of one lot are counted together.

    Args:
        event: the event.
        serials: the lot of each single thing, where another event of the document said it.
    """
    things: list[Thing] = []
    counted: dict[tuple[str, str, str | None], int] = {}
    for key, role in ROLES.items():
        for entry in _list(event.get(key)):
            if isinstance(entry, dict):
                things.append(_of_class(role, entry))
            elif found := container(str(entry)):
                things.append(Thing(role, Item(str(entry)), found, None, None))
            else:
                single = serials.get(str(entry)) or lot_of_serial(str(entry), event)
                place_of = (role, single.product or single.uri, single.uri if single.lot else None)
                if place_of in counted:
                    before = things[counted[place_of]]
                    more = str(int(before.quantity or 0) + 1)
                    things[counted[place_of]] = Thing(role, before.item, None, more, "EA")
                else:
                    counted[place_of] = len(things)
                    things.append(Thing(role, single, None, "1", "EA"))
    return things


def _of_class(role: str, entry: Json) -> Thing:
    quantity = entry.get("quantity")
    unit = entry.get("uom")
    if quantity is not None and not unit:
        unit = "EA"
    found = item(str(entry.get("epcClass") or ""))
    return Thing(role, found, None, as_text(quantity), as_text(unit))


def lot_of_serial(uri: str, event: Json) -> Item:
    """Return the lot of a single thing where the event that made it says the lot."""
    single = item(uri)
    number = ilmd(event).get("lotNumber")
    if number and single.product and not single.lot:
        return single.with_lot(number)
    if single.lot and single.gtin:
        return single.with_lot(single.lot)
    return single


def ilmd(event: Json) -> dict[str, str]:
    """Return the instance and lot master data of an event by short name."""
    found: dict[str, str] = {}
    for key, value in (event.get("ilmd") or {}).items():
        text = as_text(value)
        if text is not None:
            found[word(key)] = text
    return found


def cells_of(event: Json) -> dict[str, str | None]:
    """Return the texts that stand beside every row made of the event."""
    error = event.get("errorDeclaration") or {}
    papers = dict(reversed(list(papers_of(event))))
    cells: dict[str, str | None] = {
        "eventID": event_key(event),
        "key": event_key(event) + ("/error" if error else ""),
        "type": event_type(event),
        "action": as_text(event.get("action")),
        "bizStep": word(str(event["bizStep"])) if event.get("bizStep") else None,
        "disposition": word(str(event["disposition"])) if event.get("disposition") else None,
        "eventTime": as_text(event.get("eventTime")),
        "eventTimeZoneOffset": as_text(event.get("eventTimeZoneOffset")),
        "recordTime": as_text(event.get("recordTime")),
        "readPoint": _place(event.get("readPoint")),
        "readSite": _site(event.get("readPoint")),
        "bizLocation": _place(event.get("bizLocation")),
        "bizSite": _site(event.get("bizLocation")),
        "transformationID": as_text(event.get("transformationID")),
        "order": papers.get("prodorder"),
        "shipment": next((papers[k] for k in _PAPERS_OF_SHIPMENT if k in papers), None),
        "errorTime": as_text(error.get("declarationTime")),
        "errorReason": word(str(error["reason"])) if error.get("reason") else None,
        "correctiveEventID": next(iter(_list(error.get("correctiveEventIDs"))), None),
    }
    cells |= _ends(event, "source") | _ends(event, "destination")
    own = {key: value for key, value in event.items() if ":" in key or key.startswith("http")}
    cells |= {f"x.{word(key)}": as_text(value) for key, value in own.items()}
    return cells


def papers_of(event: Json) -> Iterator[tuple[str, str]]:
    """Yield type and identifier of the papers that the event names."""
    for entry in _list(event.get("bizTransactionList")):
        if isinstance(entry, dict) and entry.get("bizTransaction"):
            yield word(str(entry.get("type") or "")), _paper(str(entry["bizTransaction"]))


def _paper(uri: str) -> str:
    """Return the number of a paper; of a GDTI or of ``urn:epcglobal:cbv:bt:…`` its last part."""
    if uri.startswith("urn:epcglobal:cbv:bt:"):
        return uri.rpartition(":")[2]
    return uri


def _ends(event: Json, end: str) -> dict[str, str | None]:
    """Return party and place that things came from or went to."""
    found: dict[str, str] = {}
    for entry in _list(event.get(f"{end}List")):
        if isinstance(entry, dict) and entry.get(end):
            found.setdefault(word(str(entry.get("type") or "")), place(str(entry[end])))
    party = found.get("possessing_party") or found.get("owning_party")
    return {
        f"{end}Party": party,
        f"{end}Owner": found.get("owning_party") or party,
        f"{end}Place": found.get("location"),
    }


def _place(value: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    uri = value.get("id") if isinstance(value, dict) else value
    return place(str(uri)) if uri else None


def _site(value: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    """Return the location that a place is in: of ``5412345000013/DOCK-2`` the number."""
    found = _place(value)
    number, _, inside = (found or "").partition("/")
    return number if inside and number.isdigit() else found


def _list(value: Any) -> list[Any]:  # noqa: ANN401 -- any JSON value
    return value if isinstance(value, list) else []
