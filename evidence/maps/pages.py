"""One page per map for ``docs/maps``: clause, why, what is checked, how a gap is closed.

Made from the map and its scenarios alone, so that it cannot drift; ``python -m
lotproof.evidence.maps`` writes the pages anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .explaining import explain
from .model import ObligationMap, Parameter, Requirement
from .scenario_files import Scenario

SURENESS = {
    "V": "the wording of the clause was read",
    "P": "the clause was read in part, in a sister text or in a reliable summary",
    "M": "written from memory; read the clause before relying on it",
}
_STATES = {
    "judged": "judged by rows",
    "attest": "attested by a person",
    "waits_for": "not judged yet",
}


def map_page(of: ObligationMap, scenarios: Sequence[Scenario] = ()) -> str:
    """The page of a map, as Markdown."""
    own = [case for case in scenarios if case.map == of.map]
    parts = [
        _head(of),
        _overview(of),
        _parameters(of),
        "## Requirements",
        *(_requirement(r, of, own) for r in of.requirements),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(of: ObligationMap) -> str:
    edition, checked = of.source.edition, of.source.checked_on.isoformat()
    states = Counter[str](requirement.state for requirement in of.requirements)
    told = ", ".join(f"{states[s]} {words}" for s, words in _STATES.items() if states[s])
    return (
        f"# {of.title}\n\n"
        f"<!-- Generated from obligations/{of.regime}/{of.map}.yml by "
        "`python -m lotproof.evidence.maps`; edit the map, not this page. -->\n\n"
        f"Map `{of.map}` · {of.authority} · {edition}, compared on {checked} · "
        f"{len(of.requirements)} requirements: {told}.\n\n"
        "The words are lotproof's own, not the regulation's. Read the regulation before relying "
        "on them. Each requirement says how sure its paraphrase is."
    )


def _overview(of: ObligationMap) -> str:
    rows = [
        f"| [{r.id}](#{_anchor(r)}) | {r.title} | {r.severity} | {r.sureness} | "
        f"{_STATES[r.state]} |"
        for r in of.requirements
    ]
    head = "| clause | requirement | severity | sureness | how |\n|---|---|---|---|---|"
    return "\n".join([head, *rows])


def _parameters(of: ObligationMap) -> str:
    if not of.params:
        return ""
    head = "## Parameters\n\nA workspace may set others, per site, with a reason.\n\n"
    head += "| name | value | where it comes from |\n|---|---|---|"
    rows = [f"| `{name}` | {_value(p)} | {_origin(p)} |" for name, p in of.params.items()]
    return "\n".join([head, *rows])


def _value(parameter: Parameter) -> str:
    if parameter.values:
        dated = [f"{v.value} from {v.from_.isoformat()}" for v in parameter.values]
        return f"{', '.join(dated)} ({parameter.unit or 'no unit'})"
    return f"{parameter.value} {parameter.unit or ''}".strip()


def _origin(parameter: Parameter) -> str:
    dated = dict.fromkeys(v.cites for v in parameter.values)
    told = (parameter.cites, *dated, _line(parameter.origin))
    return "; ".join(text for text in told if text)


def _requirement(of: Requirement, found: ObligationMap, scenarios: Iterable[Scenario]) -> str:
    cites = "; ".join(of.cites)
    lines = [
        f"### {of.id}\n\n**{of.title}**",
        f"{cites} · {of.severity} · {SURENESS[of.sureness]}",
        f"**The law.** {_line(of.requires)}",
    ]
    if of.control:
        lines.append(f"**Our control.** {_line(of.control)}")
    lines.append(f"**What is checked.** {explain(of, found)}")
    if of.unseen:
        lines.append(f"**Not seen.** {_line(of.unseen)}")
    lines.append(f"**To close a gap.** {_line(of.remedy)}")
    shown = [case for case in scenarios if case.requirement == of.id]
    if shown:
        lines.append("\n".join(["Shown by:", "", *(_shown(case) for case in shown)]))
    return "\n\n".join(lines)


def _shown(case: Scenario) -> str:
    verdicts = [
        f"{subject + ' ' if subject else ''}{str(verdict).replace('_', ' ')}"
        for subject, verdict in case.expect.items()
    ]
    return f"- {case.shows}: {', '.join(verdicts)}"


def _anchor(of: Requirement) -> str:
    """The anchor that Markdown renderers give the requirement's heading."""
    return of.id.lower().replace(".", "")


def _line(text: str | None) -> str:
    return " ".join(text.split()) if text else ""
