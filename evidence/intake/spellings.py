"""Numbers that a site spells in two ways: with and without zeros, blanks or capitals.

Whether 0000012345 and 12345 are one lot only its plant can say: they are two to SAP itself, and
one to whoever typed one of them. Nothing is joined here; both stand as they were sent.
"""

from __future__ import annotations

from ..sources.cells import ODD_BLANKS

KIND = "spelt_twice"
TITLE = "number that one site spells in two ways, as one lot or as two"

_NAMED = {
    "lot_id": ("lot", ("lots", "events", "lot_status", "test_results", "counts", "orders")),
    "material_id": ("material", ("lots", "counts", "orders")),
    "order_id": ("order", ("orders", "events")),
}

_ZEROS = "regexp_replace(id, '(^|[^0-9.,])0+([0-9])', '\\1\\2', 'g')"
"""SQL of a number without the zeros before each of its groups of digits, but for decimals."""

_MENTIONS = " union all ".join(
    f"select '{what}' as what, {column} as id, source, '{table}' as table_name, record_id, "
    f"source_file, source_row, site_id from {table} where {column} is not null"
    for column, (what, tables) in _NAMED.items()
    for table in tables
)

_IDS = (
    "select what, id, site_id, count(*) as n, arg_min((source, table_name, record_id, "
    "source_file, source_row), (source, source_file, source_row, table_name, record_id)) as place "
    f"from ({_MENTIONS}) where site_id is not null group by what, id, site_id"
)

EXAMINED = f"select source, count(distinct (what, id)) from ({_MENTIONS}) group by source"

SPELLINGS = f"""
    with ids as ({_IDS}),
    plain as (
        select *, lower(regexp_replace({_ZEROS}, '[\\s{ODD_BLANKS}]', '', 'g')) as form from ids
    ),
    ranked as (
        select *, first_value(id) over usual as usual, first_value(n) over usual as usual_n
        from plain
        window usual as (partition by what, site_id, form order by n desc, length(id) desc, id)
    )
    select place[1] as source, place[2] as table_name, place[3] as record_id,
        place[4] as source_file, place[5] as source_row,
        what || ' ' || id || ' (' || n || case when n = 1 then ' row' else ' rows' end || ') stands'
        || ' beside ' || usual || ' (' || usual_n || case when usual_n = 1 then ' row' else ' rows'
        end || ') at ' || site_id as said
    from ranked
    where id <> usual and not exists (
        select 1 from identifiers
        where (identifiers.lot_id = ranked.id and identifiers.value = ranked.usual)
            or (identifiers.lot_id = ranked.usual and identifiers.value = ranked.id)
    )
"""
