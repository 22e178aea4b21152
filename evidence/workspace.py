"""The workspace: what `lotproof.yml` says about a company, its sites and its sources.

Only reads and checks; what is done with sources, maps and parameters is left to the rooms that
use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr

from .errors import LotproofError, Where
from .exception_rules import ExceptionRules
from .governance import Governance
from .profiles import Packs
from .tolerances import Tolerances
from .unit_factors import UnitFactor, factor_faults
from .unpacking import Unpacking
from .yaml_files import YamlFile, raise_all, read_yaml, validated

FILE_NAME = "lotproof.yml"
Regime = Literal[
    "drug",
    "food",
    "chemical",
    "packaging",
    "controlled_substances",
    "brcgs",
    "sqf",
    "iso22000",
    "house",
]


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone such as Europe/Brussels")
    return name


Timezone = Annotated[str, AfterValidator(_known_timezone)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Site(_Part):
    """A plant or warehouse, as people describe it in `lotproof.yml`.

    Attributes:
        closing_days: days on which it is closed although its country works.
        working_days: days on which it works although its country does not.
    """

    site_id: Name
    name: str
    entity: str | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    timezone: Timezone
    regulated_as: tuple[Regime, ...] = ()
    gln: str | None = None
    fei: str | None = None
    dea_registration: str | None = None
    epa_id: str | None = None
    generator_category: Literal["LQG", "SQG", "VSQG"] | None = None
    closing_days: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the site's days and months are counted."""
        return ZoneInfo(self.timezone)


