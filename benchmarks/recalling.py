"""A full recall with exposure over the large synthetic chain, as a whole command.

The warehouse holds what a recall reads: for each lot its making, what was consumed of it, its
status; for each carton a shipment with postings; prices, counts, customers.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from lotproof.evidence.warehouse.staging import code_digest

from . import children
from .figures import Ratio

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_TRACES = 20
"""What a recall may cost at most, in traces as whole commands."""

_COMMON = "true as is_current, 1 as version, 'S' as site_id, 'bench' as source"
_AT = "timestamp '2026-01-01' + to_minutes(cast({0} // 5 as bigint))"
_AMOUNT = "{0}::decimal(28, 9)"
_EVENT = f"""
    {_COMMON}, {{record}} as record_id, {{key}} as record_key, {{kind}} as event_type,
    'L' || {{lot}} as lot_id, {{order}} as order_id, {{shipment}} as shipment_id,
    {{party}} as party_id, 'A-01' as from_location, 'B-02' as to_location,
    cast(null as varchar) as result, cast(null as varchar) as reverses,
    {_AT.format("{lot}")} as occurred_at, {_AMOUNT.format("{amount}")} as quantity, 'KG' as uom,
    {_AMOUNT.format("{amount}")} as base_quantity, 'KG' as base_uom
"""
_NONE = "cast(null as varchar)"


def _event(record: str, key: str, kind: str, lot: str, amount: str, **more: str) -> str:
    said = {"order": _NONE, "shipment": _NONE, "party": _NONE} | more
    return _EVENT.format(
        record=record, key=key, kind=kind, lot=lot, amount=amount, **said
    )  # fmt: skip


_TABLES = {
    "numbers": "select n, n % 5 as layer from range(?) as lots(n)",
    "lots": f"""select {_COMMON}, 'LOT' || n as record_id, n as record_key, 'L' || n as lot_id,
        'M' || layer as material_id, 'L' || n as lot_number,
        case when layer = 0 then 'P' || n % 50 end as supplier_id,
        case when layer = 0 then 'V' || n end as supplier_lot_number from warehouse.numbers""",
    "events": " union all ".join((
        "select " + _event("'E' || n", "n", "case layer when 0 then 'receipt' when 4 then "
                           "'finished_goods' else 'intermediate_output' end", "n", "100",
                           order="'O' || n") + " from warehouse.numbers",
        "select " + _event("'K' || parent || '-' || child", "10000000 + child", "'consumption'",
                           "parent", "10", order="'O' || child") + " from links",
        "select " + _event("'G' || n", "30000000 + n", "'shipment'", "n", "80",
                           shipment="'D' || n", party="'C' || n % 200")
        + " from warehouse.numbers where layer = 4",
    )),
    "lot_status": f"""select {_COMMON}, 'T' || n as record_id, n as record_key, 'L' || n as lot_id,
        {_AT.format("n")} as occurred_at, 'released' as to_status from warehouse.numbers""",
    "orders": f"""select {_COMMON}, 'O' || n as record_id, n as record_key, 'O' || n as order_id,
        'L' || n as lot_id, 'M' || layer as material_id, {_AT.format("n")} as started_at,
        case when n % 50 > 0 then {_AT.format("n")} + interval 8 hour end as completed_at,
        100::decimal(28, 9) as planned_quantity, 'KG' as uom
        from warehouse.numbers where layer > 0""",
    "shipments": f"""select {_COMMON}, 'D' || n as record_id, n as record_key, 'D' || n as
        shipment_id, 'C' || n % 200 as customer_id, 'R' || n as reference_document, 'X' as carrier,
        {_NONE} as ship_to, {_AT.format("n")} as shipped_at, {_AT.format("n")} as received_at
        from warehouse.numbers where layer = 4""",
    "postings": f"""select {_COMMON}, 'B' || account || n as record_id, n as record_key, account,
        {_AMOUNT.format("amount")} as amount, 'EUR' as currency, 'G' || n as event_id, 'L' || n as
        lot_id, 'D' || n as shipment_id, {_AT.format("n")} as posted_at
        from warehouse.numbers, (values ('1400', 500), ('5000', 300)) as kinds(account, amount)
        where layer = 4""",
    "materials": f"""select {_COMMON}, 'M' || n as material_id, 'Material ' || n as name,
        'finished' as class, 'F' as product_family, 'KG' as base_uom from range(5) as t(n)""",
    "parties": f"""select {_COMMON}, 'C' || n as party_id, 'Customer ' || n as name, 'customer' as
        role, 'Street ' || n as address, '+32 ' || n as phone from range(200) as t(n)""",
    "valuations": f"""select {_COMMON}, 'W' || n as record_id, 'M' || n as material_id, {_NONE} as
        lot_id, 3::decimal(28, 9) as price, 'EUR' as currency, 'KG' as per_uom, timestamp
        '2026-01-01' as valid_from from range(5) as t(n)""",
    "counts": f"""select {_COMMON}, 'L' || n as lot_id, timestamp '2027-06-30' as occurred_at,
        60::decimal(28, 9) as base_quantity, 'KG' as base_uom
        from warehouse.numbers where n % 7 = 0""",
    "quality_records": f"""select {_COMMON}, 'Q' || n as quality_record_id, 'complaint' as kind,
        'lots' as subject_type, 'L' || n as subject_id from warehouse.numbers where n % 100 = 0""",
    "unit_ratios": "select 'KG' as uom, 'G' as base_uom, 1000.0 as ratio",
    "pin": "select '2027-06' as period, timestamp '2027-12-31' as as_of",
}  # fmt: skip


def write_warehouse(root: Path, con: DuckDBPyConnection, lots: int) -> None:
    """Write the tables that a recall reads, of so many lots and the table of links there is."""
    state = root / ".lotproof"
    con.execute(f"attach '{state / 'warehouse.duckdb'}' as warehouse")
    for name, sql in _TABLES.items():
        asked = [lots] if "?" in sql else []
        con.execute(f"create table warehouse.{name} as {sql}", asked)
    con.execute("detach warehouse")
    note = {"digest": "d", "code": code_digest(), "period": "2027-06"}
    (state / "build.json").write_text(json.dumps(note), encoding="utf-8")
    accounts = 'receivables: ["14"]\ncredit: ["40"]\n'
    (root / "accounts.yml").write_text(accounts, encoding="utf-8")


def in_traces(root: Path, lot: int, repeats: int = 5) -> tuple[Ratio, int]:
    """A recall against a trace of the same lot, both as whole commands; and its lots.

    Raises:
        AssertionError: it costs more than it may, or states no money.
    """
    runs: dict[str, list[children.Run]] = {"recall": [], "trace": []}
    for _ in range(repeats):
        for command, found in runs.items():
            found.append(lotproof(command, f"L{lot}", "--workspace", str(root)))
    ours, theirs = (median(run.processor for run in found) for found in runs.values())
    told = lotproof("recall", f"L{lot}", "--format", "json", "--workspace", str(root))
    said = json.loads(told.output)
    money = {one["kind"] for one in said["exposure"] if one["amount"] is not None}
    assert {"stock_at_value", "shipped_at_cost", "receivables"} <= money, said["exposure"]
    assert ours <= MOST_TRACES * theirs, f"a recall costs {ours / theirs:.1f} traces"
    ratio = Ratio("lotproof recall with exposure", ours, "lotproof trace", theirs, "s")
    return ratio, len(said["lots"])


def lotproof(*words: str) -> children.Run:
    """Run a command as a person does."""
    code = f"import sys; sys.argv = {['lotproof', *words]!r}; from lotproof.cli import main; main()"
    return children.python("-c", code)
