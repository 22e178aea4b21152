{#- Spellings and exact size, written by `python -m lotproof.evidence.sources.units`. -#}
{% set units = [
    ('mass', 0.000001, ['MC', 'UG', 'ΜG']),
    ('mass', 0.001, ['MGM', 'MG']),
    ('mass', 1, ['GRM', 'G', 'GM']),
    ('mass', 1000, ['KGM', 'KG', 'KGS']),
    ('mass', 1000000, ['TNE', 'TO', 'T']),
    ('mass', 453.59237, ['LBR', 'LB', 'LBS']),
    ('mass', 28.349523125, ['ONZ', 'OZ']),
    ('volume', 0.000001, ['4G', 'UL', 'ΜL']),
    ('volume', 0.001, ['MLT', 'ML']),
    ('volume', 0.01, ['CLT', 'CL']),
    ('volume', 1, ['LTR', 'L']),
    ('volume', 100, ['HLT', 'HL']),
    ('volume', 1000, ['MTQ', 'M3']),
    ('volume', 3.785411784, ['GLL', 'GAL']),
    ('volume', 0.0295735295625, ['OZA', 'FOZ']),
    ('length', 0.001, ['MMT', 'MM']),
    ('length', 0.01, ['CMT', 'CM']),
    ('length', 1, ['MTR', 'M']),
    ('length', 1000, ['KMT', 'KM']),
    ('area', 1, ['MTK', 'M2']),
    ('count', 1, ['H87', 'C62', 'EA', 'ST', 'PC', 'PCE', 'PCS', 'TAB']),
    ('count', 1000, ['MIL', 'TS', 'TH']),
] %}
with

units as (

    {%- for kind, size, names in units %}
        {%- set units_loop = loop %}
        {%- for name in names %}
    select {{ literal(name) }} as uom, {{ literal(kind) }} as kind, {{ size }} as size
            {%- if not (units_loop.last and loop.last) %}
    union all
            {%- endif %}
        {%- endfor %}
    {%- endfor %}

),

ratios as (

    select
        units.uom,
        bases.uom as base_uom,
        cast(units.size as double) / cast(bases.size as double) as exact,
        try_cast(
            round(cast(units.size as double) / cast(bases.size as double), 9) as decimal(16, 9)
        ) as ratio
    from units
    inner join units as bases on units.kind = bases.kind

),

final as (

    select
        uom,
        base_uom,
        ratio
    from ratios
    where abs(cast(ratio as double) / exact - 1) < 1e-9

)

select * from final
