"""What `lotproof.yml` says, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.workspace import find_workspace, load_workspace

GOOD = """\
company: Corvale Manufacturing
example: true
sites:
  - {site_id: LEU, name: Leuven, country: BE, timezone: Europe/Brussels, regulated_as: [drug],
     gln: 5490000000016}
sources:
  - {name: sap, mapping: sap-ecc, site: LEU, files: extracts/LEU/*.csv}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "lotproof.yml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(LotproofError) as caught:
        load_workspace(write(folder, text))
    return str(caught.value)


def test_the_nearest_lotproof_yml_upwards_is_the_workspace(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    inner = tmp_path / "extracts" / "LEU"
    inner.mkdir(parents=True)

    workspace = find_workspace(inner)

    assert workspace.root == tmp_path
    assert workspace.example
    assert workspace.site("LEU").gln == "5490000000016"
    assert workspace.source("sap").globs == ("extracts/LEU/*.csv",)


def test_outside_a_workspace_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match="lotproof init DIR"):
        find_workspace(tmp_path)


def test_no_is_the_country_of_a_norwegian_site(tmp_path: Path) -> None:
    workspace = load_workspace(write(tmp_path, GOOD.replace("country: BE", "country: NO")))

    assert workspace.site("LEU").country == "NO"


def test_all_faults_are_shown_at_once_with_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace("timezone: Europe/Brussels", "timezone: Europe/Leuven")
    message = refusal(tmp_path, text.replace("mapping:", "maping:"))

    assert "lotproof.yml:4:" in message
    assert "IANA time zone" in message
    assert "lotproof.yml:7:" in message
    assert "unknown key 'sources.0.maping'" in message
    assert "key 'sources.0.mapping' is missing" in message


def test_broken_yaml_is_shown_where_it_breaks(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD + "maps: [us-21cfr211\n")

    assert "lotproof.yml:9:1: not YAML" in message


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD + "company: Another\n")

    assert "lotproof.yml:8:1: key 'company' a second time" in message


def test_a_source_of_an_unknown_site_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD.replace("site: LEU", "site: LUE"))

    assert "lotproof.yml:7:" in message
    assert "unknown site 'LUE'" in message


def test_a_name_used_twice_is_refused(tmp_path: Path) -> None:
    twice = "  - {name: sap, mapping: generic, files: other/*.csv}\n"
    message = refusal(tmp_path, GOOD + twice)

    assert "lotproof.yml:8:" in message
    assert "'sap' stands twice under `sources:`" in message


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "lotproof.yml").write_bytes(b"company: Caf\xe9\n")
    with pytest.raises(LotproofError, match="byte 0xe9 is not UTF-8") as caught:
        load_workspace(tmp_path)

    assert str(caught.value.where).endswith("lotproof.yml:1")


UNITS = "units:\n  - {material_id: M1, from: KG, to: EA, factor: 4000, source: SPEC-12"


def test_factors_of_materials_are_exact(tmp_path: Path) -> None:
    more = "}\n  - {material_id: 7, from: KG, to: KG-BASE, factor: 0.82, source: CoA}\n"
    found = load_workspace(write(tmp_path, GOOD + UNITS + more)).units

    assert [factor.row for factor in found] == [
        ["M1", "KG", "EA", "4000", None, None, "SPEC-12"],
        ["7", "KG", "KG-BASE", "0.82", None, None, "CoA"],
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("from: EA, to: G, factor: 1, valid_from: 2026-01-01", "hold on the same day"),
        ("from: KG, to: G, factor: 820", "which convert by size"),
        ("from: L, to: EA, factor: 0", "factor"),
        ("from: L, to: EA, factor: 0.1234567891", "factor"),
        ("from: L, to: EA, factor: 1, valid_from: 2026-02-01, valid_to: 2026-01-01", "before"),
        ("from: L, to: EA, factor: 1, per: 2", "per"),
    ],
)
def test_a_factor_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, entry: str, said: str
) -> None:
    text = f"{GOOD}{UNITS}}}\n  - {{material_id: M1, source: x, {entry}}}\n"
    found = refusal(tmp_path, text)

    assert "lotproof.yml:10" in found
    assert said in found


def test_the_same_factor_may_change(tmp_path: Path) -> None:
    later = "  - {material_id: M1, from: KG, to: EA, factor: 4100, source: x, "
    text = f"{GOOD}{UNITS}, valid_to: 2026-01-31}}\n{later}valid_from: 2026-02-01}}\n"

    assert len(load_workspace(write(tmp_path, text)).units) == 2
