{{ config(materialized='closure') }}
select distinct
    parent_key as ancestor_key,
    child_key as descendant_key
from {{ ref('link_edges') }}
where
    parent_key is not null
    and child_key is not null
    and parent_key <> child_key
