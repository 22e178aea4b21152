{#- Spellings and exact size, in gram, litre, metre or piece (NIST SP 811, UN/ECE Rec. 20). -#}
{% set units = [
    ('mass', 0.000001, ['UG', 'MC', 'µG']),
    ('mass', 0.001, ['MG', 'MGM']),
    ('mass', 1, ['G', 'GRM', 'GM']),
    ('mass', 1000, ['KG', 'KGM', 'KGS']),
    ('mass', 1000000, ['T', 'TO', 'TNE']),
    ('mass', 453.59237, ['LB', 'LBR', 'LBS']),
    ('mass', 28.349523125, ['OZ', 'ONZ']),
    ('volume', 0.000001, ['UL', '4G', 'µL']),
    ('volume', 0.001, ['ML', 'MLT']),
    ('volume', 1, ['L', 'LTR']),
    ('volume', 100, ['HL', 'HLT']),
    ('volume', 1000, ['M3', 'MTQ']),
    ('volume', 3.785411784, ['GAL', 'GLL']),
    ('length', 0.001, ['MM', 'MMT']),
    ('length', 0.01, ['CM', 'CMT']),
    ('length', 1, ['M', 'MTR']),
    ('count', 1, ['EA', 'ST', 'PC', 'PCE', 'H87', 'C62', 'PCS', 'TAB']),
    ('count', 1000, ['TH', 'MIL', 'TS']),
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
