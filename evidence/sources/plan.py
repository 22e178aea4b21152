"""What is to be done with the files of one source: its mapping and its plant's words, put together.

Loading finds every fault of the two files at once, with file, line and key. Reading and landing
are left to :mod:`.ingest`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from ..errors import LotproofError, Where
from ..unpacking import Unpacking
from ..workspace import Source, Workspace
from ..yaml_files import YamlFile, raise_all, read_yaml, validated
from .by_name import by_name_feed, by_name_target
from .cells import ISO, fineness
from .lot_model import lot_model
from .mapping import STANDARD, Feed, Format, Mapping, PlantWords, Target, inherit
from .sql_text import quoted, substituted
from .target_sql import Surroundings, TargetSql, target_sql
from .words import fixed_words

ROWS_FEED = "_coverage"
"""Feed of the rows that manifests and `lotproof.yml` give, of which several may stand in a line."""

_NO_MAPPINGS = ("words",)


@dataclass(frozen=True, slots=True)
class PlannedFeed:
    """A feed with everything inherited.

    Attributes:
        name: its name.
        feed: what mapping and plant say.
        spelling: format in which nothing is left out.
        needed: columns that every file must have.
    """

    name: str
    feed: Feed
    spelling: Format
    needed: frozenset[str]

    @property
    def has_header(self) -> bool:
        """Whether a column that is not there is one that is never sent; keys come and go."""
        return self.spelling.format != "epcis" and self.feed.relation is None

    def takes(self, file_name: str) -> bool:
        """Return whether a file is one of this feed."""
        return any(fnmatch(file_name.lower(), glob.lower()) for glob in self.feed.files)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the files of a source become rows.

    Attributes:
        source: the source.
        mapping: name of its mapping.
        path: the mapping file.
        feeds: by name.
        targets: compiled, in the mapping's order.
        digest: sha256 over all that decides how files are read.
        unpacking: what its packed files may come to.
    """

    source: Source
    mapping: str
    path: Path
    feeds: dict[str, PlannedFeed]
    targets: list[TargetSql]
    digest: str
    unpacking: Unpacking

    def feed_of(self, file_name: str) -> PlannedFeed | None:
        """Return the first feed that takes a file."""
        return next((feed for feed in self.feeds.values() if feed.takes(file_name)), None)

    def parts_of(self, feed: str) -> list[PlannedFeed]:
        """Return the feeds that the same file holds beside this one."""
        return [part for part in self.feeds.values() if part.feed.part_of == feed]

    def tables_of(self, feed: str) -> list[str]:
        """Return the tables that a row of a feed can matter to."""
        touched = (t.target.table for t in self.targets if feed in t.cells)
        return list(dict.fromkeys(touched))

    def makes_one(self, target: TargetSql) -> bool:
        """Return whether a target makes at most one row of each record of a file that it reads."""
        feed = self.feeds[target.target.feed]
        shares_rows = feed.feed.part_of is not None or feed.name == ROWS_FEED
        return not shares_rows and not any(join.many for join in target.target.join.values())

    def lookups(self) -> set[str]:
        """Return the feeds whose rows are read beside those of another."""
        return {join.feed for t in self.targets for join in t.target.join.values()}


def mapping_path(workspace: Workspace, name: str) -> Path:
    """Return the mapping file of a name: the workspace's own before a shipped one.

    Raises:
        LotproofError: there is none.
    """
    shipped = Path(str(files("lotproof"))) / "sources"
    for folder in (workspace.root / "sources", shipped):
        path = folder / f"{name}.yml"
        if path.is_file() and name not in _NO_MAPPINGS:
            return path
    known = sorted(path.stem for path in shipped.glob("*.yml") if path.stem not in _NO_MAPPINGS)
    raise LotproofError(
        f"no mapping '{name}'",
        f"one of: {', '.join(known)}; or a file sources/{name}.yml in the workspace",
        "correct `mapping:` of the source",
        workspace.where("sources"),
    )


