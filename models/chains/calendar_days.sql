{#-
  Days of each calendar, with the running number of business days and of working days. Business days
  are those of the country, working days those on which the site works.
-#}
with

pin as (

    {{ pinned() | indent(4) }}

),

days as (

    {{ days_between(
        "(select date_trunc('year', local_from) - interval '20' year from pin)",
        "(select date_trunc('year', local_from) + interval '6' year from pin)"
    ) | indent(4) }}

),

calendars as (

    select
        calendar_id,
        min(country) as country,
        min(case when calendar_id like '%/%' then site_id end) as site_id
    from {{ ref('site_calendars') }}
    group by calendar_id

),

told as (

    select
        calendars.calendar_id,
        days.day,
        coalesce(public.is_business, {{ weekday('days.day') }} < 6) as is_business,
        coalesce(own.is_working, public.is_business, {{ weekday('days.day') }} < 6) as is_working
    from calendars
    cross join days
    left join {{ ref('public_holidays') }} as public
        on
            calendars.country = public.country
            and days.day = public.day
    left join {{ ref('site_days') }} as own
        on
            calendars.site_id = own.site_id
            and days.day = own.day

),

final as (

    select
        *,
        sum(case when is_business then 1 else 0 end) over (
            partition by calendar_id
            order by day
            rows between unbounded preceding and current row
        ) as business_no,
        sum(case when is_working then 1 else 0 end) over (
            partition by calendar_id
            order by day
            rows between unbounded preceding and current row
        ) as working_no
    from told

)

select * from final
