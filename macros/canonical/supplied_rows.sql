{#-
  What suppliers say of lots by their own numbers, said of the lots that were received under them: a
  row about `supplier-lot:<supplier>:<number>` again for each lot of ours that `supplier_lots` has
  for it. The row as it was sent stays beside. Rows have the columns of the table in landing; `sent`
  is what sources sent of it, `column` names the lot. Keys of these rows lie above all others.
-#}
{% macro supplied_rows(columns, column) -%}
    {%- set told = {
        'record_id': "'supplier-lot/' || lots.lot_id || '/' || sent.record_id",
        'site_id': 'lots.site_id',
        'ingest_seq': 'sent.ingest_seq + lots.place * 1099511627776',
        column: 'lots.lot_id',
    } -%}
select
    {%- for column in columns %}
    {{ told.get(column.name, 'sent.' ~ column.name) }} as {{ column.name }}{{ ',' if not loop.last }}
    {%- else %}
    null as nothing
    {%- endfor %}
from sent
inner join (
    select
        supplier_lot_id,
        lot_id,
        site_id,
        row_number() over (partition by supplier_lot_id order by record_key, lot_id) as place
    from {{ ref('supplier_lots') }}
) as lots
    on sent.{{ column }} = lots.supplier_lot_id
{%- endmacro %}
