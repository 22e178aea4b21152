"""Balances: what is off, what cannot be said, and that nothing counted is never in balance."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.lots.balance import Limits, lot_lines, material_lines
from lotproof.evidence.lots.factors import factors_of
from lotproof.evidence.lots.ledger import LotBook
from lotproof.reports.balance_picture import sankey
from lotproof.reports.balance_text import as_csv, as_json, as_text

LIMITS = Limits(Decimal(1), Decimal(95), Decimal(105))


def book(**given: object) -> LotBook:
    none = {field.name: None for field in dataclasses.fields(LotBook)}
    known = {"lot_id": "L", "site_id": "S", "material_id": "M", "material": "Salt", "uom": "KG",
             "units": 1, "unclear": 0, "received": Decimal(100), "book": Decimal(40),
             "consumed": Decimal(60)}  # fmt: skip
    return LotBook(**(none | known | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_book", "state"),
    [
        (book(difference=Decimal(-1), counted=Decimal(39)), "met"),
        (book(difference=Decimal(-2), counted=Decimal(38)), "gap"),
        (book(), "undetermined"),
        (book(units=2, difference=Decimal(0)), "undetermined"),
        (book(unclear=1, difference=Decimal(0)), "undetermined"),
        (book(book=Decimal(-5), consumed=Decimal(105)), "gap"),
        (book(units=0, uom=None, received=None, book=None, consumed=None), "undetermined"),
    ],
)
def test_a_balance_is_met_only_when_a_count_says_so(given_book: LotBook, state: str) -> None:
    assert lot_lines([given_book], LIMITS)[0].state == state


def test_a_material_adds_its_lots_up_and_one_unclear_lot_leaves_it_undetermined() -> None:
    good = book(difference=Decimal(0), counted=Decimal(40))
    both = material_lines([good, dataclasses.replace(good, lot_id="L2")], LIMITS)
    mixed = material_lines([good, book(lot_id="L2", unclear=1)], LIMITS)

    assert dict(both[0].amounts)["received"] == 200
    assert both[0].state == "met"
    assert mixed[0].state == "undetermined"


def test_a_picture_has_bands_that_fill_what_came_in() -> None:
    lines = lot_lines([book(difference=Decimal(0), counted=Decimal(40))], LIMITS)
    drawn = sankey(lines, "Salt")
    height = {side: sum(b.height for b in drawn.bands if b.side == side) for side in ("in", "out")}

    assert height["in"] == pytest.approx(height["out"])
    assert [b.name for b in drawn.bands] == ["received", "consumed", "left"]
    with pytest.raises(LotproofError, match="2 units"):
        sankey([*lines, dataclasses.replace(lines[0], uom="EA")], "both")


def test_text_and_csv_say_the_same_and_a_salt_is_shown_as_base() -> None:
    lines = lot_lines([book()], LIMITS)

    assert "? L · Salt [KG]" in as_text(lines, LIMITS, {}, every=False)
    base = {"Salt": Decimal("0.9")}
    assert "left as base 36 (factor 0.9)" in as_text(lines, LIMITS, base, every=True)
    assert json.loads(as_json(lines, LIMITS, base))["balances"][0]["left_as_base"] == "36"
    assert "undetermined" in as_csv(lines)


def test_a_factor_above_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "salt-factors.yml").write_text("M-1: 0.9\n")
    assert factors_of(tmp_path) == {"M-1": Decimal("0.9")}
    (tmp_path / "salt-factors.yml").write_text("M-1: 1.2\n")
    with pytest.raises(LotproofError, match="not a list of factors"):
        factors_of(tmp_path)
