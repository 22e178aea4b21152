"""A pack's evidence, judged again, says what the pack says; and where it does not, that is told."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.recomputation import judge_again
from lotproof.evidence.recomputation.comparing import differences
from lotproof.evidence.recomputation.judging import enclosed_maps, judged_database
from lotproof.evidence.recomputation.told_apart import Apart
from lotproof.evidence.seal import Finding, PackRecord, demo_policy, make_demo_ca, new_pack
from lotproof.evidence.seal import read_record as record_of
from lotproof.evidence.seal.verify.folder import read_folder
from lotproof.evidence.seal.verify.snapshot import Snapshot
from lotproof.evidence.warehouse import open_worlds
from lotproof.evidence.warehouse.building import map_models
from lotproof.reports.assurance import PrintedAssurance
from lotproof.reports.composition import compose
from lotproof.reports.cover import Span
from lotproof.reports.evidence import export_evidence
from lotproof.reports.monthly import MonthlyPack
from lotproof.reports.rendering import render_pdf
from lotproof.reports.request import ReportRequest
from lotproof.reports.retelling import APART, retell

from ..seal.packs import AT, IDENTITY
from ..warehouse.small_worlds import AS_OF, PERIOD, World, small_map, together

SITE = "LEU"
DIGEST = re.compile(r"'([0-9a-f]{64})'")
MONTHLY = "data/reports/monthly.pdf"
RULES: dict[str, dict[str, Any]] = {
    "released-first": {
        "title": "Released first",
        "expect": [{"event": "release", "before": "first consumption"}],
    },
    "inspected": {"title": "Inspected", "expect": [{"event": "inspection"}]},
    "leads-on": {"title": "Leads on", "expect": [{"chain": "down", "ends": ["finished_goods"]}]},
    "by-own-model": {"expect": [{"check": "our_own_model"}]},
}


def _world() -> World:
    world = World(SITE)
    world.tables["sites"][0]["name"] = "Leuven tablets"
    for short, release in (("A", "11"), ("B", "13"), ("C", None)):
        world.lot(short).event("consumption", "12", short)
        if release:
            world.event("release", release, short)
    return world.event("inspection", "10", "A")


def _other_site() -> World:
    """Lots of the site go on elsewhere: A into a product, B over two lots into nothing seen."""
    world = World("EIN").lot("X").lot("Y").lot("Z")
    world.event("finished_goods", "20", "X", record_id="told-first")
    world.event("finished_goods", "18", "X", record_id="happened-first")
    for parent, child in (("LEU/A", "EIN/X"), ("LEU/B", "EIN/Y"), ("EIN/Y", "EIN/Z")):
        world.add("lot_links", parent_lot_id=parent, child_lot_id=child, kind="consumed",
                  quantity="5", uom="g")  # fmt: skip
    return world.event("inspection", "21", "Y")


@dataclass(frozen=True)
class Judged:
    """A pack of a judged world, as read, and the database that came out of judging it again."""

    folder: Path
    snapshot: Snapshot
    record: PackRecord
    database: Path
    model: MonthlyPack

    def differences(
        self, documents: dict[str, bytes] | None = None, apart: Apart | None = None, /,
        **other: Path,
    ) -> list[Finding]:  # fmt: skip
        datasets = {
            path.stem: path for path in (self.folder / "data" / "evidence").glob("*.parquet")
        }
        given = datasets | other
        return list(differences(self.database, given, apart or Apart(), self.record, documents))

    def mismatches(
        self, documents: dict[str, bytes] | None = None, /, **other: Path
    ) -> list[Finding]:
        """What came out otherwise."""
        found = self.differences(documents, **other)
        return [finding for finding in found if finding.code == "E_CONTENT_MISMATCH"]

    def of_pages(self, pdf: bytes) -> list[Finding]:
        """What is said of a monthly report."""
        datasets = {path.stem: path for path in self.evidence.glob("*.parquet")}
        said = differences(self.database, datasets, Apart(), self.record, {MONTHLY: pdf}, retell)
        return [finding for finding in said if finding.object.startswith(MONTHLY)]

    @property
    def evidence(self) -> Path:
        """The folder of the datasets."""
        return self.folder / "data" / "evidence"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    root = tmp_path_factory.mktemp("judged")
    file = root / "house.yml"
    kept = {name: rule for name, rule in RULES.items() if name != "by-own-model"}
    file.write_text(yaml.safe_dump(small_map("house", kept)), encoding="utf-8")
    policy = demo_policy(make_demo_ca(root / "keys", at=AT))
    identity = replace(IDENTITY, as_of=AS_OF)
    pack = new_pack(root, identity, policy)
    request = ReportRequest(
        "monthly", SITE, PERIOD, AS_OF, company="Corvale", pack_id="AP-2026-10-LEU", version=1,
        example=True,
    )  # fmt: skip
    rows = together(_world(), _other_site())
    with open_worlds(rows, [compile_map(load_map(file))], PERIOD, AS_OF) as worlds:
        export_evidence(worlds.con, request, pack / "data" / "evidence")
        model = compose(worlds.con, request, "0" * 64)
    assert isinstance(model, MonthlyPack)
    shutil.copy(file, pack / "data" / "obligations" / "house.yml")
    aside = root / "aside"
    aside.mkdir()
    snapshot, record = read_folder(pack, aside), record_of(pack)
    again = root / "again"
    again.mkdir()
    database = judged_database(snapshot, record, enclosed_maps(snapshot, again / "maps")[0], again)
    return Judged(pack, snapshot, record, database, model)


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


def test_a_chain_that_ends_at_another_site_comes_out_the_same(judged: Judged) -> None:
    evidence = judged.folder / "data" / "evidence"
    states = dict(duckdb.execute(
        "select subject_id, state from read_parquet(?) where requirement_id = 'leads-on'",
        [str(evidence / "verdict_list.parquet")],
    ).fetchall())  # fmt: skip
    happened = duckdb.execute(
        "select lot_id from read_parquet(?) where site_id = 'EIN'",
        [str(evidence / "events.parquet")],
    ).fetchall()

    assert (states["LEU/A"], states["LEU/B"]) == ("met", "gap")
    assert not judged.mismatches()
    assert happened == [("EIN/X",), ("EIN/X",)], (
        "of lots on the way nothing that happened elsewhere is told"
    )


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


def test_only_verdicts_that_rest_on_what_was_left_out_are_not_compared(
    judged: Judged, tmp_path: Path
) -> None:
    told = judged.folder / "data" / "evidence" / "verdict_list.parquet"
    gaps = duckdb.execute(
        "select clause, subject_type, subject_id from read_parquet(?) where state = 'gap'",
        [str(told)],
    ).fetchall()
    change = "update t set sentence = 'Decided elsewhere.' where state = 'gap'"
    other = _altered(judged, "verdict_list", change, tmp_path)
    lacking = _altered(judged, "events", "alter table t drop column reason_code", tmp_path)
    rehashed = Apart(verdicts=tuple(gaps), columns=frozenset({"events"}))

    assert not [f for f in judged.differences(None, rehashed, verdict_list=other, events=lacking)
                if f.code == "E_CONTENT_MISMATCH"]  # fmt: skip
    some = judged.differences(None, Apart(verdicts=tuple(gaps[1:])), verdict_list=other)
    assert [f.code for f in some] == ["E_CONTENT_MISMATCH", "N_RECOMPUTED"]


def _totals(judged: Judged, by: str) -> dict[Any, int]:
    rows = duckdb.execute(
        f"select {by}, count(*) from read_parquet(?) where state <> 'not_applicable' group by all",
        [str(judged.folder / "data" / "evidence" / "verdict_list.parquet")],
    ).fetchall()
    return {row[:-1]: row[-1] for row in rows}


def _cover(figures: dict[Any, int]) -> bytes:
    """A PDF with nothing but the figures of a cover."""
    from weasyprint import HTML

    words = "".join(f"<p>{count:,}</p><p>● {state}</p>" for (state,), count in figures.items())
    page = f"<html lang=en><title>t</title><body>{words}"
    pdf = HTML(string=page).write_pdf(pdf_tags=True)
    assert pdf is not None
    return bytes(pdf)


def _page(verdicts: dict[Any, int]) -> bytes:
    maps = sorted({map_id for map_id, _ in verdicts})
    told = [
        [state, maps.index(map_id)] for (map_id, state), n in verdicts.items() for _ in range(n)
    ]
    data = json.dumps({"requirements": [[map_id] for map_id in maps], "verdicts": told})
    return f'<script type="application/json" id="data">{data}</script>'.encode()


def test_totals_that_a_document_prints_are_held_against_the_verdicts(judged: Judged) -> None:
    by_state, by_map = _totals(judged, "state"), _totals(judged, "map_id, state")
    page = "data/reports/index.html"
    honest = {MONTHLY: _cover(by_state), page: _page(by_map)}
    forged = {
        MONTHLY: _cover(by_state | {("gap",): by_state["gap",] - 1}),
        page: _page(by_map | {("house", "met"): by_map["house", "met"] + 1}),
    }
    found = judged.mismatches(forged)

    assert not judged.mismatches(honest)
    assert [(finding.object, finding.found) for finding in found] == [
        (f"{page}: total of house met", f"{by_map['house', 'met'] + 1} printed"),
        (f"{MONTHLY}: total of gap", f"{by_state['gap',] - 1} printed"),
    ]


def test_an_honest_report_is_compared_line_by_line_and_says_what_was_not(judged: Judged) -> None:
    said = judged.of_pages(render_pdf(judged.model).pdf)
    compared = next(finding for finding in said if finding.code == "N_RECOMPUTED")
    apart = {finding.object for finding in said if finding.code == "N_NOT_RECOMPUTED"}

    assert not [finding for finding in said if finding.code == "E_CONTENT_MISMATCH"]
    for part in ("Cover", "Completeness", "Clause by clause", "Gaps", "Key figures", "Indicators"):
        assert part in compared.found
    assert f"{MONTHLY}: Movement" in apart
    assert all(finding.found in APART.values() for finding in said if finding is not compared)


def _forgeries(model: MonthlyPack) -> Iterator[tuple[str, MonthlyPack]]:
    """A report that lies in one place each, and the lie."""
    lead = (Span("Of 9 obligations that applied, 9 are met. No gap is open."),)
    figures = tuple(
        replace(one, count="90") if one.state == "met" else one for one in model.figures
    )
    first, *rows = model.sections[0].rows
    section = replace(model.sections[0], rows=(replace(first, met="91"), *rows))
    done, *others = model.completeness.populations
    judged = replace(model.completeness, populations=(replace(done, judged="92"), *others))
    assured = ("Assured 93.0 %: 93 of 100 obligations that applied are met.", "Covered 93.0 %.")
    group, *groups = model.gaps.groups
    story, *stories = group.stories
    tale = replace(story, sentence="Lot 94 was released first.")
    gaps = replace(model.gaps, groups=(replace(group, stories=(tale, *stories)), *groups))
    yield "9 obligations", replace(model, lead=lead)
    yield "90", replace(model, figures=figures)
    yield "91", replace(model, sections=(section, *model.sections[1:]))
    yield "92", replace(model, completeness=judged)
    yield "93.0 %", replace(model, assurance=PrintedAssurance(assured, model.assurance.lacking))
    yield "Lot 94", replace(model, gaps=gaps)
    yield "95", replace(model, indicators=tuple(replace(i, value="95") for i in model.indicators))
    lines = tuple(replace(line, value="96 %") for line in model.performance.lines)
    yield "96 %", replace(model, performance=replace(model.performance, lines=lines))
    yield "No such clause", replace(model, sections=())


@pytest.mark.parametrize("place", range(9))
def test_a_lie_anywhere_in_a_report_is_found(judged: Judged, place: int) -> None:
    lie, forged = list(_forgeries(judged.model))[place]
    said = judged.of_pages(render_pdf(forged).pdf)
    found = [finding for finding in said if finding.code == "E_CONTENT_MISMATCH"]

    assert found
    assert lie == "No such clause" or any(lie in finding.found for finding in found)


def test_a_report_that_cannot_be_read_by_its_tags_is_not_believed(judged: Judged) -> None:
    from weasyprint import HTML

    untagged = HTML(string="<html lang=en><title>t</title><p>All is met.").write_pdf()
    assert untagged is not None
    found = [one for one in judged.of_pages(untagged) if one.code == "E_CONTENT_MISMATCH"]

    assert [finding.found for finding in found] == ["ValueError: a PDF without tags"]


def test_a_rule_of_the_sites_own_model_is_left_out_and_named(
    judged: Judged, tmp_path: Path
) -> None:
    entry = judged.snapshot.entries["data/obligations/house.yml"]
    text = yaml.safe_dump(small_map("house", RULES)).encode()
    changed = entry.__class__(len(text), entry.sha256, entry.crc, text)
    entries = judged.snapshot.entries | {"data/obligations/house.yml": changed}
    snapshot = Snapshot("p", is_zip=False, entries=entries, folders=(), findings=())
    maps, left_out = enclosed_maps(snapshot, tmp_path / "maps")
    clauses = {clause for clause, _ in left_out}
    files = map_models(maps, {}, PERIOD, clauses)
    whole = map_models(maps, {}, PERIOD)

    assert "by-own-model" not in files["house.sql"]
    assert set(DIGEST.findall(files["house.sql"])) < set(DIGEST.findall(whole["house.sql"]))
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


def test_another_version_that_made_the_pack_is_named(judged: Judged) -> None:
    tool = judged.record.tool.model_copy(update={"version": "0.0.7"})
    record = judged.record.model_copy(update={"tool": tool})
    first = next(iter(judge_again(judged.snapshot, record)))

    assert first.code == "N_NOT_RECOMPUTED"
    assert "lotproof 0.0.7" in first.found
