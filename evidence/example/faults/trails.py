"""Faults in what computers tell of records: deleted too early, changed in silence, two names."""

from __future__ import annotations

from ..tables import Row, Value
from .computerised import ONCE_EACH, PART11
from .planting import DRUG, GMP, Planter, fault, row_id
from .same import ANNEX11


def changed(p: Planter, table: str, record_id: str, field: str, **columns: Value) -> Row:
    """An entry of the audit trail on a change in the month; returns its row."""
    when = p.plant.at(p.plant.later(p.day(), 8), "14:20", 60)
    told: dict[str, Value] = {
        "old_value": "1",
        "new_value": "2",
        "changed_by": p.plant.people["quality-unit"][1],
        "reason": "typing error",
        "reviewed_by": p.plant.people["quality-unit"][0],
    }
    change_id = p.plant.put(
        "changes",
        p.plant.numbers.next("changes", when),
        p.plant.after(when, 0.1, 1),
        record_type=table,
        changed_record_id=record_id,
        field=field,
        **told | columns,
        **p.plant.happens(when),
    )
    return p.tables.get("changes", change_id)


@fault(*DRUG)
def record_deleted_too_early(p: Planter) -> None:
    """A result was deleted from the laboratory's system long before its lot expires."""
    lot = p.batch(p.recipe("finished")).output
    result = p.results(lot, origin="own")[0]
    changed(p, "test_results", row_id(result), "record", old_value=None, new_value="deleted")
    p.found("site_period", p.site_id, "missing", GMP + "211.180-a", PART11 + "11.10-c")


@fault(*DRUG)
def specification_changed_by_production(p: Planter) -> None:
    """Somebody of production changed a specification; what stood there before is not told."""
    spec_id = p.plant.specification(p.material("raw").material_id, p.plant.at(p.day(), "09:00"))
    by = p.plant.people["production"][0]
    changed(p, "specifications", str(spec_id), "spec_version", old_value=None, changed_by=by)
    p.found("site_period", p.site_id, "wrong_person", GMP + "211.68-b")
    p.found("site_period", p.site_id, "incomplete", PART11 + "11.10-e")


@fault(*ONCE_EACH)
def changed_without_reason_or_review(p: Planter) -> None:
    """A result was changed; nobody said why, and nobody reviewed it."""
    lot = p.received(p.material("raw"))
    result = p.results(lot, origin="own")[0]
    changed(p, "test_results", row_id(result), "value_text", reason=None, reviewed_by=None)
    p.found("site_period", p.site_id, "incomplete", ANNEX11 + "9-reason", ANNEX11 + "9-review")


@fault(*DRUG)
def two_names_under_one_signature(p: Planter) -> None:
    """Two people signed under one identification."""
    lot = p.received(p.material("packaging"))
    released = p.event("release", lot)
    signature = p.signature(row_id(released), "release")
    signature["printed_name"] = "Person of the night shift"
    p.found("site_period", p.site_id, "mismatch", PART11 + "11.100-a")
