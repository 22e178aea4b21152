from __future__ import annotations

from lotproof.evidence.lots.indicator_sql import DEFINITIONS
from lotproof.evidence.lots.indicators import Figure
from lotproof.reports.definitions import definition_of
from lotproof.reports.document import frame
from lotproof.reports.executive import Executive
from lotproof.reports.indicator_lines import table_of
from lotproof.reports.rendering import render_pdf

from .conftest import DIGEST, request_for


def _figures() -> list[Figure]:
    """Every indicator there is, the last not known, the first below its limits."""
    last = len(DEFINITIONS) - 1
    return [
        Figure(
            d.name, d.title, "all", "2026-10", None if place == last else 12.5, d.unit, 1234,
            d.formula, d.denominator, None, (("2026-09", 9.0), ("2026-10", 12.5)),
            15.0 if place == 0 else 1.0, 20.0,
        )
        for place, d in enumerate(DEFINITIONS)
    ]  # fmt: skip


def executive_report() -> Executive:
    request, definition = request_for("executive"), definition_of("executive")
    head = frame(
        request, definition, {"name": "Leuven", "site_id": "LEU"}, DIGEST, title="Leuven",
        subtitle="October 2026", running="October 2026", facts=(("Site", "LEU"),),
    )  # fmt: skip
    table = table_of(_figures())
    return Executive(request, definition, head, table.lead, table)


def test_all_indicators_stand_on_one_page_with_places_to_sign() -> None:
    drawn = render_pdf(executive_report())

    assert drawn.pages == 1
    assert {box.page for box in drawn.signature_boxes.values()} == {1}


def test_the_first_sentence_names_what_is_worse_and_counts_what_is_not_known() -> None:
    report = executive_report()
    told = "".join(span.text for span in report.lead)

    assert "one is worse than the months before let expect" in told
    assert DEFINITIONS[0].title.lower() in told
    assert told.endswith("; one not known.")
    assert (report.table.lines[0].state, report.table.lines[-1].state) == ("gap", "undetermined")
    assert report.table.lines[0].before == "9.0"
