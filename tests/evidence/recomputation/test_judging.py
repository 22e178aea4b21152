"""A pack's evidence, judged again, says what the pack says; and where it does not, that is told."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.recomputation import judge_again
from lotproof.evidence.recomputation.comparing import differences
from lotproof.evidence.recomputation.judging import enclosed_maps, judged_database
from lotproof.evidence.seal import Finding, PackRecord, demo_policy, make_demo_ca, new_pack
from lotproof.evidence.seal import read_record as record_of
from lotproof.evidence.seal.verify.folder import read_folder
from lotproof.evidence.seal.verify.snapshot import Snapshot
from lotproof.evidence.warehouse import open_worlds
from lotproof.reports.evidence import export_evidence
from lotproof.reports.request import ReportRequest

from ..seal.packs import AT, IDENTITY
from ..warehouse.small_worlds import AS_OF, PERIOD, World, small_map, together

SITE = "LEU"
RULES: dict[str, dict[str, Any]] = {
    "released-first": {"expect": [{"event": "release", "before": "first consumption"}]},
    "inspected": {"expect": [{"event": "inspection"}]},
    "by-own-model": {"expect": [{"check": "our_own_model"}]},
}


def _world() -> World:
    world = World(SITE)
    for short, release in (("A", "11"), ("B", "13"), ("C", None)):
        world.lot(short).event("consumption", "12", short)
        if release:
            world.event("release", release, short)
    return world.event("inspection", "10", "A")


@dataclass(frozen=True)
class Judged:
    """A pack of a judged world, as read, and the database that came out of judging it again."""

    folder: Path
    snapshot: Snapshot
    record: PackRecord
    database: Path

    def differences(self, **other: Path) -> list[Finding]:
        datasets = {
            path.stem: path for path in (self.folder / "data" / "evidence").glob("*.parquet")
        }
        return list(differences(self.database, datasets | other, set(), self.record))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    root = tmp_path_factory.mktemp("judged")
    file = root / "house.yml"
    kept = {name: rule for name, rule in RULES.items() if name != "by-own-model"}
    file.write_text(yaml.safe_dump(small_map("house", kept)), encoding="utf-8")
    policy = demo_policy(make_demo_ca(root / "keys", at=AT))
    identity = IDENTITY.__class__(**{
        name: getattr(IDENTITY, name) for name in IDENTITY.__slots__
    } | {"as_of": AS_OF})  # fmt: skip
    pack = new_pack(root, identity, policy)
    request = ReportRequest(
        "monthly", SITE, PERIOD, AS_OF, company="Corvale", pack_id="AP-2026-10-LEU", version=1
    )
    with open_worlds(together(_world()), [compile_map(load_map(file))], PERIOD, AS_OF) as worlds:
        export_evidence(worlds.con, request, pack / "data" / "evidence")
    shutil.copy(file, pack / "data" / "obligations" / "house.yml")
    aside = root / "aside"
    aside.mkdir()
    snapshot, record = read_folder(pack, aside), record_of(pack)
    again = root / "again"
    again.mkdir()
    database = judged_database(snapshot, record, enclosed_maps(snapshot, again / "maps")[0], again)
    return Judged(pack, snapshot, record, database)


def _altered(judged: Judged, name: str, change: str, where: Path) -> Path:
    """A copy of a dataset with one change."""
    target = where / f"{name}.parquet"
    source = judged.folder / "data" / "evidence" / f"{name}.parquet"
    with duckdb.connect() as con:
        con.execute(f"create table t as from read_parquet('{source}')")
        con.execute(change)
        con.execute(f"copy t to '{target}' (format parquet)")
    return target


def test_an_untouched_pack_says_what_comes_out(judged: Judged) -> None:
    found = judged.differences()

    assert [finding.code for finding in found] == ["N_RECOMPUTED"]
    assert "gaps" in found[0].found
    assert "0 gaps" not in found[0].found


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("verdict_list", "update t set state = 'met', code = null where state = 'gap'", "state"),
        ("verdict_list", "update t set sentence = sentence || '!'", "sentence"),
        ("verdict_list", "update t set n_true = n_true + 1", "n_true"),
        ("verdict_list", "delete from t where state = 'gap'", "nothing of it in the pack"),
        ("verdict_list", "insert into t select * replace ('LEU/Z' as subject_id) from t limit 1",
         "state"),
        ("evidence_list", "delete from t where part = 'against'", "nothing of it in the pack"),
        ("requirements", "update t set severity = 'minor'", "severity"),
        ("requirements", "update t set rule_digest = repeat('0', 64)", "rule_digest"),
        ("events", "update t set record_hash = repeat('0', 64)", "hash"),
    ],
)  # fmt: skip
def test_what_does_not_follow_from_the_evidence_is_found(
    judged: Judged, tmp_path: Path, name: str, change: str, says: str
) -> None:
    found = judged.differences(**{name: _altered(judged, name, change, tmp_path)})
    mismatches = [finding for finding in found if finding.code == "E_CONTENT_MISMATCH"]

    assert mismatches
    assert says in f"{mismatches[0].expected} {mismatches[0].found}"


def test_a_rule_of_the_sites_own_model_is_left_out_and_named(
    judged: Judged, tmp_path: Path
) -> None:
    entry = judged.snapshot.entries["data/obligations/house.yml"]
    text = yaml.safe_dump(small_map("house", RULES)).encode()
    changed = entry.__class__(len(text), entry.sha256, entry.crc, text)
    entries = judged.snapshot.entries | {"data/obligations/house.yml": changed}
    snapshot = Snapshot("p", is_zip=False, entries=entries, folders=(), findings=())
    maps, left_out = enclosed_maps(snapshot, tmp_path / "maps")

    assert [requirement.id for requirement in maps[0].requirements] == [
        "released-first", "inspected",
    ]  # fmt: skip
    assert left_out == [
        ("house:by-own-model", "judged by the site's own model our_own_model, never executed")
    ]


def test_a_pack_without_verdicts_says_that_nothing_was_judged_again(judged: Judged) -> None:
    entries = {
        path: entry for path, entry in judged.snapshot.entries.items() if "verdict_list" not in path
    }
    snapshot = Snapshot("p", is_zip=False, entries=entries, folders=(), findings=())

    assert [finding.code for finding in judge_again(snapshot, judged.record)] == [
        "N_NOT_RECOMPUTED"
    ]


def test_sql_in_a_pack_is_never_read(judged: Judged) -> None:
    read = {path for path, entry in judged.snapshot.entries.items() if entry.data is not None}

    assert not {path for path in read if path.startswith("data/queries/")}
    assert json.dumps(sorted(read))
