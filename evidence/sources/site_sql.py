"""SQL of the site of a target's rows, and of what is known of it.

Where all rows are of one site, nothing is looked up row by row.
"""

from __future__ import annotations

from dataclasses import dataclass

from .mapping import Target
from .sql_text import CellSql, Words, condition_sql, quoted


@dataclass(frozen=True, slots=True)
class SiteSql:
    """SQL of the site of a row.

    Attributes:
        name: its identifier.
        zone: its time zone; empty where the site has to be looked up.
        is_known: whether it is in `lotproof.yml`.
    """

    name: str
    zone: str = ""
    is_known: str = ""

    @property
    def stages(self) -> tuple[str, ...]:
        """SQL of the stages that put it beside the rows."""
        if self.zone:
            return (
                f"), zoned as (select *, {self.name} as _site, {self.zone} as _zone,",
                f"{self.is_known} as _site_known from raw",
            )
        return (
            f"), sited as (select *, {self.name} as _site from raw",
            "), zoned as (",
            "select sited.*, coalesce(_sites.timezone, 'UTC') as _zone,",
            "_sites.site_id is not null as _site_known",
            "from sited left join _sites on sited._site = _sites.site_id",
        )


def own_site(target: Target, site_id: str, cells: CellSql, words: Words) -> str:
    """Return SQL of the site of rows that name none."""
    if not target.elsewhere:
        return quoted(site_id)
    away = condition_sql(target.elsewhere, cells, words)
    return f"case when {away} then null else {quoted(site_id)} end"
