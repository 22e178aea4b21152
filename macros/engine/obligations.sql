{#-
  A map of obligations: its statements one after the other in one transaction, so that a map is
  judged wholly or not at all.
-#}
{% materialization obligations, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set statements = sql.split(statement_mark()) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do adapter.drop_relation(target) %}
    {%- for text in statements[:-1] -%}
        {% call statement('judging') -%} {{ text }} {%- endcall %}
    {%- endfor -%}
    {% call statement('main') -%}
        create table {{ target }} as
        {{ statements[-1] }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The line between two statements; no literal can hold it, for none has more than one line. -#}
{% macro statement_mark() -%} {{ return('-- next statement\n') }} {%- endmacro %}
