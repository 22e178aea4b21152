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

{% macro known_to(known_from, precision) -%}
case {{ precision }}
    {%- for unit in ['year', 'month', 'day', 'hour', 'minute'] %}
    when {{ literal(unit) }} then {{ known_from }} + interval '1' {{ unit }}
    {%- endfor %}
    else {{ known_from }}
end
{%- endmacro %}
