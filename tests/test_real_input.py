"""End to end on data that nobody here wrote: tablet batches, and a seafood chain as EPCIS.

The data are not part of the project. They are looked for in ``../shared/fixtures`` beside the
repository, or where LOTPROOF_FIXTURES says; without them these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from lotproof.evidence.seal import demo_policy, make_demo_ca, policy_yaml
from lotproof.evidence.sources.ingest import IngestReport, ingest
from lotproof.evidence.warehouse import build, open_warehouse
from lotproof.evidence.workspace import Workspace, load_workspace
from lotproof.reports.pack import PackOrder, assemble

ROOT = Path(__file__).parents[1]
FIXTURES = Path(os.environ.get("LOTPROOF_FIXTURES", ROOT.parent / "shared" / "fixtures"))
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
LOT_CLASS = "urn:gdst:example.org:product:class:"
CAN = "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022"
TABLETS = """\
company: Tablets
sites:
  - {site_id: TAB, name: Tablet plant, country: SI, timezone: Europe/Ljubljana,
     regulated_as: [drug]}
sources:
  - {name: tablets, mapping: pharma-tablets, site: TAB, files: extracts/*.csv}
maps: [us-21cfr211, us-21cfr211-coa]
trust: [trust/demo-ca.pem]
signing_policy: policy/signing-policy.yml
"""
SEAFOOD = """\
company: Seafood
sites:
  - {site_id: SEA, name: Processing plant, country: US, timezone: America/Chicago,
     regulated_as: [food], gln: "urn:gdst:example.org:location:loc:processor.plant1u"}
sources:
  - {name: chain, mapping: epcis, site: SEA, files: extracts/*.jsonld}
"""


def _given(folder: str, names: list[str], to: Path) -> None:
    found = FIXTURES / folder
    if not found.is_dir():
        pytest.skip(f"{folder} is not beside the repository; set LOTPROOF_FIXTURES to its folder")
    to.mkdir(parents=True)
    for name in names:
        shutil.copyfile(found / name, to / name)


def _taken_in(root: Path) -> tuple[Workspace, IngestReport]:
    workspace = load_workspace(root)
    return workspace, ingest(workspace, at=AT)


def _counts(workspace: Workspace, sql: str) -> dict[str, int]:
    with open_warehouse(workspace) as con:
        return dict(con.execute(sql).fetchall())


@pytest.fixture(scope="module")
def tablets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, IngestReport]:
    root = tmp_path_factory.mktemp("tablets")
    _given(
        "pharma_tablets",
        ["Laboratory.csv", "Process.csv", "Normalization.csv"],
        root / "extracts",
    )
    authority = make_demo_ca(root / "policy" / "keys", at=AT)
    (root / "trust").mkdir()
    shutil.copyfile(authority.root, root / "trust" / "demo-ca.pem")
    (root / "policy" / "signing-policy.yml").write_text(policy_yaml(demo_policy(authority)))
    (root / "lotproof.yml").write_text(TABLETS)
    workspace, report = _taken_in(root)
    build(workspace, "2018-11")
    return workspace, report


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, IngestReport]:
    root = tmp_path_factory.mktemp("seafood")
    names = ["gdst_data_withmasterdata.jsonld"]
    _given("gdst_opentraceability", names, root / "extracts")
    shipped = files("lotproof") / "obligations" / "food_safety" / "us-21cfr1s.yml"
    text = shipped.read_text().replace("map: us-21cfr1s", "map: rehearsal-1s")
    (root / "obligations").mkdir()
    (root / "obligations" / "rehearsal-1s.yml").write_text(
        text.replace("from: 2023-01-20", "from: 2021-01-01")
    )
    (root / "masters").mkdir()
    foods = {
        "feedmill.1u": "false,none",
        "hatchery.1u": "true,none",
        "fishfarm.1u": "true,none",
        "fisherman01.tunau": "true,vessel_caught",
        "processor.10u": "true,none",
        "processor.2u": "true,kill_step",
    }
    rows = [f"{LOT_CLASS}{name},{LOT_CLASS}{name},{said}" for name, said in foods.items()]
    head = "record_id,material_id,food_traceability_list,flags"
    (root / "masters" / "materials.csv").write_text("\n".join([head, *rows]) + "\n")
    (root / "lotproof.yml").write_text(
        SEAFOOD + "  - {name: food-list, mapping: generic, site: SEA, files: masters/*.csv}\n"
        "maps: [us-21cfr1s, rehearsal-1s]\n"
    )
    workspace, report = _taken_in(root)
    build(workspace, "2022-01")
    return workspace, report


@pytest.mark.slow
def test_every_row_of_the_tablets_is_landed_or_in_quarantine(
    tablets: tuple[Workspace, IngestReport],
) -> None:
    _, report = tablets
    sums = {file.name: (file.rows_read, file.rows_landed, file.rows_quarantined)
            for file in report.files if file.source == "tablets"}  # fmt: skip

    assert report.is_complete
    assert sums == {
        "Laboratory.csv": (464, 412, 52),
        "Process.csv": (464, 464, 0),
        "Normalization.csv": (8, 8, 0),
    }


@pytest.mark.slow
def test_a_tablet_batch_has_its_substance_and_three_excipients(
    tablets: tuple[Workspace, IngestReport],
) -> None:
    with open_warehouse(tablets[0]) as con:
        parents = con.execute(
            "select parent_lot_id from lot_links where is_current and child_lot_id = 'TAB/25' "
            "order by 1"
        ).fetchall()

    assert [name for (name,) in parents] == ["API/1/7", "LACTOSE/2", "SMCC/2", "STARCH/1"]


@pytest.mark.slow
def test_months_stay_months(tablets: tuple[Workspace, IngestReport]) -> None:
    found = _counts(
        tablets[0],
        "select precision, count(*) from events where is_current group by 1",
    )

    assert found == {"month": 2320}


@pytest.mark.slow
def test_values_of_one_lot_that_differ_are_kept_apart_and_none_is_chosen(
    tablets: tuple[Workspace, IngestReport],
) -> None:
    workspace, report = tablets
    with open_warehouse(workspace) as con:
        held = con.execute("select count(*) from quarantine").fetchone()
        chosen = con.execute(
            "select count(*) from test_results where record_id in "
            "(select record_id from test_results where lot_id = 'API/3/104' "
            "and characteristic = 'content')"
        ).fetchone()
    kinds = Counter(finding.kind for finding in report.findings)

    assert held == (240,)
    assert chosen == (0,)
    assert kinds["conflict"] > 50
    assert kinds["left_out"] > 50


@pytest.mark.slow
def test_nothing_that_no_source_covers_is_met(tablets: tuple[Workspace, IngestReport]) -> None:
    met = _counts(
        tablets[0],
        "select requirement_id, count(*) from verdict_list where state = 'met' group by 1",
    )
    states = _counts(tablets[0], "select state, count(*) from verdict_list group by 1")

    assert met == {"211.130-c": 39, "211.184-c": 12}
    # most columns of the rules are never sent by these files: that is no gap
    assert 0 < states["gap"] < 100
    assert states["undetermined"] > 1000


@pytest.mark.slow
def test_a_dossier_and_a_certificate_of_a_real_batch_say_what_is_not_known(
    tablets: tuple[Workspace, IngestReport],
) -> None:
    for report in ("dossier", "coa"):
        pack = assemble(tablets[0], PackOrder(report, "TAB", "2018-11", lot="TAB/25"), at=AT)
        said = _text(pack)

        assert "November 2018" in said
        assert "1 November 2018" not in said
        assert "core tensile strength" in said
        assert "conforms" not in said


def _text(pack: Path) -> str:
    """The words of a pack's only PDF."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed; apt-get install poppler-utils")
    (pdf,) = (pack / "data" / "reports").glob("*.pdf")
    done = subprocess.run([reader, "-layout", str(pdf), "-"], check=True, capture_output=True)
    return done.stdout.decode()


@pytest.mark.slow
def test_the_seafood_chain_becomes_lots_links_and_shipments(
    chain: tuple[Workspace, IngestReport],
) -> None:
    workspace, report = chain
    counts = {
        table: _counts(workspace, f"select 'n', count(*) from {table} where is_current")["n"]
        for table in ("lots", "lot_links", "shipments", "events")
    }
    with open_warehouse(workspace) as con:
        back = con.execute(
            "with recursive back(lot_id) as (select ? union select parent_lot_id from back "
            "join lot_links on child_lot_id = back.lot_id and is_current) "
            "select count(*) from back",
            [CAN],
        ).fetchone()

    assert report.is_complete
    assert counts == {"lots": 6, "lot_links": 5, "shipments": 2, "events": 18}
    assert back == (6,)


@pytest.mark.slow
def test_the_traceability_rule_judges_the_chain_and_is_not_in_force_before_its_day(
    chain: tuple[Workspace, IngestReport],
) -> None:
    by_map = _counts(
        chain[0], "select map_id, count(*) from verdict_list where state <> 'not_applicable' "
        "group by 1"
    )  # fmt: skip
    states = _counts(chain[0], "select state, count(*) from verdict_list group by 1")

    assert set(by_map) == {"rehearsal-1s"}
    assert {"met", "gap", "undetermined", "not_applicable"} <= set(states)


def _epcis(tmp_path: Path, name: str) -> IngestReport:
    _given("gdst_opentraceability", [name], tmp_path / "extracts")
    (tmp_path / "lotproof.yml").write_text(SEAFOOD)
    return _taken_in(tmp_path)[1]


def test_an_event_sent_twice_counts_once(tmp_path: Path) -> None:
    report = _epcis(tmp_path, "EPCISQueryDocument_duplicate_eventIDs.jsonld")
    (file,) = [file for file in report.files if file.source == "chain"]

    assert (file.rows_read, file.rows_landed, file.exact_duplicates) == (2, 1, 1)


def test_one_identifier_of_several_events_is_held_back_with_all_of_them(tmp_path: Path) -> None:
    report = _epcis(tmp_path, "traceback_tests.jsonld")
    (file,) = [file for file in report.files if file.source == "chain"]

    assert file.rows_quarantined == 6
    assert file.adds_up


def test_a_malformed_document_is_refused_with_its_place(tmp_path: Path) -> None:
    report = _epcis(tmp_path, "EPCISQueryDocument_malformed.jsonld")
    (error,) = report.refused

    assert not report.is_complete
    assert "EPCISQueryDocument_malformed.jsonld:1:285" in str(error)
    assert "get the document again" in str(error)
