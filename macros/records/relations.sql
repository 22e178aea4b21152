{#-
  Which records belong to a subject. Each macro yields joins onto a relation `scope` that has
  subject_key (and site_key, starts_at, ends_at), and makes the records available as its_<kind>.
-#}

{#- Whether a subject reaches another thing by a key of its own facts. -#}
{% macro own_targets(subject_kind) -%}
    {{ return({
        'lot': ['lot', 'material', 'supplier', 'site'],
        'order': ['order', 'lot', 'material', 'site'],
        'shipment': ['shipment', 'customer', 'site'],
        'site_period': ['site'],
        'document': ['site'],
        'person': ['site'],
        'material': ['material', 'site'],
        'site_customer': ['customer', 'party', 'site'],
        'supplier_material': ['supplier', 'material', 'party', 'site'],
        'site_material': ['material', 'site'],
        'quality_record': ['lot', 'order', 'shipment', 'material', 'supplier', 'site'],
        'event': ['lot', 'order', 'shipment', 'material', 'supplier', 'customer', 'site', 'party'],
        'lot_status': ['lot', 'material', 'supplier', 'site'],
        'test_result': ['lot', 'material', 'supplier', 'site'],
        'count': ['lot', 'material', 'site'],
        'specification': ['material', 'customer', 'site'],
    }.get(subject_kind, ['site'])) }}
{%- endmacro %}

{#- Whether the facts of a subject name a material beside the subject itself. -#}
{% macro names_material(subject_kind) -%}
    {{ return(subject_kind != 'material' and 'material' in own_targets(subject_kind)) }}
{%- endmacro %}

{#- The material that the facts of a subject name; none for the other kinds. -#}
{% macro material_of(subject_kind) -%}
    {{ 'facts.material_key' if names_material(subject_kind) else 'cast(null as bigint)' }}
{%- endmacro %}

{#- Whether a subject reaches a thing at all, by a key of its own or over its orders and shipments. -#}
{% macro reaches(subject_kind, of) -%}
    {{ return(of in own_targets(subject_kind) or (
        subject_kind in ['lot', 'order', 'shipment']
        and of in ['lot', 'order', 'shipment', 'customer', 'supplier', 'material']
    )) }}
{%- endmacro %}

{#-
  The things a check looks at instead of the subject (`of`), as rows of subject_key, target_key.
  One that the subject does not name has a null target_key.
-#}
{% macro targets(source, subject_kind, of) -%}
    {%- set facts = facts_of(subject_kind) -%}
    {%- if of in own_targets(subject_kind) -%}
select
    scope.subject_key,
    own.{{ of }}_key as target_key
from {{ source }} as scope
inner join {{ facts }} as own on scope.subject_key = own.record_key
    {%- elif subject_kind in ['lot', 'order'] and of == 'order' -%}
select
    scope.subject_key,
    orders.record_key as target_key
from {{ source }} as scope
inner join {{ ref('order_facts') }} as orders on scope.subject_key = orders.lot_key
    {%- elif subject_kind in ['lot', 'order', 'shipment'] -%}
        {%- set near = {'lot': 'scope.subject_key', 'order': 'own.lot_key'}.get(subject_kind) -%}
select distinct
    scope.subject_key,
    shipped.{{ of }}_key as target_key
from {{ source }} as scope
        {%- if subject_kind == 'order' %}
inner join {{ facts }} as own on scope.subject_key = own.record_key
        {%- endif %}
inner join {{ ref('event_facts') }} as shipped
    on
        {{ 'shipped.lot_key = ' ~ near if near else 'shipped.shipment_key = scope.subject_key' }}
        and shipped.event_type = 'shipment'
        and not shipped.is_void
    {%- else -%}
        {{ exceptions.raise_compiler_error('no ' ~ of ~ ' of a ' ~ subject_kind) }}
    {%- endif -%}
{%- endmacro %}

{#-
  Joins from `scope` to the records of one kind that belong to its subjects, or to their targets.
  `in_period`: those of the month, and those without a time, which may be.
-#}
{% macro record_joins(what, subject_kind, of=none, in_period=false) -%}
    {%- set kind = what.kind -%}
    {%- set target = of or subject_kind -%}
    {%- set key = 'targets.target_key' if of else 'scope.subject_key' -%}
    {%- if of %}
inner join targets on scope.subject_key = targets.subject_key
    {%- endif -%}
    {%- if kind != 'event' or target not in ['lot', 'order', 'shipment', 'site_period'] %}
inner join {{ facts_of(subject_kind) }} as own on scope.subject_key = own.record_key
    {%- endif -%}
    {%- if kind == 'event' %}{{ event_joins(target, key) }}
        and its_event.event_type in ({{ literals(what.types) }})
        and not its_event.is_void
    {%- elif kind == 'document' %}
inner join {{ ref('document_abouts') }} as abouts
    on {{ about_is('abouts', target, key) }}
inner join {{ facts_of(kind) }} as its_document
    on abouts.document_key = its_document.record_key
    {%- elif kind == 'change' and names_documents(what.types, target) %}
inner join ({{ changed_records(what.types, target) | indent(4) }}) as told
    on {{ of_changed('told', target, key) }}
inner join {{ facts_of(kind) }} as its_change
    on
        told.record_table = its_change.about_table
        and told.record_key = its_change.about_key
    {%- else %}
inner join {{ facts_of(kind) }} as its_{{ kind }}
    on {{ belongs(kind, target, key) }}
    {%- endif -%}
    {%- if kind == 'change' and what.types %}
        and its_change.about_table in ({{ literals(what.types) }})
    {%- endif -%}
    {%- if in_period %}
        and (its_{{ kind }}.is_in_period or its_{{ kind }}.t_from is null)
    {%- endif -%}
{%- endmacro %}

{#- Whether those joins may give a record of a subject more than once. -#}
{% macro may_repeat(what, subject_kind, of=none) -%}
    {{ return(
        of is not none
        or what.kind == 'document'
        or (what.kind == 'change' and names_documents(what.types, subject_kind))
        or (what.kind == 'event' and subject_kind in ['event', 'quality_record', 'document'])
    ) }}
{%- endmacro %}

{#- Events of a thing; of an event, quality record or document: of what that is about. -#}
{% macro event_joins(target, key) -%}
    {%- set near = {'lot': 'lot_key', 'order': 'order_key', 'shipment': 'shipment_key',
        'site_period': 'site_key', 'site': 'site_key', 'material': 'material_key',
        'supplier': 'supplier_key', 'customer': 'customer_key', 'party': 'party_key'} -%}
    {%- if target in near %}
inner join {{ ref('event_facts') }} as its_event
    on its_event.{{ near[target] }} = {{ key }}{{ ' and its_event.site_key = scope.site_key' if target == 'material' }}
    {%- elif target in pair_subjects() %}
inner join {{ ref('event_facts') }} as its_event
    on {{ of_pair('its_event', target) }}
    {%- elif target == 'person' %}
inner join {{ ref('event_facts') }} as its_event
    on its_event.performed_by = own.person_id
    {%- elif target in ['event', 'quality_record'] %}
inner join {{ ref('event_threads') }} as threads on own.thread_key = threads.thread_key
inner join {{ ref('event_facts') }} as its_event
    on threads.event_key = its_event.record_key
    {%- elif target == 'document' %}
inner join {{ ref('document_threads') }} as told on scope.subject_key = told.document_key
inner join {{ ref('event_threads') }} as threads on told.thread_key = threads.thread_key
inner join {{ ref('event_facts') }} as its_event
    on threads.event_key = its_event.record_key
    {%- endif -%}
{%- endmacro %}

{#- What makes a record of another kind one of the subject's. -#}
{% macro belongs(kind, target, key) -%}
    {%- set its = 'its_' ~ kind -%}
    {%- if kind in calendar_ends_kinds() -%} {{ its }}.site_key = scope.site_key
    {%- elif kind == 'change' -%} {{ changes_of(its, target, key) }}
    {%- elif target in ['site_period', 'site'] or kind == 'submission' -%}
{{ its }}.site_key = {{ key if target in ['site_period', 'site'] else 'scope.site_key' }}
    {%- elif kind in ['lot_status', 'test_result', 'count'] -%}
        {%- if target == 'lot' -%} {{ its }}.lot_key = {{ key }}
        {%- elif target == 'material' -%} {{ its }}.material_key = {{ key }}
        {%- elif kind == 'count' and target == 'supplier_material' -%}
{{ of_pair(its, 'site_material') }}
and {{ its }}.lot_key in (
    select record_key from {{ ref('lot_facts') }} where supplier_key = own.supplier_key
)
        {%- elif target in ['supplier_material', 'site_material'] -%} {{ of_pair(its, target) }}
        {%- elif target in ['order', 'event', 'quality_record'] -%} {{ its }}.lot_key = own.lot_key
        {%- else -%} false
        {%- endif -%}
    {%- elif kind in ['quality_record', 'signature'] -%} {{ about_is(its, target, key, kind) }}
    {%- elif kind == 'specification' and target == 'site_customer' -%}
{{ its }}.customer_key = own.customer_key
    {%- elif kind == 'specification' -%}
{{ its }}.material_key = {{ key if target == 'material' else 'own.material_key' }}
    {%- elif kind == 'authorisation' -%}
        {%- if target in ['supplier', 'customer', 'party'] -%}
{{ its }}.holder_id = (select party_id from {{ ref('party_facts') }} where record_key = {{ key }})
        {%- elif target == 'person' -%} {{ its }}.holder_id = own.person_id
        {%- elif target == 'site_customer' -%} {{ its }}.holder_id = own.customer_id
        {%- elif target == 'supplier_material' -%}
{{ its }}.holder_id = own.supplier_id and coalesce({{ its }}.scope, own.material_id) = own.material_id
        {%- elif target == 'site_material' -%} {{ its }}.scope = own.material_id
        {%- else -%} false
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Whether a record with the keys of facts belongs to the pair that `own` is. -#}
{% macro of_pair(its, pair) -%}
{{ its }}.site_key = own.site_key
    {%- for thing in pair_subjects()[pair] %}
and {{ its }}.{{ thing }}_key = own.{{ thing }}_key
    {%- endfor -%}
{%- endmacro %}

{#- Which changes of records belong to a thing: of records that name it, and of its own. -#}
{% macro changes_of(its, target, key) -%}
    {%- set near = {'lot': 'lot_key', 'order': 'order_key', 'shipment': 'shipment_key',
        'material': 'material_key', 'site': 'site_key', 'site_period': 'site_key'} -%}
    {%- set tables = {'document': 'documents', 'quality_record': 'quality_records',
        'person': 'people', 'event': 'events', 'supplier': 'parties', 'customer': 'parties',
        'party': 'parties'} -%}
    {%- if target in near -%} {{ its }}.{{ near[target] }} = {{ key }}
    {%- elif target in ['site_material', 'supplier_material'] -%}
{{ its }}.site_key = own.site_key and {{ its }}.material_key = own.material_key
    {%- elif target not in tables -%} false
    {%- else -%}
(
    {{ its }}.about_table = {{ literal(tables[target]) }} and {{ its }}.about_key = {{ key }}
        {%- if target == 'event' %}
    or {{ its }}.lot_key = own.lot_key
        {%- endif %}
)
    {%- endif -%}
{%- endmacro %}

{#- Whether records of the tables (none: any) may be documents, which speak of many things. -#}
{% macro names_documents(tables, target) -%}
    {{ return((not tables or 'documents' in tables)
        and target in ['lot', 'order', 'shipment', 'material', 'event', 'site_material', 'supplier_material']) }}
{%- endmacro %}

{#- Records of the tables by what they belong to: a document to all that it names or is linked to. -#}
{% macro changed_records(tables, target) -%}
    {%- set thing = {'event': 'lot', 'site_material': 'material', 'supplier_material': 'material'}.get(target, target) %}
    {%- if tables != ['documents'] %}
select
    record_table,
    record_key,
    site_key,
    {{ thing }}_key as thing_key
from {{ ref('record_keys') }}
union
    {%- endif %}
select
    'documents' as record_table,
    abouts.document_key as record_key,
    documents.site_key,
    things.{{ thing }}_key as thing_key
from {{ ref('document_abouts') }} as abouts
inner join {{ ref('document_facts') }} as documents on abouts.document_key = documents.record_key
inner join {{ ref('things') }} as things
    on
        abouts.about_table = things.thing_table
        and abouts.about_key = things.thing_key
{%- endmacro %}

{#- Whether such a record belongs to the thing. -#}
{% macro of_changed(told, target, key) -%}
    {%- if target == 'event' -%}
(
    {{ told }}.thing_key = own.lot_key
    or {{ told }}.record_table = 'events' and {{ told }}.record_key = {{ key }}
)
    {%- elif target in ['site_material', 'supplier_material'] -%}
{{ told }}.site_key = own.site_key and {{ told }}.thing_key = own.material_key
    {%- else -%} {{ told }}.thing_key = {{ key }}
    {%- endif -%}
{%- endmacro %}

{#- Whether a record with about_table and about_key speaks of a subject or of what that is about. -#}
{% macro about_is(its, target, key, kind='document') -%}
    {%- set tables = {'lot': 'lots', 'order': 'orders', 'shipment': 'shipments',
        'material': 'materials', 'supplier': 'parties', 'customer': 'parties', 'party': 'parties',
        'site': 'sites', 'site_period': 'sites', 'person': 'people', 'document': 'documents',
        'quality_record': 'quality_records', 'event': 'events'} -%}
    {%- if target in pair_subjects() and kind != 'signature' -%}
        {%- set thing = pair_subjects()[target][0] -%}
{{ its }}.about_table = {{ literal(tables[thing]) }} and {{ its }}.about_key = own.{{ thing }}_key
    {%- elif target in pair_subjects() -%} false
    {%- elif kind == 'signature' or target not in ['event', 'quality_record'] -%}
{{ its }}.about_table = {{ literal(tables[target]) }} and {{ its }}.about_key = {{ key }}
    {%- elif target == 'event' -%}
{{ its }}.about_table = 'lots' and {{ its }}.about_key = own.lot_key
    {%- else -%}
{{ its }}.about_table = own.about_table and {{ its }}.about_key = own.about_key
    {%- endif -%}
{%- endmacro %}

{#- Table of the lot model behind an alias. -#}
{% macro table_of_alias(alias) -%}
    {%- set parties = ['party', 'customer', 'supplier'] -%}
    {%- if alias in parties -%} {{ return('parties') }} {%- endif -%}
    {%- if alias == 'site' -%} {{ return('sites') }} {%- endif -%}
    {{ return(subject_tables().get(alias) or record_kinds()[alias].table) }}
{%- endmacro %}
