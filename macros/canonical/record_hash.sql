{#- What is said of a record but is no part of its content. -#}
{% macro bookkeeping_columns(names) -%}
    {{ return(derived_columns(names) + [
        'source', 'source_ref', 'source_file', 'source_row', 'recorded_at', 'load_id',
        'ingested_at', 'ingest_seq', 'is_implied',
    ]) }}
{%- endmacro %}

{#-
  sha256 over the content of a record: its columns in the order of the lot model, each as its
  length, a colon and its text, null as a hyphen, joined with bars. Decimals have nine places,
  instants are ISO 8601 in UTC with microseconds.
-#}
{% macro record_hash(columns) -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set content = columns | rejectattr('name', 'in', bookkeeping_columns(names)) | list -%}
    {%- set parts = [] -%}
    {%- for column in content -%}
        {%- set text = content_text(column) -%}
        {%- do parts.append(
            "coalesce(cast(length(" ~ text ~ ") as string) || ':' || " ~ text ~ ", '-')"
        ) -%}
    {%- endfor -%}
    {{ sha256_hex(parts | join("\n        || '|' || ") or 'null') }}
{%- endmacro %}

{% macro content_text(column) -%}
    {%- set value = 'known.' ~ column.name -%}
    {%- if column.data_type == 'string' -%} {{ value }}
    {%- elif column.data_type == 'timestamp' -%} {{ iso(value) }}
    {%- elif column.data_type.startswith('decimal') -%} {{ decimal_text(value) }}
    {%- else -%} cast({{ value }} as string)
    {%- endif -%}
{%- endmacro %}
