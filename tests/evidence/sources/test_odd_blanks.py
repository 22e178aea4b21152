"""Blanks that spreadsheets and pages of HTML leave around values are none of the values."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from .plants import Plant, plant
from .test_kinds_of_files import sheet

VALUES = "sources: [{name: p, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n"
DAY = "2026-10-12"
HEADER = ("record_id", "event_type", "lot_id", "quantity", "uom", "occurred_local", "order_id")
ODD = "\u00a0", "\u202f", "\u2007", "\u2009", "\u200b", "\ufeff"


def row(blank: str) -> tuple[str, ...]:
    around = (f"{blank}{text}{blank}" for text in ("e1", "receipt", "B 7", "12.5", "KG", DAY))
    return (*around, f" {blank} ")


def written(kind: str, blank: str) -> bytes:
    header = (f"{blank}record_id", *HEADER[1:])
    if kind == "csv":
        return "".join(",".join(cells) + "\n" for cells in (header, row(blank))).encode()
    if kind == "xlsx":
        return sheet(HEADER, row(blank), (blank, f" {blank}"))
    items = dict(zip(HEADER, row(blank), strict=True))
    return json.dumps([items] if kind == "json" else items).encode()


@pytest.mark.parametrize("blank", ODD[:1])
@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "xlsx"])
def test_blanks_of_any_kind_around_a_value_are_taken_off(
    tmp_path: Path, kind: str, blank: str
) -> None:
    made = plant(tmp_path)
    made.put(f"in/events.{kind}", written(kind, blank))
    report = made.ingest()
    (event,) = made.rows("events")

    assert report.is_complete
    assert report.findings == []
    assert (event["record_id"], event["event_type"], event["lot_id"]) == ("e1", "receipt", "B 7")
    assert (event["quantity"], event["uom"], event["order_id"]) == (Decimal("12.5"), "KG", None)


def test_each_kind_of_odd_blank_is_one(tmp_path: Path) -> None:
    made = plant(tmp_path)
    lines = [",".join(row(blank)).replace("e1", f"e{nr}") for nr, blank in enumerate(ODD)]
    made.put("in/events.csv", "\n".join([",".join(HEADER), *lines, ""]))

    assert made.ingest().is_complete
    assert set(made.values("events", "lot_id")) == {"B 7"}
    assert made.values("events", "order_id") == [None] * len(ODD)


def test_the_file_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    sent = written("csv", "\u00a0")
    made = plant(tmp_path, events_csv=sent)
    made.ingest()
    (kept,) = [path.read_bytes() for path in (made.root / ".lotproof" / "originals").iterdir()
               if path.read_bytes() == sent]  # fmt: skip

    assert kept == sent


def amounts(tmp_path: Path, declared: str, *texts: str) -> Plant:
    lines = [f"e{nr};receipt;B;{text};KG;{DAY};" for nr, text in enumerate(texts)]
    made = plant(tmp_path, VALUES)
    made.put("v.yml", f"delimiter: ';'\ndecimal: ','\nencoding: cp1252\n{declared}")
    made.put("in/events.csv", "\n".join([";".join(HEADER), *lines, ""]).encode("cp1252"))
    return made


@pytest.mark.parametrize("declared", ["' '", '"\\u00a0"', '"\\u202f"'])
def test_where_a_blank_stands_between_thousands_each_kind_may(
    tmp_path: Path, declared: str
) -> None:
    made = amounts(tmp_path, f"thousands: {declared}\n", "1\u00a0234,5", "1 234,5", "1234,5")

    assert made.ingest().is_complete
    assert made.values("events", "quantity") == [Decimal("1234.5")] * 3


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("", "1\u00a0234,5"),
        ("thousands: '.'\n", "1\u00a0234,5"),
        ("thousands: ' '\n", "1\u00a023,5"),
    ],
)
def test_blanks_that_are_not_between_declared_thousands_make_no_number(
    tmp_path: Path, declared: str, text: str
) -> None:
    made = amounts(tmp_path, declared, text)
    made.ingest()
    (held,) = made.rows("quarantine")

    assert text in held["raw"]
