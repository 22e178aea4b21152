"""Maps are read whole, and every fault is shown with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.maps import load_map, load_maps
from lotproof.evidence.maps.binding import unasked
from lotproof.evidence.maps.checks import FieldsCheck
from lotproof.evidence.yaml_files import CollectedError

from .small_map import small, written


def fault(folder: Path, old: str, new: str) -> LotproofError:
    """The only fault of the small map with one change."""
    with pytest.raises(LotproofError) as raised:
        load_map(written(folder, old, new))
    assert not isinstance(raised.value, CollectedError), str(raised.value)
    return raised.value


def faults(error: LotproofError) -> list[LotproofError]:
    """The single faults of an error."""
    return error.faults if isinstance(error, CollectedError) else [error]


def test_a_map_is_read_with_ids_as_they_are_written(tmp_path: Path) -> None:
    found = small(tmp_path)

    assert [requirement.id for requirement in found.requirements] == ["1.10", "1.20"]
    assert len(found.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "found", "expected", "fix"),
    [
        ("title: A small map", "titel: A", "unknown key 'titel'", "title", "write 'title'"),
        ("        before: first", "        befor: first", "'befor'", "before", "write 'before'"),
        ("event: release", "event: relaese", "'relaese'", "receipt", "write 'release'"),
        ("- event: release", "- evnt: release", "'evnt' names no check", "event", "'event'"),
        ("first consumption", "frst consumption", "'frst consumption'", "first|last|each", ""),
        ("sureness: V", "sureness: X", "'X'", "'V', 'P' or 'M'", ""),
        ("is: [released]", "is: [free]", "'free'", "quarantine", ""),
        ("material.class: [raw,", "material.class: [row,", "'row'", "raw", "write 'raw'"),
        (
            "material.class:",
            "material.clas:",
            "material.clas",
            "a column of lot",
            "'material.class'",
        ),
        ("within: $days", "within: $dayz", "parameter '$dayz'", "days", "write 'days'"),
        ("within: $days", "within: soon", "'soon'", "30 days", ""),
        ("subject: lot", "subject: lott", "'lott'", "shipment", "write 'lot'"),
        ("id: 1.20", "id: 1.10", "is given 2 times", "once", "apart"),
        ("    remedy: Dispose of the rejected lot.\n", "", "'remedy' is missing", "", "add"),
        ("    cites: Rule 1.20\n", "", "'cites' is missing", "", "add `cites:`"),
        ("role: quality-unit", "role: quality-unti", "role 'quality-unti'", "", "'quality-unit'"),
        ("meaning: release", "meaning: relase", "meaning 'relase'", "approval", "'release'"),
        (
            "- status_at: each consumption\n        is: [released]",
            "- document: procedur",
            "'procedur' is no kind",
            "label",
            "write 'procedure'",
        ),
        ("owner: q", "compliance_from: 2020-01-x\nowner: q", "2020-01-x", "date", ""),
        (
            "in_force: {from: 2020-01-01}",
            "in_force: {from: 2020-01-01, to: 2019-01-01}",
            "from 2020-01-01 to 2019-01-01",
            "an end after the beginning",
            "correct one",
        ),
        (
            "has: consumption}",
            "has: consumption, has_not: [issue, consumption]}",
            "has and has_not consumption",
            "another kind",
            "remove one",
        ),
    ],
)
def test_a_fault_says_what_was_found_and_what_to_do(
    tmp_path: Path, old: str, new: str, found: str, expected: str, fix: str
) -> None:
    with pytest.raises(LotproofError) as raised:
        load_map(written(tmp_path, old, new))
    (told, *_) = [one for one in faults(raised.value) if found in one.found]

    assert expected in told.expected
    assert fix in told.fix


def test_a_role_of_the_sites_own_is_no_fault(tmp_path: Path) -> None:
    found = load_map(written(tmp_path, "role: quality-unit", "role: toxicologist"))

    assert len(found.requirements) == 2


def test_what_a_faulty_item_leaves_of_its_list_is_no_second_fault(tmp_path: Path) -> None:
    with pytest.raises(LotproofError) as raised:
        load_map(written(tmp_path, "sureness: V", "sureness: X"))

    assert [found.found for found in faults(raised.value)] == ["'X' (in requirements.0.sureness)"]


def test_what_a_site_is_regulated_as_is_asked_about_by_some_map(tmp_path: Path) -> None:
    assert unasked(["drug", "brcgs"], [small(tmp_path)]) == ["brcgs"]


def test_a_fault_stands_at_its_line_and_column(tmp_path: Path) -> None:
    where = fault(tmp_path, "        is: [released]", "        is: [free]").where

    assert where is not None
    assert (where.line, where.column) == (25, 14)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "sureness: V", "sureness: X")
    path.write_text(
        path.read_text().replace("is: [released]", "is: [free]").replace("title:", "t:")
    )

    with pytest.raises(CollectedError) as raised:
        load_map(path)

    lines = [found.where.line or 0 for found in raised.value.faults if found.where]
    assert len(lines) >= 5
    assert lines == sorted(lines)


def test_names_are_checked_together_too(tmp_path: Path) -> None:
    path = written(tmp_path, "material.class:", "material.klass:")
    path.write_text(path.read_text().replace("within: $days", "within: $dayz"))

    with pytest.raises(CollectedError) as raised:
        load_map(path)

    text = str(raised.value)
    assert "material.klass" in text
    assert "$dayz" in text
    assert "requirement 1.10" in text


def test_a_parameter_nobody_uses_is_a_fault(tmp_path: Path) -> None:
    told = fault(tmp_path, "params:\n", "params:\n  idle: 3\n")

    assert told.found == "parameter 'idle' is used by no requirement"
    assert told.where is not None
    assert told.where.line == 10


def test_a_requirement_is_judged_in_exactly_one_way(tmp_path: Path) -> None:
    old = "    severity: minor\n"
    told = fault(tmp_path, old, f"{old}    waits_for: [unique]\n")

    assert "expect, attest and waits_for" in told.found


def test_several_files_are_told_together(tmp_path: Path) -> None:
    written(tmp_path, "sureness: V", "sureness: X", "a.yml")
    written(tmp_path, "sureness: V", "sureness: Y", "b.yml")

    with pytest.raises(CollectedError) as raised:
        load_maps([tmp_path])

    assert [Path(str(f.where.file)).name for f in raised.value.faults if f.where] == [
        "a.yml",
        "b.yml",
    ]


def test_a_map_given_twice_is_a_fault(tmp_path: Path) -> None:
    written(tmp_path, name="a.yml")
    written(tmp_path, name="b.yml")

    with pytest.raises(LotproofError, match="map 'small' a second time"):
        load_maps([tmp_path])


def test_on_is_a_key_and_no_boolean(tmp_path: Path) -> None:
    found = small(tmp_path, "      - status_at: each consumption\n        is: [released]",
                  "      - fields: [quantity]\n        on: each consumption")  # fmt: skip

    (_, check) = found.requirements[0].expect
    assert isinstance(check, FieldsCheck)
    assert check.on.take == "each"
