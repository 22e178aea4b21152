"""Results against a specification, as a certificate shows them: limit, result, whether it conforms.

The rules are those of the check shape ``results``: limits are included, a censored result decides
only what it can decide, a text decides only where the specification asks for a text. The verdict of
record on a clause is left to the build.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

_BELOW, _ABOVE = ("<", "<=", "ND"), (">", ">=")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One characteristic: what is asked, what was found, and whether it conforms.

    ``state`` is ``met``, ``gap`` or ``undetermined``; ``word`` says it as a certificate does.
    """

    characteristic: str
    method: str
    limit: str
    result: str
    uom: str
    tested: str
    origin: str
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Conformity:
    """All characteristics of a specification version against the results of a lot.

    ``spec`` is empty where the data hold no specification; then all results are ``extra``.
    """

    spec: str
    agreed_with: str
    comparisons: tuple[Comparison, ...]
    extra: tuple[Comparison, ...]

    @property
    def state(self) -> str:
        """``gap`` when one fails, else ``undetermined`` when one is not shown, else ``met``."""
        states = {row.state for row in self.comparisons}
        if not self.comparisons:
            return "undetermined"
        return next((s for s in ("gap", "undetermined") if s in states), "met")


def compare_results(
    con: DuckDBPyConnection,
    lot: Row,
    results_lot: str,
    at: datetime,
    customer_id: str | None = None,
) -> Conformity:
    """Hold a lot's results against the specification in force.

    Args:
        con: the warehouse.
        lot: the lot; its material has the specification.
        results_lot: the lot that was tested; often the bulk a packed lot came from.
        at: the moment whose specification version counts [UTC].
        customer_id: prefer the specification agreed with this customer.

    Returns:
        Without a specification in the data, the results alone, held against nothing.
    """
    spec = _specification(con, lot["material_id"], at, customer_id)
    results = _results(con, results_lot)
    if spec is None:
        return Conformity("", "", (), tuple(_extra(row) for row in results))
    limits = reading.rows(
        con,
        "select * from spec_limits where is_current and spec_id = ? order by record_key",
        spec["spec_id"],
    )
    latest = {_name(row["characteristic"]): row for row in results}
    asked = {_name(limit["characteristic"]) for limit in limits}
    return Conformity(
        spec=f"{spec['spec_id']}, version {spec['spec_version']}",
        agreed_with=spec["customer_id"] or "",
        comparisons=tuple(
            _compare(limit, latest.get(_name(limit["characteristic"]))) for limit in limits
        ),
        extra=tuple(_extra(row) for name, row in latest.items() if name not in asked),
    )


def tested_lot(con: DuckDBPyConnection, lot_id: str) -> str:
    """The lot whose results speak for a lot: itself, or the nearest lot it was packed from."""
    found: str | None = reading.one(
        con,
        """
        with recursive back as (
            select ? as lot_id, 0 as depth
            union
            select lot_links.parent_lot_id, back.depth + 1
            from back join lot_links on lot_links.child_lot_id = back.lot_id
            where lot_links.is_current and back.depth < 9
                and lot_links.kind in ('repacked', 'split', 'merged')
        )
        select lot_id from back
        where lot_id in (select lot_id from test_results where is_current)
        order by depth, lot_id limit 1
        """,
        lot_id,
    )
    return found or lot_id


def _specification(
    con: DuckDBPyConnection, material_id: str | None, at: datetime, customer_id: str | None
) -> Row | None:
    found = reading.rows(
        con,
        "select * from specifications where is_current and material_id = ? and valid_from <= ? "
        "and (valid_to is null or valid_to > ?) and (customer_id is null or customer_id = ?) "
        "order by customer_id nulls last, valid_from desc, spec_id limit 1",
        material_id, at, at, customer_id,
    )  # fmt: skip
    return found[0] if found else None


