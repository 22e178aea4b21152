{#- Plain words for sentences. Times are local with their offset, spans are rounded down. -#}

{#- A word of the lot model as people say it. -#}
{% macro words(name) -%} {{ return(name | replace('_', ' ')) }} {%- endmacro %}

{#- A dotted column as people say it; the map brings the words. -#}
{% macro column_words(dotted, rule) -%}
    {{ return(rule.words.get(dotted, dotted | replace('.', ' ') | replace('_', ' '))) }}
{%- endmacro %}

{#- Words of a list: a, b or c. -#}
{% macro either(names, last='or') -%}
    {%- set said = names | map('string') | map('replace', '_', ' ') | list -%}
    {%- if said | length > 1 -%}
        {{ return((said[:-1] | join(', ')) ~ ' ' ~ last ~ ' ' ~ said[-1]) }}
    {%- endif -%}
    {{ return(said | join('')) }}
{%- endmacro %}

{#- What kind of record is meant, in words; a condition may say it better: deviation, complaint. -#}
{% macro kind_words(what, where=[]) -%}
    {%- for term in where if term.op == 'in' and term.column == what.kind ~ '.kind' -%}
        {%- set suffix = {'count': ' count', 'submission': ' report'}.get(what.kind, '') -%}
        {{ return(either(term['values'] | map(attribute='value') | list) ~ suffix) }}
    {%- endfor -%}
    {%- if what.kind == 'change' and what.types -%}
        {{ return('change of ' ~ either(what.types)) }}
    {%- endif -%}
    {{ return(either(what.types) if what.types else words(what.kind)) }}
{%- endmacro %}

{#- A value as text, or `not given`. -#}
{% macro shown(value) -%} coalesce(cast({{ value }} as string), 'not given') {%- endmacro %}

{#- A time between two instants, as coarsely as it is known: 2026-10-12 06:52 +02:00. -#}
{% macro time_words(t_from, t_to, zone) -%}
    {%- set local = to_local(t_from, zone) -%}
coalesce(
    substr({{ to_minute(local) }}, 1, case
        when {{ t_to }} >= {{ t_from }} + interval '28' day then 7
        when {{ t_to }} >= {{ t_from }} + interval '1' day then 10
        else 16
    end)
    || case
        when {{ t_to }} >= {{ t_from }} + interval '1' day then ''
        else ' ' || {{ utc_offset_text(t_from, local) }}
    end,
    'a time that is not known'
)
{%- endmacro %}

{% macro instant_words(instant, zone) -%}
    {%- set local = to_local(instant, zone) -%}
coalesce(
    {{ to_minute(local) }} || ' ' || {{ utc_offset_text(instant, local) }},
    'a time that is not known'
)
{%- endmacro %}

{#- The span between two instants: 3 days, 5 hours, 12 minutes. -#}
{% macro span_words(earlier, later) -%}
    {%- set minutes = minutes_between(earlier, later) -%}
case
    when {{ minutes }} >= 2880
        then cast(cast(floor({{ minutes }} / 1440.0) as bigint) as string) || ' days'
    when {{ minutes }} >= 120
        then cast(cast(floor({{ minutes }} / 60.0) as bigint) as string) || ' hours'
    when {{ minutes }} = 1 then '1 minute'
    else cast({{ minutes }} as string) || ' minutes'
end
{%- endmacro %}

{#- A number without the zeros that fill its places. -#}
{% macro number_words(number) -%}
    {%- set text = decimal_text('cast(' ~ number ~ ' as decimal(28, 9))') -%}
coalesce(rtrim(rtrim({{ text }}, '0'), '.'), 'not known')
{%- endmacro %}

{#- Why something is not decided, from the code of the finding. -#}
{% macro reason_words(code, what) -%}
case {{ code }}
    when 'not_covered' then {{ literal('no source covers ' ~ what ~ ' for the whole time that matters') }}
    when 'quarantined' then {{ literal('a row in quarantine may be ' ~ what) }}
    when 'precision' then 'the times are not known finely enough to tell their order'
    when 'unit' then 'the units differ and cannot be converted'
    when 'cut_off' then 'it reaches more lots than the build follows'
    when 'no_history' then 'there is no history to read it from'
    else {{ literal('a field that decides it is not given') }}
end
{%- endmacro %}

{#- The anchor of a check in words, up to its time: `the first consumption of `. -#}
{% macro anchor_words(anchor, rule) -%}
    {%- if anchor.take == 'subject' -%} {{ return('it, ') }}
    {%- elif anchor.take == 'column' -%} {{ return('the ' ~ column_words(anchor.column, rule) ~ ', ') }}
    {%- elif anchor.take == 'period_end' -%} {{ return('the end of the month, ') }}
    {%- endif -%}
    {%- set place = {'first': 'the first ', 'last': 'the last ', 'each': 'the '}[anchor.take] -%}
    {%- set bound = ' ' ~ anchor.bound.is ~ ' the ' ~ column_words(anchor.bound.column, rule)
        if anchor.bound else '' -%}
    {{ return(place ~ kind_words(anchor) ~ bound ~ ' of ') }}
{%- endmacro %}
