"""The commands before there is anything to judge: help, doctor, init, maps, wrong usage."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from lotproof.evidence.new_workspace import FirstSite, make_workspace

from .command_line import assert_refused, in_a_process, lotproof

HEAVY = {"dbt", "duckdb", "weasyprint", "pyhanko", "pikepdf", "cryptography", "pydantic", "yaml"}
CLAUSE = "us-21cfr211:211.84-a"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    root = tmp_path / "ours"
    assert lotproof("init", root, "--no-input", "--empty").code == 0
    return root


def test_help_imports_nothing_heavy() -> None:
    said = in_a_process(
        "import sys\n"
        "sys.argv = ['lotproof', '--help']\n"
        "from lotproof.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n"
        "    print('IMPORTED', *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    imported = set(said.out.partition("IMPORTED")[2].split())

    assert "typer" in imported
    assert not imported & HEAVY
    assert "verdicts" in said.out


def test_a_command_starts_without_the_others() -> None:
    said = in_a_process(
        "import sys\n"
        "from lotproof.cli import app_of\n"
        "app_of('trace')\n"
        "print(*sorted(name for name in sys.modules if name.startswith('lotproof.commands.')))\n"
    )

    assert said.out.split() == ["lotproof.commands.options", "lotproof.commands.trace"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nosuch"], 2),
        (["build"], 2),
        (["build", "--period"], 2),
        (["check", "--format", "xml"], 2),
        (["sign", "pack"], 2),
        (["obligations", "nosuch"], 2),
        (["verify"], 3),
        (["verify", "--nosuch"], 3),
        (["verify", "pack", "--format", "xml"], 3),
    ],
)
def test_wrong_usage_is_said_and_not_run(arguments: list[str], code: int) -> None:
    assert_refused(lotproof(*arguments), "Error: ", code=code)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest"],
        ["build", "--period", "2026-10"],
        ["check"],
        ["verdicts"],
        ["pack", "monthly"],
        ["sign", "pack", "--as", "P-1", "--meaning", "approval"],
    ],
)
def test_outside_of_a_workspace_it_is_said_how_to_make_one(
    arguments: list[str], tmp_path: Path
) -> None:
    said = lotproof(*arguments, "--workspace", tmp_path)

    assert_refused(said, "no lotproof.yml", "lotproof init DIR")


def test_doctor_lists_what_is_needed_as_text_and_as_json() -> None:
    text, answer = lotproof("doctor"), lotproof("doctor", "--format", "json")
    listed = {entry["name"]: entry for entry in json.loads(answer.out)}

    assert text.code == answer.code == 0
    assert {"python", "duckdb", "weasyprint", "pango-1.0"} <= set(listed)
    assert all(listed[name]["found"] and name in text.out for name in ("python", "duckdb"))


def test_init_makes_a_workspace_once(fresh: Path) -> None:
    before = (fresh / "lotproof.yml").read_bytes()
    again = lotproof("init", fresh, "--no-input")

    assert_refused(again, "a workspace that is already there", "choose another folder")
    assert (fresh / "lotproof.yml").read_bytes() == before


def test_init_begins_with_a_plant_whose_extracts_land_without_anything_held_back(
    tmp_path: Path,
) -> None:
    made = lotproof("init", tmp_path / "w", "--no-input")
    taken = lotproof("ingest", "--workspace", tmp_path / "w")

    assert made.code == taken.code == 0, taken.err
    assert "lotproof check" in made.err
    assert "0 quarantined" in taken.out or "quarantined" not in taken.out
    assert len(list((tmp_path / "w" / "extracts" / "LEU").rglob("*.csv"))) > 20


def test_a_site_of_ones_own_begins_with_a_header_for_each_table(tmp_path: Path) -> None:
    written = make_workspace(tmp_path / "w", FirstSite(site_id="TWO"))
    extracts = tmp_path / "w" / "extracts" / "TWO"
    with (extracts / "lots.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))

    assert len(list(extracts.glob("*.csv"))) == len(written) - 1 > 10
    assert len(rows) == 1
    assert {"lot_id", "material_id", "lot_number"} <= set(rows[0])


def test_an_empty_workspace_has_no_extracts_and_still_loads(tmp_path: Path) -> None:
    made = lotproof("init", tmp_path / "w", "--no-input", "--empty")
    taken = lotproof("ingest", "--workspace", tmp_path / "w")

    assert made.code == 0
    assert not list((tmp_path / "w" / "extracts").rglob("*.csv"))
    assert "Traceback" not in taken.out + taken.err
    assert taken.code in (0, 1)


def test_a_fresh_workspace_says_each_next_step(fresh: Path) -> None:
    here = ("--workspace", fresh)
    unread = lotproof("build", "--period", "2026-10", *here)
    unbuilt = lotproof("check", *here)
    taken = lotproof("ingest", *here)

    assert_refused(unread, "nothing has been ingested", "run: lotproof ingest")
    assert_refused(unbuilt, "a workspace without a build", "lotproof build")
    assert taken.code == 0
    assert "1 rows read = 1 landed" in taken.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "--period", "2026-13"], ["2026-13", "a month such as 2026-10"]),
        (["build", "--period", "2026-10", "--site", "X"], ["no site 'X'", "one of: ONE"]),
        (["build", "--period", "2026-10", "--as-of", "yesterday"], ["--as-of", "ISO 8601"]),
        (["ingest", "--source", "nobody"], ["no source 'nobody'", "one of: one-csv"]),
        (["ingest", "nosuch.csv"], ["nosuch.csv", "belongs to no source"]),
        (["check", "--fail-on", "gap:huge"], ["--fail-on", "gap:major"]),
        (["pack", "nosuch"], ["report 'nosuch'", "coa, dossier, executive, monthly, recall"]),
        (["sign", "x", "--as", "P-1", "--meaning", "m"], ["without a signing policy"]),
    ],
)
def test_a_wrong_word_is_shown_with_the_right_ones(
    fresh: Path, arguments: list[str], words: list[str]
) -> None:
    assert_refused(lotproof(*arguments, "--workspace", fresh), *words)


def test_obligations_are_listed_shown_and_explained() -> None:
    listed = lotproof("obligations", "list")
    clauses = json.loads(lotproof("obligations", "list", "--format", "json").out)
    shown = lotproof("obligations", "show", CLAUSE)
    explained = lotproof("obligations", "explain", CLAUSE)

    wanted = {"clause", "map", "regime", "title", "cites", "severity", "sureness"}
    assert all(wanted <= set(clause) for clause in clauses)
    assert CLAUSE in {clause["clause"] for clause in clauses}
    assert listed.out.count("\n") == len(clauses)
    assert "21 CFR 211.84(a)" in shown.out
    assert " ".join(explained.out.split()) in " ".join(shown.out.split())


def test_a_clause_that_is_none_is_an_error() -> None:
    assert_refused(lotproof("obligations", "show", "9.9"), "clause 9.9", "obligations list")


def test_the_shipped_maps_pass_lint_and_a_wrong_folder_does_not(tmp_path: Path) -> None:
    passed = lotproof("obligations", "lint")
    nowhere = lotproof("obligations", "lint", tmp_path / "nosuch")

    assert passed.code == 0, passed.out
    assert " 0 faults." in passed.out
    assert_refused(nowhere, "no map", "check the name of the folder")


def test_what_the_system_refuses_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = lotproof("init", tmp_path / "file" / "inside", "--no-input")

    assert_refused(said, "not a directory", "check the name")


def test_a_reader_that_leaves_early_causes_no_traceback() -> None:
    ended = in_a_process(
        "import subprocess, sys\n"
        "p = subprocess.Popen(\n"
        "    [sys.executable, '-c', 'from lotproof.cli import main; main()',\n"
        "     'obligations', 'list', '--format', 'json'],\n"
        "    stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
        "p.stdout.read(10); p.stdout.close()\n"
        "print(p.stderr.read().decode()); print(p.wait())\n"
    )

    assert "Traceback" not in ended.out
    assert "BrokenPipe" not in ended.out


def test_a_fault_of_our_own_goes_to_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise KeyError("precision")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("lotproof.evidence.maps.explain", broken)
    said = lotproof("obligations", "explain", CLAUSE)
    (report,) = tmp_path.glob("lotproof-fault-*.txt")

    assert said.code == 2
    assert "a fault in lotproof itself: KeyError: 'precision'" in said.err
    assert "Traceback" not in said.err
    assert "in explain" in report.read_text(encoding="utf-8")
