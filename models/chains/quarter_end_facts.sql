{#- The end of a quarter at a site. -#}
{{ calendar_ends(
    'quarter', "substr(cast(last_day as string), 1, 4) || '-Q' || cast(quarter(last_day) as string)"
) }}
