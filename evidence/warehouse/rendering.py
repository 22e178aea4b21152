"""The SQL of a map, from the macros in ``macros/``, without dbt around every call.

dbt sets a whole template up for each call of a macro, and a map makes a hundred thousand calls;
here each macro is set up once. What macros may use is the little that rules need: each other,
``ref``, ``return``, ``adapter.dispatch`` and the columns of the lot model. Models that read files
or the database stay with dbt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from types import SimpleNamespace
from typing import Any, NoReturn

import yaml
from jinja2 import Environment

from ..errors import LotproofError

ENGINE, SCHEMA = "duckdb", "main"
_FOLDERS = ("rules", "checks", "records", "chains", "engine", "canonical")
_MACRO = re.compile(r"(\{%-?\s*macro\s+)(\w+)(\s*\(.*?\{%-?\s*endmacro\s*-?%\})", re.DOTALL)
_OWN = "this_macro"


class _Returned(Exception):  # noqa: N818 -- no error: how a macro gives back something else than text
    def __init__(self, value: Any) -> None:  # noqa: ANN401 -- whatever a macro returns
        super().__init__()
        self.value = value


class _Macro:
    """One macro, set up when it is first called: then all others can be seen from it."""

    def __init__(self, environment: Environment, text: str) -> None:
        self._environment, self._text = environment, text
        self._ready: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- as macros are called
        if self._ready is None:
            self._ready = getattr(self._environment.from_string(self._text).module, _OWN)
        try:
            return self._ready(*args, **kwargs)
        except _Returned as returned:
            return returned.value


def render(macro: str, *arguments: Any) -> str:  # noqa: ANN401 -- JSON values
    """What a macro writes.

    Args:
        macro: its name.
        arguments: JSON values; the macro works on copies.

    Raises:
        LotproofError: the macro refuses what it is given.
    """
    return str(_macros()[macro](*json.loads(json.dumps(arguments))))


@cache
def _macros() -> Mapping[str, Callable[..., Any]]:
    environment = Environment(  # noqa: S701 -- SQL, not HTML; values are escaped by `literal`
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    macros: dict[str, Callable[..., Any]] = {
        name: _Macro(environment, text) for name, text in _texts()
    }
    macros["lot_model_columns"] = lambda table: _columns().get(table, [])
    macros["ref"] = lambda model: f"{SCHEMA}.{model}"
    macros["return"] = _give_back
    dispatch = SimpleNamespace(dispatch=lambda name, _package: macros[f"{ENGINE}__{name}"])
    refusing = SimpleNamespace(raise_compiler_error=_refuse)
    environment.globals |= macros
    environment.globals |= {
        "adapter": dispatch,
        "context": macros,
        "exceptions": refusing,
        "execute": True,
        "modules": SimpleNamespace(re=re),
    }
    return macros


def _texts() -> Iterator[tuple[str, str]]:
    """Every macro of the folders that rules are written from, by name.

    In its own text it has another name: one that calls itself calls it as all others do.
    """
    with as_file(files("lotproof") / "macros") as folder:
        for name in _FOLDERS:
            for path in sorted((folder / name).glob("*.sql")):
                for found in _MACRO.finditer(path.read_text(encoding="utf-8")):
                    start, macro, rest = found.groups()
                    yield macro, f"{start}{_OWN}{rest}"


@cache
def _columns() -> dict[str, list[dict[str, Any]]]:
    """Columns of every model that says them, with name and data_type."""
    found: dict[str, list[dict[str, Any]]] = {}
    with as_file(files("lotproof") / "models") as folder:
        for path in sorted(folder.glob("*/_*.yml")):
            models = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["models"]
            found |= {model["name"]: model.get("columns", []) for model in models}
    return found


def _give_back(value: Any) -> NoReturn:  # noqa: ANN401 -- whatever a macro returns
    raise _Returned(value)


def _refuse(message: str) -> NoReturn:
    raise LotproofError(
        found=f"a rule that cannot be written as SQL: {message}",
        expected="a rule whose parts go together",
        fix="run: lotproof obligations lint",
    )
