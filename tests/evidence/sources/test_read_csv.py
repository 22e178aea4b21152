"""Two ways to read CSV agree, and rows keep their numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.evidence.sources import read_csv as reader
from lotproof.evidence.sources.examine import as_utf8

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters='",;\n\r\t '),
    max_size=8,
)


def rows_of(path: Path, folder: Path) -> tuple[list[tuple[object, ...]], list[reader.Rejected]]:
    text = as_utf8(path, path.name, "utf-8", folder / "utf8", ";")
    with duckdb.connect() as connection:
        table = reader.read_csv(connection, text, path.name, ";", 0, "t", folder / "aside")
        rows = connection.execute(table.sql).fetchall()
    cells = [cell for row in rows for cell in row[2:] if cell]
    assert table.blank_ends or not any(str(cell).endswith((" ", "\t")) for cell in cells)
    return rows, table.rejected


@settings(max_examples=60, deadline=None)
@given(
    records=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_was_written_as_csv_is_read_as_it_was(
    records: list[tuple[str, str, str]], end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *records])
    with TemporaryDirectory() as name:
        path = Path(name) / "x.csv"
        path.write_bytes(text.getvalue().encode())
        rows, rejected = rows_of(path, Path(name))

    numbered = [(nr, *(cell or None for cell in record)) for nr, record in enumerate(records, 2)]
    # a record of nothing is no row
    assert [(row[0], *row[2:]) for row in rows] == [row for row in numbered if any(row[1:])]
    assert rejected == []


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text('ab";', max_size=6), min_size=1, max_size=8))
def test_every_record_of_any_file_is_read_or_rejected(lines: list[str]) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "x.csv"
        path.write_text("h1;h2\n" + "\n".join(lines) + "\n", newline="")
        rows, rejected = rows_of(path, Path(name))
        content = path.read_text()

    numbers = sorted([int(str(row[0])) for row in rows] + [item.row for item in rejected])
    assert len(set(numbers)) == len(numbers)
    assert all(item.raw in content for item in rejected)
    # nothing is lost: every sign that means something is in a row or in a rejected record
    found = sum(str(cell).count("a") for row in rows for cell in row[2:] if cell)
    found += sum(item.raw.count("a") for item in rejected)
    assert found == "".join(lines).count("a")


def test_a_long_file_is_read_with_its_row_numbers_in_order(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("n;m\n" + "".join(f"{n};{n}\n" for n in range(200_000)))
    rows, _ = rows_of(path, tmp_path)

    assert all(int(str(row[0])) == int(str(row[2])) + 2 for row in rows)


def test_a_file_that_several_cores_read_keeps_its_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with duckdb.connect() as connection:
        lines = "select i as n, repeat('x', 60) as m from range(600000) as numbers(i)"
        connection.execute(f"copy ({lines}) to '{path}' (format csv, delimiter ';', header)")
        text = as_utf8(path, path.name, "utf-8", tmp_path / "utf8", ";")
        table = reader.read_csv(connection, text, path.name, ";", 0, "t", tmp_path / "aside")
        counts = "select count(*), count(*) filter (where _row <> cast(n as bigint) + 2) from ("
        found = connection.execute(f"{counts}{table.sql})").fetchone()

    assert found == (600_000, 0)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_longer_than_usual_is_read_at_once(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1;2\n3;" + quote + "x" * 3_000_000 + quote + "\n5;6\n")
    rows, rejected = rows_of(path, tmp_path)

    assert [(row[0], len(str(row[3]))) for row in rows] == [(2, 1), (3, 3_000_000), (4, 1)]
    assert rejected == []
    assert not (tmp_path / "aside").exists()


def test_blank_lines_and_line_breaks_in_cells_count_as_editors_and_spreadsheets_do(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.csv"
    path.write_text('h1;h2\na;"x\ny"\n\nb;c\n', newline="")
    rows, _ = rows_of(path, tmp_path)

    # row, line, cells
    assert rows == [(2, 2, "a", "x\ny"), (4, 5, "b", "c")]


@pytest.mark.parametrize("quoted", ['x;"y\nz"\n', "x;y\n"])
def test_rows_of_delimiters_alone_are_no_rows_and_count_in_numbering(
    tmp_path: Path, quoted: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"h1;h2\n;\na;b\n;\n{quoted};\n;\n", newline="")
    rows, rejected = rows_of(path, tmp_path)

    assert [(row[0], row[2]) for row in rows] == [(3, "a"), (5, "x")]
    assert rejected == []


@pytest.mark.parametrize(
    ("content", "blank_ends"),
    [
        ("a;b\n1 2; x\n", False),
        ("a;b\n1 ;2\n", True),
        ("a;b\n1;2 \r\n", True),
        ("a;b\n1;2\t\n", True),
        ('a;b\n1;"2 "\n', True),
        ("a;b\n1;2 ", True),
        ("x" * ((1 << 20) - 1) + " ;b\n1;2\n", True),
        ("x" * ((1 << 20) - 1) + " b;b\n1;2\n", False),
    ],
)
def test_a_blank_where_a_cell_may_end_is_noticed(
    tmp_path: Path, content: str, blank_ends: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())

    assert as_utf8(path, path.name, "utf-8", tmp_path / "utf8", ";").blank_ends is blank_ends


def test_rows_of_a_large_file_keep_their_numbers_however_many_cores_read_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    with duckdb.connect() as connection:
        connection.execute("set threads = 4")
        connection.execute(
            "copy (select i + 2 as a, repeat('x', i % 50) as b from range(600000) as numbers(i)) "
            f"to '{path}' (format csv, delimiter ';', header)"
        )
        text = as_utf8(path, path.name, "utf-8", tmp_path / "utf8", ";")
        table = reader.read_csv(connection, text, path.name, ";", 0, "t", tmp_path / "aside")
        counted = connection.execute(
            f"select count(*), count(*) filter (_row <> cast(a as bigint)) from ({table.sql})"
        ).fetchone()

    assert counted == (600000, 0)
