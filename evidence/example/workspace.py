"""The example company as a workspace on disk: extracts, manifests, ``lotproof.yml``.

``write_company`` is what ``lotproof demo`` calls. The same seed and size give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path

import yaml

from ..lots.exposure import FILE as ACCOUNTS
from ..lots.factors import FILE as FACTORS
from ..register import append_entry
from .company import COMPANY, EPCIS_SITES, SAP_SITES, SITES, USUAL_LOTS, make_world
from .dialects import epcis, generic, sap, spelling
from .dialects.sap_tables import Sent
from .faults.planting import Planted
from .parameters import parameters_of
from .tables import Row, Tables, columns_of, record_key
from .timeline import EXTRACTED_AT, HISTORY_START, Clock
from .world.billing import CREDIT_NOTES, RECEIVABLES
from .world.masterdata import SINCE
from .world.statements import ADOPTED

Source = dict[str, object]
"""An entry of `sources` in `lotproof.yml`."""

REGISTERED = ("adoptions", "attestations", "accepted_risks")
"""Tables that the workspace's register holds, not the plants' systems."""

TABLES = (
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

SPELLINGS = {"EIN": spelling.EINDHOVEN, "HOU": spelling.HOUSTON}
"""Plants that send plain CSV in a spelling of their own."""

_ACCOUNTS = f"""\
# Which accounts hold what, by beginnings of their numbers: lotproof recall sums them by currency.
receivables: ["{RECEIVABLES[:4]}"]
credit: ["{CREDIT_NOTES[:4]}"]
"""

_FACTORS = """\
# Base in a salt, by material: lotproof balance --controlled shows what is left as base.
M-5101: 0.8963  # oxycodone in oxycodone hydrochloride
"""

_TAKEN_OR_MADE = ("receipt", "intermediate_output", "finished_goods")

LONGER: dict[str, tuple[tuple[tuple[str, ...], date], ...]] = {
    "DUR": ((("shipment",), date(2025, 9, 1)), (_TAKEN_OR_MADE, date(2026, 1, 1))),
    "EIN": ((_TAKEN_OR_MADE, date(2026, 1, 1)),),
    "HOU": ((("consumption",), date(2026, 1, 1)),),
}
"""Event types that a plant's extracts cover from earlier on, for what is judged over a year."""

HAPPENS = {"events", "lot_links", "lot_status", "postings", "test_results"}
"""Tables covered from the start of the history; the others from when the plants started."""


def write_company(
    folder: Path, seed: int = 2026, lots: int = USUAL_LOTS, *, faults: bool = True
) -> Path:
    """Write the workspace into ``folder`` and return the path of its ``lotproof.yml``.

    Args:
        folder: where; made if it is not there.
        seed: everything random follows from it.
        lots: about how many lots the ordinary work of the month and its history has.
        faults: whether faults are planted; ``planted.csv`` is the answer key.
    """
    tables, planted = make_world(seed, lots, faults=faults)
    write_register(tables, folder / "register")
    for site_id in SITES:
        extracts = folder / "extracts" / site_id
        if site_id in SPELLINGS:
            rows = spelling.write_site(tables, site_id, extracts, SPELLINGS[site_id], REGISTERED)
            write_values(tables, site_id, folder / values_of(site_id))
        else:
            sent: Sent = set()
            if site_id in SAP_SITES:
                movements, sent = sap.write_site(tables, site_id, extracts / "sap")
                write_manifest(extracts / "sap", site_id, movements, ())
            if site_id in EPCIS_SITES:
                values = folder / f"maps/{site_id.lower()}-epcis.yml"
                events, sent = epcis.write_site(tables, site_id, extracts / "epcis", values)
                write_manifest(extracts / "epcis", site_id, events, ())
            rows = generic.write_site(tables, site_id, extracts, REGISTERED, sent)
        write_manifest(extracts, site_id, rows)
    if faults:
        write_planted(planted, folder / "planted.csv")
    (folder / ACCOUNTS).write_text(_ACCOUNTS, encoding="utf-8")
    (folder / FACTORS).write_text(_FACTORS, encoding="utf-8")
    config = folder / "lotproof.yml"
    config.write_text(configuration(sources_of_plants()), encoding="utf-8")
    return config


def values_of(site_id: str) -> str:
    """Path of a plant's `values:` file within the workspace."""
    return f"maps/{site_id.lower()}-csv.yml"


