"""docs/part11.md names tests; each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "part11.md"


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }

    assert named
    assert sorted(named - there) == []


def test_every_row_but_the_sites_own_names_a_test() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| (?!clause)[^\s|]", line)]
    without = [row.split("|")[1].strip() for row in rows if "`test_" not in row]

    assert without == ["11.10(i) and (j), Annex 11 §2: people"]
