"""YAML files that people write, read so that every fault can be shown where it stands.

Gives the plain data together with the place of every key and item, and checks it against a
pydantic model with all faults at once. What the data means is left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from .errors import LotproofError, Where

Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML document and where each of its parts stands.

    Attributes:
        path: the file, as errors name it.
        data: mappings, lists and scalars.
        places: line and column (from 1) of every key path; ``()`` is the document.
    """

    path: Path
    data: Any
    places: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)

    def where(self, key_path: Iterable[str | int]) -> Where:
        """Return the place of a key path, or of the nearest part above that exists."""
        parts = tuple(key_path)
        while parts and parts not in self.places:
            parts = parts[:-1]
        line, column = self.places.get(parts, (1, 1))
        return Where(self.path, line, column)


class CollectedError(LotproofError):
    """Several faults found at once; reads as one message per fault.

    Attributes:
        faults: the single errors, in the order of the file.
    """

    def __init__(self, faults: list[LotproofError]) -> None:
        self.faults = faults
        first = faults[0]
        super().__init__(first.found, first.expected, first.fix, first.where)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def raise_all(faults: list[LotproofError]) -> None:
    """Raise the faults as one error; do nothing when there is none.

    Raises:
        LotproofError: the only fault, or :class:`CollectedError` for several.
    """
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise CollectedError(faults)


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file with the places of its parts.

    Raises:
        LotproofError: the file is missing, not UTF-8, not YAML, or gives a key twice.
    """
    return parse_yaml(_text_of(path), path)


def parse_yaml(text: str, path: Path) -> YamlFile:
    """Read YAML text; ``path`` is only named in errors.

    Raises:
        LotproofError: the text is not YAML or gives a key twice.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        places: dict[KeyPath, tuple[int, int]] = {}
        faults = _walk(node, (), places, path) if node is not None else []
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, path) from None
    except yaml.YAMLError as error:
        raise LotproofError(f"not YAML: {error}", where=path) from None
    finally:
        loader.dispose()
    raise_all(faults)
    return YamlFile(path, data, places)


def validated(file: YamlFile, model: type[Model], at: KeyPath = ()) -> Model:
    """Check the data (or the part at a key path) against a model, all faults at once.

    Raises:
        LotproofError: one fault per key that is missing, unknown or of the wrong kind.
    """
    part = file.data
    for key in at:
        part = part[key]
    try:
        return model.model_validate(part)
    except ValidationError as error:
        faults = [_fault(file, at, dict(item), model) for item in error.errors()]
        raise_all(sorted(faults, key=_line))
        raise


# 211.170 is no number, and 0.1 an exact one: decimals stay text until a model asks for them
_GUESSED = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "timestamp"))


class _Loader(yaml.SafeLoader):
    """YAML with keys, dates and decimals as they are written; booleans are true and false."""

    # `NO` is a country and `on` is a key of joins
    yaml_implicit_resolvers = {  # noqa: RUF012 -- the base class declares it so
        first: [pair for pair in pairs if pair[0] not in _GUESSED]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping with the text of its keys."""
        self.flatten_mapping(node)
        return {str(key.value): self.construct_object(value, deep) for key, value in node.value}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
# `0001` is a code, and neither eight nor one
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise LotproofError("the file does not exist", "a YAML file", where=path) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LotproofError(
            f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            "text in UTF-8",
            "save the file as UTF-8",
            Where(path, line),
        ) from None


def _not_yaml(error: yaml.MarkedYAMLError, path: Path) -> LotproofError:
    mark = error.problem_mark or error.context_mark
    where = Where(path, mark.line + 1, mark.column + 1) if mark else Where(path)
    return LotproofError(
        f"not YAML: {error.problem or error.context}",
        "a YAML document",
        "mend the indentation or the quoting there",
        where,
    )


def _walk(
    node: yaml.Node, at: KeyPath, places: dict[KeyPath, tuple[int, int]], path: Path
) -> list[LotproofError]:
    places.setdefault(at, (node.start_mark.line + 1, node.start_mark.column + 1))
    faults: list[LotproofError] = []
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            faults += _walk(item, (*at, index), places, path)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            mark = key_node.start_mark
            if key in seen:
                faults.append(_twice(key, Where(path, mark.line + 1, mark.column + 1)))
            seen.add(key)
            places[(*at, key)] = (mark.line + 1, mark.column + 1)
            faults += _walk(value_node, (*at, key), places, path)
    return faults


def _twice(key: str, where: Where) -> LotproofError:
    return LotproofError(f"key '{key}' a second time", "each key once", "keep one of them", where)


def _line(fault: LotproofError) -> tuple[int, str]:
    return ((fault.where.line or 0) if fault.where else 0, fault.found)


def _fault(
    file: YamlFile, at: KeyPath, item: dict[str, Any], model: type[BaseModel]
) -> LotproofError:
    where_path = (*at, *(part for part in item["loc"]))
    key = ".".join(str(part) for part in item["loc"]) or "the file"
    where = file.where(where_path)
    if item["type"] == "extra_forbidden":
        known = ", ".join(_known_keys(model, item["loc"]))
        expected = f"one of: {known}" if known else "a key that is known here"
        return LotproofError(
            f"unknown key '{key}'", expected, "remove it or correct its spelling", where
        )
    if item["type"] == "missing":
        return LotproofError(
            f"key '{key}' is missing", "a value for it", f"add `{item['loc'][-1]}:`", where
        )
    message = str(item["msg"]).removeprefix("Value error, ")
    given = "" if isinstance(item.get("input"), (dict, list)) else f": {item.get('input')!r}"
    return LotproofError(f"key '{key}'{given}", message, "", where)


def _known_keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Return the keys of the model that the location of a fault lies in."""
    current: Any = model
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        fields = current.model_fields if _is_model(current) else {}
        info = fields.get(str(part)) or next(
            (f for f in fields.values() if f.alias == str(part)), None
        )
        if info is None:
            return []
        current = _model_in(info.annotation)
    if not _is_model(current):
        return []
    return [info.alias or name for name, info in current.model_fields.items()]


def _is_model(kind: Any) -> bool:  # noqa: ANN401 -- any annotation may come
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _model_in(annotation: Any) -> Any:  # noqa: ANN401 -- any annotation may come
    if _is_model(annotation):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
