"""What a recall is worth: stock at value, what was shipped, receivables, credit, by currency.

Money comes from valuations and postings alone. Which accounts hold receivables and credit notes is
the company's own knowledge: ``accounts.yml`` of the workspace says it, by beginnings of account
numbers; without it those sums are not stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LotproofError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILE = "accounts.yml"
_ROLES = ("receivables", "credit")

_STOCK = """
with stock as (
    select unnest(?::varchar[]) as lot_id, unnest(?::decimal(38, 9)[]) as quantity,
        unnest(?::varchar[]) as uom
),
priced as (
    select stock.lot_id, stock.quantity, valuations.currency,
        valuations.price * case
            when upper(trim(valuations.per_uom)) = upper(trim(stock.uom)) then 1
            else unit_ratios.ratio
        end as price
    from stock
    join lots on lots.lot_id = stock.lot_id and lots.is_current
    join valuations on valuations.is_current and valuations.site_id = lots.site_id
        and (valuations.lot_id = lots.lot_id
            or (valuations.lot_id is null and valuations.material_id = lots.material_id))
        and coalesce(valuations.valid_from <= ?, true)
    left join unit_ratios on unit_ratios.uom = upper(trim(stock.uom))
        and unit_ratios.base_uom = upper(trim(valuations.per_uom))
    qualify row_number() over (
        partition by stock.lot_id
        order by valuations.lot_id nulls last, valuations.valid_from desc nulls last,
            valuations.record_id
    ) = 1
)
select currency, sum(quantity * price), count(price) from priced
where price is not null group by currency order by currency
"""

_SHIPPED = """
select postings.currency, sum(postings.amount) filter (where postings.amount > 0), count(*)
from postings
join events on events.record_id = postings.event_id and events.is_current
where postings.is_current and events.event_type = 'shipment'
    and events.lot_id in (select unnest(?::varchar[])) and coalesce(posted_at <= ?, true)
    and coalesce(
        not list_bool_or(list_transform(?::varchar[], lambda x: starts_with(account, x))), true
    )
group by postings.currency order by postings.currency
"""

_POSTED = """
select currency, sum(amount), count(*)
from postings
where is_current and coalesce(posted_at <= ?, true)
    and list_bool_or(list_transform(?::varchar[], lambda x: starts_with(account, x)))
    and (
        lot_id in (select unnest(?::varchar[])) or shipment_id in (select unnest(?::varchar[]))
    )
group by currency order by currency
"""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One kind of money in one currency.

    Attributes:
        kind: stock_at_value, shipped_at_cost, receivables, credit.
        currency: ISO 4217; empty when nothing can be stated.
        amount: none when it cannot be stated; ``basis`` says why.
        basis: what it is the sum of.
    """

    kind: str
    currency: str
    amount: Decimal | None
    basis: str


def exposures(
    con: DuckDBPyConnection, stock: Sequence[tuple[str, Decimal, str]], lot_ids: Sequence[str],
    shipment_ids: Sequence[str], at: datetime, accounts: dict[str, list[str]],
) -> tuple[Exposure, ...]:  # fmt: skip
    """The money that lots stand for, never added up over currencies.

    Args:
        con: the warehouse.
        stock: lot, amount and unit of what is left.
        lot_ids: the lots concerned.
        shipment_ids: the shipments concerned.
        at: later postings are left out [UTC, without zone].
        accounts: beginnings of account numbers by role.
    """
    columns = [list(column) for column in zip(*stock, strict=True)] or [[], [], []]
    found = con.execute(_STOCK, [*columns, at]).fetchall()
    priced = sum(n for _, _, n in found)
    basis = f"valuations in force, of {priced} of {len(stock)} lots with stock"
    money = _told("stock_at_value", found, basis)
    elsewhere = [start for role in _ROLES for start in accounts.get(role, ())]
    gone = con.execute(_SHIPPED, [list(lot_ids), at, elsewhere]).fetchall()
    money += _told("shipped_at_cost", gone, "postings of their shipment events")
    for role in _ROLES:
        starts = accounts.get(role)
        if not starts:
            reason = f"not stated: {FILE} names no accounts of {role}"
            money.append(Exposure(role, "", None, reason))
            continue
        posted = con.execute(_POSTED, [at, starts, list(lot_ids), list(shipment_ids)]).fetchall()
        money += _told(role, posted, f"postings to accounts {', '.join(starts)}…")
    return tuple(money)


def _told(kind: str, found: Sequence[tuple[str, Decimal, int]], basis: str) -> list[Exposure]:
    if not found:
        return [Exposure(kind, "", None, f"nothing found: {basis}")]
    return [Exposure(kind, currency, amount, basis) for currency, amount, _ in found]


def accounts_of(root: Path) -> dict[str, list[str]]:
    """Which accounts hold what, as the workspace says it; nothing where it does not.

    Raises:
        LotproofError: the file is not as it should be.
    """
    import yaml

    path = root / FILE
    if not path.is_file():
        return {}
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        right = isinstance(told, dict) and set(told) <= set(_ROLES)
        return {role: [str(a) for a in told[role]] for role in told} if right else _refused(path)
    except (yaml.YAMLError, TypeError):
        return _refused(path)


def _refused(path: Path) -> dict[str, list[str]]:
    raise LotproofError(
        "not a list of accounts by role",
        f"{', '.join(_ROLES)}, each with beginnings of account numbers",
        'write for example: receivables: ["1400"]',
        path,
    )
