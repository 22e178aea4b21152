from pathlib import Path

from lotproof.evidence.warehouse.lot_model_page import PAGE, lot_model_page

ROOT = Path(__file__).parents[3]


def test_the_page_of_the_lot_model_says_what_the_models_say() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")

    assert written == lot_model_page(), (
        "renew it: python -m lotproof.evidence.warehouse.lot_model_page"
    )
