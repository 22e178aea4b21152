"""What a recall leaves in a folder: whom to tell, a letter to each, holds for the ERP to take in.

lotproof writes to no source: the holds are a file of proposals.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..evidence.lots.recall import Recall
from .recall_text import Timing, as_csv, as_json, customers, table

_HOLD = (
    "lot_id", "lot_number", "material_id", "site_id", "location", "status", "proposed_status",
    "quantity", "uom", "reason", "reference",
)  # fmt: skip
_TOLD = ("customer_id", "name", "phone", "address", "deliveries", "letter")


def write_files(
    folder: Path, recall: Recall, timing: Timing, company: str, *, is_drill: bool = False
) -> list[Path]:  # fmt: skip
    """Write them all and say which.

    Args:
        folder: made where it is not there yet.
        recall: the answer.
        timing: how long it took.
        company: who writes the letters.
        is_drill: it is an exercise, and letters and holds say so.
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
    for person, name in zip(people, names, strict=True):
        texts[name] = _letter(recall, person, company, is_drill=is_drill)
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


def _letter(
    recall: Recall, person: dict[str, Any], company: str, *, is_drill: bool
) -> str:  # fmt: skip
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from .definitions import templates

    env = Environment(  # noqa: S701 - a letter is plain text
        loader=FileSystemLoader(str(templates())), undefined=StrictUndefined, trim_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    return env.get_template("recall/letter.txt.j2").render(
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
