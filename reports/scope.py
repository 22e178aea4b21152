"""Which rows belong to a report's evidence: one condition for each table of the lot model.

Three scopes: all of a site, with what its rows and verdicts point to; a lot with everything it was
made from and went into; a lot as a customer may see it. Writing files is left to :mod:`.evidence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .reading import columns_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Kind = Literal["site", "lot", "customer"]

_CITED = "record_key in (select record_key from scope_cited where record_table = '{table}')"
_PEOPLE = """person_id in (
    select performed_by from events where lot_id in (from scope_lots)
    union select checked_by from events where lot_id in (from scope_lots)
    union select changed_by from lot_status where lot_id in (from scope_lots)
    union select tested_by from test_results where lot_id in (from scope_lots)
    union select reviewed_by from test_results where lot_id in (from scope_lots)
    union select signer_id from signatures where signed_record_id in (from scope_records)
)"""
_MATERIALS = """material_id in (
    select material_id from lots where lot_id in (from scope_lots)
    union select material_id from orders where order_id in (from scope_orders)
)"""
_PARTIES = """party_id in (
    select supplier_id from lots where lot_id in (from scope_lots)
    union select party_id from events where lot_id in (from scope_lots)
    union select customer_id from shipments where shipment_id in (from scope_shipments)
    union select carrier from shipments where shipment_id in (from scope_shipments)
)"""
_ACTORS = (
    ("signatures", "signer_id"), ("events", "performed_by"), ("events", "checked_by"),
    ("lot_status", "changed_by"), ("test_results", "tested_by"), ("test_results", "reviewed_by"),
    ("changes", "changed_by"), ("counts", "counted_by"), ("counts", "witnessed_by"),
    ("specifications", "approved_by"),
)  # fmt: skip
"""Who signed or did something, by table and column."""
_ABOUT = "subject_id in (from scope_subjects)"
_AT_ENDS = "('events', 'lot_links', 'lots', 'counts')"
"""Tables whose coverage at the sites where a genealogy ends decides whether it is known to end."""
_ENDS_COVERED = f"(site_id in (from scope_end_sites) and table_name in {_AT_ENDS})"
_SPECS = (
    "spec_id in (select spec_id from specifications where material_id in (from scope_materials))"
)

LOT_CONDITIONS: dict[str, str] = {
    "sites": "site_id in (select site_id from lots where lot_id in (from scope_lots))",
    "materials": _MATERIALS,
    "parties": _PARTIES,
    "authorisations": "holder_id in (from scope_holders)",
    "people": _PEOPLE,
    "lots": "lot_id in (from scope_lots)",
    "identifiers": "lot_id in (from scope_lots)",
    "lot_status": "lot_id in (from scope_lots)",
    "events": "lot_id in (from scope_lots) or (lot_id is null and order_id in (from scope_orders))",
    "lot_links": "parent_lot_id in (from scope_lots) and child_lot_id in (from scope_lots)",
    "containment": "content_type = 'lot' and content_id in (from scope_lots)",
    "orders": "order_id in (from scope_orders)",
    "specifications": "material_id in (from scope_materials)",
    "spec_limits": _SPECS,
    "test_results": "lot_id in (from scope_lots)",
    "documents": f"{_ABOUT} or document_id in (select document_id from document_links "
    f"where {_ABOUT}) or number in (select master_record from orders where order_id in "
    "(from scope_orders))",
    "document_links": f"document_id in (select document_id from documents where {_ABOUT}) "
    f"or {_ABOUT}",
    "signatures": "signed_record_id in (from scope_records)",
    "quality_records": _ABOUT,
    "shipments": "shipment_id in (from scope_shipments)",
    "changes": "changed_record_id in (from scope_records)",
    "attestations": "site_id = (from scope_site)",
    "valuations": "lot_id in (from scope_lots) "
    "or (lot_id is null and material_id in (from scope_materials))",
    "postings": "lot_id in (from scope_lots) or shipment_id in (from scope_shipments)",
    "counts": "lot_id in (from scope_lots)",
    "submissions": "false",
    "coverage": f"site_id = (from scope_site) or {_ENDS_COVERED}",
    "accepted_risks": f"site_id = (from scope_site) and (subject_id is null or {_ABOUT})",
    "adoptions": "site_id = (from scope_site)",
}
"""Rows of a lot's dossier, by table; the tables of the lot model in its order."""

