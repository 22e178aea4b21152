"""Packs assembled from a workspace: names, versions, what goes in, what is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.workspace import Workspace, load_workspace
from lotproof.reports.pack import PackOrder, assemble

from .assembling import AT, CONFIGURATION, ORIGINAL


def record(pack: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((pack / "pack.json").read_text(encoding="utf-8"))
    return found


def test_a_monthly_pack_is_named_by_month_and_site(monthly_pack: Path) -> None:
    assert monthly_pack.name == "AP-2026-10-LEU_v1"
    assert record(monthly_pack)["state"] == "draft"
    assert record(monthly_pack)["example"] is True
    assert record(monthly_pack)["as_of"] == "2026-11-04T17:00:00Z"


def test_a_pack_encloses_originals_maps_and_queries(monthly_pack: Path) -> None:
    originals = sorted((monthly_pack / "data" / "originals").rglob("MSEG*.csv"))

    assert [path.name for path in originals] == ["MSEG-U-2.csv", "MSEG-U.csv"]
    assert {path.read_bytes() for path in originals} == {ORIGINAL}
    assert (monthly_pack / "data" / "obligations" / "us-21cfr211.yml").is_file()
    query = (monthly_pack / "data" / "queries" / "maps" / "m.sql").read_text()
    assert query == "select * from read_parquet('.lotproof/x')"


def test_the_next_version_supersedes_the_one_before(
    workspace: Workspace, monthly_pack: Path
) -> None:
    second = assemble(workspace, PackOrder("monthly"), at=AT)
    listing = (monthly_pack / "tagmanifest-sha256.txt").read_bytes()

    assert second.name == "AP-2026-10-LEU_v2"
    assert record(second)["supersedes"] == {
        "pack_id": "AP-2026-10-LEU", "version": 1,
        "tagmanifest_sha256": hashlib.sha256(listing).hexdigest(),
    }  # fmt: skip


def test_the_month_before_is_named(workspace: Workspace, monthly_pack: Path) -> None:
    earlier = workspace.root / "packs" / "AP-2026-09-LEU_v3"
    earlier.mkdir()
    (earlier / "tagmanifest-sha256.txt").write_bytes(b"x")
    again = assemble(workspace, PackOrder("monthly"), at=AT)

    assert record(monthly_pack)["previous"] is None
    assert record(again)["previous"] == {
        "pack_id": "AP-2026-09-LEU", "version": 3,
        "tagmanifest_sha256": hashlib.sha256(b"x").hexdigest(),
    }  # fmt: skip


def test_a_certificate_for_a_customer_encloses_no_extract_and_no_verdict(
    workspace: Workspace,
) -> None:
    order = PackOrder("coa", lot="LEU-P-2671-1", customer_id="C-007")
    pack = assemble(workspace, order, at=AT)
    names = {path.name for path in pack.rglob("*") if path.is_file()}

    assert not (pack / "data" / "originals").exists()
    assert not (pack / "data" / "queries").exists()
    assert "certificate-of-analysis.pdf" in names
    assert names.isdisjoint({"verdict_list.csv", "index.html", "us-21cfr211.yml"})


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (PackOrder("monthly", period="2026-09"), "the last build is of 2026-10"),
        (PackOrder("monthly", site_id="ZZZ"), "site 'ZZZ'"),
        (PackOrder("dossier"), "without a lot"),
        (PackOrder("dossier", lot="nowhere"), "lot 'nowhere'"),
        (PackOrder("quarterly"), "report 'quarterly'"),
    ],
)
def test_an_order_that_cannot_be_met_is_refused_and_leaves_nothing(
    workspace: Workspace, order: PackOrder, found: str
) -> None:
    packs = workspace.root / "packs"
    before = {path.name for path in packs.glob(".*")} if packs.exists() else set()

    with pytest.raises(LotproofError, match=found):
        assemble(workspace, order, at=AT)
    assert {path.name for path in packs.glob(".*")} == before


def test_an_original_that_is_gone_is_named(workspace: Workspace) -> None:
    kept = workspace.root / ".lotproof" / "originals" / hashlib.sha256(ORIGINAL).hexdigest()
    aside = kept.rename(kept.with_name("aside"))
    try:
        with pytest.raises(LotproofError, match=r"the original of MSEG Ü\.csv is gone"):
            assemble(workspace, PackOrder("monthly"), at=AT)
    finally:
        aside.rename(kept)

    assert not list((workspace.root / "packs").glob(".*"))


def test_a_workspace_without_policy_or_certificate_says_so(tmp_path: Path) -> None:
    text = CONFIGURATION.replace("signing_policy: policy/signing-policy.yml\n", "")
    (tmp_path / "lotproof.yml").write_text(text, encoding="utf-8")

    with pytest.raises(LotproofError, match="without a signing policy"):
        assemble(load_workspace(tmp_path), PackOrder("monthly"), at=AT)
