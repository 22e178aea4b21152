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
