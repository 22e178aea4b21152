"""Whoever holds every key can seal what they like; judging the evidence again tells on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest
import yaml

from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.recomputation import judge_again
from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    DemoCa,
    SignatureBox,
    VerificationReport,
    demo_policy,
    finish_draft,
    make_demo_ca,
    new_pack,
    open_time_source,
    place_signature_fields,
    seal_pack,
    sign_pack,
    verify_pack,
    write_evidence_manifest,
)
from lotproof.evidence.warehouse import open_worlds
from lotproof.reports.composition import compose
from lotproof.reports.cover import Span
from lotproof.reports.evidence import export_evidence
from lotproof.reports.monthly import MonthlyPack
from lotproof.reports.rendering import AttachedFile, render_pdf
from lotproof.reports.request import ReportRequest
from lotproof.reports.retelling import retell

from ..seal.packs import AT, IDENTITY, REPORT, SIGNERS, open_keys
from ..warehouse.small_worlds import AS_OF, PERIOD, World, small_map, together

pytestmark = pytest.mark.slow
SITE = "LEU"
RULE = {
    "released-first": {
        "title": "Released first", "expect": [{"event": "release", "before": "first consumption"}],
    }
}  # fmt: skip


@dataclass(frozen=True)
class Workshop:
    """A judged world's evidence, and all keys of those who sign packs of it."""

    root: Path
    ca: DemoCa
    map_file: Path
    evidence: Path
    model: MonthlyPack

    def sealed(
        self, name: str, change: Callable[[Path], None], model: MonthlyPack | None = None
    ) -> Path:
        """A pack with evidence as changed, drawn up, signed by all and sealed as any other."""
        policy, keys = demo_policy(self.ca), open_keys(self.ca)
        pack = new_pack(self.root / name, replace(IDENTITY, as_of=AS_OF), policy)
        shutil.copytree(self.evidence, pack / "data" / "evidence", dirs_exist_ok=True)
        shutil.copy(self.map_file, pack / "data" / "obligations" / "house.yml")
        change(pack / "data" / "evidence")
        write_evidence_manifest(pack)
        manifest = (pack / "data/evidence/evidence-manifest.json").read_bytes()
        attached = AttachedFile("evidence-manifest.json", manifest, "Hash of every file")
        drawn = render_pdf(model or self.model, [attached])
        (pack / REPORT).write_bytes(drawn.pdf)
        boxes = {
            role: SignatureBox(box.page, box.x1, box.y1, box.x2, box.y2)
            for role, box in drawn.signature_boxes.items()
        }
        place_signature_fields(pack / REPORT, boxes, policy)
        pack = finish_draft(pack, actor="lotproof", at=AT, anchors=(self.ca.root,))
        source = open_time_source(policy, self.root / "p.yml", [self.ca.root], DEMO_PASSPHRASE)
        for hours, (person, meaning) in enumerate(SIGNERS, 1):
            at = AT + timedelta(hours=hours)
            sign_pack(pack, person, meaning, keys[person], at=at, source=source)
        seal_pack(pack, keys["seal"], at=AT + timedelta(hours=4), source=source)
        return pack

    def verify(self, pack: Path, *, recompute: bool) -> VerificationReport:
        judge = partial(judge_again, retell=retell) if recompute else None
        return verify_pack(pack, [self.ca.root], judge=judge)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    root = tmp_path_factory.mktemp("workshop")
    file = root / "house.yml"
    file.write_text(yaml.safe_dump(small_map("house", RULE)), encoding="utf-8")
    world = World(SITE)
    world.tables["sites"][0]["name"] = "Leuven tablets"
    for short, release in (("A", "11"), ("B", "13")):
        world.lot(short).event("consumption", "12", short).event("release", release, short)
    request = ReportRequest(
        "monthly", SITE, PERIOD, AS_OF, company="Corvale", pack_id=IDENTITY.pack_id, version=1,
        example=True,
    )  # fmt: skip
    compiled = compile_map(load_map(file))
    with open_worlds(together(world), [compiled], PERIOD, AS_OF) as worlds:
        export_evidence(worlds.con, request, root / "evidence")
        model = compose(worlds.con, request, "0" * 64)
    assert isinstance(model, MonthlyPack)
    ca = make_demo_ca(root / "keys", at=AT - timedelta(days=30))
    return Workshop(root, ca, file, root / "evidence", model)


def _flip(evidence: Path) -> None:
    """Call one gap met, in both files of the dataset."""
    parquet, csv = evidence / "verdict_list.parquet", evidence / "verdict_list.csv"
    with duckdb.connect() as con:
        con.execute(f"create table verdicts as from read_parquet('{parquet}')")
        con.execute("update verdicts set state = 'met', code = null where subject_id = 'LEU/B' "
                    "and state = 'gap'")  # fmt: skip
        con.execute(f"copy verdicts to '{parquet}' (format parquet)")
        con.execute(f"copy verdicts to '{csv}' (header, null '')")


def test_a_flipped_verdict_sealed_with_the_right_keys_fails_only_when_judged_again(
    workshop: Workshop,
) -> None:
    pack = workshop.sealed("forged", _flip)
    at_its_word = workshop.verify(pack, recompute=False)
    again = workshop.verify(pack, recompute=True)

    assert at_its_word.verdict == "VERIFIED"
    assert again.verdict == "FAILED"
    assert {finding.code for finding in again.findings} == {"E_CONTENT_MISMATCH"}
    assert any("released-first lot LEU/B" in finding.object for finding in again.findings)


def test_a_cover_that_lies_sealed_with_the_right_keys_fails_only_when_judged_again(
    workshop: Workshop,
) -> None:
    figures = tuple(
        replace(one, count={"met": "2", "gap": "0"}.get(one.state, one.count))
        for one in workshop.model.figures
    )
    lead = (Span("Of 2 obligations that applied, 2 are met. "), Span("No gap is open"), Span("."))
    lie = replace(workshop.model, figures=figures, lead=lead)
    pack = workshop.sealed("lying", lambda _: None, lie)
    again = workshop.verify(pack, recompute=True)

    assert workshop.verify(pack, recompute=False).verdict == "VERIFIED"
    assert again.verdict == "FAILED"
    assert {finding.code for finding in again.findings} == {"E_CONTENT_MISMATCH"}
    assert any("No gap is open" in finding.found for finding in again.findings)
    assert any(finding.object.endswith("total of gap") for finding in again.findings)


def test_an_honest_pack_is_verified_when_judged_again(workshop: Workshop) -> None:
    report = workshop.verify(workshop.sealed("honest", lambda _: None), recompute=True)

    assert report.verdict == "VERIFIED"
    assert any("lines of Cover" in note.found for note in report.notes)
