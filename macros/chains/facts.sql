{#-
  Facts are the current rows of a table of the lot model with the integer keys of all they belong
  to, so that evaluation joins on integers only:

      record_key, t_from, t_to   the row and its time, as an interval when it is known coarsely
      local_at, is_in_period     its time at the site, and whether that is in the judged month
      site_key, lot_key, order_key, shipment_key, material_key, supplier_key, customer_key,
      party_key                  record_key of what it belongs to; null when it names none
      thread_key                 the history it is part of: lot_key * 8 + 1, order_key * 8 + 2 or
                                 shipment_key * 8 + 3, the first it names, else its own * 8 + 4
-#}

{#- Current rows of a table; `one_per` keeps the latest sent of the rows that share an identifier. -#}
{% macro current(table, one_per=none) -%}
    {%- if one_per %}
select *
from (
    select
        *,
        row_number() over (partition by {{ one_per }} order by ingest_seq desc) as copy_no
    from {{ ref(table) }}
    where
        is_current
        and {{ one_per }} is not null
)
where copy_no = 1
    {%- else %}
select *
from {{ ref(table) }}
where is_current
    {%- endif %}
{%- endmacro %}

{#-
  The same, each row with the columns that its source never tells (`untold`) and those whose value
  could not be read (`unread`), as lists; null for none. A null in another column says that there
  is nothing.
-#}
{% macro told(table, one_per=none) -%}
    {%- set untold = ref('untold') -%}
    {%- if execute and landing_files('untold') %}
select
    rows_now.*,
    files.untold,
    cells.unread
from (
    {{ current(table, one_per) | indent(4) }}
) as rows_now
left join (
    select
        load_id,
        source_file,
        {{ joined('column_name') }} as untold
    from {{ untold }}
    where
        table_name = {{ literal(table) }}
        and record_id is null
    group by
        load_id,
        source_file
) as files
    on
        rows_now.load_id = files.load_id
        and rows_now.source_file = files.source_file
left join (
    select
        load_id,
        record_id,
        {{ joined('column_name') }} as unread
    from {{ untold }}
    where
        table_name = {{ literal(table) }}
        and record_id is not null
    group by
        load_id,
        record_id
) as cells
    on
        rows_now.load_id = cells.load_id
        and rows_now.record_id = cells.record_id
    {%- else %}
select
    *,
    cast(null as string) as untold,
    cast(null as string) as unread
from (
    {{ current(table, one_per) | indent(4) }}
)
    {%- endif %}
{%- endmacro %}

{#- The key columns, each from the expression given or null. -#}
{% macro keys(given) -%}
    {%- for thing in ['site', 'lot', 'order', 'shipment', 'material', 'supplier', 'customer', 'party'] %}
cast({{ given.get(thing, 'null') }} as bigint) as {{ thing }}_key{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Time columns of something that happens. -#}
{% macro happening_times(row) -%}
{{ known_from(row) }} as t_from,
{{ known_to(row) }} as t_to,
{{ row }}.occurred_local as local_at,
{{ is_in_period(row ~ '.occurred_local') }} as is_in_period
{%- endmacro %}

{#- Time columns of a record with a plain instant, counted in the time zone of its site. -#}
{% macro instant_times(instant, zone) -%}
    {%- set local = to_local(instant, zone) -%}
{{ instant }} as t_from,
{{ instant }} as t_to,
{{ local }} as local_at,
{{ is_in_period(local) }} as is_in_period
{%- endmacro %}

{% macro no_times() -%}
cast(null as timestamp) as t_from,
cast(null as timestamp) as t_to,
cast(null as timestamp) as local_at,
cast(null as boolean) as is_in_period
{%- endmacro %}

{#- Whether a local time lies in the month the build judges; needs `pin` in the from clause. -#}
{% macro is_in_period(local) -%}
coalesce({{ local }} >= pin.local_from and {{ local }} < pin.local_to, false)
{%- endmacro %}

{#- The month of the build, as local timestamps. -#}
{% macro pinned() -%}
select
    *,
    cast(period || '-01 00:00:00' as timestamp) as local_from,
    cast(period || '-01 00:00:00' as timestamp) + interval '1' month as local_to
from {{ ref('pin') }}
{%- endmacro %}

{#-
  The history of an order or shipment that an event names; one that no source sent has a history,
  too, numbered below zero by the first event that names it.
-#}
{% macro thread_of(things, identifier, class) -%}
case
    when {{ identifier }} is not null
        then coalesce(
            {{ things }}.record_key,
            -min(events.record_key) over (partition by {{ identifier }})
        ) * 8 + {{ class }}
end
{%- endmacro %}

{#- From when on the absence of records about a subject is asked: from its birth, or the month's start. -#}
{% macro absent_from(subject, period, births) -%}
case
    when {{ subject }}.lot_key is null then {{ period }}.starts_at
    when {{ births }}.born_at is null then timestamp '0001-01-01 00:00:00'
    else least({{ births }}.born_at, {{ period }}.starts_at)
end
{%- endmacro %}
