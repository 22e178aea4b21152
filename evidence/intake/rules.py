"""Proposed rules: what to validate at the source, so that a kind of defect does not come again.

Written for the administrator of the sending system. A rule is proposed once a kind of defect has
come often enough; it names what was seen, so that the administrator can look the rows up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..workspace import Workspace
from ..yaml_files import read_yaml, validated
from .findings import Group

AGAIN = 2
"""Rows of one kind and source from which a rule is proposed, by default."""


class RuleText(BaseModel):
    """What is proposed against one kind of defect.

    Attributes:
        validate_that: what has to hold when the entry is saved .
        where: where in any system.
        systems: where in a certain system, by mapping.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    validate_that: str
    where: str
    systems: dict[str, str] = {}


class _RuleTexts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: dict[str, RuleText]


@dataclass(frozen=True, slots=True)
class ProposedRule:
    """A rule for one source.

    Attributes:
        source: the source.
        kind: the kind of defect.
        title: what is wrong, in words.
        count: rows that have it.
        examined: rows that were looked at.
        validate_that: what has to hold.
        where: where to see to it.
        examples: rows to look up.
    """

    source: str
    kind: str
    title: str
    count: int
    examined: int
    validate_that: str
    where: str
    examples: tuple[str, ...]


def propose(
    workspace: Workspace, groups: Iterable[Group], again: int = AGAIN
) -> Iterator[ProposedRule]:
    """Yield a rule for each kind of defect that came at least `again` times from one source."""
    texts = rule_texts()
    mappings = {source.name: source.mapping for source in workspace.sources}
    for group in sorted(groups, key=lambda item: (item.source, -item.count, item.kind, item.title)):
        text = texts.get(group.kind)
        if text is None or group.count < again:
            continue
        system = text.systems.get(mappings.get(group.source, ""))
        yield ProposedRule(
            group.source,
            group.kind,
            group.title,
            group.count,
            group.examined,
            text.validate_that,
            f"{text.where} {system}" if system else text.where,
            tuple(example.place for example in group.examples),
        )


def rule_texts() -> dict[str, RuleText]:
    """Return the texts of `sources/reviewed/rules.yml`, by kind of defect."""
    from importlib.resources import files

    path = Path(str(files("lotproof"))) / "sources" / "reviewed" / "rules.yml"
    return validated(read_yaml(path), _RuleTexts).rules
