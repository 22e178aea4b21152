{#-
  Everything that follows from a relation of pairs, step by step: each step takes the pairs of the
  depth just reached further, and keeps those not met yet. The first sixteen levels are taken edge
  by edge; from there each step takes as many levels as are known already, since the far part of a
  shortest way is one too. So a thousand levels take ten steps more, not a thousand. It ends when
  none is new: cycles end it too (a member of a cycle is then its own ancestor).

  Where every lot reaches every earlier one (a tank that is never empty), pairs grow as lots
  squared. Past `most` pairs it stops after a whole step: pairs up to that depth are then all
  there, and `link_cuts` names the lots that reach further.
-#}
{% materialization closure, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set most = config.get('most', 100000000) -%}
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
    {%- set at = namespace(depth=1, rows=1) -%}
    {#- Jinja has no `while`; a range has at most 100,000 entries, so two of them, one in the other -#}
    {%- for outer in range(100000) -%}
        {%- if at.rows == 0 -%} {%- break -%} {%- endif -%}
        {%- for inner in range(100000) -%}
            {%- if at.rows == 0 -%} {%- break -%} {%- endif -%}
            {%- set step = step_from(target, at.depth, most) -%}
            {%- call statement('step') -%} {{ further_pairs(target, at.depth, step) }} {%- endcall -%}
            {%- set at.depth = at.depth + step -%}
            {%- set at.rows = rows_to_follow(target, at.depth, most) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The pairs between a depth and so many levels more, with the least depth of each. -#}
{% macro further_pairs(target, depth, step) -%}
insert into {{ target }}
select
    reached.ancestor_key,
    further.descendant_key,
    min(reached.depth + further.depth) as depth
from {{ target }} as reached
inner join {{ target }} as further
    on
        reached.descendant_key = further.ancestor_key
        and further.depth <= {{ step }}
left join {{ target }} as met
    on
        reached.ancestor_key = met.ancestor_key
        and further.descendant_key = met.descendant_key
where
    reached.depth = {{ depth }}
    and met.ancestor_key is null
group by
    reached.ancestor_key,
    further.descendant_key
{%- endmacro %}

{#- How many levels the next step takes: one, or as many as are known where that joins no more than
    `most` rows. -#}
{% macro step_from(target, depth, most) -%}
    {%- if depth < 16 -%} {{ return(1) }} {%- endif -%}
    {%- set joined = number_of(
        'select coalesce(sum(further.n), 0) from ' ~ target ~ ' as reached inner join '
        ~ '(select ancestor_key, count(*) as n from ' ~ target ~ ' group by ancestor_key) as further '
        ~ 'on reached.descendant_key = further.ancestor_key where reached.depth = ' ~ depth
    ) -%}
    {{ return(depth if joined <= most else 1) }}
{%- endmacro %}

{#- The pairs at a depth, which the next step takes further; none past `most` pairs. -#}
{% macro rows_to_follow(target, depth, most) -%}
    {%- if number_of('select count(*) from ' ~ target) > most -%} {{ return(0) }} {%- endif -%}
    {{ return(number_of('select count(*) from ' ~ target ~ ' where depth = ' ~ depth)) }}
{%- endmacro %}

{% macro number_of(query) -%}
    {{ return(run_query(query).columns[0].values()[0] | int) }}
{%- endmacro %}
