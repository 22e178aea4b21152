"""A new workspace: the folders, a commented `lotproof.yml`, and extracts to begin with.

It begins with an example plant that can be judged at once, or with what the person answers and an
empty extract for each table. Never writes over a workspace that is there.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import yaml

from .errors import LotproofError
from .sources.lot_model import HAPPENS, lot_model
from .workspace import FILE_NAME, load_workspace

FOLDERS = ("extracts", "sources", "obligations", "reports", "register", "policy", "trust")

_FIRST_EXTRACTS = (
    "materials",
    "parties",
    "people",
    "authorisations",
    "lots",
    "lot_status",
    "events",
    "lot_links",
    "orders",
    "shipments",
    "specifications",
    "spec_limits",
    "test_results",
    "documents",
    "signatures",
    "quality_records",
)
_GIVEN_BY_LOTPROOF = {*HAPPENS[1:3], "record_id", "recorded_at", "is_implied"}

_CONFIGURATION = """\
# What lotproof knows of the company. `lotproof doctor` says what the machine lacks,
# `lotproof ingest` reads the sources below, `lotproof build --period 2026-10` judges a month.
company: {company}

sites:
  - site_id: {site}
    name: {name}
    country: {country}
    timezone: {timezone}        # IANA name; months and days of the site are counted in it
    regulated_as: [{regulated_as}]       # drug, food, chemical, packaging, controlled_substances
    # fei, gln, dea_registration, epa_id, generator_category where the site has them

sources:
  - name: {source}-csv
    mapping: generic          # or sap-ecc, sap-s4hana, erpnext, odoo, epcis, your own in sources/
    site: {site}
    files: extracts/{site}/*.csv
    # values: maps/{source}.yml          # how they are spelt (encoding, dates), its own words
    # what these files hold in full; without it, what is absent stays undetermined
    # covers:
    #   - {{tables: [events, lots], from: 2026-10-01, to: 2026-10-31}}

# maps: [us-21cfr211]         # default: every map that applies to a site
"""

_EXAMPLE = """\
# A workspace that can be judged at once: an invented plant, one month, faults planted on purpose.
#     lotproof ingest
#     lotproof build --period 2026-10
#     lotproof check
# When you have seen what comes out, put your own plant beside it and take this one out: its site,
# its two sources, extracts/{site}/, and the files in register/.
company: {company}
example: true                 # every page says that the data is invented; remove with the example

sites:
  - site_id: {site}
    name: {name}
    entity: {entity}          # the legal entity, where packs are made for one
    country: {country}
    timezone: {timezone}   # IANA name; months and days of the site are counted in it
    regulated_as: [{regulated_as}]      # drug, food, chemical, packaging, controlled_substances
    gln: "{gln}"       # also fei, dea_registration, epa_id where the site has them
    fei: "{fei}"
  # - site_id: ONE            # yours: a short code, and the same keys as above
  #   name: First site
  #   country: BE
  #   timezone: Europe/Brussels
  #   regulated_as: [drug]

sources:
  # goods movements, batches, orders and deliveries, table by table out of SAP ECC
  - name: {source}-sap
    mapping: sap-ecc          # or sap-s4hana, erpnext, odoo, epcis, or your own in sources/
    site: {site}
    files: extracts/{site}/sap/*.csv
    settings: {{lots: {site}/, inspections: none}}   # the laboratory sends inspections itself
  # what the laboratory and the warehouse send: one file per table, headed as the lot model
  - name: {source}-csv
    mapping: generic
    site: {site}
    files: extracts/{site}/*.csv
    # What these files hold in full is said by the extraction manifest beside them, manifest.json:
    # query, who extracted, when, rows and digest of each file. Without a manifest say it here,
    # else what is absent stays undetermined:
    # covers:
    #   - {{tables: [events, lots], from: 2026-10-01, to: 2026-10-31}}
  # what people decide: adopted maps, attestations, accepted risks
  - name: register
    mapping: register
    files: register/*.jsonl
  # - name: one-csv           # yours
  #   mapping: generic
  #   site: ONE
  #   files: extracts/ONE/*.csv
  #   values: sources/one-values.yml    # your words, units, column names and formats

# Which maps to judge by; without this key every map that applies to a site.
maps: [{maps}]
"""


@dataclass(frozen=True, slots=True)
class FirstSite:
    """What is asked about the first site.

    Attributes:
        company: name printed on pages.
        site_id: short code of the site.
        name: what people call the site.
        country: ISO 3166 alpha-2 code.
        timezone: IANA name.
        regulated_as: the regime the site is under.
    """

    company: str = "Example Manufacturing"
    site_id: str = "ONE"
    name: str = "First site"
    country: str = "BE"
    timezone: str = "Europe/Brussels"
    regulated_as: str = "drug"


def make_workspace(root: Path, first: FirstSite, *, empty: bool = False) -> list[Path]:
    """Make a workspace of one site and return the files written, ``lotproof.yml`` first.

    Args:
        root: the folder, made if absent.
        first: the first site.
        empty: leave out the empty extracts.

    Raises:
        LotproofError: there is a workspace already, or an answer is not usable.
    """
    _make_folders(root)
    configuration = _CONFIGURATION.format(
        company=_scalar(first.company),
        site=_scalar(first.site_id),
        source=first.site_id.lower(),
        name=_scalar(first.name),
        country=_scalar(first.country),
        timezone=_scalar(first.timezone),
        regulated_as=_scalar(first.regulated_as),
    )
    written = [_write_configuration(root, configuration)]
    if not empty:
        written += _write_headers(root / "extracts" / first.site_id)
    return written


def make_example(root: Path) -> list[Path]:
    """Make a workspace with an example plant in it; returns its files, ``lotproof.yml`` first.

    Raises:
        LotproofError: there is a workspace already.
    """
    from .example.one_plant import write_plant

    _make_folders(root)
    plant = write_plant(root)
    site = {name: str(value) for name, value in plant.site.items()}
    configuration = _EXAMPLE.format(
        company=_scalar(plant.company),
        site=site["site_id"],
        source=site["site_id"].lower(),
        maps=", ".join(plant.maps),
        **{name: value for name, value in site.items() if name != "site_id"},
    )
    return [_write_configuration(root, configuration), *_files_in(root)]


def _make_folders(root: Path) -> None:
    if (root / FILE_NAME).exists():
        raise LotproofError(
            found="a workspace that is already there",
            expected=f"a folder without {FILE_NAME}",
            fix="choose another folder, or edit that file",
            where=root / FILE_NAME,
        )
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)


def _files_in(root: Path) -> list[Path]:
    written = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    return sorted(written)


def _write_configuration(root: Path, configuration: str) -> Path:
    aside = root / f".{FILE_NAME}.part" / FILE_NAME
    aside.parent.mkdir(exist_ok=True)
    try:
        aside.write_text(configuration, encoding="utf-8")
        load_workspace(aside.parent)
        return aside.rename(root / FILE_NAME)
    finally:
        aside.unlink(missing_ok=True)
        aside.parent.rmdir()


def _scalar(text: str) -> str:
    """The text as one YAML scalar, quoted where it needs to be."""
    return yaml.safe_dump(text, allow_unicode=True, width=10_000).removesuffix("...\n").strip()


def _write_headers(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in _FIRST_EXTRACTS:
        header = io.StringIO()
        columns = [c for c in lot_model()[name].own if c not in _GIVEN_BY_LOTPROOF]
        csv.writer(header, lineterminator="\n").writerow(columns)
        path = folder / f"{name}.csv"
        if not path.exists():
            path.write_text(header.getvalue(), encoding="utf-8")
            written.append(path)
    return written
