{#- Instants are timestamps without zone, in UTC; local times are timestamps without zone, too. -#}

{#- The local time of an instant in an IANA time zone. -#}
{% macro to_local(instant, zone) -%}
    {{ adapter.dispatch('to_local', 'lotproof')(instant, zone) }}
{%- endmacro %}

{% macro duckdb__to_local(instant, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ instant }}))
{%- endmacro %}

{% macro spark__to_local(instant, zone) -%}
    convert_timezone('UTC', {{ zone }}, {{ instant }})
{%- endmacro %}

{#- The instant of a local time in an IANA time zone. -#}
{% macro to_utc(local, zone) -%}
    {{ adapter.dispatch('to_utc', 'lotproof')(local, zone) }}
{%- endmacro %}

{% macro duckdb__to_utc(local, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ local }}))
{%- endmacro %}

{% macro spark__to_utc(local, zone) -%}
    convert_timezone({{ zone }}, 'UTC', {{ local }})
{%- endmacro %}

{#- Whole minutes from one timestamp to another. -#}
{% macro minutes_between(earlier, later) -%}
    {{ adapter.dispatch('minutes_between', 'lotproof')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__minutes_between(earlier, later) -%}
    date_diff('minute', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro spark__minutes_between(earlier, later) -%}
    timestampdiff(minute, {{ earlier }}, {{ later }})
{%- endmacro %}

{#- ISO 8601 in UTC with microseconds, as record hashes take it. -#}
{% macro iso(instant) -%} {{ adapter.dispatch('iso', 'lotproof')(instant) }} {%- endmacro %}

{% macro duckdb__iso(instant) -%} strftime({{ instant }}, '%Y-%m-%dT%H:%M:%S.%fZ') {%- endmacro %}

{% macro spark__iso(instant) -%}
    date_format({{ instant }}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
{%- endmacro %}

{#- A timestamp to the minute, as people read it. -#}
{% macro to_minute(moment) -%} {{ adapter.dispatch('to_minute', 'lotproof')(moment) }} {%- endmacro %}

{% macro duckdb__to_minute(moment) -%} strftime({{ moment }}, '%Y-%m-%d %H:%M') {%- endmacro %}

{% macro spark__to_minute(moment) -%} date_format({{ moment }}, 'yyyy-MM-dd HH:mm') {%- endmacro %}

{#- Local time minus UTC as +02:00. -#}
{% macro utc_offset_text(instant, local) -%}
    {{ adapter.dispatch('utc_offset_text', 'lotproof')(instant, local) }}
{%- endmacro %}

{% macro duckdb__utc_offset_text(instant, local) -%}
case when {{ local }} < {{ instant }} then '-' else '+' end
|| strftime(
    timestamp '2000-01-01 00:00:00' + abs(date_diff('minute', {{ instant }}, {{ local }})) * interval '1' minute,
    '%H:%M'
)
{%- endmacro %}

{% macro spark__utc_offset_text(instant, local) -%}
    {%- set minutes = minutes_between(instant, local) -%}
case when {{ minutes }} < 0 then '-' else '+' end
|| lpad(cast(cast(floor(abs({{ minutes }}) / 60.0) as integer) as string), 2, '0')
|| ':'
|| lpad(cast(abs({{ minutes }}) % 60 as string), 2, '0')
{%- endmacro %}
