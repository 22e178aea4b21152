"""Small workspaces with a few extracts, and what landed of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.evidence.sources.ingest import IngestReport, ingest
from lotproof.evidence.workspace import Workspace, load_workspace

AT = datetime(2026, 11, 4, 17, tzinfo=UTC)

SITES = """\
company: Corvale Manufacturing
sites:
  - {site_id: LEU, name: Leuven, timezone: Europe/Brussels, country: BE, regulated_as: [drug]}
  - {site_id: SAL, name: Salinas, timezone: America/Los_Angeles, regulated_as: [food],
     gln: "0614141000012"}
"""

GENERIC = "sources: [{name: plant, mapping: generic, site: LEU, files: in/*}]\n"


def moment(text: str) -> datetime:
    """An instant without zone, as rows hold them."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Plant:
    """A workspace on disk."""

    root: Path

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    def workspace(self) -> Workspace:
        return load_workspace(self.root)

    def ingest(self, at: datetime = AT) -> IngestReport:
        return ingest(self.workspace(), at=at)

    def rows(self, table: str, columns: str = "*") -> list[dict[str, Any]]:
        """Rows of a landing table in the order they landed."""
        files = self.root / ".lotproof" / "landing" / table
        if not files.is_dir():
            return []
        order = "order by all" if table in ("loads", "quarantine", "unmapped", "untold") else ""
        order = order or "order by ingest_seq"
        with duckdb.connect() as connection:
            found = connection.execute(f"select {columns} from '{files}/*.parquet' {order}")
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def values(self, table: str, column: str) -> list[Any]:
        return [row[column] for row in self.rows(table, f"{column}, ingest_seq")]


def plant(root: Path, sources: str = GENERIC, **files: str | bytes) -> Plant:
    """A workspace with files under ``in/``; ``lots_csv`` becomes ``in/lots.csv``."""
    made = Plant(root)
    made.put("lotproof.yml", SITES + sources)
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        made.put(f"in/{stem}.{suffix}", content)
    return made


FIXTURES = Path(
    os.environ.get("LOTPROOF_FIXTURES", Path(__file__).parents[4] / "shared" / "fixtures")
)
"""Real extracts that nobody here wrote; tests that read them are skipped where they are absent."""
