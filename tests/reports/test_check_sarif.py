"""The SARIF log, validated with a JSON Schema of the part of the standard that lotproof writes.

The schema below is written from the text of SARIF 2.1.0 (OASIS, 27 March 2020) and is stricter
than the published one: it admits no property that we do not write. No package that the tests
install carries the published schema.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from lotproof.reports.check_formats import FORMATS
from lotproof.reports.map_places import Place

from .test_check import checked

Json = dict[str, Any]


def _object(required: list[str], **properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_TEXT: Json = {"type": "string", "minLength": 1}
_BAG: Json = {"type": "object", "properties": {"tags": {"type": "array", "uniqueItems": True}}}
_MESSAGE = _object(["text"], text=_TEXT)  # 3.11, 3.12
_LEVEL: Json = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
_URI: Json = {"type": "string", "pattern": r"^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$"}  # RFC 3986
_RULE = _object(  # 3.49
    ["id"],
    id=_TEXT,
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_object([], level=_LEVEL),  # 3.50
    properties=_BAG,
)
_PHYSICAL = _object(  # 3.29
    ["artifactLocation"],
    artifactLocation=_object(["uri"], uri=_URI, uriBaseId=_TEXT),  # 3.4
    region=_object(["startLine"], startLine={"type": "integer", "minimum": 1}),  # 3.30
)
_LOCATION = _object(  # 3.28
    [],
    physicalLocation=_PHYSICAL,
    logicalLocations={
        "type": "array",
        "items": _object(["fullyQualifiedName"], fullyQualifiedName=_TEXT),  # 3.33
    },
)
_RESULT = _object(  # 3.27
    ["message"],
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    properties=_BAG,
)
_RUN = _object(  # 3.14
    ["tool"],
    tool=_object(
        ["driver"],
        driver=_object(
            ["name"],
            name=_TEXT,
            version=_TEXT,
            rules={"type": "array", "items": _RULE, "uniqueItems": True},
        ),
    ),
    automationDetails=_object([], id=_TEXT),  # 3.17
    originalUriBaseIds={
        "type": "object",
        "additionalProperties": _object([], description=_MESSAGE),
    },
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": _RESULT},
)
SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        ["version", "runs"],  # 3.13
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"const": "2.1.0"},
        runs={"type": "array", "items": _RUN},
    ),
}


def _log() -> Json:
    place = Place("obligations/a map.yml", 12, is_shipped=False)
    found = replace(checked("gap:minor"), places={"us-21cfr211:211.84-a": place})
    log: Json = json.loads(FORMATS["sarif"](found))
    return log


def test_the_log_is_what_the_standard_admits() -> None:
    log = _log()

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(log, SCHEMA)
    assert len(log["runs"][0]["results"]) == 4
    jsonschema.validate(json.loads(FORMATS["sarif"](checked("gap:never"))), SCHEMA)


def _unknown_level(run: Json) -> None:
    run["results"][0]["level"] = "critical"


def _no_message(run: Json) -> None:
    del run["results"][0]["message"]


def _line_zero(run: Json) -> None:
    run["results"][0]["locations"][0]["physicalLocation"] = {
        "artifactLocation": {"uri": "a.yml"}, "region": {"startLine": 0},
    }  # fmt: skip


def _blank_in_a_uri(run: Json) -> None:
    run["results"][0]["locations"][0]["physicalLocation"] = {"artifactLocation": {"uri": "a b.yml"}}


def _no_driver(run: Json) -> None:
    run["tool"] = {}


def _unknown_property(run: Json) -> None:
    run["verdicts"] = []


@pytest.mark.parametrize(
    "spoil",
    [_unknown_level, _no_message, _line_zero, _blank_in_a_uri, _no_driver, _unknown_property],
)
def test_the_schema_refuses_what_the_standard_does_not_admit(spoil: Callable[[Json], None]) -> None:
    log = copy.deepcopy(_log())
    spoil(log["runs"][0])

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SCHEMA)
