"""GS1 and GDST identifiers: what lot, trade item, place or party a URI names.

Follows the GS1 EPC Tag Data Standard 2.1 (sections 6.3 and 12) and the GS1 Digital Link URI Syntax
1.4. Another spelling of the same thing gives the same identifier; a URI of an unknown kind stays as
it is and names no lot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

DIGITAL_LINK = "https://id.gs1.org"

_LGTIN = re.compile(r"^urn:epc:class:lgtin:(\d+)\.(\d+)\.(.+)$")
_SGTIN = re.compile(r"^urn:epc:id:sgtin:(\d+)\.(\d+)\.(.+)$")
_PATTERN = re.compile(r"^urn:epc:idpat:sgtin:(\d+)\.(\d+)\.\*$")
_PLACE = re.compile(r"^urn:epc:id:(?:sgln|pgln):(\d+)\.(\d*)(?:\.(.+))?$")
_SSCC = re.compile(r"^urn:epc:id:sscc:(\d+)\.(\d+)$")
_LINK_ITEM = re.compile(r"^https?://[^?#]*/01/(\d{8,14})(?:/10/([^/?#]+))?(?:/21/([^/?#]+))?")
_LINK_PLACE = re.compile(r"^https?://[^?#]*/(?:414|417)/(\d{13})(?:/254/([^/?#]+))?")
_LINK_SSCC = re.compile(r"^https?://[^?#]*/00/(\d{18})")
_GRAI = re.compile(r"^urn:epc:id:grai:(\d+)\.(\d*)\.(.+)$")
_LINK_GRAI = re.compile(r"^https?://[^?#]*/8003/([^/?#]+)$")
_LINK_GIAI = re.compile(r"^https?://[^?#]*/8004/([^/?#]+)$")
_NAMED_LOT = re.compile(r"^(urn:.+:product:)lot:class:([^.]+)\.([^.]+)\.(.+)$")
_NAMED_SERIAL = re.compile(r"^(urn:.+:product:)serial:obj:([^.]+)\.([^.]+)\.(.+)$")
_WORD = re.compile(
    r"^(?:urn:epcglobal:cbv:[^:]+:|https?://[^#]*[/#]|.*[:#])?"
    r"(?:(?:BizStep|Disp|BTT|SDT|ER|Comp)-)?"
)


@dataclass(frozen=True, slots=True)
class Item:
    """What an EPC or an EPC class names.

    Attributes:
        uri: the thing itself; for a lot always the same, whatever its spelling.
        product: the trade item or product class.
        gtin: 14 digits, where the product is a trade item.
        lot: lot number; ``None`` when the identifier names none.
        serial: serial number, for single things.
    """

    uri: str
    product: str | None = None
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None

    def with_lot(self, lot: str) -> Item:
        """Return the lot of this product that has a number."""
        if self.gtin is not None:
            return _trade_item(self.gtin, lot)
        uri = (self.product or "").replace(":product:class:", ":product:lot:class:")
        return Item(f"{uri}.{lot}", self.product, None, lot)


def item(uri: str) -> Item:
    """Return what a URI names."""
    for pattern, has_lot in ((_LGTIN, True), (_SGTIN, False)):
        if match := pattern.match(uri):
            gtin = _gtin(match[1], match[2])
            if has_lot:
                return _trade_item(gtin, unquote(match[3]))
            return Item(uri, _product(gtin), gtin, None, unquote(match[3]))
    if match := _PATTERN.match(uri):
        gtin = _gtin(match[1], match[2])
        return Item(uri, _product(gtin), gtin)
    if match := _LINK_ITEM.match(uri):
        gtin = match[1].zfill(14)
        if match[3]:
            lot = unquote(match[2]) if match[2] else None
            return Item(uri, _product(gtin), gtin, lot, unquote(match[3]))
        if match[2]:
            return _trade_item(gtin, unquote(match[2]))
        return Item(_product(gtin), _product(gtin), gtin)
    if match := _NAMED_LOT.match(uri):
        return Item(uri, f"{match[1]}class:{match[2]}.{match[3]}", None, match[4])
    if match := _NAMED_SERIAL.match(uri):
        return Item(uri, f"{match[1]}class:{match[2]}.{match[3]}", None, None, match[4])
    return Item(uri)


def place(uri: str) -> str:
    """Return the 13-digit number of a location or party; another URI as it is.

    A place inside a location (an extension other than 0) keeps it: ``5412345000013/DOCK-2``.
    """
    if match := _PLACE.match(uri):
        body = match[1] + match[2]
        inside = match[3]
        number = body + check_digit(body) if len(body) == 12 else uri
        return number if not inside or inside == "0" else f"{number}/{unquote(inside)}"
    if match := _LINK_PLACE.match(uri):
        return f"{match[1]}/{unquote(match[2])}" if match[2] else match[1]
    return uri


def container(uri: str) -> str | None:
    """Return the 18 digits of an SSCC, the URI of another container, ``None`` for no container."""
    if match := _SSCC.match(uri):
        company, serial = match[1], match[2]
        body = serial[:1] + company + serial[1:]
        return body + check_digit(body) if len(body) == 17 else uri
    if match := _LINK_SSCC.match(uri):
        return match[1]
    if re.match(r"^urn:epc:id:(sscc|grai|giai):", uri) or _LINK_GIAI.match(uri):
        return asset(uri)
    return asset(uri) if _LINK_GRAI.match(uri) else None


def asset(uri: str) -> str:
    """Return a returnable asset as a digital link; another URI as it is (GS1 TDS 2.1, 6.3.5)."""
    if match := _GRAI.match(uri):
        body = match[1] + match[2]
        return f"{DIGITAL_LINK}/8003/0{body}{check_digit(body)}{match[3]}"
    if match := _LINK_GRAI.match(uri):
        return f"{DIGITAL_LINK}/8003/{match[1]}"
    return uri


def word(uri: str) -> str:
    """Return the short name of a vocabulary word: ``shipping`` in all its spellings."""
    return _WORD.sub("", uri)


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of a number without it (GS1 General Specifications, 7.9)."""
    total = sum(
        int(digit) * (3 if position % 2 == 0 else 1)
        for position, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def _gtin(company: str, reference: str) -> str:
    """Return 14 digits; the indicator stands first in the reference of an EPC."""
    body = reference[:1] + company + reference[1:]
    return body + check_digit(body)


def _product(gtin: str) -> str:
    return f"{DIGITAL_LINK}/01/{gtin}"


def _trade_item(gtin: str, lot: str) -> Item:
    uri = f"{_product(gtin)}/10/{quote(lot, safe='')}"
    return Item(uri, _product(gtin), gtin, lot)
