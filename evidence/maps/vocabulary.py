"""The closed word lists of the obligation language: kinds of record, states, codes, contexts.

The lot model (``docs/lot-model.md``) is the source; what the words do is left to the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

EVENT_TYPES = (
    "receipt",
    "inspection",
    "status_change",
    "issue",
    "consumption",
    "intermediate_output",
    "finished_goods",
    "release",
    "transfer",
    "shipment",
    "return",
    "disposition",
    "cleaning",
    "label_issue",
    "label_reconciliation",
    "monitoring",
    "equipment_use",
    "line_clearance",
    "sample",
    "adjustment",
)
LOT_STATES = (
    "quarantine",
    "released",
    "restricted",
    "blocked",
    "rejected",
    "recalled",
    "destroyed",
)
DOCUMENT_KINDS = (
    "certificate_of_analysis",
    "batch_record",
    "master_record",
    "label",
    "dea_222",
    "csos_order",
    "form_41",
    "manifest",
    "deviation_report",
    "procedure",
    "shipping_document",
    "agreement",
    "product_review",
    "food_safety_plan",
    "hazard_analysis",
    "recall_plan",
    "validation_study",
    "audit_report",
    "register_entry",
    "recall_report",
    "stability_report",
    "assurance",
    "safety_data_sheet",
    "notice",
    "manifest_copy",
    "waste_determination",
    "specification",
    "other",
)
AUTHORISATION_KINDS = (
    "supplier_approval",
    "role",
    "registration",
    "power_of_attorney",
    "qualification",
    "supplier_validation",
)
MEANINGS = (
    "performed",
    "checked",
    "review",
    "approval",
    "release",
    "rejection",
    "authorship",
    "witness",
)
ROLES = (
    "head of quality",
    "head of food safety",
    "quality-unit",
    "quality-control",
    "qualified-person",
    "production",
    "production-supervisor",
    "warehouse",
    "master-data",
    "compliance",
    "registrant",
    "pcqi",
)
"""Roles that the shipped maps name; a site may have others."""
CHARACTERISTIC_KINDS = (
    "identity",
    "assay",
    "purity",
    "physical",
    "microbiological",
    "in_process",
    "other",
)
GAP_CODES = (
    "missing",
    "late",
    "wrong_order",
    "wrong_person",
    "out_of_limit",
    "expired",
    "mismatch",
    "incomplete",
    "unbalanced",
    "broken_chain",
)
SEVERITIES = ("critical", "major", "minor", "info")
REGIMES = ("gmp", "food_safety", "coa", "controlled_substances", "environmental", "house")


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record that can be looked for, or that a check can be hung on.

    Attributes:
        table: table of the lot model that holds it.
        time: column that says when it was; anchors and deadlines count from it.
        context: aliases whose columns can be named beside it.
        ends: column that ends its interval (for ``during``), if it has one.
        performer: column of the person who did it, if the table has one.
        checker: column of the person who checked it, if the table has one.
    """

    table: str
    time: str
    context: tuple[str, ...]
    ends: str | None = None
    performer: str | None = None
    checker: str | None = None


_OF_A_LOT = ("lot", "material", "supplier", "site")

RECORD_KINDS = {
    "event": RecordKind(
        "events",
        "occurred_at",
        (
            "event",
            "lot",
            "material",
            "party",
            "order",
            "shipment",
            "customer",
            "supplier",
            "site",
        ),
        performer="performed_by",
        checker="checked_by",
    ),
    "lot_status": RecordKind(
        "lot_status", "occurred_at", ("lot_status", *_OF_A_LOT), performer="changed_by"
    ),
    "test_result": RecordKind(
        "test_results",
        "occurred_at",
        ("test_result", *_OF_A_LOT),
        performer="tested_by",
        checker="reviewed_by",
    ),
    "quality_record": RecordKind(
        "quality_records",
        "opened_at",
        ("quality_record", *_OF_A_LOT),
        ends="closed_at",
        performer="owner",
    ),
    "count": RecordKind(
        "counts",
        "occurred_at",
        ("count", "lot", "material", "site"),
        performer="counted_by",
        checker="witnessed_by",
    ),
    "document": RecordKind("documents", "issued_at", ("document", "site"), performer="issued_by"),
    "submission": RecordKind("submissions", "submitted_at", ("submission", "site")),
    "specification": RecordKind(
        "specifications",
        "valid_from",
        ("specification", "material", "site"),
        ends="valid_to",
        performer="approved_by",
    ),
    "signature": RecordKind(
        "signatures", "signed_at", ("signature", "site"), performer="signer_id"
    ),
    "authorisation": RecordKind(
        "authorisations", "valid_from", ("authorisation", "site"), ends="valid_to"
    ),
    "change": RecordKind(
        "changes",
        "occurred_at",
        ("change", "lot", "material", "site"),
        performer="changed_by",
        checker="reviewed_by",
    ),
    # no records but dates: the ends of months, quarters and years of a site
    "month_end": RecordKind("month_ends", "ended_at", ("month_end", "site")),
    "quarter_end": RecordKind("quarter_ends", "ended_at", ("quarter_end", "site")),
    "year_end": RecordKind("year_ends", "ended_at", ("year_end", "site")),
}
CALENDAR_ENDS = ("month_end", "quarter_end", "year_end")