_SITE_ALSO: dict[str, str] = {
    "sites": "true",
    "authorisations": "holder_id in (from scope_actors)",
    "materials": "material_id in (from scope_materials)",
    "parties": _PARTIES,
    "people": _PEOPLE,
    "lots": "lot_id in (from scope_lots) or lot_id in (from scope_chain)",
    "lot_status": "lot_id in (from scope_lots)",
    "events": "lot_id in (from scope_lots) or lot_id in (from scope_ends)",
    "lot_links": "parent_lot_id in (from scope_lots) or child_lot_id in (from scope_lots) "
    "or (parent_lot_id in (from scope_chain) and child_lot_id in (from scope_chain))",
    "specifications": "material_id in (from scope_materials)",
    "spec_limits": _SPECS,
    "test_results": "lot_id in (from scope_lots)",
    "counts": "lot_id in (from scope_lots) or lot_id in (from scope_ends)",
    "coverage": _ENDS_COVERED,
}
"""What a site's evidence holds of other sites: what its own rows point to, and what shows where the
genealogy of its lots ends. Of a lot elsewhere, what happened to it only if it is such an end. Of
those who signed or did what decided a verdict, their roles."""

QUARANTINED = f"site_id is null or site_id = (from scope_site) or {_ENDS_COVERED}"
"""Rows in quarantine that may be about what the scope judges; a row may not say its site."""

_CUSTOMER: dict[str, str] = {
    "sites": LOT_CONDITIONS["sites"],
    "materials": "material_id in (from scope_materials)",
    "parties": "party_id = (from scope_customer)",
    "lots": "lot_id in (from scope_lots)",
    "lot_status": "lot_id in (from scope_lots)",
    "events": "lot_id in (from scope_lots) and (event_type in ('finished_goods', "
    "'intermediate_output', 'release') or (event_type = 'shipment' and shipment_id in "
    "(select shipment_id from shipments where customer_id = (from scope_customer))))",
    "lot_links": LOT_CONDITIONS["lot_links"],
    "specifications": "material_id in (from scope_materials) and (customer_id is null or "
    "customer_id = (from scope_customer))",
    "spec_limits": "spec_id in (select spec_id from specifications where material_id in "
    "(from scope_materials) and (customer_id is null or customer_id = (from scope_customer)))",
    "test_results": "lot_id in (from scope_lots)",
    "signatures": "signed_record_id in (select record_id from events where lot_id in "
    "(from scope_lots) and event_type = 'release')",
    "shipments": "customer_id = (from scope_customer) and shipment_id in (from scope_shipments)",
}
"""What a customer may see: the lot, its results and limits, its release, its own deliveries."""

_DERIVED: dict[str, str] = {
    "scope_orders": "select distinct order_id from orders where lot_id in (from scope_lots)",
    "scope_shipments": """
        select distinct shipment_id from events
        where lot_id in (from scope_lots) and shipment_id is not null
    """,
    "scope_materials": """
        select distinct material_id from lots
        where lot_id in (from scope_lots) and material_id is not null
    """,
    "scope_subjects": """
        select lot_id as id from scope_lots
        union select order_id from scope_orders
        union select shipment_id from scope_shipments
    """,
    "scope_records": f"""
        select record_id as id from events where {LOT_CONDITIONS["events"]}
        union select record_id from orders where order_id in (from scope_orders)
        union select record_id from documents where {LOT_CONDITIONS["documents"]}
        union select record_id from quality_records where {_ABOUT}
        union select record_id from lots where lot_id in (from scope_lots)
        union select record_id from test_results where lot_id in (from scope_lots)
        union select record_id from specifications where {LOT_CONDITIONS["specifications"]}
    """,
    "scope_holders": f"""
        select supplier_id as id from lots
        where lot_id in (from scope_lots) and supplier_id is not null
        union select person_id from people where {_PEOPLE}
        union select customer_id from shipments
        where shipment_id in (from scope_shipments) and customer_id is not null
    """,
}
"""What follows from the lots of a scope, as temporary tables; each may read those before it."""


def conditions(kind: Kind) -> dict[str, str]:
    """For each table of the lot model that belongs to the scope, the condition on its rows.

    They read the temporary tables that :func:`prepare` makes.
    """
    if kind == "customer":
        return _CUSTOMER
    if kind == "lot":
        return {
            table: f"{condition} or {_CITED.format(table=table)}"
            for table, condition in LOT_CONDITIONS.items()
        }
    return {table: _of_site(table) for table in LOT_CONDITIONS}


def _of_site(table: str) -> str:
    parts = ["site_id = (from scope_site)", _CITED.format(table=table)]
    if table in _SITE_ALSO:
        parts.append(_SITE_ALSO[table])
    return " or ".join(parts)


