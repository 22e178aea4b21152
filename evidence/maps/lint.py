"""What is wrong in a map although every word of it can be read.

Unknown columns, parameters and words; ids given twice; rules that can never fire; parameters
nobody uses. Missing scenarios are found by ``scenarios``, for they stand in another file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from ..errors import LotproofError
from .checks import Check
from .compiling import compile_with
from .dead_rules import contradictions, dead_rules
from .grammar import MisreadError, near
from .model import ObligationMap, Requirement
from .model_contracts import contract_fault
from .named_people import misspelt, of_people
from .names import NameFault, Names, Path
from .record_checks import ModelCheck
from .shapes import SHAPE_OF_CLASS
from .vocabulary import DOCUMENT_KINDS


def faults_of(of: ObligationMap, without: Collection[str] = ()) -> list[LotproofError]:
    """Every fault of a map, in the order of its file.

    Args:
        of: the map.
        without: ids of requirements that are not looked at.
    """
    faults = [*_twice(of), *_unused(of), *_succession(of)]
    for index, requirement in enumerate(of.requirements):
        if requirement.id in without:
            continue
        at: Path = ("requirements", index)
        faults += [_placed(of, at, fault) for fault in _of_requirement(of, requirement)]
    return sorted(faults, key=lambda f: ((f.where.line or 0) if f.where else 0, f.found))


def _of_requirement(of: ObligationMap, requirement: Requirement) -> list[NameFault]:
    names = Names(of, requirement.subject)
    try:
        compile_with(names, requirement)
    except MisreadError as fault:
        names.fault(("expect", *fault.path), fault.found, fault.expected, fault.fix)
    names.faults += contradictions(requirement)
    if requirement.attest is not None:
        names.faults += misspelt((requirement.attest.role,), ("attest", "role"))
    for index, check in enumerate(requirement.expect):
        names.faults += _of_check(check, ("expect", index), requirement)
        names.faults += _models(check, ("expect", index), of, requirement)
    return names.faults


def _of_check(check: Check, path: Path, requirement: Requirement) -> list[NameFault]:
    found = [*_documents(check, path), *of_people(check, path)]
    found += dead_rules(check, path, requirement)
    for key, items in _inner(check).items():
        for index, item in enumerate(items):
            below = (*path, key) if key == "if" else (*path, key, index)
            found += _of_check(item, below, requirement)
    return found


def _models(
    check: Check, path: Path, of: ObligationMap, requirement: Requirement
) -> list[NameFault]:
    """Models that break their contract."""
    faults: list[NameFault] = []
    if isinstance(check, ModelCheck):
        subject = requirement.subject
        about = f"event.{' or '.join(subject.types)}" if subject.types else subject.kind
        fault = contract_fault(check.check, about, of.file.path)
        faults += [NameFault((*path, "check"), *fault)] if fault else []
    for key, items in _inner(check).items():
        for index, item in enumerate(items):
            below = (*path, key) if key == "if" else (*path, key, index)
            faults += _models(item, below, of, requirement)
    return faults


def _inner(check: Check) -> dict[str, tuple[Check, ...]]:
    """The checks inside a combinator, by key."""
    shape = SHAPE_OF_CLASS[type(check)]
    if shape == "if":
        return {"if": (check.if_,), "then": check.then}  # type: ignore[attr-defined]
    if shape == "any_of":
        return {"any_of": check.any_of}  # type: ignore[attr-defined]
    return {"all": check.all_} if shape == "all" else {}  # type: ignore[attr-defined]


def _documents(check: Check, path: Path) -> list[NameFault]:
    kinds = getattr(check, "document", ())
    return [
        NameFault(
            (*path, "document"),
            f"'{kind}' is no kind of document",
            f"one of: {', '.join(DOCUMENT_KINDS)}",
            near(kind, DOCUMENT_KINDS),
        )
        for kind in kinds
        if kind not in DOCUMENT_KINDS
    ]


def _placed(of: ObligationMap, at: Path, fault: NameFault) -> LotproofError:
    path = fault.path if fault.path[:1] == ("applies_to",) else (*at, *fault.path)
    requirement = of.requirements[int(at[1])].id
    return LotproofError(
        f"{fault.found} (requirement {requirement})", fault.expected, fault.fix, of.file.where(path)
    )


def _twice(of: ObligationMap) -> list[LotproofError]:
    counts = Counter(requirement.id for requirement in of.requirements)
    return [
        LotproofError(
            f"requirement '{requirement.id}' is given {counts[requirement.id]} times",
            "an id once in its map",
            "number the parts of the clause apart",
            of.file.where(("requirements", index, "id")),
        )
        for index, requirement in enumerate(of.requirements)
        if counts[requirement.id] > 1
    ]


def _succession(of: ObligationMap) -> list[LotproofError]:
    """Texts that follow one another leave no gap and do not overlap."""
    faults: list[LotproofError] = []
    for index, later in enumerate(of.requirements):
        if later.replaces is None:
            continue
        where = of.file.where(("requirements", index, "replaces"))
        earlier = of.requirement(later.replaces)
        if earlier is None or earlier is later:
            known = [r.id for r in of.requirements]
            fix = near(later.replaces, known)
            faults.append(LotproofError(f"'{later.replaces}'", "another requirement", fix, where))
            continue
        ends = (earlier.in_force or of.in_force).to
        begins = (later.in_force or of.in_force).from_
        if ends is None or begins is None or ends != begins:
            found = f"{earlier.id} in force until {ends or 'ever'}, {later.id} from {begins}"
            gap = "the first day no longer in force of the one to be the first day of the other"
            faults.append(LotproofError(found, gap, "set in_force of both", where))
    return faults


def _unused(of: ObligationMap) -> list[LotproofError]:
    used: set[str] = set()
    for requirement in of.requirements:
        names = Names(of, requirement.subject)
        try:
            compile_with(names, requirement)
        except MisreadError:
            return []
        used |= names.used
    return [
        LotproofError(
            f"parameter '{name}' is used by no requirement",
            "a parameter that a rule names with $",
            "remove it or use it",
            of.file.where(("params", name)),
        )
        for name in of.params
        if name not in used
    ]
