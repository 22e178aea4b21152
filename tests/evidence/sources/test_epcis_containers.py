"""A container that is shipped stands for the lots that were in it then."""

from __future__ import annotations

from pathlib import Path

from .documents import BAG, BAG_ID, BOX, RAW, RAW_ID, food, lots, packing, shipping
from .plants import moment


def test_a_container_that_ships_stands_for_what_was_packed_in_it_then(tmp_path: Path) -> None:
    to = [{"type": "owning_party", "destination": "urn:epc:id:pgln:4012345.00001"}]
    made = food(
        tmp_path,
        shipping(4, "10:00", epcList=[BOX], destinationList=to),
        packing(1, "08:00", childQuantityList=lots(BAG)),
        packing(2, "11:00", "DELETE"),
        packing(3, "12:00", childQuantityList=lots(RAW)),
        shipping(5, "13:00", epcList=[BOX]),
    )
    report = made.ingest()
    first, second = made.rows("events")
    inside = [(r["content_id"], r["packed_at"], r["unpacked_at"]) for r in made.rows("containment")]
    shipments = {row["shipment_id"]: row for row in made.rows("shipments")}

    assert report.is_complete
    assert (first["lot_id"], first["quantity"], first["party_id"]) == (BAG_ID, 120, "4012345000016")
    assert second["lot_id"] == RAW_ID
    assert inside == [
        (BAG_ID, moment("2026-10-12T15:00"), moment("2026-10-12T18:00")),
        (RAW_ID, moment("2026-10-12T19:00"), None),
    ]
    assert shipments["urn:uuid:4"]["customer_id"] == "4012345000016"
    assert first["shipment_id"] == "urn:uuid:4"


def test_containers_in_containers_are_opened_also_when_one_holds_itself(tmp_path: Path) -> None:
    outer = "urn:epc:id:sscc:0614141.1000000000"
    made = food(
        tmp_path,
        packing(1, "08:00", childQuantityList=lots(BAG)),
        packing(2, "08:30", parent=outer, childEPCs=[BOX]),
        packing(3, "08:45", childEPCs=[outer]),
        shipping(4, "10:00", epcList=[outer]),
    )
    made.ingest()

    assert made.values("events", "lot_id") == [BAG_ID]


def test_unpacking_what_nobody_packed_goes_to_quarantine(tmp_path: Path) -> None:
    made = food(tmp_path, packing(1, "08:00", "DELETE"))
    report = made.ingest()

    assert report.files[-1].rows_quarantined == 1
    assert made.rows("quarantine")[0]["table_name"] == "containment"
