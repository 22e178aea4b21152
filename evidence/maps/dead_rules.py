"""Finds checks that can never fail, or never hold, whatever the records say.

Used by ``lint``. Names are checked elsewhere; here every name is known, and the rule is still dead.
"""

from __future__ import annotations

from . import checks
from .checks import Check
from .grammar import Anchor, Kinds
from .model import Requirement, Subject
from .names import NameFault, Path
from .shapes import item_anchor
from .vocabulary import RECORD_KINDS, SUBJECT_CONTEXTS

# kinds of record that a subject never has
_NEVER_OF = {
    "shipment": ("lot_status", "test_result", "count", "specification"),
    "document": ("lot_status", "test_result", "count", "specification"),
    "person": ("lot_status", "test_result", "count", "specification"),
    "customer": ("lot_status", "test_result", "count", "signature"),
    "supplier_material": ("signature",),
    "site_material": ("signature",),
}
_WITH_LOT = ("lot", "order", "shipment", "event", "quality_record")


def dead_rules(check: Check, path: Path, requirement: Requirement) -> list[NameFault]:
    """The faults of one check; what it combines is looked at by the caller."""
    found = [
        *_of_nothing(check, path, requirement.subject),
        *_without_lot(check, path, requirement.subject),
        *_against_itself(check, path),
    ]
    if isinstance(check, checks.EventCheck):
        found += _contradicts(check, path, requirement)
    on_subject = isinstance(check, checks.FieldsCheck) and check.on.take == "subject"
    if on_subject and requirement.subject.kind == "site_period":
        found.append(NameFault(path, "fields of a site and month", "on: and a kind of record"))
    return found


def contradictions(requirement: Requirement) -> list[NameFault]:
    """What a requirement asks of its subjects and no subject can have."""
    applies = requirement.applies
    asked = {word for kind in applies.has for word in kind.types or (kind.kind,)}
    barred = {word for kind in applies.has_not for word in kind.types or (kind.kind,)}
    if asked and asked <= barred:
        found = f"has and has_not {' and '.join(sorted(asked))}"
        return [NameFault(("applies", "has_not"), found, "another kind of record", "remove one")]
    return []


def _of_nothing(check: Check, path: Path, subject: Subject) -> list[NameFault]:
    """Kinds of record that the subject never has."""
    anchors = [a for a in vars(check).values() if isinstance(a, Anchor) and a.what is not None]
    kinds: list[Kinds] = [a.what for a in anchors if a.what is not None]
    if isinstance(check, checks.EventCheck) and check.of is None:
        kinds.append(check.what)
    return [
        NameFault(
            path,
            f"a {subject.kind} never has a {kind.kind}",
            "a kind of record of the subject, or `of:` with the thing that has it",
        )
        for kind in kinds
        if kind.kind in _NEVER_OF.get(subject.kind, ())
    ]


def _without_lot(check: Check, path: Path, subject: Subject) -> list[NameFault]:
    """Shapes that judge lots, where there is none."""
    if isinstance(check, checks.StatusAtCheck):
        item = item_anchor(check)
        context = (
            RECORD_KINDS[item.what.kind].context if item.what else SUBJECT_CONTEXTS[subject.kind]
        )
        if "lot" not in context:
            return [NameFault(path, f"the status of a {subject.kind}", "an anchor with a lot")]
    if isinstance(check, checks.ResultsCheck | checks.ChainCheck) and subject.kind not in _WITH_LOT:
        return [NameFault(path, f"lots of a {subject.kind}", f"subject: {', '.join(_WITH_LOT)}")]
    return []


def _against_itself(check: Check, path: Path) -> list[NameFault]:
    """A record measured against itself."""
    if isinstance(check, checks.MatchCheck) and check.compare[1] == check.match:
        return [NameFault((*path, "match"), f"'{check.match}' compared with itself", "two columns")]
    if isinstance(check, checks.EventCheck) and not check.where and check.never is None:
        for key in ("before", "after"):
            anchor = getattr(check, key)
            if anchor is not None and anchor.what == check.what and anchor.bound is None:
                found = f"a record ordered against itself ({anchor.text})"
                return [NameFault((*path, key), found, "another kind of record")]
    return []


def _contradicts(check: checks.EventCheck, path: Path, requirement: Requirement) -> list[NameFault]:
    """``never`` what ``has`` makes a condition of the rule: always a gap."""
    free = not (check.where or check.when or check.before or check.after or check.during)
    named = set(check.what.types or (check.what.kind,))
    asked = {word for kind in requirement.applies.has for word in kind.types or (kind.kind,)}
    if check.never is not None and free and asked and asked <= named:
        told = " and ".join(sorted(asked))
        return [NameFault((*path, "never"), f"never {told}, which applies asks for", "a condition")]
    if check.never is None and free and asked & named and check.bounds == (1, None):
        told = " and ".join(sorted(asked & named))
        plain = not (check.signed or check.not_by or check.fields)
        if plain and asked <= named:
            return [NameFault((*path, "event"), f"{told}, which applies asks for already", "more")]
    return []
