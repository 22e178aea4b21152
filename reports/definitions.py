"""Report definitions: what a report holds, who it is about, how often, and what signing it says.

They live in ``templates/<report>/report.yml``. Filling a report is left to the composing modules.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..evidence.errors import LotproofError, Where
from ..evidence.profiles import ProfileName


class Part(BaseModel):
    """One part of a report: its template; for numbered parts, the heading, long and short."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: str
    title: str = ""
    short: str = ""


class ReportDefinition(BaseModel):
    """One kind of report.

    Attributes:
        report: its name, as commands take it.
        title: what it is called on the page.
        kicker: the small line over the title.
        about: whether it is asked for a site and month, for a lot, or for the tool itself.
        every: how often it is due; ``on_demand`` when nothing sets a rhythm.
        file: name of the PDF in a pack.
        holds: the parts in their order; each is a template of the report's folder, and those with a
            title are numbered.
        profile: for whom it is made when nobody says; only a report for a customer goes to one.
        certifies: for each meaning of a signature, what the signer states.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    report: str
    title: str
    kicker: str
    about: Literal["site", "lot", "tool"]
    every: Literal["month", "batch", "delivery", "on_demand"]
    file: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*\.pdf$")
    holds: tuple[Part, ...] = Field(min_length=1)
    profile: ProfileName
    certifies: dict[str, str]


def templates() -> Traversable:
    """The folder of templates, wherever the package is installed."""
    return files("lotproof") / "templates"


@cache
def load_definitions() -> dict[str, ReportDefinition]:
    """All shipped definitions by name.

    Raises:
        LotproofError: a definition is not as it should be; all faults of the file are named.
    """
    found = {}
    for folder in sorted(templates().iterdir(), key=lambda entry: entry.name):
        source = folder / "report.yml"
        if source.is_file():
            definition = read_definition(source.read_text(encoding="utf-8"), str(source))
            found[definition.report] = definition
    return found


def read_definition(text: str, name: str) -> ReportDefinition:
    """Read one ``report.yml``.

    Args:
        text: its content.
        name: its path, for messages.

    Raises:
        LotproofError: not YAML, or a key is missing, unknown or wrong.
    """
    try:
        return ReportDefinition.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(Path(name), mark.line + 1 if mark else None)
        raise LotproofError("not readable as YAML", "a report definition", where=where) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise LotproofError(
            faults, "the keys of a report definition", "see docs of reports", Path(name)
        ) from error


def definition_of(report: str) -> ReportDefinition:
    """The definition of that name.

    Raises:
        LotproofError: there is none.
    """
    known = load_definitions()
    if report in known:
        return known[report]
    raise LotproofError(f"report {report!r}", f"one of {', '.join(known)}", "name one of them")
