{#-
  A map of obligations: its statements one after the other in one transaction, so that a map is
  judged wholly or not at all.
-#}
{% materialization obligations, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set requirements = sql.split(requirement_mark()) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do adapter.drop_relation(target) %}
    {%- for text in requirements[:-1] -%}
        {%- do run_together(text.split(statement_mark())) -%}
    {%- endfor -%}
    {% call statement('main') -%}
        create table {{ target }} as
        {{ requirements[-1] }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The line between two statements; no literal can hold it, for none has more than one line. -#}
{% macro statement_mark() -%} {{ return('-- next statement\n') }} {%- endmacro %}

{#- The line between two requirements. -#}
{% macro requirement_mark() -%} {{ return('-- next requirement\n') }} {%- endmacro %}

{#- Runs statements one after the other. -#}
{% macro run_together(statements) -%}
    {{ return(adapter.dispatch('run_together', 'lotproof')(statements)) }}
{%- endmacro %}

{% macro duckdb__run_together(statements) -%}
    {%- call statement('judging') -%} {{ statements | join(';\n') }} {%- endcall -%}
{%- endmacro %}

{% macro spark__run_together(statements) -%}
    {%- for text in statements -%}
        {%- call statement('judging') -%} {{ text }} {%- endcall -%}
    {%- endfor -%}
{%- endmacro %}
