"""A real PostgreSQL server as a source: read only, in one moment, kept like any other file."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lotproof.evidence.sources.ingest import IngestReport

from .plants import AT, Plant, moment, plant

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(
    not PROGRAMS, reason="no PostgreSQL server is installed; apt-get install postgresql"
)
SOURCE = "sources: [{name: wms, mapping: generic, site: LEU, files: wms.postgres.yml}]\n"
TABLES = """
create table lots (lot_id text, material_id text, manufactured_at timestamptz);
insert into lots values ('Käse-1', 'M1', '2026-10-01 08:00+02'), ('L2', 'M1', null);
create table moves (nr int, kind text, lot text, amount numeric(12, 3), at timestamptz);
insert into moves values (1, 'receipt', 'Käse-1', 12.500, '2026-10-12 06:52+02'),
    (2, 'shipment', 'L2', 98765432.125, '2026-10-13 06:52+02');
"""
QUERIES = """\
connection: WMS_DATABASE
queries:
  lots: select * from lots
  events: >-
    select nr as record_id, kind as event_type, lot as lot_id, amount as quantity, 'KG' as uom,
      at as occurred_at from moves;
"""


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URI of a server of its own, which listens on nothing but a socket in a folder.

    The server does not run as root, and pytest's folders are root's alone.
    """
    with tempfile.TemporaryDirectory(prefix="lotproof-pg-") as folder:
        yield from _served(Path(folder))


def _served(folder: Path) -> Iterator[str]:
    programs = PROGRAMS[-1].parent
    user = "postgres" if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str, text: str | None = None) -> None:
        subprocess.run(
            [programs / program, *arguments], check=True, input=text, text=True, user=user,
            stdout=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip

    data = str(folder / "data")
    run("initdb", "-D", data, "-A", "trust", "-U", "reader", "--no-sync", "-E", "UTF8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start")
    try:
        run("psql", "-h", str(folder), "-U", "reader", "-q", "-d", "postgres", text=TABLES)
        yield f"postgresql:///postgres?host={folder}&user=reader"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def made(
    root: Path, database: str, monkeypatch: pytest.MonkeyPatch, queries: str = QUERIES
) -> tuple[Plant, IngestReport]:
    monkeypatch.setenv("WMS_DATABASE", database)
    place = plant(root, SOURCE)
    place.put("wms.postgres.yml", queries)
    return place, place.ingest()


def test_queries_give_rows_with_their_digits_and_instants(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, report = made(tmp_path, database, monkeypatch)
    first, second = place.rows("events")

    assert report.is_complete, report.refused
    assert [file.name for file in report.files[1:]] == [
        "wms.postgres.yml/events",
        "wms.postgres.yml/lots",
    ]
    assert place.values("lots", "lot_id") == ["Käse-1", "L2"]
    assert (first["quantity"], second["quantity"]) == (Decimal("12.5"), Decimal("98765432.125"))
    assert first["occurred_at"] == moment("2026-10-12T04:52")

    later = place.ingest(AT + timedelta(days=1))

    assert len(later.skipped) == 2
    assert "reader" not in (tmp_path / "wms.postgres.yml").read_text()


@pytest.mark.parametrize(
    ("queries", "found"),
    [
        (QUERIES.replace("from lots", "from lotz"), 'relation "lotz" does not exist'),
        (
            QUERIES.replace(
                "select * from lots", "with x as (delete from lots returning *) select * from x"
            ),
            "WITH clause containing a data-modifying statement",
        ),
        (
            QUERIES.replace("select * from lots", "select setval('s', 1), lot_id from lots"),
            "the database says",
        ),
        (QUERIES.replace("WMS_DATABASE", "NOT_SET_HERE"), "NOT_SET_HERE is not set"),
    ],
)
def test_what_cannot_be_read_or_would_write_is_refused(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, queries: str, found: str
) -> None:
    _, report = made(tmp_path, database, monkeypatch, queries)

    assert found in report.refused[0].found
    assert "wms.postgres.yml:" in str(report.refused[0].where)
    assert not report.is_complete
