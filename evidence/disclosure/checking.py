"""Is what was handed over part of the pack that was sealed? From the seal down to each field.

The seal stands for the list of lists, that for the list of files, that for the commitments, and
those for each field. A verdict, codes and exit codes are those of a whole pack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from .disclosing import DISCLOSED, SEALED, withheld
from .leaves import COMMITMENTS, FORMAT, Place, leaf_of, root_of, row_of

if TYPE_CHECKING:
    from ..seal import Finding, VerificationReport
    from ..seal.policy import SigningPolicy
    from ..seal.verify.snapshot import Snapshot
    from ..seal.verify.trust import Anchors

_TOLD: Final = {"format", "pack", "recipient", "profile", "datasets", "withheld"}
_MAX: Final = 256 << 20
_NOT_LOOKED_AT: Final = {6, 7, 9}
"""Stages about reports, which are not handed over, and about their timestamps."""


def is_disclosed(path: Path) -> bool:
    """Whether a folder is part of a pack that was handed over."""
    return (path / DISCLOSED).is_file() and (path / SEALED).is_dir()


def verify_disclosed(
    path: Path, anchors: list[Path], policy: SigningPolicy | None = None
) -> VerificationReport:
    """Verify what was handed over of a pack.

    Args:
        path: its folder.
        anchors: root certificates the verifier trusts.
        policy: the verifier's own signing policy, which then says whose seal it must be.

    Raises:
        LotproofError: an anchor cannot be read. Whatever is wrong with the folder is a finding.
    """
    from ... import __version__
    from ..seal import Finding, VerificationReport, bag
    from ..seal.verify.findings import verdict_of
    from ..seal.verify.stages import stages_of
    from ..seal.verify.trust import load_anchors

    trusted = load_anchors(anchors)
    with TemporaryDirectory() as aside:
        snapshot, found = _read(path / SEALED, Path(aside))
        found += _strange(path)
        found += _guarded("the sealed files", lambda: _chain(snapshot, trusted, policy))
        told = f"data/evidence/{DISCLOSED}"
        found += _guarded(told, lambda: _fields(snapshot, _told(path)))
    if not trusted.certificates:
        found.append(Finding("U_NO_ANCHOR", "signatures", "at least one root certificate"))
    findings, entry = sorted(set(found)), snapshot.entries.get(bag.TAGMANIFEST)
    return VerificationReport(
        verdict=verdict_of(findings),
        pack=path.name,
        findings=tuple(finding for finding in findings if finding.code[0] != "N"),
        notes=tuple(finding for finding in findings if finding.code[0] == "N"),
        signatures=(),
        anchors=trusted.fingerprints,
        files=len(snapshot.entries) + 1,
        octets=sum(entry.size for entry in snapshot.entries.values()),
        tagmanifest_sha256=entry.sha256 if entry else None,
        thorough=False,
        tool=f"lotproof {__version__}",
        stages=stages_of(findings, _NOT_LOOKED_AT),
    )


def _read(sealed: Path, aside: Path) -> tuple[Snapshot, list[Finding]]:
    from ..seal import Finding
    from ..seal.verify.folder import read_folder
    from ..seal.verify.snapshot import Snapshot

    try:
        snapshot = read_folder(sealed, aside)
    except Exception as error:  # noqa: BLE001 - a verdict must come out whatever happens
        broken = Finding("E_INTERNAL", "reading", found=f"{type(error).__name__}: {error}"[:300])
        return Snapshot(sealed.name, False, {}, (), ()), [broken]
    return snapshot, list(snapshot.findings)


def _guarded(what: str, rules: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What the rules find; what they could not read is a finding, too."""
    from ..seal import Finding

    found: list[Finding] = []
    try:
        for finding in rules():
            found.append(finding)  # noqa: PERF402 - what was found before a failure must stay
    except Exception as error:  # noqa: BLE001 - a verdict must come out whatever happens
        found.append(Finding("E_FORMAT", what, FORMAT, f"{type(error).__name__}: {error}"[:300]))
    return found