def _results(con: DuckDBPyConnection, lot_id: str) -> list[Row]:
    """The results of a lot, the latest of each characteristic last."""
    return reading.rows(
        con,
        "select * from test_results where is_current and lot_id = ? "
        "order by occurred_at nulls first, record_key",
        lot_id,
    )


def _name(characteristic: str) -> str:
    return characteristic.strip().casefold()


def _compare(limit: Row, result: Row | None) -> Comparison:
    truth = None if result is None else conforms(limit, result)
    state = {True: "met", False: "gap", None: "undetermined"}[truth]
    word = {True: "conforms", False: "does not conform", None: "not shown"}[truth]
    return Comparison(
        characteristic=limit["characteristic"],
        method=limit["method"] or words.NOTHING,
        limit=limit_words(limit),
        result=result_words(result) if result else words.NOTHING,
        uom=limit["uom"] or "",
        tested=_tested(result),
        origin="supplier" if result and result["origin"] == "supplier" else "",
        state=state,
        word="not tested" if result is None else word,
    )


def _extra(result: Row) -> Comparison:
    return Comparison(
        characteristic=result["characteristic"],
        method=result["method"] or words.NOTHING,
        limit="no limit",
        result=result_words(result),
        uom=result["uom"] or "",
        tested=_tested(result),
        origin="supplier" if result["origin"] == "supplier" else "",
        state="not_applicable",
        word="for information",
    )


def _tested(result: Row | None) -> str:
    if result is None:
        return words.NOTHING
    return words.happened_on(result["occurred_local"], result["precision"])


def conforms(limit: Row, result: Row) -> bool | None:
    """Whether a result keeps a limit; nothing when that cannot be said.

    Args:
        limit: ``lower``, ``upper``, ``expected_text``, ``uom``.
        result: ``value``, ``value_text``, ``qualifier``, ``uom``.
    """
    if limit["lower"] is None and limit["upper"] is None:
        return _same_text(limit["expected_text"], result["value_text"])
    if result["qualifier"] == "ND":
        return None if limit["lower"] is not None else True
    if result["uom"] != limit["uom"]:
        return None
    if result["value"] is None:
        return None
    value, qualifier = Decimal(result["value"]), result["qualifier"]
    return _all(
        [_above(value, qualifier, limit["lower"]), _under(value, qualifier, limit["upper"])]
    )


def _same_text(expected: str | None, found: str | None) -> bool | None:
    if expected is None or found is None:
        return None
    return expected.strip().casefold() == found.strip().casefold()


def _above(value: Decimal, qualifier: str | None, lower: Decimal | None) -> bool | None:
    if lower is None:
        return True
    if qualifier in _BELOW:
        return False if value <= lower and (qualifier == "<" or value < lower) else None
    if qualifier in _ABOVE:
        return True if value >= lower else None
    return value >= lower


def _under(value: Decimal, qualifier: str | None, upper: Decimal | None) -> bool | None:
    if upper is None:
        return True
    if qualifier in _ABOVE:
        return False if value >= upper and (qualifier == ">" or value > upper) else None
    if qualifier in _BELOW:
        return True if value <= upper else None
    return value <= upper


def _all(parts: Sequence[bool | None]) -> bool | None:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def limit_words(limit: Row) -> str:
    """A limit as certificates print it: ``95–105``, ``not more than 0.5``, ``complies``."""
    lower, upper = limit["lower"], limit["upper"]
    if lower is not None and upper is not None:
        return f"{words.number(lower)} to {words.number(upper)}"
    if upper is not None:
        return f"not more than {words.number(upper)}"
    if lower is not None:
        return f"not less than {words.number(lower)}"
    return limit["expected_text"] or words.NOTHING


def result_words(result: Row) -> str:
    """A result as the source wrote it: no figure is added or rounded away."""
    if result["value_text"]:
        return str(result["value_text"])
    qualifier = result["qualifier"] or ""
    return f"{qualifier}{words.number(result['value'])}" if result["value"] is not None else (
        "not detected" if qualifier == "ND" else words.NOTHING
    )  # fmt: skip
