{#-
  Values of maps and workspaces reach SQL here and nowhere else. Text is quoted and escaped, numbers
  and booleans are written by their type, anything else is refused.
-#}
{% macro literal(value) -%}
    {%- if value is none -%} null
    {%- elif value is boolean -%} {{ 'true' if value else 'false' }}
    {%- elif value is number -%} {{ value }}
    {%- elif value is string -%} {{ quoted(value) }}
    {%- else -%} {{ exceptions.raise_compiler_error('no literal for ' ~ value) }}
    {%- endif -%}
{%- endmacro %}

{#- A comma-separated list of literals. -#}
{% macro literals(values) -%}
    {%- for value in values -%}
        {{ literal(value) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A number that a map may spell as text, so that no digit is lost on the way: '0.10'. -#}
{% macro decimal_literal(value) -%}
    cast({{ quoted(value | string) }} as decimal(28, 9))
{%- endmacro %}

{#- A text as a literal on one line: breaks of lines become chr(10). -#}
{% macro quoted(text) -%}
    {%- set lines = (text | replace('\r\n', '\n') | replace('\r', '\n')).split('\n') -%}
    {%- if lines | length == 1 -%} {{ quoted_line(lines[0]) }}
    {%- else -%}
        ({%- for line in lines -%}
            {{ quoted_line(line) }}{{ ' || chr(10) || ' if not loop.last }}
        {%- endfor -%})
    {%- endif -%}
{%- endmacro %}

{% macro quoted_line(text) -%}
    {{- adapter.dispatch('quoted_line', 'lotproof')(text) -}}
{%- endmacro %}

{% macro duckdb__quoted_line(text) -%} '{{ text | replace("'", "''") }}' {%- endmacro %}

{% macro spark__quoted_line(text) -%}
    '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}
