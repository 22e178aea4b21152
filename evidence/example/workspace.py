"""The example company as a workspace on disk: extracts, manifests, ``lotproof.yml``.

``write_company`` is what ``lotproof demo`` calls. The same seed and size give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, time
from pathlib import Path

import yaml

from .company import COMPANY, SITES, make_world
from .dialects import generic
from .timeline import EXTRACTED_AT, HISTORY_START, Clock
from .world.masterdata import SINCE

TABLES = (
    "adoptions",
    "attestations",
    "authorisations",
    "changes",
    "containment",
    "counts",
    "document_links",
    "documents",
    "events",
    "identifiers",
    "lot_links",
    "lot_status",
    "lots",
    "materials",
    "orders",
    "parties",
    "people",
    "postings",
    "quality_records",
    "shipments",
    "signatures",
    "spec_limits",
    "specifications",
    "submissions",
    "test_results",
    "valuations",
)
"""Tables that every plant's extracts cover, also where they hold no row."""

HAPPENS = {"events", "lot_links", "lot_status", "postings", "test_results"}
"""Tables covered from the start of the history; the others from when the plants started."""


def write_company(folder: Path, seed: int = 2026, lots: int = 250) -> Path:
    """Write the workspace into ``folder`` and return the path of its ``lotproof.yml``."""
    tables, _ = make_world(seed, lots)
    for site_id in SITES:
        extracts = folder / "extracts" / site_id
        rows = generic.write_site(tables, site_id, extracts)
        write_manifest(extracts, site_id, rows)
    config = folder / "lotproof.yml"
    config.write_text(configuration(), encoding="utf-8")
    return config


def configuration() -> str:
    """The text of ``lotproof.yml``."""
    sites = [
        {
            name: str(value).split(",") if name == "regulated_as" else value
            for name, value in site.items()
        }
        for site in SITES.values()
    ]
    sources = [
        {
            "name": f"{site_id.lower()}-csv",
            "mapping": "generic",
            "site": site_id,
            "files": f"extracts/{site_id}/*.csv",
        }
        for site_id in SITES
    ]
    content = {
        "company": COMPANY,
        "example": True,
        "sites": sites,
        "sources": sources,
        "trust": ["trust/demo-ca.pem"],
        "signing_policy": "policy/signing-policy.yml",
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def write_manifest(folder: Path, site_id: str, rows: dict[str, int]) -> None:
    """The extraction manifest of a folder: what was selected, when, and what it covers."""
    clock = Clock(str(SITES[site_id]["timezone"]))
    manifest = {
        "query": f"all records of {site_id}, posting date from {HISTORY_START:%Y-%m-%d}",
        "extracted_by": "nightly job",
        "extracted_at": instant(EXTRACTED_AT),
        "files": {
            name: {"rows": count, "sha256": digest(folder / name)}
            for name, count in sorted(rows.items())
        },
        "covers": [
            {
                "table": table,
                "site": site_id,
                "from": instant(
                    clock.at(HISTORY_START if table in HAPPENS else SINCE, time.min.isoformat())
                ),
                "to": instant(EXTRACTED_AT),
            }
            for table in TABLES
        ],
    }
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def instant(when: datetime) -> str:
    """A naive UTC instant as ISO text with zone."""
    return when.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def digest(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
