{#- The end of a year at a site. -#}
{{ calendar_ends('year', "substr(cast(last_day as string), 1, 4)") }}
