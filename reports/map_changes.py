"""What changed between two versions of a map, and which verdicts flip, as lines and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from . import states, words

if TYPE_CHECKING:
    from ..evidence.maps.differences import RequirementChange
    from ..evidence.warehouse.flips import Flip

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_FLIPS_SHOWN = 40


def change_lines(changes: Sequence[RequirementChange]) -> Iterator[str]:
    """Each requirement that changed, with what it said and says."""
    for change in changes:
        yield f"{_SIGNS[change.what]} {change.requirement}  {change.title}"
        for part in change.parts:
            weight = "" if part.decides else "  (no verdict depends on it)"
            yield f"    {part.part}{weight}"
            if part.before == part.after:
                yield "      the same words; a value or a column in it is another"
                continue
            yield f"      - {part.before}"
            yield f"      + {part.after}"
    deciding = sum(change.decides for change in changes)
    said = words.counted(len(changes), "requirement")
    verb = words.plural(len(changes), "differs", "differ")
    yield f"{words.capital(said)} {verb}, {words.count_word(deciding)} in what decides a verdict."


def flip_lines(flips: Sequence[Flip]) -> Iterator[str]:
    """Each verdict that would be another, and how many of each kind."""
    for flip in flips[:_FLIPS_SHOWN]:
        before = _state(flip.before, flip.code_before)
        after = _state(flip.after, flip.code_after)
        about = flip.subject_label or flip.subject_id
        yield f"{before} → {after}  {flip.requirement}  {flip.site_id}  {about}"
        if flip.sentence and flip.after not in (None, "met", "not_applicable"):
            yield f"    {flip.sentence}"
    if len(flips) > _FLIPS_SHOWN:
        yield f"  and {len(flips) - _FLIPS_SHOWN:,} more; --format json has them all"
    kinds = Counter((_state(flip.before), _state(flip.after)) for flip in flips)
    for (before, after), count in sorted(kinds.items()):
        yield f"{count:>6,}  {before} → {after}"
    yield f"{words.capital(words.counted(len(flips), 'verdict'))} of the last build would flip."


def _state(state: str | None, code: str | None = None) -> str:
    if state is None:
        return "not judged"
    tail = f" ({code.replace('_', ' ')})" if code and state == "gap" else ""
    return f"{states.sign(state)} {states.word(state)}{tail}"


def as_json(changes: Sequence[RequirementChange], flips: Sequence[Flip] | None) -> str:
    """Both for programs; ``flips`` is null where no build was asked."""
    answer = {
        "changes": [asdict(change) | {"decides": change.decides} for change in changes],
        "flips": None if flips is None else [asdict(flip) for flip in flips],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)
