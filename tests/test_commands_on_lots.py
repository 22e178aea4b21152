"""What a person asks about lots: kpi, exceptions, monitor, trace, recall and balance on a build."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from .command_line import assert_refused, lotproof


def _asked(built: Path, query: str) -> list[tuple[str, ...]]:
    path = str(built / ".lotproof" / "warehouse.duckdb")
    with duckdb.connect(path, read_only=True) as con:
        return con.execute(query).fetchall()


@pytest.fixture(scope="module")
def shipped(built: Path) -> str:
    """A lot that was made from others and was delivered."""
    rows = _asked(
        built,
        "select child_lot_id from lot_links where is_current and child_lot_id in "
        "(select lot_id from events where is_current and event_type = 'shipment') order by 1",
    )
    return rows[0][0]


def test_indicators_are_printed_with_formula_and_answered_in_json(built: Path) -> None:
    said = lotproof("kpi", "--workspace", built)
    figures = json.loads(lotproof("kpi", "--format", "json", "--by", "site", "-w", built).out)

    assert said.code == 0, said
    assert "Genealogy completeness, %" in said.out
    assert "    of lots of orders completed in the month" in said.out
    assert {"LEU", "EIN"} <= {figure["group"] for figure in figures}
    assert all(f["formula"] and f["denominator"] and f["unit"] for f in figures)
    assert all(f["unknown"] for f in figures if f["value"] is None)
    assert_refused(lotproof("kpi", "--site", "NOS", "-w", built), "site 'NOS'", "LEU")
    assert_refused(lotproof("kpi", "--period", "2026-13", "-w", built), "2026-13", "2026-10")


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Path:
    """A copy whose register may change."""
    left = shutil.ignore_patterns("packs", "extracts", "landing", "originals", "ingest", "dbt")
    return Path(shutil.copytree(built, tmp_path / "w", ignore=left))


def test_an_exception_is_listed_decided_and_then_no_longer_open(own: Path) -> None:
    table = lotproof("exceptions", "--workspace", own)
    listed = json.loads(lotproof("exceptions", "--format", "json", "-w", own).out)
    first, second = listed[0], next(e for e in listed[1:] if e["role"] != listed[0]["role"])

    assert table.code == 0, table
    assert f"{len(listed)} exceptions, {len(listed)} open." in table.out
    for entry, verb in ((first, "accept"), (second, "dismiss")):
        said = lotproof(
            "exceptions", verb, entry["id"], "--as", _holder(own, entry), "--reason", "seen",
            "-w", own,
        )  # fmt: skip
        assert said.code == 0, said
        assert "Nothing was released, held or closed" in said.err
    left = json.loads(lotproof("exceptions", "--open", "--format", "json", "-w", own).out)
    assert {e["id"] for e in listed} - {e["id"] for e in left} == {first["id"], second["id"]}


def _holder(built: Path, entry: dict[str, str]) -> str:
    """Somebody who holds the role an exception goes to, now."""
    rows = _asked(
        built,
        "select holder_id from authorisations where is_current and kind = 'role' "
        f"and holder_type = 'person' and coalesce(scope, '{entry['role']}') = '{entry['role']}' "
        "and coalesce(valid_from <= now(), true) and valid_to is null order by 1",
    )
    return rows[0][0]


def test_exceptions_that_are_not_there_are_refused(built: Path) -> None:
    stranger = ("--as", "P-999", "--reason", "x", "-w", built)
    listed = json.loads(lotproof("exceptions", "--format", "json", "-w", built).out)

    assert_refused(lotproof("exceptions", "accept", "EX-1", *stranger), "'EX-1'", "exceptions")
    assert_refused(
        lotproof("exceptions", "dismiss", listed[-1]["id"], *stranger), "P-999", "--role"
    )
    assert_refused(lotproof("exceptions", "--kind", "odd", "-w", built), "'odd'", "missing_step")


def test_the_monitor_page_stands_alone(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "open.html"
    said = lotproof("monitor", "-o", target, "--workspace", built)
    page = target.read_text(encoding="utf-8")

    assert said.code == 0, said
    assert str(target) in said.err
    assert "Content-Security-Policy" in page
    assert "<script>alert(1)" not in page
    assert "src=" not in page
    assert_refused(lotproof("monitor", "-o", tmp_path / "no" / "x.html", "-w", built), "folder")


def test_the_monitor_tells_what_is_new_since_the_build_before(own: Path, tmp_path: Path) -> None:
    note, seen = own / ".lotproof" / "build.json", own / ".lotproof" / "monitor.json"
    lotproof("monitor", "-o", tmp_path / "first.html", "-w", own)
    numbers = json.loads(seen.read_text())["numbers"]
    seen.write_text(json.dumps({"build": note.read_text(), "numbers": numbers[2:], "before": None}))
    note.write_text(note.read_text().replace(": ", ":  "))
    lotproof("monitor", "-o", tmp_path / "second.html", "-w", own)
    page = (tmp_path / "second.html").read_text()

    assert "New is against the build before." in page
    assert page.count('<span class="new">new</span>') == 2


def test_a_trace_answers_people_and_programs(built: Path, shipped: str) -> None:
    said = lotproof("trace", shipped, "--workspace", built)
    told = json.loads(lotproof("trace", shipped, "--format", "json", "-w", built).out)
    picture = lotproof("trace", shipped, "--format", "svg", "-w", built)

    assert said.code == 0, said
    assert shipped.rsplit("/", 1)[-1] in said.out
    assert told
    assert picture.out.lstrip().startswith("<")
    assert "</svg>" in picture.out


def test_a_trace_goes_by_what_was_recorded_by_then(built: Path, shipped: str) -> None:
    ((recorded, lot),) = _asked(
        built,
        "select max(recorded_at)::varchar, any_value(lot_id) from lot_status where is_current "
        f"and lot_id = '{shipped}'",
    )
    before = json.loads(
        lotproof(
            "trace", lot, "--known-at", f"{recorded[:10]}", "--format", "json", "-w", built
        ).out
    )
    after = lotproof("trace", lot, "--known-at", "2031-01-01", "--format", "json", "-w", built)
    (then,), (now,) = (
        [one for one in told["lots"] if one["lot_id"] == lot]
        for told in (before, json.loads(after.out))
    )

    assert before["known_at"] == f"{recorded[:10]}T00:00:00Z"
    assert len(then["statuses"]) < len(now["statuses"])
    assert "no later" in after.err


def test_a_recall_counts_lots_and_customers(built: Path, shipped: str, tmp_path: Path) -> None:
    said = lotproof("recall", shipped, "--files", tmp_path / "out", "--workspace", built)
    told = json.loads(lotproof("recall", shipped, "--format", "json", "-w", built).out)

    assert said.code == 0, said
    assert "nothing was held" in said.out.lower() or "proposed" in (said.out + said.err).lower()
    assert told
    assert [path for path in (tmp_path / "out").rglob("*") if path.suffix == ".csv"]
    late = lotproof("recall", shipped, "--as-of", "2031-01-01", "-w", built)
    assert "no later" in late.err
    assert "2031" not in late.out
    assert_refused(lotproof("recall", "-w", built), "exactly one of them")
    assert_refused(lotproof("recall", "--drill", "-w", built), "a drill by nobody", "--as PERSON")
    drill = ("recall", "--drill", "--as", "P-NONE", "--role", "king", "-w", built)
    assert_refused(lotproof(*drill), "without seed", "--seed 7")
    assert_refused(lotproof(*drill, "--seed", "7"), "P-NONE does not hold the role 'king' now")


@pytest.mark.parametrize("command", ["trace", "recall"])
def test_an_unknown_and_an_ambiguous_lot_are_refused(built: Path, command: str) -> None:
    twice = _asked(
        built,
        "select supplier_lot_number from lots where is_current "
        "and supplier_lot_number is not null "
        "group by 1 having count(distinct lot_id) > 1 order by 1",
    )

    assert_refused(lotproof(command, "nosuch", "-w", built), "lot 'nosuch'", "last build")
    assert_refused(lotproof(command, twice[0][0], "-w", built), "one of:", "--site")


@pytest.mark.parametrize("per", ["material", "lot", "order", "label", "period"])
def test_balances_add_up_in_text_and_json(built: Path, per: str) -> None:
    said = lotproof("balance", "--per", per, "--all", "--workspace", built)
    lines = json.loads(lotproof("balance", "--per", per, "--format", "json", "-w", built).out)

    assert said.code == 0, said
    assert "tolerance" in said.out or "yield" in said.out
    assert lines


def test_a_balance_of_what_is_not_there_says_so(built: Path) -> None:
    for option in (("--material", "nosuch"), ("--site", "NOS")):
        assert_refused(lotproof("balance", *option, "-w", built), option[1])
    order = lotproof("balance", "--per", "order", "--order", "nosuch", "-w", built)
    assert_refused(order, "nosuch")
    for wrong, said in (
        (("--material", "M-41O1"), "did you mean M-4101"),
        (("--period", "2026-10"), "--per period"),
        (("--per", "order", "--period", "2026-99"), "2026-10"),
        (("--tolerance", "-5"), "from 0 to 100"),
        (("--yield-from", "110", "--yield-to", "90"), "the lower"),
    ):
        assert_refused(lotproof("balance", *wrong, "-w", built), said)