def load_plan(workspace: Workspace, source: Source) -> Plan:
    """Load and compile the mapping of a source.

    Raises:
        LotproofError: the mapping or the plant's words have faults, all of them at once.
    """
    path = mapping_path(workspace, source.mapping)
    file = read_yaml(path)
    mapping = validated(file, Mapping)
    plant, plant_file = _plant_words(workspace, source)
    settings = _settings(mapping, plant, source, workspace)
    raise_all(list(_formats_wrong(file, plant_file)))
    feeds = _feeds(mapping, plant)
    shared_path, shared = _shared_words(workspace, mapping)
    words: dict[str, dict[str, str]] = {}
    for layer in (shared, mapping.words, plant.words):
        for name, extra in layer.items():
            words[name] = words.get(name, {}) | extra
    words.setdefault(
        "site_of_place", {site.gln: site.site_id for site in workspace.sites if site.gln}
    )
    system = quoted(source.system_timezone) if source.system_timezone else None
    zones = {site.site_id: site.timezone for site in workspace.sites}
    faults: list[LotproofError] = []
    targets: list[TargetSql] = []
    for index, target in enumerate(_all_targets(mapping)):
        where = file.where(("tables", index))
        try:
            for single in _each(target, settings):
                spelling = _spelling(feeds, single, where)
                whole = feeds[single.feed].part_of or single.feed
                unique = feeds[whole].unique is not None
                around = Surroundings(
                    source.site,
                    system,
                    words,
                    plant.words,
                    spelling,
                    zones=zones,
                    unique=unique,
                    keys=feeds[single.feed].keys,
                )
                targets.append(target_sql(single, around))
        except LotproofError as error:
            error.where = error.where or where
            faults.append(error)
    raise_all([*_word_faults(file, mapping.words), *_feed_faults(file, feeds, targets), *faults])
    digest = _digest(path, plant_file, source, settings, shared_path)
    planned = _planned(feeds, targets, mapping)
    return Plan(source, mapping.mapping, path, planned, targets, digest, workspace.unpacking)


def _plant_words(workspace: Workspace, source: Source) -> tuple[PlantWords, YamlFile | None]:
    if source.values is None:
        return PlantWords(), None
    file = read_yaml(workspace.root / source.values)
    return validated(file, PlantWords), file


def _shared_words(
    workspace: Workspace, mapping: Mapping
) -> tuple[Path | None, dict[str, dict[str, str]]]:
    """The word maps that a mapping takes over from another, and the file they stand in."""
    if mapping.words_of is None:
        return None, {}
    path = mapping_path(workspace, mapping.words_of)
    return path, validated(read_yaml(path), Mapping).words


def _settings(
    mapping: Mapping, plant: PlantWords, source: Source, workspace: Workspace
) -> dict[str, str]:
    given = plant.settings | source.settings
    unknown = sorted(set(given) - set(mapping.settings))
    if unknown:
        raise LotproofError(
            f"mapping '{mapping.mapping}' has no setting '{unknown[0]}'",
            f"one of: {', '.join(mapping.settings) or '(none)'}",
            "remove it or correct its spelling",
            workspace.where("sources"),
        )
    for name, value in given.items():
        allowed = mapping.settings[name].one_of
        if allowed and value not in allowed:
            raise LotproofError(
                f"setting '{name}' is '{value}'",
                f"one of: {', '.join(allowed)}",
                f"it says {mapping.settings[name].means}",
                workspace.where("sources"),
            )
    defaults = {name: setting.default for name, setting in mapping.settings.items()}
    return defaults | {"source": source.name} | given


def _all_targets(mapping: Mapping) -> list[Target]:
    named = list(mapping.tables)
    if mapping.by_name:
        named += [by_name_target(table) for table in lot_model().values()]
    return named


def _feeds(mapping: Mapping, plant: PlantWords) -> dict[str, Feed]:
    feeds = dict(mapping.feeds)
    if mapping.by_name:
        feeds |= {table.name: by_name_feed(table) for table in lot_model().values()}
    layered: dict[str, Feed] = {}
    for name in [*feeds, *(extra for extra in plant.feeds if extra not in feeds)]:
        own, extra = feeds.get(name, Feed()), plant.feeds.get(name, Feed())
        spelling = inherit(extra, plant, own, mapping.defaults, STANDARD)
        layered[name] = Feed(
            **spelling.model_dump(),
            files=extra.files or own.files,
            relation=own.relation,
            part_of=own.part_of,
            required=own.required,
            optional=own.optional,
            columns=own.columns | extra.columns,
            unused=own.unused,
            keys=own.keys,
            kept_only=own.kept_only,
            unique=own.unique,
            content=own.content,
        )
    return layered