class Covers(_Part):
    """A declaration that a source holds everything of some tables for a window.

    Attributes:
        tables: tables of the lot model.
        site: the site, where it is not the source's own.
        scope: part of the tables, such as event types, comma-separated.
        covers_from: first local day covered (key ``from``).
        covers_to: last local day covered (key ``to``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    tables: tuple[str, ...]
    site: str | None = None
    scope: str | None = None
    covers_from: Annotated[date, Field(alias="from")]
    covers_to: Annotated[date, Field(alias="to")]


class Source(_Part):
    """One feed of files from one system.

    Attributes:
        name: unique; the loads and every record carry it.
        mapping: the mapping file that turns its files into the lot model.
        site: the site all its rows belong to; ``None`` when the rows say it themselves.
        files: glob or globs, relative to the workspace.
        values: file with the plant's words, units, column names and formats.
        system_timezone: zone of the source's own clock, where it is not the site's.
        settings: values for the settings that the mapping declares.
        covers: what the files hold in full, where no extraction manifest says so.
    """

    name: Name
    mapping: Name
    site: str | None = None
    files: tuple[str, ...] | str
    values: str | None = None
    system_timezone: Timezone | None = None
    settings: dict[str, str] = {}
    covers: tuple[Covers, ...] = ()

    @property
    def globs(self) -> tuple[str, ...]:
        """The globs of its files."""
        return (self.files,) if isinstance(self.files, str) else self.files


class Workspace(_Part):
    """All that `lotproof.yml` says, and where it stands.

    ``memory`` is what the tables of a build may take at once, the rest waiting on disk; with
    dbt and Python a build of a million events stays below 2 GiB.
    """

    company: str
    example: bool = False
    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    sources: tuple[Source, ...] = ()
    maps: tuple[str, ...] | None = None
    trust: tuple[str, ...] = ()
    signing_policy: str | None = None
    parameters: dict[str, dict[str, Any]] = {}
    units: tuple[UnitFactor, ...] = ()
    balance: Tolerances = Tolerances()
    governance: Governance = Governance()
    exceptions: ExceptionRules = ExceptionRules()
    packs: Packs = Packs()
    unpacking: Unpacking = Unpacking()
    memory: Annotated[str, Field(pattern=r"^[1-9][0-9]*(MB|GB)$")] = "1200MB"

    _file: YamlFile = PrivateAttr()

    @property
    def root(self) -> Path:
        """The folder of `lotproof.yml`."""
        return self._file.path.parent

    @property
    def path(self) -> Path:
        """`lotproof.yml` itself."""
        return self._file.path

    @property
    def state_dir(self) -> Path:
        """Where lotproof keeps what it makes: ``.lotproof``."""
        return self.root / ".lotproof"

    @property
    def landing_dir(self) -> Path:
        """Where the rows of all loads lie."""
        return self.state_dir / "landing"

    def site(self, site_id: str) -> Site:
        """Return a site by its identifier.

        Raises:
            LotproofError: no site has it.
        """
        for site in self.sites:
            if site.site_id == site_id:
                return site
        known = ", ".join(site.site_id for site in self.sites)
        raise LotproofError(f"no site '{site_id}'", f"one of: {known}", "", Where(self.path))

    def one_site(self, site_id: str | None) -> Site:
        """Return the site named; without a name the only one there is.

        Raises:
            LotproofError: no site has that name, or none was named of several.
        """
        if site_id is not None:
            return self.site(site_id)
        if len(self.sites) == 1:
            return self.sites[0]
        known = ", ".join(site.site_id for site in self.sites)
        raise LotproofError("no site was named", f"one of {known}", "add --site SITE")

    def source(self, name: str) -> Source:
        """Return a source by its name.

        Raises:
            LotproofError: no source has it.
        """
        for source in self.sources:
            if source.name == name:
                return source
        known = ", ".join(source.name for source in self.sources) or "(none is declared)"
        raise LotproofError(f"no source '{name}'", f"one of: {known}", "", Where(self.path))

    def where(self, *key_path: str | int) -> Where:
        """Return the place of a key in `lotproof.yml`."""
        return self._file.where(key_path)


def find_workspace(start: Path | str | None = None) -> Workspace:
    """Load the nearest `lotproof.yml` at or above a folder (the current one by default).

    Raises:
        LotproofError: there is none, or it has faults.
    """
    folder = Path(start) if start is not None else Path.cwd()
    if folder.name == FILE_NAME:
        folder = folder.parent
    resolved = folder.resolve()
    for candidate in (resolved, *resolved.parents):
        if (candidate / FILE_NAME).is_file():
            return load_workspace(candidate)
    raise LotproofError(
        f"no {FILE_NAME} in {folder} or above it",
        "to stand in a workspace",
        "go there, give --workspace DIR, or make one: lotproof init DIR",
    )


def load_workspace(root: Path) -> Workspace:
    """Load the `lotproof.yml` of a folder.

    Raises:
        LotproofError: it cannot be read, or has faults (all of them at once).
    """
    file = read_yaml(root / FILE_NAME)
    workspace = validated(file, Workspace)
    workspace._file = file
    raise_all([*_contradictions(workspace), *factor_faults(file, workspace.units)])
    return workspace


def _contradictions(workspace: Workspace) -> Iterator[LotproofError]:
    yield from _twice(workspace, "sites", [site.site_id for site in workspace.sites])
    yield from _twice(workspace, "sources", [source.name for source in workspace.sources])
    sites = {site.site_id for site in workspace.sites}
    for index, owner in enumerate(workspace.governance.owners):
        if owner.site is not None and owner.site not in sites:
            yield LotproofError(
                f"owner '{owner.role}' of the unknown site '{owner.site}'",
                f"one of: {', '.join(sorted(sites))}",
                "correct it or add the site under `sites:`",
                workspace.where("governance", "owners", index, "site"),
            )
    for index, source in enumerate(workspace.sources):
        named = [("site", source.site), *(("covers", part.site) for part in source.covers)]
        for key, site_id in named:
            if site_id is not None and site_id not in sites:
                yield LotproofError(
                    f"source '{source.name}' names the unknown site '{site_id}'",
                    f"one of: {', '.join(sorted(sites))}",
                    "correct it or add the site under `sites:`",
                    workspace.where("sources", index, key),
                )


def _twice(workspace: Workspace, part: str, names: list[str]) -> Iterator[LotproofError]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield LotproofError(
                f"'{name}' stands twice under `{part}:`",
                "each name once",
                "rename or remove one",
                workspace.where(part, index),
            )