SUBJECT_CONTEXTS = {
    "lot": ("lot", "material", "supplier", "site"),
    "order": ("order", "material", "lot", "site"),
    "shipment": ("shipment", "customer", "site"),
    "site_period": ("site",),
    "document": ("document", "site"),
    "person": ("person", "site"),
    "material": ("material", "site"),
    "quality_record": ("quality_record", "lot", "material", "site"),
    "customer": ("customer", "site"),
    "supplier_material": ("supplier", "material", "site"),
    "site_material": ("material", "site"),
    "event": RECORD_KINDS["event"].context,
}
SUBJECT_TABLES = {
    "lot": "lots",
    "order": "orders",
    "shipment": "shipments",
    "site_period": "sites",
    "document": "documents",
    "person": "people",
    "material": "materials",
    "quality_record": "quality_records",
    "event": "events",
}
# subjects that are pairs seen from a site; each word is its own table for accepted risks
PAIR_SUBJECTS = ("customer", "supplier_material", "site_material")
# what a bare column of a subject belongs to, where the subject has no table of its own
BARE_ALIASES = {
    "site_period": "site",
    "supplier_material": "supplier",
    "site_material": "material",
}
# event types that are subjects under their own name
EVENT_SUBJECTS = ("receipt",)
RELATIONS = ("order", "lot", "shipment", "material", "supplier", "customer", "site")


# tables whose changes can be looked for, by the words for their records
CHANGED = {
    **{alias: kind.table for alias, kind in RECORD_KINDS.items() if alias != "change"},
    "lot": "lots",
    "order": "orders",
    "shipment": "shipments",
    "material": "materials",
    "person": "people",
    "party": "parties",
}
for _end in CALENDAR_ENDS:
    del CHANGED[_end]


def kind_of(word: str) -> str | None:
    """The record kind a word names: ``event`` for an event type; ``None`` for an unknown word."""
    if word in EVENT_TYPES:
        return "event"
    return word if word in RECORD_KINDS and word != "event" else None


# words a column can hold, for those columns that have a closed list
COLUMN_WORDS = {
    "event.event_type": EVENT_TYPES,
    "event.entry_method": ("scan", "manual", "interface"),
    "lot_status.to_status": LOT_STATES,
    "lot_status.from_status": LOT_STATES,
    "material.class": ("raw", "packaging", "label", "intermediate", "finished", "waste"),
    "material.dea_schedule": ("I", "II", "III", "IV", "V"),
    "order.kind": ("production", "packaging", "rework", "blend"),
    "document.kind": tuple(kind for kind in DOCUMENT_KINDS if kind != "specification"),
    "document.status": ("draft", "effective", "superseded", "rejected"),
    "test_result.origin": ("own", "supplier"),
    "test_result.verdict": ("pass", "fail"),
    "signature.meaning": MEANINGS,
    "quality_record.kind": (
        "deviation",
        "nonconformance",
        "oos",
        "capa",
        "complaint",
        "hold",
        "recall",
        "change",
        "drill",
        "incident",
        "legal_hold",
    ),
    "quality_record.status": ("open", "closed", "cancelled"),
    "quality_record.severity": ("critical", "major", "minor"),
    "count.kind": ("cycle", "annual", "biennial", "initial"),
    "submission.kind": (
        "arcos",
        "form_41",
        "form_106",
        "form_r",
        "biennial_report",
        "exception_report",
        "csos_report",
        "arcos_inventory",
        "arcos_manufacturing",
        "order_form_loss",
        "form_a",
        "theft_loss_notice",
        "suspicious_order",
        "authority_notice",
        "echa_notification",
    ),
    "site.regulated_as": (
        "drug",
        "food",
        "chemical",
        "packaging",
        "controlled_substances",
        "brcgs",
        "sqf",
        "iso22000",
        "house",
    ),
    "site.generator_category": ("LQG", "SQG", "VSQG"),
    "party.risk_category": ("low", "medium", "high"),
    "supplier.risk_category": ("low", "medium", "high"),
    "customer.risk_category": ("low", "medium", "high"),
    "authorisation.kind": AUTHORISATION_KINDS,
}
