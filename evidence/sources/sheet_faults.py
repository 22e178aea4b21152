"""Cells of a spreadsheet that hold no value: errors such as `#N/A`, and formulas never worked out.

The reader of sheets gives such cells as empty, which would be taken for nothing said. They are
looked for in the file itself (XLSX, XLSM; ECMA-376 part 1, section 18.3.1.4); other kinds of
spreadsheets cannot be asked.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

SUFFIXES = (".xlsx", ".xlsm")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v>(.*?)</(?:\w+:)?v>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*["']([^"']*)["']""")

Cells = dict[int, dict[int, str]]
"""What is wrong, by row (from 1) and column (from 0)."""


def faulty_cells(path: Path, sheet: str) -> Cells:
    """Return the cells of a sheet that hold no value, each with what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(_part_of(archive, sheet))
    except (KeyError, OSError, StopIteration, zipfile.BadZipFile):
        return {}
    found: Cells = {}
    if b't="e"' not in text and b"<f" not in text and b":f" not in text:
        return found
    for cell in _CELL.finditer(text):
        fault = _fault(cell[1], cell[2] or b"")
        place = _PLACE.search(cell[1]) if fault else None
        if fault and place:
            found.setdefault(int(place[2]), {})[_column(place[1])] = fault
    return found


def _fault(attributes: bytes, body: bytes) -> str | None:
    value = _VALUE.search(body)
    if b't="e"' in attributes:
        return f"the error {value[1].decode(errors='replace') if value else ''}"
    is_formula = re.search(rb"<(?:\w+:)?f[\s>/]", body) is not None
    if is_formula and not (value and value[1]) and b't="str"' not in attributes:
        return "a formula that was never worked out"
    return None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that a sheet is written in.

    Raises:
        KeyError: there is none.
    """
    sheets = {item.get("name"): item for item in _elements(archive, "xl/workbook.xml", "sheet")}
    parts = _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    wanted = next(text for key, text in sheets[sheet].items() if key.endswith(":id"))
    target = {item.get("Id"): item.get("Target", "") for item in parts}[wanted]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element of a name; documents of these parts are flat."""
    text = archive.read(part).decode("utf-8", errors="replace")
    found = re.findall(rf"<(?:\w+:)?{name}\s([^>]*)>", text)
    return [
        {key: unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        for attributes in found
    ]
