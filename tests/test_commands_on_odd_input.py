"""Input that is broken or odd: a message with file, line and remedy, and nothing is lost."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from .command_line import Said, assert_refused, lotproof

LOTS = "lot_id,material_id,lot_number\n"
EVENTS = "record_id,event_type,lot_id,occurred_at,quantity,uom\n"
EVENT = "e1,receipt,L1,2026-10-12T04:52:00Z,12.5,KG\n"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    root = tmp_path / "ours"
    assert lotproof("init", root, "--no-input", "--empty").code == 0
    return root


def put(root: Path, name: str, content: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def taken(root: Path, name: str, content: str | bytes) -> Said:
    config = root / "lotproof.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("extracts/ONE/*.csv", "extracts/ONE/*"), encoding="utf-8")
    put(root, f"extracts/ONE/{name}", content)
    return lotproof("ingest", "--workspace", root)


def landed(root: Path, table: str, what: str = "*") -> int:
    folder = root / ".lotproof" / "landing" / table
    if not folder.is_dir():
        return 0
    found = duckdb.execute(f"select count({what}) from '{folder}/*.parquet'").fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("company:", "company: [", ["lotproof.yml:", "not YAML"]),
        ("company:", "compani:", ["lotproof.yml:3", "unknown key 'compani'"]),
        ("Europe/Brussels", "Europe/Leuven", ["lotproof.yml:9", "IANA time zone"]),
        ("mapping: generic ", "mapping: nosuch ", ["lotproof.yml:", "nosuch"]),
    ],
)
def test_a_faulty_lotproof_yml(fresh: Path, old: str, new: str, words: list[str]) -> None:
    config = fresh / "lotproof.yml"
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new, 1), encoding="utf-8")
    put(fresh, "extracts/ONE/lots.csv", LOTS + "L1,M1,A\n")

    said = lotproof("ingest", "--workspace", fresh)

    assert "Traceback" not in said.out + said.err
    assert said.code in (1, 2)
    for word in words:
        assert word in said.out + said.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("requirements:", "requirements: [", ["not YAML"]),
        ("title:", "titel:", ["titel", "title"]),
    ],
)
def test_a_faulty_map(fresh: Path, old: str, new: str, words: list[str]) -> None:
    shipped = sorted(Path(str(files("lotproof").joinpath("obligations"))).rglob("*211.yml"))[0]
    text = shipped.read_text(encoding="utf-8").replace(old, new, 1)
    own = put(fresh, "obligations/ours.yml", text)

    assert_refused(lotproof("obligations", "lint", own.parent), "ours.yml:", *words)
    assert_refused(lotproof("obligations", "list", "--workspace", fresh), "ours.yml:", *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [("feeds: [\n", ["not YAML"]), ("nosuch: 1\n", ["nosuch"])],
)
def test_a_faulty_mapping(fresh: Path, content: str, words: list[str]) -> None:
    put(fresh, "sources/ours.yml", content)
    config = fresh / "lotproof.yml"
    text = config.read_text(encoding="utf-8").replace("mapping: generic", "mapping: ours", 1)
    config.write_text(text, encoding="utf-8")
    said = taken(fresh, "lots.csv", LOTS + "L1,M1,A\n")

    assert "Traceback" not in said.out + said.err
    assert said.code in (1, 2)
    for word in ("ours.yml:", *words):
        assert word in said.out + said.err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lots.csv", LOTS.encode() + "L1,Crème,A\n".encode("cp1252"), ["lots.csv:2", "0xe8"]),
        ("lots.csv", b"", ["lots.csv:1", "an empty file"]),
        ("lots.parquet", b"PAR1 cut", ["lots.parquet", "not a Parquet file"]),
        ("lotz.csv", LOTS, ["lotz.csv"]),
    ],
)
def test_an_extract_that_cannot_be_read_is_refused_whole(
    fresh: Path, name: str, content: str | bytes, words: list[str]
) -> None:
    said = taken(fresh, name, content)

    assert said.code == 1
    assert "Traceback" not in said.out + said.err
    for word in words:
        assert word in said.out + said.err
    assert landed(fresh, "lots") == 0


def test_a_row_that_was_cut_off_is_counted_and_kept(fresh: Path) -> None:
    said = taken(fresh, "events.csv", EVENTS + EVENT + "e2,receipt,L2,2026-1")

    assert said.code == 1
    assert "2 read · 1 landed" in said.out
    assert "events.csv:3" in said.out
    assert (landed(fresh, "events"), landed(fresh, "quarantine")) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("events.csv", EVENTS + EVENT.replace("KG", "KGX"), ["KGX", "events.csv:2"]),
        ("lots.csv", LOTS + "L1,,A\n", ["material_id", "lots.csv:2"]),
    ],
)
def test_what_is_odd_lands_and_is_said_with_its_line(
    fresh: Path, name: str, content: str, words: list[str]
) -> None:
    said = taken(fresh, name, content)

    assert "1 read · 1 landed" in said.out
    for word in words:
        assert word in said.out + said.err
    assert landed(fresh, name.removesuffix(".csv")) == 1


def test_a_file_without_a_column_its_rows_need_is_told_once_and_kept_out(fresh: Path) -> None:
    said = taken(fresh, "lots.csv", "lot_number,material_id\nA,M1\n")

    assert said.code == 1
    assert said.out.count("lots.csv:1: no column for 'record_id', 'lot_id'") == 1
    assert "this ingest is not complete" in said.out
    assert landed(fresh, "lots") == 0
