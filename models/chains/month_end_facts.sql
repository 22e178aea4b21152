{#- The end of a month at a site. -#}
{{ calendar_ends('month', "substr(cast(last_day as string), 1, 7)") }}
