{#- First instant and first instant after of a time that is known to its precision. -#}
{% macro known_from(happening) -%}
    {%- set local = happening ~ '.occurred_local' -%}
case {{ happening }}.precision
    {%- for unit in ['year', 'month', 'day', 'hour', 'minute'] %}
    when {{ literal(unit) }}
        then {{ happening }}.occurred_at - ({{ local }} - date_trunc({{ literal(unit) }}, {{ local }}))
    {%- endfor %}
    else {{ happening }}.occurred_at
end
{%- endmacro %}

{% macro known_to(happening) -%}
    {%- set local = happening ~ '.occurred_local' -%}
case {{ happening }}.precision
    {%- for unit in ['year', 'month', 'day', 'hour', 'minute'] %}
    when {{ literal(unit) }}
        then {{ happening }}.occurred_at
        + (date_trunc({{ literal(unit) }}, {{ local }}) + interval '1' {{ unit }} - {{ local }})
    {%- endfor %}
    else {{ happening }}.occurred_at
end
{%- endmacro %}