def _strange(path: Path) -> Iterator[Finding]:
    """What lies beside the excerpt and is proven by nothing."""
    from ..seal import Finding

    names = islice((entry.name for entry in path.iterdir()), 1_000)
    for name in sorted(set(names) - {DISCLOSED, SEALED}):
        yield Finding("E_FILE_EXTRA", ascii(name), f"{DISCLOSED} and {SEALED} only")
    if (path / SEALED).is_symlink():
        yield Finding("E_SPECIAL_FILE", SEALED, "a folder", "a link")


def _chain(
    snapshot: Snapshot, anchors: Anchors, given: SigningPolicy | None
) -> Iterator[Finding]:  # fmt: skip
    """The seal, and that each file that went along is one of those that were sealed."""
    from ..seal import Finding, bag
    from ..seal.policy import POLICY_PATH, parse_policy
    from ..seal.verify.seal import check_seal, read_seal_time, seal_files

    listed: dict[str, str] = {}
    for name in (bag.TAGMANIFEST, bag.MANIFEST):
        data = snapshot.data(name)
        if data is None:
            yield Finding("E_MANIFEST_MISSING", name)
        else:
            listed |= bag.parse_manifest(data)[0]
    for path, entry in snapshot.entries.items():
        if path == bag.TAGMANIFEST or path.startswith("signatures/"):
            continue
        if listed.get(path) != entry.sha256:
            code = "E_FILE_HASH" if path in listed else "E_FILE_EXTRA"
            yield Finding(code, path, listed.get(path, ""), entry.sha256)
    own = snapshot.data(POLICY_PATH)
    policy = given or (parse_policy(own) if own else None)
    if policy is None:
        yield Finding("E_FILE_MISSING", POLICY_PATH)
    elif given is None:
        yield Finding("N_POLICY_FROM_PACK", POLICY_PATH)
    files = seal_files(snapshot.entries, snapshot.data)
    yield from check_seal(files, read_seal_time(files, policy, anchors), policy, anchors)


def _told(path: Path) -> dict[str, Any]:
    from ..seal import canonical

    file = path / DISCLOSED
    if file.is_symlink() or file.stat().st_size > _MAX:
        raise ValueError("not a plain file, or too large to be read safely")
    told: dict[str, Any] = canonical.parse(file.read_bytes())
    if told["format"] != FORMAT:
        raise ValueError(f"format {told['format']!r}")
    if set(told) != _TOLD:
        raise ValueError(f"parts {', '.join(sorted(set(told) ^ _TOLD))}")
    return told


def _fields(snapshot: Snapshot, told: dict[str, Any]) -> Iterator[Finding]:
    """Each dataset comes to what the pack committed to, and what is withheld is counted right."""
    from ..seal import Finding

    data = snapshot.data(COMMITMENTS)
    if data is None:
        yield Finding("E_FILE_MISSING", COMMITMENTS)
        return
    commitments = json.loads(data)
    for name, part in sorted(told["datasets"].items()):
        committed = commitments["datasets"].get(name, {"columns": [], "root": "", "rows": 0})
        rows = [
            _row(commitments["pack"], name, number, committed["columns"], row)
            for number, row in enumerate(part["rows"])
        ]
        if len(rows) != committed["rows"] or root_of(rows) != committed["root"]:
            yield Finding("E_ROW_ROOT", f"data/evidence/{name}", committed["root"], root_of(rows))
    counted = withheld(commitments, told["datasets"])
    if counted != told["withheld"]:
        yield Finding("E_EVIDENCE_BINDING", "withheld", f"{counted}", f"{told['withheld']}")


def _row(pack: str, name: str, number: int, columns: list[str], row: dict[str, Any]) -> bytes:
    if "fields" not in row:
        return bytes.fromhex(row["hash"])
    if set(row["fields"]) | set(row["withheld"]) != set(columns):
        raise ValueError(f"{name}, row {number}: other columns than the pack has")
    leaves = []
    for column in columns:
        field = row["fields"].get(column)
        if field is None:
            leaves.append(bytes.fromhex(row["withheld"][column]))
        else:
            place, salt = Place(pack, name, number, column), bytes.fromhex(field["salt"])
            leaves.append(leaf_of(place, salt, field["value"]))
    return row_of(leaves)
