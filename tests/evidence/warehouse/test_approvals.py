"""Who signed in the register: without the role, or for one's own, an entry counts for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lotproof.evidence.warehouse.worlds import open_worlds

HEAD = "head of quality"


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def entry(name: str, by: str, prepared_by: str | None, site_id: str = "S1") -> dict[str, Any]:
    return {
        "record_id": name, "site_id": site_id, "requirement": "m:1", "by": by, "role": HEAD,
        "prepared_by": prepared_by, "recorded_at": day("2026-10-01"),
        "valid_from": day("2026-10-01"),
    }  # fmt: skip


def test_an_entry_counts_only_when_another_wrote_it_and_the_approver_held_the_role() -> None:
    sites = [
        {"record_id": name, "site_id": name, "timezone": "UTC", "name": name}
        for name in ("S1", "S2")
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "sites": sites,
        "authorisations": [
            {
                "record_id": "a1", "site_id": "S1", "authorisation_id": "a1",
                "holder_type": "person", "holder_id": "P1", "kind": "role", "scope": HEAD,
                "valid_from": day("2026-01-01"),
            }
        ],
        "coverage": [
            {
                "record_id": "c1", "site_id": "S1", "table_name": "authorisations",
                "covers_from": day("2026-01-01"), "covers_to": day("2027-01-01"),
            }
        ],
        "accepted_risks": [
            entry("another wrote it", "P1", "P2"),
            entry("nobody says who wrote it", "P1", None),
            entry("wrote it too", "P1", "P1"),
            entry("without the role", "P3", "P2"),
            entry("roles of the site are not known", "P3", "P2", "S2"),
        ],
        "attestations": [entry("stated alone", "P1", "P1"), entry("stated", "P1", "P2")],
    }  # fmt: skip
    with open_worlds(tables, [], "2026-10", day("2026-11-02")) as judged:
        found = {row["record_id"]: row for row in judged.rows("select * from approvals")}
        risks = {row["record_id"] for row in judged.rows("select * from risks_in_force")}
        stated = {row["record_id"] for row in judged.rows("select * from statements")}

    assert found["wrote it too"]["is_own"]
    assert found["without the role"]["role_state"] == "not_held"
    assert found["roles of the site are not known"]["role_state"] == "not_known"
    assert risks == {
        "another wrote it", "nobody says who wrote it", "roles of the site are not known",
    }  # fmt: skip
    assert stated == {"stated"}
