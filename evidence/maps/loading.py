"""Reads obligation maps, and says every fault of a file at once with its place.

What the words of a map mean to each other (columns, parameters, duplicates) is left to ``lint``,
which runs after every file could be read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import LotproofError
from ..yaml_files import CollectedError, KeyPath, YamlFile, raise_all, read_yaml
from .checks import Check
from .grammar import MisreadError, near
from .model import ObligationMap
from .shapes import SHAPE_OF_CLASS, no_shape, shape_of

TESTS_SUFFIX = ".tests.yml"
Model = TypeVar("Model", bound=BaseModel)


def shipped_maps() -> list[ObligationMap]:
    """The maps that come with lotproof, by name."""
    with as_file(files("lotproof").joinpath("obligations")) as folder:
        return load_maps([folder])


def load_maps(dirs: Iterable[Path]) -> list[ObligationMap]:
    """Read every map of the folders (and below), by name.

    Raises:
        LotproofError: the faults of all files, each with file, line and key.
    """
    maps: list[ObligationMap] = []
    faults: list[LotproofError] = []
    for path in _map_files(dirs):
        try:
            maps.append(load_map(path))
        except CollectedError as error:
            faults += error.faults
        except LotproofError as error:
            faults.append(error)
    raise_all(faults)
    raise_all(_given_twice(maps))
    return sorted(maps, key=lambda m: m.map)


def load_map(path: Path) -> ObligationMap:
    """Read one map and check it whole: shape, words, columns, parameters.

    Raises:
        LotproofError: every fault of the file, each with line and key.
    """
    from .lint import faults_of

    found = read_map(path)
    raise_all(faults_of(found))
    return found


def read_map(path: Path) -> ObligationMap:
    """Read one map without checking the names in it.

    Raises:
        LotproofError: the file is no map.
    """
    file = read_yaml(path)
    found = checked(file, ObligationMap)
    found._file = file
    found._digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def checked(file: YamlFile, model: type[Model]) -> Model:
    """Check a YAML file against a model of the obligation language.

    Raises:
        LotproofError: one fault per key that is missing, unknown or misread.
    """
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        faults = [_fault(file, item, model) for item in _causes(error)]
        raise_all(sorted(_once(faults), key=_place))
        raise


def _causes(error: ValidationError) -> list[dict[str, Any]]:
    """The faults without those that only count what is left of a list when its items are faulty."""
    items: list[dict[str, Any]] = [{**item} for item in error.errors()]
    places = [item["loc"] for item in items]
    return [
        item
        for item in items
        if item["type"] != "too_short"
        or not any(place[: len(item["loc"])] == item["loc"] != place for place in places)
    ]


def _map_files(dirs: Iterable[Path]) -> list[Path]:
    found = {
        path
        for folder in dirs
        for path in folder.rglob("*.yml")
        if not path.name.endswith(TESTS_SUFFIX)
    }
    return sorted(found)


def _given_twice(maps: Sequence[ObligationMap]) -> list[LotproofError]:
    seen: dict[str, ObligationMap] = {}
    faults = []
    for found in maps:
        if found.map in seen:
            faults.append(
                LotproofError(
                    f"map '{found.map}' a second time",
                    f"each map once; the other is {seen[found.map].file.path}",
                    "rename or remove one of them",
                    found.file.where(("map",)),
                )
            )
        seen.setdefault(found.map, found)
    return faults


def _fault(file: YamlFile, item: dict[str, Any], model: type[BaseModel]) -> LotproofError:
    path = _yaml_path(file.data, item["loc"])
    cause = (item.get("ctx") or {}).get("error")
    if item["type"] == "union_tag_not_found":
        cause = no_shape(item["input"])
    if isinstance(cause, MisreadError):
        path = (*path, *cause.path)
        return _said(file, path, cause.found, cause.expected, cause.fix)
    key = str(item["loc"][-1]) if item["loc"] else ""
    if item["type"] == "extra_forbidden":
        known = _keys_of(model, item["loc"])
        return _said(
            file,
            path,
            f"unknown key '{key}'",
            f"one of: {', '.join(known)}" if known else "",
            near(key, known) or "remove it or correct its spelling",
        )
    if item["type"] == "missing":
        return _said(file, path, f"key '{key}' is missing", "a value for it", f"add `{key}:`")
    message = str(item["msg"]).removeprefix("Value error, ")
    given = item.get("input")
    shown = "a list or mapping" if isinstance(given, (dict, list)) else f"'{given}'"
    words = re.findall(r"'([^']+)'", message) if item["type"] == "literal_error" else []
    return _said(file, path, shown, message[:1].lower() + message[1:], near(str(given), words))


def _said(file: YamlFile, path: KeyPath, found: str, expected: str, fix: str = "") -> LotproofError:
    name = ".".join(str(part) for part in path)
    named = f"{found} (in {name})" if name else found
    return LotproofError(named, expected, fix, file.where(path))


def _yaml_path(data: Any, loc: tuple[str | int, ...]) -> KeyPath:  # noqa: ANN401 -- parsed YAML
    """The part of a fault's location that exists in the file; union tags fall out."""
    path: list[str | int] = []
    node = data
    for before, step in zip((None, *loc), loc, strict=False):
        if (isinstance(before, int) or before == "if") and step == shape_of(node):
            continue
        if isinstance(step, int) and isinstance(node, list) and step < len(node):
            node = node[step]
        elif isinstance(node, dict) and step in node:
            node = node[str(step)]
        else:
            continue
        path.append(step)
    return tuple(path)


def _keys_of(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    shapes = {shape: kind for kind, shape in SHAPE_OF_CLASS.items()}
    current: type[BaseModel] | None = model
    for step in loc[:-1]:
        if isinstance(step, int) or current is None:
            continue
        if str(step) in shapes and not _has_key(current, str(step)):
            current = shapes[str(step)]
        elif _has_key(current, str(step)):
            current = _model_in(_field(current, str(step)))
            if current is None and str(step) in ("expect", "then", "any_of", "all", "if"):
                current = Check
    if current is None:
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _has_key(model: type[BaseModel], key: str) -> bool:
    return any(key in (name, field.alias) for name, field in model.model_fields.items())


def _field(model: type[BaseModel], key: str) -> Any:  # noqa: ANN401 -- an annotation
    fields = model.model_fields.items()
    return next(field.annotation for name, field in fields if key in (name, field.alias))


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 -- an annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_model_in(part) for part in getattr(annotation, "__args__", ())]
    models = [kind for kind in inner if kind is not None and not issubclass(kind, Check)]
    return models[0] if models else None


def _once(faults: list[LotproofError]) -> list[LotproofError]:
    """Without the faults that follow from a misread item in a union."""
    return list({str(fault): fault for fault in faults}.values())


def _place(fault: LotproofError) -> tuple[int, str]:
    return ((fault.where.line or 0) if fault.where else 0, fault.found)
