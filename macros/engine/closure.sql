{#-
  Everything that follows from a relation of pairs, level by level: each level joins the pairs that
  were new in the one before with the edges, and keeps those not met yet. It ends when none is new,
  so cycles end it too (a member of a cycle is then its own ancestor), and no depth is too deep.
  Spark's recursive queries have neither `union` nor more than a hundred levels.
-#}
{% materialization closure, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set edges = this.identifier ~ '_edges' -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do adapter.drop_relation(target) %}
    {% call statement('main') -%}
        create table {{ target }} as
        select
            ancestor_key,
            descendant_key,
            1 as depth
        from ({{ sql }}) as edges
    {%- endcall %}
    {% call statement('edges') -%}
        {{ temporary_table(edges, 'select ancestor_key, descendant_key from ' ~ target) }}
    {%- endcall %}
    {%- set more = namespace(depth=1, rows=1) -%}
    {#- Jinja has no `while`; a range has at most 100,000 entries, so two of them, one in the other -#}
    {%- for outer in range(100000) -%}
        {%- if more.rows == 0 -%} {%- break -%} {%- endif -%}
        {%- for inner in range(100000) -%}
            {%- if more.rows == 0 -%} {%- break -%} {%- endif -%}
        {%- call statement('level') -%}
            insert into {{ target }}
            select distinct
                reached.ancestor_key,
                edges.descendant_key,
                {{ more.depth + 1 }} as depth
            from {{ target }} as reached
            inner join {{ edges }} as edges on reached.descendant_key = edges.ancestor_key
            left join {{ target }} as met
                on
                    reached.ancestor_key = met.ancestor_key
                    and edges.descendant_key = met.descendant_key
            where
                reached.depth = {{ more.depth }}
                and met.ancestor_key is null
        {%- endcall -%}
        {%- set more.depth = more.depth + 1 -%}
        {%- set more.rows = rows_at_depth(target, more.depth) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro rows_at_depth(relation, depth) -%}
    {%- set found = run_query(
        'select count(*) from ' ~ relation ~ ' where depth = ' ~ depth
    ) -%}
    {{ return(found.columns[0].values()[0] | int) }}
{%- endmacro %}
