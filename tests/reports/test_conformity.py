from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lotproof.reports.conformity import conforms, limit_words, result_words


def limit(lower: str | None = None, upper: str | None = None, text: str | None = None,
          uom: str | None = "%") -> dict[str, Any]:  # fmt: skip
    return {"lower": Decimal(lower) if lower else None, "upper": Decimal(upper) if upper else None,
            "expected_text": text, "uom": uom}  # fmt: skip


def result(value: str | None = None, qualifier: str | None = None, text: str | None = None,
           uom: str | None = "%") -> dict[str, Any]:  # fmt: skip
    return {"value": Decimal(value) if value else None, "qualifier": qualifier,
            "value_text": text, "uom": uom}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found", "truth"),
    [
        (limit("95", "105"), result("95"), True),
        (limit("95", "105"), result("105.0001"), False),
        (limit(upper="0.5"), result("0.05", "<"), True),
        (limit(upper="0.5"), result("0.6", "<"), None),
        (limit(lower="80"), result("80", "<"), False),
        (limit(lower="80"), result("90", "<"), None),
        (limit(lower="80"), result("80", ">"), True),
        (limit(upper="10"), result("10", ">"), False),
        (limit(upper="10"), result("9", ">="), None),
        (limit(upper="0.1"), result(qualifier="ND", uom=None), True),
        (limit("0.1", "0.2"), result(qualifier="ND"), None),
        (limit(upper="1"), result("0.6", uom="mg/kg"), None),
        (limit(upper="1"), result(text="see attachment"), None),
        (limit(text="complies"), result(text=" Complies "), True),
        (limit(text="complies"), result(text="brown"), False),
        (limit(text="complies"), result("1"), None),
    ],
)
def test_a_result_decides_only_what_it_can(
    asked: dict[str, Any], found: dict[str, Any], truth: bool | None
) -> None:
    assert conforms(asked, found) is truth


def test_a_result_is_printed_as_the_source_wrote_it() -> None:
    assert result_words(result("0.60", text="0,60")) == "0,60"
    assert result_words(result("0.6", "<")) == "<0.6"
    assert result_words(result(qualifier="ND")) == "not detected"


def test_limits_are_printed_as_certificates_do() -> None:
    said = [limit_words(asked) for asked in (limit("95", "105"), limit(upper="0.5"), limit("80"))]

    assert said == ["95 to 105", "not more than 0.5", "not less than 80"]
