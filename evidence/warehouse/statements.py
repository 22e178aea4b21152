"""The SQL that judged a requirement, as the last build ran it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..errors import LotproofError

if TYPE_CHECKING:
    from ..workspace import Workspace

_MARK = re.compile("-- next (?:statement|requirement)")


def requirement_sql(workspace: Workspace, map_id: str, requirement_id: str) -> str:
    """The statements of one requirement: who is in scope, findings, verdicts, rows behind them.

    The last two judge several requirements at once, and each of these is named at their head.

    Raises:
        LotproofError: the last build did not judge the requirement, or there was none.
    """
    clause = f"{map_id}:{requirement_id}"
    compiled = workspace.state_dir / "dbt" / "target" / "compiled"
    for path in sorted(compiled.glob(f"*/models/generated/{map_id.replace('-', '_')}.sql")):
        statements = _MARK.split(path.read_text(encoding="utf-8"))
        of_clause = re.compile(rf"-- {re.escape(clause)}(: .*)?$", re.MULTILINE)
        # the first also holds the names of all models the map reads
        found = [text[match.start() :] for text in statements if (match := of_clause.search(text))]
        if found:
            return ";\n\n".join(text.strip() for text in found) + ";\n"
    raise LotproofError(
        found=f"no SQL of {clause}",
        expected="a build that judged it",
        fix="run: lotproof build --period 2026-10",
        where=workspace.path,
    )
