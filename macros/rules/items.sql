{#-
  Items are what a check yields one finding each for: `<name>_items` pairs up the anchors of a
  check and keeps those its `when` does not exclude. Columns:

      subject_key and all of `judged`; a_table, a_key, a_from, a_to: the anchor that is the item;
      <anchor>_table, _key, _from, _to for each anchor; reason; is_asked, is_excused

  `extra` are further dotted columns of the item's context, kept as <alias>_<column>. The records
  matched by an enclosing check come as `<name>_on` from that check, with is_sure.
-#}
{% macro item_ctes(check, rule, anchors, extra=[], trigger=none) -%}
    {%- set used = anchors if anchors else {'own': plain_subject()} -%}
    {%- if used | length == 1 and (used.values() | first).take not in ['first', 'last', 'each', 'match'] -%}
        {{ own_item_ctes(check, rule, used, extra) }}
    {%- else -%}
        {{ anchored_item_ctes(check, rule, used, extra, trigger) }}
    {%- endif -%}
{%- endmacro %}

{#- Items that are the subjects themselves, at a time of their own. -#}
{% macro own_item_ctes(check, rule, used, extra) -%}
    {%- set key, anchor = used.items() | first -%}
    {%- set own = subject_alias(rule.subject.kind) -%}
    {%- set from, to = own_times(anchor, rule) -%}
    {%- set asked = columns_in(check.when) + columns_in(check.except_when) + extra
        + ([anchor.column] if anchor.column else []) -%}
    {%- set table = literal(subject_tables()[rule.subject.kind]) %}
c{{ check.no }}_items as (

    select
        scope.*,
        {{ table }} as {{ key }}_table,
        scope.subject_key as {{ key }}_key,
        {{ from }} as {{ key }}_from,
        {{ to }} as {{ key }}_to,
        {{ table }} as a_table,
        scope.subject_key as a_key,
        {{ from }} as a_from,
        {{ to }} as a_to,
        {%- if key in timed_anchors() %}
        case when {{ from }} is null then 'null_operand' end as reason,
        {%- else %}
        cast(null as string) as reason,
        {%- endif %}
        {%- for dotted in extra | unique %}
        {{ column(dotted) }} as {{ dotted | replace('.', '_') }},
        {%- endfor %}
        {{ condition(check.when) if check.when else 'true' }} as is_asked,
        {{ condition(check.except_when) if check.except_when else 'false' }} as is_excused
    from judged as scope
    inner join {{ facts_of(rule.subject.kind) }} as its_{{ own }}
        on scope.subject_key = its_{{ own }}.record_key
    {{- context_joins(asked, own) | indent(4) }}
    {%- if check.when %}
    where ({{ condition(check.when) }}) is distinct from false
    {%- endif %}

),
{%- endmacro %}

{#- The anchors whose time is what matters of them. -#}
{% macro timed_anchors() -%} {{ return(['after', 'before', 'during', 'at']) }} {%- endmacro %}

{#- Items that hang on records of the subject, or on several anchors. -#}
{% macro anchored_item_ctes(check, rule, used, extra, trigger) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- for key, anchor in used.items() if anchor.take != 'match' -%}
        {{ anchor_ctes(name ~ '_' ~ key, anchor, rule, trigger if key == 'after' else none,
            key in timed_anchors()) }}
    {% endfor -%}
    {%- set item = item_name(check, used) ~ '_anchor' -%}
    {%- set kind = item_kind(check, rule) -%}
    {%- set asked = columns_in(check.when) + columns_in(check.except_when) + extra %}
{{ name }}_items as (

    select
        scope.*,
        {%- for key in used %}
        {{ key }}_anchor.a_table as {{ key }}_table,
        {{ key }}_anchor.a_key as {{ key }}_key,
        {{ key }}_anchor.a_from as {{ key }}_from,
        {{ key }}_anchor.a_to as {{ key }}_to,
        {%- endfor %}
        {{ item }}.a_table,
        {{ item }}.a_key,
        {{ item }}.a_from,
        {{ item }}.a_to,
        coalesce({{ reasons(used) }}) as reason,
        {%- for dotted in extra | unique %}
        {{ column(dotted) }} as {{ dotted | replace('.', '_') }},
        {%- endfor %}
        {%- if check.when %}
        case when {{ item }}.a_key is null then true else {{ condition(check.when) }} end as is_asked,
        {%- else %}
        true as is_asked,
        {%- endif %}
        {%- if check.except_when %}
        case
            when {{ item }}.a_key is null then false
            else {{ condition(check.except_when) }}
        end as is_excused
        {%- elif used[item_name(check, used)].take == 'match' %}
        case when {{ item }}.is_sure then false end as is_excused
        {%- else %}
        false as is_excused
        {%- endif %}
    from judged as scope
    {%- for key in used %}
    inner join {{ name }}_{{ key }} as {{ key }}_anchor
        on scope.subject_key = {{ key }}_anchor.subject_key
    {%- endfor %}
    {%- if asked %}
    left join {{ facts_of(kind) }} as its_{{ kind }} on {{ item }}.a_key = its_{{ kind }}.record_key
    {{- context_joins(asked, kind) | indent(4) }}
    {%- endif %}
    {%- if check.when %}
    where
        {{ item }}.a_key is null
        or ({{ condition(check.when) }}) is distinct from false
    {%- endif %}

),
{%- endmacro %}

{% macro plain_subject() -%}
    {{ return({'take': 'subject', 'kind': none, 'types': [], 'bound': none, 'column': none}) }}
{%- endmacro %}

{% macro reasons(anchors) -%}
    {%- for key in anchors -%} {{ key }}_anchor.reason, {% endfor -%} null
{%- endmacro %}

{#- Which of a check's anchors is its item. -#}
{% macro item_name(check, anchors) -%}
    {%- for key, anchor in anchors.items() if anchor == check.item -%}
        {%- if loop.first -%} {{ return(key) }} {%- endif -%}
    {%- endfor -%}
    {{ return(anchors.keys() | first) }}
{%- endmacro %}

{#- The alias of the item's own facts: of the record it is, else of the subject. -#}
{% macro item_kind(check, rule) -%}
    {{ return(check.item.kind or subject_alias(rule.subject.kind)) }}
{%- endmacro %}

{#- The columns that tell the items of a check apart. -#}
{% macro item_keys(anchors) -%}
    {%- set keys = ['subject_key'] -%}
    {%- for key in (anchors or {'own': none}) -%} {%- do keys.append(key ~ '_key') -%} {%- endfor -%}
    {{ return(keys) }}
{%- endmacro %}

{#- `left.key = right.key and …` over the columns that tell items apart. -#}
{% macro same_item(left, right, keys) -%}
    {%- for key in keys -%}
        {{ left }}.{{ key }} = {{ right }}.{{ key }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The anchors a check names, by what they are to it. -#}
{% macro anchors_of(check, names) -%}
    {%- set found = {} -%}
    {%- for name in names if check.get(name) -%} {%- do found.update({name: check[name]}) -%} {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
