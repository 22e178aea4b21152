{#-
  Conditions of maps as SQL. SQL's own logic over true, false and null is the logic that is asked
  for: null stands for unknown. A dotted column such as material.class is its_material.class.
-#}
{% macro column(dotted) -%} its_{{ dotted }} {%- endmacro %}

{#- The aliases that some dotted columns need beside the one already in the from clause. -#}
{% macro aliases_of(columns, own) -%}
    {%- set found = [] -%}
    {%- for dotted in columns -%}
        {%- set alias = dotted.split('.')[0] -%}
        {%- if alias != own and alias not in found -%} {%- do found.append(alias) -%} {%- endif -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}

{% macro columns_in(terms) -%}
    {{ return(terms | map(attribute='column') | list) }}
{%- endmacro %}

{#- Joins that bring the columns of other things to a record that is there as its_<own>. -#}
{% macro context_joins(columns, own) -%}
    {%- for alias in aliases_of(columns, own) %}
left join {{ facts_of(alias) }} as its_{{ alias }}
    on its_{{ own }}.{{ alias }}_key = its_{{ alias }}.record_key
    {%- endfor -%}
{%- endmacro %}

{#- A value that a workspace may set otherwise for some of its sites. -#}
{% macro setting(lit, site_id, type='number') -%}
    {%- if lit.sites -%}
case {{ site_id }}
        {%- for site in lit.sites | sort %}
    when {{ literal(site) }} then {{ typed_literal(lit.sites[site], type) }}
        {%- endfor %}
    else {{ typed_literal(lit.value, type) }}
end
    {%- else -%} {{ typed_literal(lit.value, type) }}
    {%- endif -%}
{%- endmacro %}

{% macro typed_literal(value, type) -%}
    {%- if type == 'number' -%}
        {%- if value is integer and value is not boolean -%} {{ value }}
        {%- else -%} {{ decimal_literal(value) }}
        {%- endif -%}
    {%- elif type == 'timestamp' -%} cast({{ literal(value | string) }} as timestamp)
    {%- elif type == 'boolean' -%} {{ literal(value) }}
    {%- else -%} {{ literal(as_text(value)) }}
    {%- endif -%}
{%- endmacro %}

{% macro interval_of(interval, site_id) -%}
    ({{ setting(interval.count, site_id) }}) * interval '1' {{ unit_word(interval.unit) }}
{%- endmacro %}

{% macro unit_word(unit) -%}
    {%- if unit not in ['hour', 'day', 'month', 'year'] -%}
        {{ exceptions.raise_compiler_error('no unit of time: ' ~ unit) }}
    {%- endif -%}
    {{ unit }}
{%- endmacro %}

{#- All terms of a condition; `site_id` is the expression of the site whose settings count. -#}
{% macro condition(terms, site_id='scope.site_id') -%}
    {%- for term in terms -%}
        {{ term_sql(term, site_id) }}{{ '\nand ' if not loop.last }}
    {%- else -%} true
    {%- endfor -%}
{%- endmacro %}

{% macro term_sql(term, site_id) -%}
    {%- set value = column(term.column) -%}
    {%- set text = 'cast(' ~ value ~ ' as string)' -%}
    {%- if term.op == 'in' -%} {{ value }} in ({{ term_values(term, site_id) }})
    {%- elif term.op == 'not_in' -%} {{ value }} not in ({{ term_values(term, site_id) }})
    {%- elif term.op in ['present', 'absent'] -%}
case
    when coalesce(trim({{ text }}), '') <> '' then {{ literal(term.op == 'present') }}
        {%- if is_told_by_sources(term.column) %}
    when {{ is_untold(term.column) }} then null
        {%- endif %}
    else {{ literal(term.op == 'absent') }}
end
    {%- elif term.op in ['has_any', 'has_none'] -%}
        {{ 'not ' if term.op == 'has_none' }}(
        {%- for entry in term['values'] -%}
            {{ list_has(value, setting(entry, site_id, 'string')) }}{{ ' or ' if not loop.last }}
        {%- endfor -%}
        )
    {%- elif term.op == 'matches' -%}
        (
        {%- for entry in term['values'] -%}
            {{ is_formed(value, setting(entry, site_id, 'string')) }}{{ ' or ' if not loop.last }}
        {%- endfor -%}
        )
    {%- else -%} {{ value }} {{ comparison(term.op) }} {{ setting(term.value, site_id, term.type) }}
    {%- endif -%}
{%- endmacro %}

{% macro term_values(term, site_id) -%}
    {%- for entry in term['values'] -%}
        {{ setting(entry, site_id, term.type) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro comparison(op) -%}
    {{ return({'at_least': '>=', 'at_most': '<=', 'above': '>', 'below': '<'}[op]) }}
{%- endmacro %}

{% macro as_text(value) -%}
    {{ return((value | string | lower) if value is boolean else (value | string)) }}
{%- endmacro %}

{#- Whether a null in a column says that there is nothing, or that its source does not say. -#}
{% macro is_untold(dotted, untold=none, unread=none) -%}
    {%- set alias, name = dotted.split('.') -%}
{{ names_column([untold or column(alias ~ '.untold'), unread or column(alias ~ '.unread')], name) }}
{%- endmacro %}

{#- Whether one of some lists of columns that `told` yields, null for none, names a column. -#}
{% macro names_column(lists, name) -%}
    instr(concat_ws(', ', '', {{ lists | join(', ') }}, ''), {{ literal(', ' ~ name ~ ',') }}) > 0
{%- endmacro %}

{#- Whether a column is one that sources fill; others are worked out here. -#}
{% macro is_told_by_sources(dotted) -%}
    {%- set alias, name = dotted.split('.') -%}
    {%- set known = (subject_tables().keys() | list) + (record_kinds().keys() | list)
        + ['party', 'customer', 'supplier'] -%}
    {%- if alias not in known or alias in pair_subjects() -%} {{ return(false) }} {%- endif -%}
    {%- for column in lot_model_columns(table_of_alias(alias)) if column.name == name -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}
