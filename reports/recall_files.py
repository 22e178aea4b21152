"""What a recall leaves in a folder: whom to tell, a letter to each, holds for the ERP to take in.

lotproof writes to no source: the holds are a file of proposals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..evidence.errors import LotproofError
from ..evidence.lots.recall import Recall
from .recall_text import Timing, as_csv, as_json, customers, table

if TYPE_CHECKING:
    from jinja2 import Template

LETTER = "recall-letter.txt.j2"
"""A workspace's own template of a letter, beside ``lotproof.yml``."""

_HOLD = (
    "lot_id", "lot_number", "material_id", "site_id", "location", "status", "proposed_status",
    "quantity", "uom", "reason", "reference",
)  # fmt: skip
_TOLD = ("customer_id", "name", "phone", "address", "deliveries", "letter")


def write_files(
    folder: Path, recall: Recall, timing: Timing, company: str, *, is_drill: bool = False,
    own_letter: Path | None = None,
) -> list[Path]:  # fmt: skip
    """Write them all and say which.

    Args:
        folder: made where it is not there yet.
        recall: the answer.
        timing: how long it took.
        company: who writes the letters.
        is_drill: it is an exercise, and letters and holds say so.
        own_letter: the workspace's own template of a letter; by default the one shipped.

    Raises:
        LotproofError: the workspace's template cannot be filled in.
    """
    letters = folder / "letters"
    letters.mkdir(parents=True, exist_ok=True)
    people = customers(recall)
    names = [f"letters/{n:03}-{_safe(p['customer_id'] or p['name'])}.txt"
             for n, p in enumerate(people, 1)]  # fmt: skip
    told = [{**p, "deliveries": len(p["lines"]), "letter": name}
            for p, name in zip(people, names, strict=True)]  # fmt: skip
    texts = {
        "recall.json": as_json(recall, timing),
        "lots.csv": as_csv(recall),
        "notify.csv": table(told, _TOLD),
        "holds.csv": holds(recall, is_drill=is_drill),
    }
    template = _template(own_letter)
    for person, name in zip(people, names, strict=True):
        texts[name] = _letter(template, recall, person, company, is_drill=is_drill)
    return [_put(folder / name, text) for name, text in texts.items()]


def holds(recall: Recall, *, is_drill: bool = False) -> str:
    """One proposed hold for each lot that is left and not held yet, as CSV."""
    rows = [
        {
            "lot_id": b.lot_id, "lot_number": b.lot_number, "material_id": b.material_id,
            "site_id": b.site_id, "location": b.location, "status": b.status,
            "proposed_status": "none, a drill" if is_drill else "blocked",
            "quantity": b.book if b.is_known else None,
            "uom": b.uom, "reason": "drill" if is_drill else "recall", "reference": recall.question,
        }
        for b in recall.stock()
        if b.status not in {"blocked", "rejected", "destroyed"}
    ]  # fmt: skip
    return table(rows, _HOLD)


def _template(own: Path | None) -> Template:
    """The shipped template of a letter, or the workspace's; neither can do more than print."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from .definitions import templates

    path = own if own is not None and own.is_file() else templates() / "recall" / "letter.txt.j2"
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    with _told_of(str(path)):
        return env.from_string(path.read_text(encoding="utf-8"))


@contextmanager
def _told_of(path: str) -> Iterator[None]:
    from jinja2 import TemplateError

    try:
        yield
    except (TemplateError, UnicodeDecodeError) as error:
        raise LotproofError(
            f"a letter that cannot be filled in: {error}",
            "a Jinja template of company, day, customer, lots, reference, as_of, is_drill, closing",
            "mend it, or take it away: then the letter that lotproof ships is used",
            Path(path),
        ) from None


def _letter(
    template: Template, recall: Recall, person: dict[str, Any], company: str, *, is_drill: bool
) -> str:
    with _told_of(LETTER):
        return template.render(
            company=company, customer=person, day=f"{recall.at:%Y-%m-%d}",
            as_of=f"{recall.at:%Y-%m-%d %H:%M} UTC", is_drill=is_drill,
            lots=list(dict.fromkeys((got[1], got[0]) for got in sorted(person["got"]))),
            reference=recall.question, closing=f"Quality unit, {company}",
        )  # fmt: skip


def _safe(name: object) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", str(name)).strip("-.") or "customer"


def _put(path: Path, text: str) -> Path:
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
    return path
