"""Values of map parameters that the company's plants have set for themselves, with their reason."""

from __future__ import annotations

PROCUREMENT_QUOTA = 3_000_000
"""What Durham may buy of each substance of Schedules I and II in the year [g]."""

PARAMETERS: dict[str, dict[str, dict[str, object]]] = {
    "house-rules": {
        "received_number": {
            "value": "(SAL|CV)[0-9]{5,7}",
            "sites": ["SAL"],
            "reason": "plant, day of the year, running number; harvests have numbers of batches",
        },
        "made_number": {
            "value": "CV[0-9]{5,7}",
            "sites": ["SAL"],
            "reason": "day of the year and running number of the batch",
        },
        "material_number": {
            "value": "M-[0-9]{4}",
            "sites": ["SAL"],
            "reason": "numbers of the company's master data",
        },
        "quarantine_days": {
            "value": 14,
            "sites": ["SAL"],
            "reason": "fresh goods do not keep longer",
        },
        "waste_days": {
            "value": 21,
            "sites": ["SAL"],
            "reason": "trimmings ferment; SOP-WH-002",
        },
    },
    "us-epcra313": {
        "limit": {
            "value": 11_339_809,
            "sites": ["HOU"],
            "reason": "processed, not otherwise used: 25,000 pounds, 40 CFR 372.25(a)",
        },
    },
    "us-21cfr1301": {
        "procurement_quota": {
            "value": PROCUREMENT_QUOTA,
            "sites": ["DUR"],
            "reason": "granted by DEA for the year 2026, letter of December 2025",
        },
    },
}
"""By map and parameter, as `parameters` in `lotproof.yml`."""


def parameters_of(copies: int) -> dict[str, dict[str, dict[str, object]]]:
    """The parameters of a company that does its work so many times over: quotas grow with it."""
    quota = PARAMETERS["us-21cfr1301"]["procurement_quota"]
    grown = {**quota, "value": PROCUREMENT_QUOTA * copies}
    return {**PARAMETERS, "us-21cfr1301": {"procurement_quota": grown}}
