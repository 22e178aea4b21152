"""What changed between two versions of a map, requirement by requirement, in plain words.

Which verdicts would flip is left to ``lotproof.evidence.warehouse.flips``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .model import ObligationMap

_WORDS = {
    "rule_text": "rule",
    "severity": "severity",
    "subject": "subject",
    "state": "judged or attested",
    "in_force": "in force",
    "compliance_from": "compliance from",
    "cites": "cites",
    "title": "title",
    "requires": "requires",
    "control": "our control",
    "remedy": "to close",
    "sureness": "sureness of the text",
    "owner": "owner",
}
"""Parts of a compiled requirement that are compared, and what they are called."""

_SAID = frozenset(_WORDS) - {"subject", "state", "in_force", "compliance_from"} | {
    "rule_digest", "position", "unseen", "clause", "map",
}  # fmt: skip
"""Parts that no verdict depends on."""

_DECIDES = frozenset({"rule_text", "subject", "state", "in_force", "compliance_from"})


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of a requirement, before and after; ``decides`` when a verdict may depend on it."""

    part: str
    before: str
    after: str
    decides: bool


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """What became of one requirement.

    Attributes:
        requirement: its id.
        title: its title, the later one.
        what: added, removed or changed.
        parts: what changed in it; empty when it is new or gone.
    """

    requirement: str
    title: str
    what: Literal["added", "removed", "changed"]
    parts: tuple[PartChange, ...]

    @property
    def decides(self) -> bool:
        """Whether verdicts may depend on the change."""
        return self.what != "changed" or any(part.decides for part in self.parts)


def map_differences(before: ObligationMap, after: ObligationMap) -> list[RequirementChange]:
    """What changed from one version of a map to another, in the order of the later one.

    A rule counts as changed when what decides a verdict did, also where its words are the same.
    """
    from .compiling import compile_map

    old, new = (_by_id(compile_map(version)["requirements"]) for version in (before, after))
    found = [_change(name, old.get(name), row) for name, row in new.items()]
    found += [_change(name, row, None) for name, row in old.items() if name not in new]
    return [change for change in found if change is not None]


def _by_id(requirements: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(requirement["id"]): requirement for requirement in requirements}


def _change(
    name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> RequirementChange | None:
    if before is None or after is None:
        there = after or before or {}
        what: Literal["added", "removed"] = "added" if before is None else "removed"
        return RequirementChange(name, str(there["title"]), what, ())
    parts = tuple(_parts(before, after))
    return RequirementChange(name, str(after["title"]), "changed", parts) if parts else None


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[PartChange]:
    for key, word in _WORDS.items():
        old, new = (_said(version.get(key)) for version in (before, after))
        if old != new or (key == "rule_text" and _deciding(before) != _deciding(after)):
            yield PartChange(word, old, new, key in _DECIDES)


def _deciding(requirement: Mapping[str, Any]) -> dict[str, Any]:
    """What of a compiled requirement a verdict may depend on, whatever its words are."""
    return {key: value for key, value in requirement.items() if key not in _SAID}


def _said(value: object) -> str:
    """A part of a compiled requirement as people read it."""
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        text = value.get("text")
        return str(text) if text else ", ".join(f"{k} {_said(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return " ".join(str(value).split())
