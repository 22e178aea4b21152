{#-
  Order of two times, each known to lie in [from, to): true, false or null for undecidable. Equal
  instants are in order both ways.
-#}
{% macro not_after(a_from, a_to, b_from, b_to) -%}
case when {{ a_to }} <= {{ b_from }} then true when {{ b_to }} <= {{ a_from }} then false end
{%- endmacro %}

{#- Why an order is undecidable. -#}
{% macro order_reason(a_from, b_from) -%}
case when {{ a_from }} is null or {{ b_from }} is null then 'null_operand' else 'precision' end
{%- endmacro %}