def prepare(
    con: DuckDBPyConnection, kind: Kind, site_id: str, lot_id: str | None = None,
    customer_id: str | None = None,
) -> None:  # fmt: skip
    """Make the temporary tables of a scope in the connection, which may be read-only.

    Args:
        con: the warehouse.
        kind: which scope.
        site_id: the site judged.
        lot_id: the lot; needed for every scope but the site's.
        customer_id: the customer a certificate is for.
    """
    con.execute("create or replace temp table scope_site as select ? as id", [site_id])
    con.execute("create or replace temp table scope_customer as select ? as id", [customer_id])
    _lots(con, kind, lot_id)
    for name, query in (_DERIVED if kind == "customer" else _DERIVED | _CHAIN).items():
        con.execute(f"create or replace temp table {name} as {query}")
    con.execute(
        "create or replace temp table scope_cited as select distinct record_table, record_key "
        f"from evidence_list where {_cited_by(kind)}"
    )
    actors = " union ".join(
        f"select {column} as id from {table} where {_CITED.format(table=table)}"
        for table, column in _ACTORS
        if column in columns_of(con, table)
    )
    con.execute(f"create or replace temp table scope_actors as {actors or 'select null as id'}")


def _cited_by(kind: Kind) -> str:
    judged = "select {columns} from verdict_list where {condition}"
    columns = "(map_id, requirement_id, subject_type, subject_key)"
    condition = "site_id = (from scope_site)" if kind == "site" else lot_verdicts()
    return f"{columns} in ({judged.format(columns=columns, condition=condition)})"


def lot_verdicts() -> str:
    """The condition on ``verdict_list`` for verdicts on the lot in question and its order."""
    return (
        "(subject_type = 'lot' and subject_id = (from scope_lot)) or (subject_type = 'order' "
        "and subject_key in (select record_key from orders where lot_id = (from scope_lot))) or "
        "(subject_type like 'event%' and subject_key in (select record_key from events where "
        "lot_id = (from scope_lot))) or (subject_type = 'shipment' and subject_id in (select "
        "shipment_id from events where lot_id = (from scope_lot)))"
    )


def _lots(con: DuckDBPyConnection, kind: Kind, lot_id: str | None) -> None:
    con.execute("create or replace temp table scope_lot as select ? as id", [lot_id])
    con.execute(f"create or replace temp table scope_lots as {_LOTS[kind]}")


_CHAIN: dict[str, str] = {
    "scope_chain": """
        with key as (select record_key from lots where lot_id in (from scope_lots)),
        related as (
            select ancestor_key as k from link_pairs where descendant_key in (from key)
            union select descendant_key from link_pairs where ancestor_key in (from key)
            union select record_key from key
        )
        select distinct lot_id from lots where record_key in (from related)
    """,
    "scope_ends": """
        with links as (
            select parent_lot_id, child_lot_id from lot_links
            where is_current and parent_lot_id <> child_lot_id and quantity is distinct from 0
        )
        select lot_id from scope_chain
        where lot_id not in (select parent_lot_id from links where parent_lot_id is not null)
            or lot_id not in (select child_lot_id from links where child_lot_id is not null)
    """,
    "scope_end_sites": """
        select distinct site_id from lots
        where lot_id in (from scope_ends) and site_id is not null
    """,
}
"""The genealogy of a scope's lots, where it ends, at which sites; nothing for a customer."""

_LOTS: dict[Kind, str] = {
    "site": """
        select lot_id from lots where site_id = (from scope_site)
        union select lot_id from events
            where site_id = (from scope_site) and lot_id is not null
        union select parent_lot_id from lot_links
            where site_id = (from scope_site) and parent_lot_id is not null
        union select child_lot_id from lot_links
            where site_id = (from scope_site) and child_lot_id is not null
    """,
    "lot": """
        with key as (select record_key from lots where lot_id = (from scope_lot)),
        related as (
            select ancestor_key as k from link_pairs where descendant_key in (from key)
            union select descendant_key from link_pairs where ancestor_key in (from key)
        )
        select lot_id from lots where record_key in (from related)
        union select id as lot_id from scope_lot
    """,
    "customer": """
        with recursive back as (
            select id as lot_id, 0 as depth from scope_lot
            union
            select lot_links.parent_lot_id, back.depth + 1
            from back join lot_links on lot_links.child_lot_id = back.lot_id
            where lot_links.is_current and back.depth < 9
                and lot_links.kind in ('repacked', 'split', 'merged')
        )
        select distinct lot_id from back
    """,
}
