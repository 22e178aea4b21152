"""Ten million SAP-like movements: what ingest takes beside a bare ``read_csv`` into a typed table.

Both read the same files on two threads, each in a child of its own that says what memory it had.
The bare reader is told every type and format, and does nothing else: no record of what could not be
read, no keys, hashes, events, links or statuses. Orders and their batches are sent with the
movements, as in every extract: without them a quarter of the rows would go to quarantine.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from . import children
from .figures import Ratio, Section, number

CORES = 2
MOST_MIB = 6 * 1024
"""Memory that ingest may take at ten million rows [MiB]."""

MOST_TIMES = 3.0
"""How many times as long as the bare reader ingest may take."""

_PER_DOCUMENT = 4
_PER_ORDER = 40
_FILES = ("MSEG.csv", "MKPF.csv", "AFKO.csv", "AFPO.csv")

_WORKSPACE = """\
company: Benchmark
sites:
  - {site_id: LEU, name: Leuven, country: BE, timezone: Europe/Brussels, regulated_as: [drug]}
sources:
  - {name: sap, mapping: sap-ecc, site: LEU, files: extracts/*.csv, settings: {lots: LEU/}}
"""

_MSEG = """
select printf('49%08d', i // {per}) as MBLNR, '2026' as MJAHR,
    printf('%04d', i % {per} + 1) as ZEILE,
    ['261', '311', '551', '601'][i % 4 + 1] as BWART, '' as XAUTO,
    printf('%018d', 2000 + i % 900) as MATNR, '1000' as WERKS, 'R-' || (i % 40) as LGORT,
    'B' || printf('%06d', i % 250000) as CHARG, '' as INSMK, 'H' as SHKZG,
    (i % 1000) || ',' || printf('%03d', i % 977) as ERFMG, 'KG' as ERFME,
    printf('%012d', 1000000 + i // {per_order}) as AUFNR, 'R-' || (i % 41) as UMLGO
from range({rows}) t(i)
"""
_MKPF = """
select printf('49%08d', i) as MBLNR, '2026' as MJAHR, day as BUDAT, day as BLDAT, day as CPUDT,
    strftime(timestamp '2026-10-01 06:00:00' + interval 1 second * (i % 50000), '%H%M%S') as CPUTM,
    'USER' || (i % 50) as USNAM
from (select i, strftime(date '2026-10-01' + (i % 31)::integer, '%Y%m%d') as day
      from range({documents}) t(i))
"""
_AFKO = """
select printf('%012d', 1000000 + i) as AUFNR, '1000,000' as GAMNG, 'KG' as GMEIN
from range({orders}) t(i)
"""
_AFPO = """
select printf('%012d', 1000000 + i) as AUFNR, '0001' as POSNR,
    printf('%018d', 5000 + i % 200) as MATNR, 'P' || printf('%08d', i) as CHARG
from range({orders}) t(i)
"""

_BARE = """
create table mseg as select * from read_csv('{root}/extracts/MSEG.csv', delim = ';', header = true,
    auto_detect = false, decimal_separator = ',', columns = {{MBLNR: 'varchar', MJAHR: 'smallint',
    ZEILE: 'varchar', BWART: 'varchar', XAUTO: 'varchar', MATNR: 'varchar', WERKS: 'varchar',
    LGORT: 'varchar', CHARG: 'varchar', INSMK: 'varchar', SHKZG: 'varchar',
    ERFMG: 'decimal(18,3)', ERFME: 'varchar', AUFNR: 'varchar', UMLGO: 'varchar'}});
create table mkpf as select * from read_csv('{root}/extracts/MKPF.csv', delim = ';', header = true,
    auto_detect = false, dateformat = '%Y%m%d', columns = {{MBLNR: 'varchar', MJAHR: 'smallint',
    BUDAT: 'date', BLDAT: 'date', CPUDT: 'date', CPUTM: 'varchar', USNAM: 'varchar'}});
create table afko as select * from read_csv('{root}/extracts/AFKO.csv', delim = ';', header = true,
    auto_detect = false, decimal_separator = ',', columns = {{AUFNR: 'varchar',
    GAMNG: 'decimal(18,3)', GMEIN: 'varchar'}});
create table afpo as select * from read_csv('{root}/extracts/AFPO.csv', delim = ';', header = true,
    auto_detect = false, columns = {{AUFNR: 'varchar', POSNR: 'varchar', MATNR: 'varchar',
    CHARG: 'varchar'}});
"""


def write_extracts(root: Path, rows: int) -> None:
    """Write MSEG with so many lines, their headers and orders, and the workspace of all."""
    import duckdb

    (root / "extracts").mkdir(parents=True)
    (root / "lotproof.yml").write_text(_WORKSPACE, encoding="utf-8")
    documents = -(-rows // _PER_DOCUMENT)
    with duckdb.connect() as con:
        for name, sql in (
            ("MSEG", _MSEG.format(per=_PER_DOCUMENT, per_order=_PER_ORDER, rows=rows)),
            ("MKPF", _MKPF.format(documents=documents)),
            ("AFKO", _AFKO.format(orders=-(-rows // _PER_ORDER))),
            ("AFPO", _AFPO.format(orders=-(-rows // _PER_ORDER))),
        ):
            path = root / "extracts" / f"{name}.csv"
            con.execute(f"copy ({sql}) to '{path}' (format csv, delimiter ';', header)")


def section(folder: Path, rows: int) -> Section:
    """Ingest so many rows, and read them bare, in turn.

    Raises:
        AssertionError: rows got lost, or memory exceeded what is promised.
    """
    root = folder / "movements"
    write_extracts(root, rows)
    bare = _measured("bare", root)
    ours = _measured("ours", root)
    mebibytes = sum(path.stat().st_size for path in (root / "extracts").iterdir()) / 2**20
    assert ours["rows"] == bare["rows"], f"{ours['rows']:,} of {bare['rows']:,} rows landed"
    assert ours["mib"] <= MOST_MIB, f"{ours['mib']:,.0f} MiB were taken"
    table = tuple(
        (
            name,
            number(run["seconds"]),
            number(run["cpu"]),
            number(run["rows"] / run["seconds"]),
            number(run["mib"]),
        )
        for name, run in (("lotproof ingest", ours), ("duckdb read_csv, typed", bare))
    )
    return Section(
        "Ingest",
        f"{rows:,} SAP-like lines of goods movements, their headers and orders, "
        f"{mebibytes:,.0f} MiB of CSV, on {CORES} cores. Asked: at most "
        f"{MOST_MIB / 1024:.0f} GiB, and {MOST_TIMES:.0f} times as long as the bare reader. "
        "Seconds of processor leave out what others took.",
        ("", "s", "s of processor", "rows/s", "MiB at most"),
        table,
        (
            Ratio(
                "lotproof ingest", ours["seconds"], "duckdb read_csv", bare["seconds"], "s"
            ),
            Ratio(
                "lotproof ingest, of processor", ours["cpu"], "duckdb read_csv", bare["cpu"], "s"
            ),
        ),
    )  # fmt: skip


def _measured(which: str, root: Path) -> dict[str, float]:
    said = children.python("-m", "benchmarks.ingesting", which, str(root))
    found: dict[str, float] = json.loads(said.output.splitlines()[-1])
    return found


def _bare(root: Path) -> float:
    import duckdb

    with duckdb.connect(str(root / "bare.duckdb"), config={"threads": CORES}) as con:
        con.execute(_BARE.format(root=root))
        counted = con.execute(
            "select (select count(*) from mseg) + (select count(*) from mkpf) "
            "+ (select count(*) from afko) + (select count(*) from afpo)"
        ).fetchone()
    assert counted is not None
    return float(counted[0])


def _ours(root: Path) -> float:
    from datetime import UTC, datetime

    from lotproof.evidence.sources.ingest import ingest
    from lotproof.evidence.workspace import load_workspace

    report = ingest(load_workspace(root), at=datetime(2026, 11, 4, tzinfo=UTC))
    assert report.is_complete
    return float(sum(file.rows_read for file in report.files if file.name in _FILES))


def _child(which: str, root: Path) -> None:
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    start = time.perf_counter()
    rows = (_bare if which == "bare" else _ours)(root)
    seconds = time.perf_counter() - start
    cpu = time.process_time()
    said = {"rows": rows, "seconds": seconds, "cpu": cpu, "mib": children.own_peak_mib()}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]))
