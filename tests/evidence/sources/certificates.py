"""Certificates as JSON, made up, in the two forms that the mapping `certificates` reads."""

from __future__ import annotations

import json
from typing import Any

COA_SCHEMA = "https://schemas.s1seven.com/coa-schemas/v1.1.0/schema.json"
EN_SCHEMA = "https://schemas.materialidentity.org/en10168-schemas/v0.5.0/schema.json"

Json = dict[str, Any]


def coa(number: str = "C-77", lot: str | None = "MX-88121", **parts: Any) -> Json:
    """A certificate of analysis of Moorland Actives for a lot, with two results."""
    certificate: Json = {
        "CertificateLanguages": ["EN"],
        "Id": number,
        "Date": "2026-10-01",
        "Standard": {"Norm": "EN 10204:2004", "Type": "3.1"},
        "Parties": {"Manufacturer": {"Name": "Moorland Actives"}, "Customer": {"Name": "Corvale"}},
        "BusinessTransaction": {
            "Order": {"Id": "45-1", "Position": "10", "CustomerProductId": "M-2001"},
            "Delivery": {"Id": "DN-9"},
        },
        "Product": {
            "Id": "A7",
            "Name": "Substance A7",
            "ProductionBatchId": "B-100",
            "ProductionDate": "2026-08-20",
            "ExpirationDate": "2028-08-31",
        },
        "Analysis": {
            "LotId": lot,
            "Inspections": [
                {"Property": "water", "Method": "KF", "Unit": "%", "Value": "0.30",
                 "ValueType": "number", "Maximum": "0.5"},
                {"Property": "assay", "Method": "HPLC", "TestConditions": "25 °C", "Unit": "%",
                 "Value": "99.1", "ValueType": "number", "Minimum": "98.0", "Maximum": "102.0"},
            ],
        },
        "DeclarationOfConformity": {"Declaration": "Valid without signature."},
        "Attachments": [
            {"FileName": "page.pdf", "Data": "data:application/pdf;base64,VGhpcyBpcyBubyBQREY="}
        ],
    }  # fmt: skip
    return {"RefSchemaUrl": COA_SCHEMA, "Certificate": certificate | parts}


def en10168(
    *inspections: Json, lots: Any = ("7282841", "7282842"), product: Json | None = None
) -> Json:
    """A certificate of Steel Works for lots: what was inspected, what the product is like."""
    certificate: Json = {
        "CommercialTransaction": {
            "A01": {"Name": "Steel Works"},
            "A02": "EN 10204 3.1",
            "A03": "186/1",
            "A07": "PO-4",
        },
        "ProductDescription": {"B01": "Tubes", "B07": lots} | (product or {}),
        "Inspection": list(inspections),
        "Validation": {"Z02": "2026-10-02", "Z03": {"Name": "Person Z", "Title": "Inspector"}},
    }
    return {"RefSchemaUrl": EN_SCHEMA, "Certificate": certificate}


def text(*documents: Json) -> str:
    """One certificate as a file, or several as a list."""
    return json.dumps(documents[0] if len(documents) == 1 else list(documents), ensure_ascii=False)