def _planned(
    feeds: dict[str, Feed], targets: list[TargetSql], mapping: Mapping
) -> dict[str, PlannedFeed]:
    read: dict[str, set[str]] = {}
    for target in targets:
        for feed_name, columns in target.cells.items():
            read.setdefault(feed_name, set()).update(columns)
    planned = {}
    for name, feed in feeds.items():
        cells = set() if mapping.by_name else read.get(name, set())
        needed = (cells | set(feed.required)) - set(feed.optional)
        planned[name] = PlannedFeed(name, feed, Format(**_format(feed)), frozenset(needed))
    return planned


def _format(feed: Feed) -> dict[str, Any]:
    return {name: getattr(feed, name) for name in Format.model_fields}


def _spelling(feeds: dict[str, Feed], target: Target, where: Where) -> Format:
    for name in (target.feed, *(join.feed for join in target.join.values())):
        if name not in feeds:
            raise LotproofError(
                f"no feed '{name}'", f"one of: {', '.join(feeds)}", "correct its spelling", where
            )
    return Format(**_format(feeds[target.feed]))


def _each(target: Target, settings: dict[str, str]) -> Iterator[Target]:
    """Yield the target with its ``$name`` replaced, once for each item."""
    plain = target.model_dump(exclude={"each"}, exclude_defaults=True)
    for item in target.each or ({},):
        yield Target.model_validate(substituted(plain, settings | dict(item)))


def _formats_wrong(*yaml_files: YamlFile | None) -> Iterator[LotproofError]:
    """Yield a fault for every date format and time zone that is not one."""
    for file in yaml_files:
        for key_path, value in _leaves(file.data) if file else ():
            keys = [key for key in key_path if isinstance(key, str)]
            key = keys[-1] if keys else ""
            fault: LotproofError | None = None
            if key == "formats" and value != ISO:
                fault = _format_fault(str(value))
            zones = ("utc", "site", "system")
            if key in ("timezone", "days") and value not in zones:
                fault = _zone_fault(str(value))
            if fault and file:
                fault.where = file.where(key_path)
                yield fault


def _format_fault(value: str) -> LotproofError | None:
    try:
        fineness(value)
    except LotproofError as error:
        return error
    return None


def _zone_fault(value: str) -> LotproofError | None:
    if value in available_timezones():
        return None
    return LotproofError(
        f"time zone '{value}'", "utc, site, system or an IANA name such as Europe/Brussels"
    )


def _leaves(
    data: Any,  # noqa: ANN401 -- YAML data
    at: tuple[str | int, ...] = (),
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key != "columns" or at[:1] != ("feeds",):
                yield from _leaves(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _leaves(value, (*at, index))
    else:
        yield at, data


def _word_faults(file: YamlFile, words: dict[str, dict[str, str]]) -> Iterator[LotproofError]:
    """Yield a fault for every word of ours that a closed column does not take."""
    for name, pairs in words.items():
        closed = fixed_words().closed.get(name)
        for theirs, ours in pairs.items():
            if closed is not None and ours not in closed:
                yield LotproofError(
                    f"'{ours}' is no word of {name}",
                    f"one of: {', '.join(closed)}",
                    "correct the word map",
                    file.where(("words", name, theirs)),
                )


def _feed_faults(
    file: YamlFile, feeds: dict[str, Feed], targets: list[TargetSql]
) -> Iterator[LotproofError]:
    used = {feed for target in targets for feed in target.cells}
    for name, feed in feeds.items():
        where = file.where(("feeds", name))
        if not feed.files and feed.part_of is None:
            yield LotproofError(f"feed '{name}' names no files", "globs", "add `files:`", where)
        if name not in used and feed.part_of is None and not feed.kept_only:
            yield LotproofError(
                f"no table is made from feed '{name}'", "a table that reads it", "", where
            )


def _digest(
    path: Path,
    plant: YamlFile | None,
    source: Source,
    settings: dict[str, str],
    shared: Path | None,
) -> str:
    parts: dict[str, object] = {
        "mapping": hashlib.sha256(path.read_bytes()).hexdigest(),
        "values": hashlib.sha256(plant.path.read_bytes()).hexdigest() if plant else None,
        "settings": settings,
        "site": source.site,
        "system_timezone": source.system_timezone,
    }
    if shared is not None:
        parts["words_of"] = hashlib.sha256(shared.read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
