"""The grid of times and the few words that random worlds are made of.

Times lie on a coarse grid around October 2026, so that equal instants, month ends and coarse
precisions meet often; persons and values go missing on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

PERIOD = "2026-10"
AS_OF = datetime.fromisoformat("2026-11-04T17:00:00")
ZONES = ("UTC", "Europe/Brussels", "America/New_York")
LOTS = ("L1", "L2", "L3", "L4")
PEOPLE = ("P1", "P2", "P3")
EVENT_TYPES = (
    "receipt",
    "consumption",
    "consumption",
    "receipt",
    "inspection",
    "issue",
    "consumption",
    "release",
    "finished_goods",
    "shipment",
    "sample",
    "disposition",
)
COVERED = (
    "events",
    "lots",
    "lot_status",
    "lot_links",
    "test_results",
    "documents",
    "signatures",
    "authorisations",
    "specifications",
    "quality_records",
    "counts",
    "submissions",
    "materials",
    "parties",
    "orders",
    "shipments",
    "changes",
)
MOMENTS = tuple(
    datetime.fromisoformat(f"2026-{text}")
    for text in (
        "08-20T10:00:00", "09-28T09:00:00", "09-30T22:30:00", "10-01T03:00:00", "10-05T08:00:00",
        "10-05T08:00:01", "10-05T16:00:00", "10-10T12:00:00", "10-12T08:00:00", "10-12T20:00:00",
        "10-20T08:00:00", "10-31T21:30:00", "10-31T23:30:00", "11-02T08:00:00",
    )
)  # fmt: skip
FACTORS = {"g g": 1, "KG g": 1000, "EA EA": 1}
Row = dict[str, Any]
World = dict[str, list[Row]]


def sometimes(values: Sequence[Any], *, null: int = 1, of: int = 10) -> st.SearchStrategy[Any]:
    """One of the values, and null in about ``null`` of ``of`` cases."""
    return _one_of((None,) * (null * len(values)) + tuple(values) * (of - null))


def mostly(value: Any, *others: Any, share: int = 7) -> st.SearchStrategy[Any]:
    """The first value in ``share`` of ten cases, else one of the others."""
    return _one_of((value,) * (share * len(others)) + others * (10 - share))


@cache
def _one_of(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Each as likely as it is often; made once, for hypothesis examines what is made anew."""
    return st.sampled_from(values)


@st.composite
def happenings(draw: st.DrawFn, zone: str) -> Row:
    """When something happened: in UTC and local, to the second, more coarsely or not at all."""
    moment = draw(st.sampled_from(MOMENTS))
    precision = draw(mostly("second", "second", "minute", "hour", "day", "day", "month", "null"))
    if precision == "null":
        return {"occurred_at": None, "occurred_local": None, "precision": "second"}
    offset = ZoneInfo(zone).utcoffset(moment)
    local = moment + offset if offset else moment
    cut: dict[str, Any] = {"second": 0} if precision != "second" else {}
    cut |= {"minute": 0} if precision in {"hour", "day", "month"} else {}
    cut |= {"hour": 0} if precision in {"day", "month"} else {}
    cut |= {"day": 1} if precision == "month" else {}
    beyond = local - local.replace(**cut)
    return {
        "occurred_at": moment - beyond,
        "occurred_local": local - beyond,
        "precision": precision,
    }


@st.composite
def spans(draw: st.DrawFn) -> Row:
    start = draw(mostly(datetime.fromisoformat("2025-01-01"), None, *MOMENTS[3:8], share=6))
    end = draw(mostly(None, *MOMENTS[4:], share=6))
    return {"valid_from": start, "valid_to": end}
