"""The SQL of a requirement as people read it: the words of the rule first, then its statements."""

from __future__ import annotations

import re
import textwrap

_PLACE = re.compile(r'"[^"\n]+"\."main"\."([a-z_][a-z0-9_]*)"|(?<=[\s(])main\.([a-z_][a-z0-9_]*)')
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_STEP = re.compile(r"^-- [^\n:]+:[^\n:]+: (?P<what>[^\n]+)$", re.MULTILINE)


def readable_sql(sql: str, clause: str, rule: str) -> str:
    """The statements of a requirement, tidied, under what they are to find out.

    Table names lose the database they were built in, runs of blank lines become one, and the
    statement that only describes requirements is left out. What runs is the same. Statements that
    judge several requirements at once name each of them.

    Args:
        sql: the statements as they ran.
        clause: the requirement.
        rule: the rule in plain words.
    """
    text = _PLACE.sub(lambda place: place[1] or place[2], sql)
    text = "\n".join(line.rstrip() for line in text.splitlines())
    text = _BLANK.sub("\n\n", re.sub(r"\bwith\n\s*\n", "with\n\n", text))
    found = [part.strip() for part in re.split(r";\n\n(?=-- )", text.rstrip().rstrip(";"))]
    statements = [part for part in found if "\ninsert into requirements\n" not in part]
    steps = [match["what"] for part in statements if (match := _STEP.search(part))]
    head = [f"-- {clause}", *(f"-- {line}" for line in textwrap.wrap(rule, 96))]
    if steps:
        head += ["--", "-- Steps:", *(f"--   {n}. {step}" for n, step in enumerate(steps, 1))]
    return "\n".join(head) + "\n\n" + ";\n\n".join(statements) + ";\n"
