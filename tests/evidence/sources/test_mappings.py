"""A fault in a mapping or a values file is shown where it stands; the shipped ones have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.maps import vocabulary
from lotproof.evidence.sources.lot_model import lot_model
from lotproof.evidence.sources.plan import load_plan
from lotproof.evidence.sources.words import fixed_words

from .plants import Plant, plant

SOURCE = "sources: [{name: own, mapping: own, site: LEU, files: in/*.csv}]\n"
MAPPING = """\
mapping: own
title: Our own
feeds:
  batches:
    files: [batches*.csv]
tables:
  - table: lots
    from: batches
    record_id: "{NO}"
    columns:
      lot_id: "{NO}"
      material_id: "{ITEM}"
"""


def own(tmp_path: Path, mapping: str, **files: str) -> Plant:
    made = plant(tmp_path, SOURCE, **files)
    made.put("sources/own.yml", mapping)
    return made


def refusal(tmp_path: Path, mapping: str) -> str:
    report = own(tmp_path, mapping, batches_csv="NO,ITEM\n1,M\n").ingest()
    assert len(report.refused) == 1
    return str(report.refused[0])


def test_a_new_system_is_connected_by_data_alone(tmp_path: Path) -> None:
    made = own(tmp_path, MAPPING, batches_csv="NO,ITEM\n1,M\n")

    assert made.ingest().is_complete
    assert made.values("lots", "material_id") == ["M"]


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("    record_id:", "    recordid:", 9, "unknown key 'tables.0.recordid'"),
        ("table: lots", "table: lotz", 7, "no table 'lotz' in the lot model"),
        ("      lot_id:", "      lot:", 7, "no column 'lot' in table 'lots'"),
        ("from: batches", "from: batch", 7, "no feed 'batch'"),
        ('"{ITEM}"', '"{ITEM|upcase}"', 7, "filter 'upcase'"),
        ('"{ITEM}"', '"{ITEM|word:kinds}"', 7, "filter 'word:kinds'"),
        ('"{ITEM}"', '"$item"', 7, "'$item' has no value"),
        ('"{ITEM}"', '{from: "{ITEM}", formats: [dd.mm.yyyy]}', 12, "date format 'dd.mm.yyyy'"),
        ('"{ITEM}"', '{from: "{ITEM}", timezone: Leuven}', 12, "time zone 'Leuven'"),
        ("from: batches", "from: batches\n    where: {NO: {over: 1}}", 7, "condition 'over'"),
        ("    files: [batches*.csv]", "    delimiter: ;;", 5, "at most 1 character"),
        ("    files: [batches*.csv]", "    encoding: ebcdic", 5, "one of: utf-8"),
        ("feeds:", "words: {events.event_type: {WE: reciept}}\nfeeds:", 3, "'reciept' is no word"),
        ("tables:", "  spare: {files: [x*.csv]}\ntables:", 6, "no table is made from feed 'spare'"),
        ("title: Our own", "title: [Our own", 3, "not YAML"),
        ("title: Our own", "title: Our own\ntitle: Again", 3, "key 'title' a second time"),
    ],
)
def test_a_fault_is_shown_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, found: str
) -> None:
    assert old in MAPPING
    message = refusal(tmp_path, MAPPING.replace(old, new))

    assert found in message
    assert f"own.yml:{line}:" in message


def test_all_faults_of_a_mapping_are_shown_at_once(tmp_path: Path) -> None:
    harmed = MAPPING.replace("table: lots", "tabel: lots").replace("    files:", "    file:")
    message = refusal(tmp_path, harmed)

    assert message.count("own.yml:") >= 3


def test_word_maps_can_be_used_wherever_a_template_can_stand(tmp_path: Path) -> None:
    mapping = (
        MAPPING.replace(
            "    record_id:",
            """\
    where: {"{KIND|word:kinds}": good}
    join:
      item: {feed: items, "on": {ITEM: "{ITEM|word:items}"}, where: {"{KIND|word:kinds}": good}}
    record_id:""",
        )
        .replace(
            "tables:",
            """\
  items: {files: [items*.csv]}