def write_values(tables: Tables, site_id: str, path: Path) -> None:
    """The `values:` file of a plant with a spelling of its own."""
    sent = {table: columns_of(tables.rows(table)) for table, _ in tables.of_site(site_id)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(spelling.values_file(SPELLINGS[site_id], sent), encoding="utf-8")


def write_planted(planted: list[Planted], path: Path) -> None:
    """The answer key: what was planted, and which clause has to find it."""
    rows: list[Row] = [asdict(each) for each in planted]
    rows.sort(key=lambda row: (str(row["site_id"]), str(row["clause"]), str(row["subject_id"])))
    generic.write_rows(path, rows)


def write_register(tables: Tables, folder: Path) -> None:
    """What people decided, as hash-chained entries: adoptions, statements, accepted risks."""
    for kind in REGISTERED:
        if not tables.rows(kind):
            continue
        (folder / f"{kind}.jsonl").unlink(missing_ok=True)
        for row in sorted(tables.rows(kind), key=record_key):
            record = {
                column: value.isoformat() + "Z" if isinstance(value, datetime) else value
                for column, value in row.items()
                if column not in {"record_id", "recorded_at", "by", "role", "reason"}
            }
            append_entry(
                folder,
                kind,
                {name: str(value) for name, value in record.items() if value is not None},
                by=str(row["by"]),
                role=str(row["role"]),
                reason=str(row.get("reason") or "yearly review"),
                at=moment(row),
                entry_id=str(row["record_id"]),
            )


def moment(row: Row) -> datetime:
    """When a row was recorded, aware."""
    recorded_at = row["recorded_at"]
    if not isinstance(recorded_at, datetime):
        raise TypeError(f"{row['record_id']} was never recorded")
    return recorded_at.replace(tzinfo=UTC)


def configuration(sources: list[Source], copies: int = 1) -> str:
    """The text of ``lotproof.yml`` with these sources, the register among them.

    ``copies`` says how many times over the company does its work.
    """
    sites = [
        {
            name: str(value).split(",") if name == "regulated_as" else value
            for name, value in site.items()
        }
        for site in SITES.values()
    ]
    register: Source = {"name": "register", "mapping": "register", "files": "register/*.jsonl"}
    content = {
        "company": COMPANY,
        "example": True,
        "sites": sites,
        "sources": [*sources, register],
        "maps": [*ADOPTED],
        "parameters": parameters_of(copies),
        "trust": ["trust/demo-ca.pem"],
        "signing_policy": "policy/signing-policy.yml",
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def plain_sources(ending: str) -> list[Source]:
    """A source for each site, of files named and headed as the lot model."""
    return [
        {
            "name": f"{site_id.lower()}-{ending}",
            "mapping": "generic",
            "site": site_id,
            "files": f"extracts/{site_id}/*.{ending}",
        }
        for site_id in SITES
    ]


def sources_of_plants() -> list[Source]:
    """The systems of the plants as they really send: SAP, EPCIS, and CSV in their own spellings."""
    plain = plain_sources("csv")
    for source in plain:
        if source["site"] in SPELLINGS:
            source["values"] = values_of(str(source["site"]))
    sap_systems: list[Source] = [
        {
            "name": f"{site_id.lower()}-sap",
            "mapping": "sap-ecc",
            "site": site_id,
            "files": f"extracts/{site_id}/sap/*.csv",
            "settings": {"lots": f"{site_id}/", "inspections": "none"},
        }
        for site_id in SAP_SITES
    ]
    partners: list[Source] = [
        {
            "name": f"{site_id.lower()}-epcis",
            "mapping": "epcis",
            "site": site_id,
            "files": f"extracts/{site_id}/epcis/*.json",
            "values": f"maps/{site_id.lower()}-epcis.yml",
        }
        for site_id in EPCIS_SITES
    ]
    return [*sap_systems, *partners, *plain]


def write_manifest(
    folder: Path, site_id: str, rows: dict[str, int], covered: Iterable[str] = TABLES
) -> None:
    """The extraction manifest of a folder: what was selected, when, and what it covers."""
    earlier = "".join(
        f"; {', '.join(types)} from {since:%Y-%m-%d}" for types, since in LONGER.get(site_id, ())
    )
    manifest = {
        "query": f"all records of {site_id}, posting date from {HISTORY_START:%Y-%m-%d}{earlier}",
        "extracted_by": "nightly job",
        "extracted_at": instant(EXTRACTED_AT),
        "files": {
            name: {"rows": count, "sha256": digest(folder / name)}
            for name, count in sorted(rows.items())
        },
        "covers": list(windows(site_id, covered)),
    }
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def windows(site_id: str, covered: Iterable[str]) -> Iterator[dict[str, str]]:
    """What the extracts of a plant cover: each table, and some event types from earlier on."""
    for table in covered:
        yield window(site_id, table, HISTORY_START if table in HAPPENS else SINCE)
        if table == "events":
            for types, since in LONGER.get(site_id, ()):
                yield window(site_id, table, since) | {"scope": ",".join(types)}


def window(site_id: str, table: str, since: date) -> dict[str, str]:
    """A table of a plant, covered from the morning of a day to the extraction."""
    clock = Clock(str(SITES[site_id]["timezone"]))
    begin = clock.at(since, time.min.isoformat())
    return {
        "table": table,
        "site": site_id,
        "from": instant(begin),
        "to": instant(EXTRACTED_AT),
    }


def instant(when: datetime) -> str:
    """A naive UTC instant as ISO text with zone."""
    return when.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
