"""Hands over a choice of a pack's fields, each with its salt; the rest as hashes, counted.

The files that were sealed and lead from the seal to the fields go along unchanged. Checking what
was handed over is left to :mod:`.checking`.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import LotproofError
from .choosing import Choice
from .leaves import COMMITMENTS, FORMAT, Place, fields_of, leaf_of, root_of, row_of, salt_of

DISCLOSED: Final = "disclosure.json"
SEALED: Final = "sealed"
"""Folder with the files of the full pack that were sealed, as they are."""
_ALONG: Final = (
    "bagit.txt", "pack.json", "manifest-sha256.txt", "tagmanifest-sha256.txt", COMMITMENTS,
    "data/policy/signing-policy.json",
)  # fmt: skip
_FOLDERS: Final = ("signatures", "trust")


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over, and how much of the pack was not.

    Attributes:
        folder: where it lies.
        fields: fields handed over.
        fields_withheld: fields that stay hashes, those of withheld rows included.
        rows_withheld: rows of which nothing was handed over.
    """

    folder: Path
    fields: int
    fields_withheld: int
    rows_withheld: int


def disclose(pack: Path, choice: Choice, secret: bytes, dest: Path) -> Handed:
    """Write what a recipient gets.

    Args:
        pack: folder of a sealed pack that was made to be disclosed.
        choice: what is handed over.
        secret: of the workspace the pack was made in.
        dest: a folder that does not exist yet.

    Raises:
        LotproofError: the pack is not sealed or holds no commitments, the choice names what is not
            there, the evidence or the secret is another one, or ``dest`` exists.
    """
    commitments = _commitments(pack)
    _demand_known(choice, commitments)
    if dest.exists():
        raise LotproofError("a folder that exists", "a new one", "choose another name", dest)
    hidden = _hidden(pack, choice)
    told = {
        name: _dataset(pack, commitments, name, choice, secret, hidden)
        for name in sorted(choice.columns)
    }
    counts = withheld(commitments, told)
    aside = dest.with_name(f".{dest.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _copy_sealed(pack, aside / SEALED)
        value = {
            "format": FORMAT, "pack": commitments["pack"], "recipient": choice.recipient,
            "profile": choice.profile, "datasets": told, "withheld": counts,
        }  # fmt: skip
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
        (aside / DISCLOSED).write_text(text + "\n", encoding="utf-8")
        aside.rename(dest)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    fields = sum(len(row.get("fields", {})) for part in told.values() for row in part["rows"])
    return Handed(dest, fields, counts["fields"], counts["rows"])


def withheld(commitments: dict[str, Any], told: dict[str, Any]) -> dict[str, int]:
    """How many fields and rows of a pack were not handed over.

    Args:
        commitments: what the pack says its datasets come to.
        told: the datasets handed over.
    """
    fields = sum(part["rows"] * len(part["columns"]) for part in commitments["datasets"].values())
    rows = sum(part["rows"] for part in commitments["datasets"].values())
    given = [row["fields"] for part in told.values() for row in part["rows"] if "fields" in row]
    return {"fields": fields - sum(map(len, given)), "rows": rows - len(given)}


def _commitments(pack: Path) -> dict[str, Any]:
    if not (pack / COMMITMENTS).is_file() or not (pack / "signatures" / "seal.p7s").is_file():
        raise LotproofError(
            "a pack that cannot be disclosed in part",
            f"a sealed pack with {COMMITMENTS}",
            "make it with lotproof pack --disclosable, have it signed and sealed", pack,
        )  # fmt: skip
    value: dict[str, Any] = json.loads((pack / COMMITMENTS).read_bytes())
    return value


def _demand_known(choice: Choice, commitments: dict[str, Any]) -> None:
    for dataset, columns in choice.columns.items():
        known = commitments["datasets"].get(dataset, {}).get("columns", [])
        wrong = [name for name in (*columns, *choice.where.get(dataset, {})) if name not in known]
        if wrong or not known:
            raise LotproofError(
                f"{dataset}: {', '.join(wrong) or 'no such dataset'} in the choice",
                ", ".join(known or sorted(commitments["datasets"])),
                "correct the name",
            )


def _hidden(pack: Path, choice: Choice) -> set[str]:
    """Identifiers of documents that may not leave the house with this choice."""
    documents = pack / "data" / "evidence" / "documents.parquet"
    if not documents.is_file():
        return set()
    columns, rows = fields_of(documents)
    return {name for row in rows for name in choice.hides(dict(zip(columns, row, strict=True)))}


def _dataset(
    pack: Path, commitments: dict[str, Any], name: str, choice: Choice, secret: bytes,
    hidden: set[str],
) -> dict[str, Any]:  # fmt: skip
    columns, rows = fields_of(pack / "data" / "evidence" / f"{name}.parquet")
    told: list[dict[str, Any]] = []
    hashes: list[bytes] = []
    for number, row in enumerate(rows):
        places = [Place(commitments["pack"], name, number, column) for column in columns]
        salts = [salt_of(secret, place) for place in places]
        leaves = [leaf_of(*field) for field in zip(places, salts, row, strict=True)]
        hashes.append(row_of(leaves))
        if not choice.keeps_row(name, dict(zip(columns, row, strict=True)), hidden):
            told.append({"hash": hashes[-1].hex()})
            continue
        fields: dict[str, dict[str, str | None]] = {}
        rest: dict[str, str] = {}
        for column, salt, leaf, value in zip(columns, salts, leaves, row, strict=True):
            if choice.keeps_field(name, column, value):
                fields[column] = {"salt": salt.hex(), "value": value}
            else:
                rest[column] = leaf.hex()
        told.append({"fields": fields, "withheld": rest})
    if root_of(hashes) != commitments["datasets"][name]["root"]:
        raise LotproofError(
            f"{name} does not come to what the pack says",
            "the evidence as it was sealed, and the disclosure.key it was made with",
            "verify the pack; use the workspace it was made in", pack,
        )  # fmt: skip
    return {"rows": told}


def _copy_sealed(pack: Path, dest: Path) -> None:
    names = [name for name in _ALONG if (pack / name).is_file()]
    for folder in _FOLDERS:
        files = sorted((pack / folder).rglob("*")) if (pack / folder).is_dir() else []
        names += [file.relative_to(pack).as_posix() for file in files if file.is_file()]
    for name in names:
        (dest / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pack / name, dest / name)
