{#- Two columns of a record agree, or keep an order, within a tolerance. -#}
{% macro check_match(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set is_time = column_type(check.left) == 'timestamp' or column_type(check.right) == 'timestamp' -%}
    {%- set extra = [check.left, check.right] -%}
    {%- if is_time -%}
        {%- for dotted in [check.left, check.right] if dotted.endswith('.occurred_at') -%}
            {%- do extra.extend([dotted.split('.')[0] ~ '.t_from', dotted.split('.')[0] ~ '.t_to']) -%}
        {%- endfor -%}
    {%- endif %}
    {{ item_ctes(check, rule, {'on': check.on}, extra) }}

{{ name }}_told as (

    select
        items.*,
        {{ match_holds(check, is_time) }} as answer
    from {{ name }}_items as items

),

{{ name }}_raw as (

    select
        subject_key,
        case when reason is not null then -1 when answer then 1 when not answer then 0 else -1 end as truth,
        case
            when reason is not null then reason
            when not answer then 'mismatch'
            when answer is null then
                case
                    when {{ check.left | replace('.', '_') }} is null or {{ check.right | replace('.', '_') }} is null
                        then 'null_operand'
                    else 'precision'
                end
        end as code,
        case
            when reason is null and not answer
                then {{ quoted(column_words(check.left, rule) ~ ' is ') }}
                || {{ match_shown(check.left) }}
                || {{ quoted({'equals': ', not ', 'at_most': ', above ', 'at_least': ', below '}[check.compare]
                    ~ column_words(check.right, rule) ~ ', ') }} || {{ match_shown(check.right) }} || '.'
            else {{ quoted('not known whether ' ~ column_words(check.left, rule) ~ ' and ' ~ column_words(check.right, rule)
                ~ ' agree: a field that decides it is not given or not known finely enough.') }}
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{#- The type a column has in the lot model. -#}
{% macro column_type(dotted) -%}
    {%- set parts = dotted.split('.') -%}
    {%- if parts[1] == 'shelf_life_ends_at' -%} {{ return('timestamp') }} {%- endif -%}
    {%- for column in lot_model_columns(table_of_alias(parts[0])) if column.name == parts[1] -%}
        {{ return(column.data_type) }}
    {%- endfor -%}
    {{ return('string') }}
{%- endmacro %}

{% macro is_number_type(type) -%}
    {{ return(type in ['integer', 'bigint'] or type.startswith('decimal')) }}
{%- endmacro %}

{% macro match_shown(dotted) -%}
    {%- set value = dotted | replace('.', '_') -%}
    {%- if column_type(dotted) == 'timestamp' -%} {{ instant_words(value, 'timezone') }}
    {%- elif column_type(dotted).startswith('decimal') -%} {{ number_words(value) }}
    {%- else -%} {{ shown(value) }}
    {%- endif -%}
{%- endmacro %}

{% macro match_holds(check, is_time) -%}
    {%- set a = check.left | replace('.', '_') -%}
    {%- set b = check.right | replace('.', '_') -%}
    {%- set tolerance = check.tolerance -%}
    {%- if is_time -%}
        {%- set a_from, a_to = time_bounds(check.left) -%}
        {%- set b_from, b_to = time_bounds(check.right) -%}
        {%- set span = ("(" ~ setting(tolerance.value, 'items.site_id') ~ ") * interval '1' "
            ~ unit_word(tolerance.unit)) if tolerance.kind == 'duration' else "interval '0' day" -%}
        {%- set up_to = not_after(a_from, a_to, b_from ~ ' + ' ~ span, b_to ~ ' + ' ~ span) -%}
        {%- set down_to = not_after(b_from ~ ' - ' ~ span, b_to ~ ' - ' ~ span, a_from, a_to) -%}
        {{ {'equals': '(' ~ up_to ~ ') and (' ~ down_to ~ ')', 'at_most': up_to, 'at_least': down_to}[check.compare] }}
    {%- elif is_number_type(column_type(check.left)) and is_number_type(column_type(check.right)) -%}
        {%- set slack = '0' if tolerance.kind == 'none' else
            'abs(' ~ b ~ ') * ' ~ setting(tolerance.value, 'items.site_id') ~ ' / 100' if tolerance.kind == 'percent'
            else setting(tolerance.value, 'items.site_id') -%}
        {{ {'equals': 'abs(' ~ a ~ ' - ' ~ b ~ ') <= ' ~ slack, 'at_most': a ~ ' - ' ~ b ~ ' <= ' ~ slack,
            'at_least': b ~ ' - ' ~ a ~ ' <= ' ~ slack}[check.compare] }}
    {%- else -%}
        {%- set sign = {'equals': '=', 'at_most': '<=', 'at_least': '>='}[check.compare] -%}
cast({{ a }} as string) {{ sign }} cast({{ b }} as string)
    {%- endif -%}
{%- endmacro %}

{% macro time_bounds(dotted) -%}
    {%- set column = dotted | replace('.', '_') -%}
    {%- if dotted.endswith('.occurred_at') -%}
        {{ return((dotted.split('.')[0] ~ '_t_from', dotted.split('.')[0] ~ '_t_to')) }}
    {%- endif -%}
    {{ return((column, column)) }}
{%- endmacro %}