words: {kinds: {G: good}, items: {M: M-1}}
tables:""",
        )
        .replace('"{ITEM}"', '"{item.NAME}"')
    )
    batches, items = "NO,ITEM,KIND\n1,M,G\n2,M,B\n", "ITEM,KIND,NAME\nM-1,G,ours\nM-1,B,other\n"
    made = own(tmp_path, mapping, batches_csv=batches, items_csv=items)

    assert made.ingest().is_complete
    assert made.values("lots", "material_id") == ["ours"]


def test_an_unknown_mapping_is_refused_with_those_there_are(tmp_path: Path) -> None:
    report = plant(tmp_path, SOURCE).ingest()

    assert "no mapping 'own'" in str(report.refused[0])
    assert "sap-ecc" in str(report.refused[0])
    assert "words" not in str(report.refused[0])


def test_a_fault_in_a_values_file_is_shown_with_its_line(tmp_path: Path) -> None:
    made = plant(
        tmp_path, "sources: [{name: p, mapping: generic, site: LEU, files: in/*, values: v.yml}]\n"
    )
    made.put("v.yml", "decimal: ','\nwrods: {uom: {Stk: EA}}\n")

    assert "v.yml:2:1: unknown key 'wrods'" in str(made.ingest().refused[0])


def test_a_setting_that_a_mapping_does_not_have_is_refused(tmp_path: Path) -> None:
    source = "sources: [{name: s, mapping: sap-ecc, site: LEU, files: x, settings: {lot: L/}}]\n"

    assert "mapping 'sap-ecc' has no setting 'lot'" in str(
        plant(tmp_path, source).ingest().refused[0]
    )


SHIPPED = sorted(
    path.stem
    for path in (Path(__file__).parents[3] / "sources").glob("*.yml")
    if path.stem != "words"
)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_mapping_compiles(tmp_path: Path, name: str) -> None:
    made = plant(tmp_path, f"sources: [{{name: s, mapping: {name}, site: LEU, files: in/*}}]\n")
    workspace = made.workspace()
    plan = load_plan(workspace, workspace.source("s"))

    assert plan.targets
    assert all(plan.tables_of(name) for name, feed in plan.feeds.items() if not feed.feed.kept_only)


@pytest.mark.parametrize("name", ["sap-ecc", "sap-s4hana"])
def test_columns_that_the_head_of_a_sap_mapping_promises_are_those_it_reads(
    tmp_path: Path, name: str
) -> None:
    text = (Path(__file__).parents[3] / "sources" / f"{name}.yml").read_text()
    head = text[: text.index("# Ids")]
    made = plant(tmp_path, f"sources: [{{name: s, mapping: {name}, site: LEU, files: in/*}}]\n")
    workspace = made.workspace()
    plan = load_plan(workspace, workspace.source("s"))
    silent = {
        f"{name}.{cell}"
        for target in plan.targets
        for name, cells in target.cells.items()
        for cell in cells
        if cell not in head
    }

    assert not silent


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("events.event_type", vocabulary.EVENT_TYPES),
        ("lot_status.to_status", vocabulary.LOT_STATES),
        ("documents.kind", vocabulary.DOCUMENT_KINDS),
        ("authorisations.kind", vocabulary.AUTHORISATION_KINDS),
        ("signatures.meaning", vocabulary.MEANINGS),
        ("spec_limits.kind", vocabulary.CHARACTERISTIC_KINDS),
        *(
            (f"{alias}s.{name}", words)
            for (alias, name), words in (
                (column.split("."), words) for column, words in vocabulary.COLUMN_WORDS.items()
            )
            if f"{alias}s.{name}" in fixed_words().closed
        ),
    ],
)
def test_words_that_maps_ask_for_can_land(column: str, words: tuple[str, ...]) -> None:
    assert set(words) <= set(fixed_words().closed[column])


def test_the_fixed_words_speak_of_columns_that_the_lot_model_has() -> None:
    words, model = fixed_words(), lot_model()
    named = {tuple(key.split(".")) for key in words.closed}
    named |= {(t, c) for t, columns in (words.needed | words.wanted).items() for c in columns}

    assert all(column in model[table].types for table, column in named)
    assert set(words.needed) == set(model)


def test_the_lot_models_types_are_those_that_cells_can_be_read_as() -> None:
    types = {kind for table in lot_model().values() for kind in table.types.values()}

    assert types <= {"varchar", "bigint", "integer", "boolean", "timestamp", "decimal(28,9)"}
