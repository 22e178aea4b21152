"""A workspace whose build is the invented world, for the tests that assemble packs."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from lotproof.evidence.seal import demo_policy, make_demo_ca, policy_yaml
from lotproof.evidence.workspace import Workspace, load_workspace

from .judged_world import build_world

AT = datetime(2026, 11, 5, 8, tzinfo=UTC)
CONFIGURATION = """
company: Corvale Manufacturing
example: true
sites:
  - {site_id: LEU, name: Leuven tablets, timezone: Europe/Brussels, regulated_as: [drug]}
maps: [us-21cfr211]
trust: [trust/ca.pem]
signing_policy: policy/signing-policy.yml
"""
ORIGINAL = b"BUDAT;MENGE\n20261012;120,0\n"


def make_workspace(
    root: Path, more: str = "", con: duckdb.DuckDBPyConnection | None = None
) -> Workspace:  # fmt: skip
    """Write a workspace; ``more`` goes into `lotproof.yml`, ``con`` takes the world's place."""
    (root / "lotproof.yml").write_text(CONFIGURATION + more, encoding="utf-8")
    ca = make_demo_ca(root / "trust", at=AT - timedelta(days=30))
    (root / "policy").mkdir()
    (root / "policy" / "signing-policy.yml").write_text(policy_yaml(demo_policy(ca)))
    digest = keep_original(root, ORIGINAL)
    compiled = root / ".lotproof" / "dbt" / "target" / "compiled" / "lotproof" / "models" / "maps"
    compiled.mkdir(parents=True)
    (compiled / "m.sql").write_text(f"select * from read_parquet('{root}/.lotproof/x')")
    con = con or build_world()
    con.execute(
        "create or replace table pin as select '2026-10' as period, "
        "timestamp '2026-11-04 17:00' as as_of, "
        "timestamp '2026-11-04 17:00' as as_of_ingested, null::varchar as site_id"
    )
    con.execute(
        "create table loads as select unnest(['MSEG Ü.csv', 'sub/MSEG Ü.csv']) as source_file, "
        "'leuven-sap' as source, 'LEU' as site_id, ? as sha256, 1 as rows_read, 1 as rows_landed, "
        "0 as rows_quarantined, 'x' as load_id",
        [digest],
    )
    con.execute(f"attach '{root}/.lotproof/warehouse.duckdb' as kept")
    con.execute("copy from database memory to kept")
    con.execute("detach kept")
    con.close()
    return load_workspace(root)


def keep_original(root: Path, data: bytes) -> str:
    """Put an original where ingest keeps it, and return its digest."""
    digest = hashlib.sha256(data).hexdigest()
    (root / ".lotproof" / "originals").mkdir(parents=True, exist_ok=True)
    (root / ".lotproof" / "originals" / digest).write_bytes(data)
    return digest
