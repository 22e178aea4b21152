"""What a recipient gets: rows by the values in them, columns by name, nothing that names a person.

The choice is a YAML file. For whom it is decides what never goes along, whatever else it says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import LotproofError
from ..profiles import PROFILES, LeftOut, Packs, ProfileName, is_about_party


@dataclass(frozen=True, slots=True)
class Choice:
    """What is handed over.

    Attributes:
        recipient: for whom.
        profile: internal, inspection or customer, as for packs.
        columns: columns kept of each dataset.
        where: for each dataset, the values a row must have to be kept.
        left_out: what the profile leaves out.
        persons: identifiers that are withheld wherever they stand.
    """

    recipient: str
    profile: ProfileName
    columns: dict[str, tuple[str, ...]]
    where: dict[str, dict[str, str]]
    left_out: LeftOut
    persons: frozenset[str] = frozenset()

    def keeps_row(
        self, dataset: str, row: dict[str, str | None], hidden: Collection[str] = ()
    ) -> bool:
        """Whether anything of a row is handed over.

        Args:
            dataset: its dataset.
            row: its values as texts.
            hidden: identifiers that :meth:`hides` found; a row that names one is withheld.
        """
        if dataset not in self.columns or dataset in self.left_out.tables:
            return False
        if any(value in hidden for value in row.values()):
            return False
        return all(row.get(name) == value for name, value in self.where.get(dataset, {}).items())

    def hides(self, document: dict[str, str | None]) -> set[str]:
        """The identifiers of a document that may not leave the house; none of any other."""
        about_party = is_about_party(document.get("subject_type"))
        if not self.left_out.leaves_out(document.get("kind"), about_party=about_party):
            return set()
        named = (document.get(name) for name in ("document_id", "record_id", "number"))
        return {value for value in named if value}

    def keeps_field(self, dataset: str, column: str, value: str | None) -> bool:
        """Whether a field of a kept row is handed over."""
        hidden = self.left_out.columns.get(dataset, ())
        return (
            column in self.columns[dataset] and column not in hidden and value not in self.persons
        )


def load_choice(file: Path, packs: Packs | None = None) -> Choice:
    """Read a choice.

    Args:
        file: ``recipient``, ``profile``, ``datasets`` (each with ``columns`` and, optionally,
            ``where``) and, optionally, ``withhold_persons``.
        packs: what the workspace leaves out beside what every profile does.

    Raises:
        LotproofError: it cannot be read, or something in it is not understood.
    """
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        return _choice(told, packs or Packs())
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise LotproofError(
            f"a choice that cannot be read: {error}",
            "recipient, profile (internal, inspection or customer) and datasets, each with "
            "columns: [...] and optionally where: {column: value}",
            "see docs/disclosing.md", file,
        ) from error  # fmt: skip


def _choice(told: dict[str, Any], packs: Packs) -> Choice:
    unknown = set(told) - {"recipient", "profile", "datasets", "withhold_persons"}
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
    if told["profile"] not in PROFILES:
        raise ValueError(f"profile {told['profile']!r}")
    left_out = packs.left_out(told["profile"])
    columns: dict[str, tuple[str, ...]] = {}
    where: dict[str, dict[str, str]] = {}
    for dataset, part in told["datasets"].items():
        if set(part) - {"columns", "where"} or not isinstance(part["columns"], list):
            raise ValueError(f"dataset {dataset}: columns as a list, and where")
        columns[dataset] = tuple(str(name) for name in part["columns"])
        where[dataset] = {str(k): str(v) for k, v in part.get("where", {}).items()}
    persons = frozenset(str(person) for person in told.get("withhold_persons", []))
    return Choice(str(told["recipient"]), told["profile"], columns, where, left_out, persons)
