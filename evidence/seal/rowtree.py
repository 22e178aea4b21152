"""The row tree of a dataset: one hash that stands for every row, in order (RFC 9162, 2.1.1).

A leaf is ``sha256(0x00 || row)``, a node ``sha256(0x01 || left || right)``. A row is, column after
column, ``N`` for null or ``V<bytes>:<text>`` with the canonical text of the value, so that null and
empty, or two columns and one, never look alike:

- text as it is, UTF-8; integers, booleans and dates as SQL prints them; decimals at their scale
- instants (``timestamp``) in UTC, ``2026-10-12T04:52:00.000000Z``
- bytes in upper-case hexadecimal; lists as ``[`` elements as above ``]``
- floating point has no canonical text and is refused

Leaves are made by DuckDB as one set; which file belongs in a pack is left to
:mod:`.evidence_manifest`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import LotproofError, Where

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_A_BYTE: Final = 64
_CELL: Final = 1 << 20
_BATCH: Final = 1 << 16  # a power of two, so that each full batch is a whole subtree
_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_PLAIN: Final = {"BOOLEAN", "DATE", "TIME", "UUID", *_INTEGERS, *(f"U{name}" for name in _INTEGERS)}
_DECIMAL: Final = re.compile(r"DECIMAL\(\d+,\d+\)")
_INSTANTS: Final = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"})


@dataclass(frozen=True, slots=True)
class RowTree:
    """A dataset in one hash.

    Attributes:
        columns: name and DuckDB type of each column, in order.
        rows: how many rows there are.
        root: the tree's root, 64 hexadecimal digits.
    """

    columns: tuple[tuple[str, str], ...]
    rows: int
    root: str


@contextmanager
def row_trees() -> Iterator[Callable[[Path], RowTree]]:
    """A function that gives the row tree of a Parquet file; all calls share one DuckDB.

    It raises :class:`LotproofError` for a file that cannot be read, or with a column that has no
    canonical text.
    """
    import duckdb

    with duckdb.connect(config={"threads": 2, "autoload_known_extensions": False}) as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set temp_directory = ''")
        connection.execute("set memory_limit = '2GB'")
        yield partial(_read, connection)


def row_tree(parquet: Path) -> RowTree:
    """The row tree of a single Parquet file.

    Raises:
        LotproofError: the file cannot be read or has a column without canonical text.
    """
    with row_trees() as read:
        return read(parquet)


def _read(connection: DuckDBPyConnection, parquet: Path) -> RowTree:
    import duckdb

    try:
        return _row_tree(connection, parquet)
    except duckdb.Error as error:
        raise LotproofError(
            f"not readable as Parquet: {str(error).splitlines()[0]}",
            "a whole Parquet file",
            "write the file again from its source",
            parquet,
        ) from error


def _row_tree(connection: DuckDBPyConnection, parquet: Path) -> RowTree:
    source = "read_parquet('{}')".format(str(parquet).replace("'", "''"))
    _require_honest_size(connection, source, parquet)
    described = connection.execute(f"describe select * from {source}").fetchall()
    columns = tuple((str(name), str(kind)) for name, kind, *_ in described)
    _require_small_cells(connection, source, columns, parquet)
    row = " || ".join(_field(name, kind, parquet) for name, kind in columns)
    cursor = connection.execute(
        f"select unhex(sha256('\\x00'::blob || encode({row}))) from {source}"
    )
    tree = _Tree()
    while batch := cursor.fetchmany(_BATCH):
        tree.add([leaf for (leaf,) in batch])
    return RowTree(columns, tree.leaves, tree.root().hex())


def _require_honest_size(connection: DuckDBPyConnection, source: str, parquet: Path) -> None:
    """A row takes some space; a small file with billions of them would be read without end."""
    counted = source.replace("read_parquet", "parquet_file_metadata")
    rows = connection.execute(f"select sum(num_rows) from {counted}").fetchall()[0][0] or 0
    size = parquet.stat().st_size
    if rows > _ROWS_A_BYTE * size:
        raise LotproofError(
            f"{rows} rows in {size} bytes",
            f"at most {_ROWS_A_BYTE} rows for each byte of a Parquet file",
            where=parquet,
        )


def _require_small_cells(
    connection: DuckDBPyConnection, source: str, columns: Iterable[tuple[str, str]], parquet: Path
) -> None:
    """One value may stand in many rows and be stored once; a huge one would fill the memory.

    Only columns that are large enough to hold one are looked at.
    """
    stored = source.replace("read_parquet", "parquet_metadata")
    large = {
        str(name)
        for (name,) in connection.execute(
            f"select distinct path_in_schema from {stored} where total_uncompressed_size > ?",
            [_CELL],
        ).fetchall()
    }
    for name, kind in columns:
        measured = {"VARCHAR": "strlen", "BLOB": "octet_length"}.get(kind)
        if measured and name in large:
            column = '"{}"'.format(name.replace('"', '""'))
            query = f"select max({measured}({column})) from {source}"
            longest = connection.execute(query).fetchall()[0][0] or 0
            if longest > _CELL:
                raise LotproofError(
                    f"a cell of {longest} bytes in column {name}", f"at most {_CELL} bytes",
                    where=parquet,
                )  # fmt: skip


def _field(name: str, kind: str, parquet: Path) -> str:
    column = '"{}"'.format(name.replace('"', '""'))
    text = _text(column, kind)
    if text is None:
        raise LotproofError(
            f"column {name} has type {kind}, which has no canonical text",
            "text, integer, decimal, boolean, date, timestamp (UTC), bytes or a list of these",
            f"cast {name} (a measured number to decimal with its scale) before writing the file",
            Where(parquet, column=name),
        )
    return _prefixed(column, text)


def _prefixed(value: str, text: str) -> str:
    return f"case when {value} is null then 'N' else 'V' || strlen({text}) || ':' || {text} end"


def _text(value: str, kind: str, depth: int = 0) -> str | None:
    if kind == "VARCHAR":
        return value
    if kind == '"NULL"':  # a column without any value has no type either
        return "''"
    if kind in _PLAIN or _DECIMAL.fullmatch(kind) or kind.startswith("ENUM("):
        return f"{value}::varchar"
    if kind in _INSTANTS:
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({value} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind == "BLOB":
        return f"hex({value})"
    if kind.endswith("[]"):
        element = f"e{depth}"
        inner = _text(element, kind[:-2], depth + 1)
        if inner is None:
            return None
        parts = f"list_transform({value}, lambda {element}: {_prefixed(element, inner)})"
        return f"'[' || array_to_string({parts}, '') || ']'"
    return None


def leaf_hash(row: bytes) -> bytes:
    """Hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + row).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes, in order; over none it is the hash of nothing (RFC 9162, 2.1.1)."""
    tree = _Tree()
    for batch in _batches(iter(leaves)):
        tree.add(batch)
    return tree.root()


class _Tree:
    """Batches of leaves, each full one folded into its subtree at once: memory stays small."""

    def __init__(self) -> None:
        self.leaves = 0
        self._subtrees: list[bytes] = []

    def add(self, batch: list[bytes]) -> None:
        """Take in the next leaves; every batch but the last is full."""
        self.leaves += len(batch)
        self._subtrees.append(_fold(batch))

    def root(self) -> bytes:
        """The root over all leaves; the hash of nothing where there are none (RFC 9162, 2.1.1)."""
        return _fold(self._subtrees) if self._subtrees else hashlib.sha256().digest()


def _fold(level: list[bytes]) -> bytes:
    sha256 = hashlib.sha256
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        pairs = zip(level[0::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def _batches(leaves: Iterator[bytes]) -> Iterator[list[bytes]]:
    while batch := list(islice(leaves, _BATCH)):
        yield batch
