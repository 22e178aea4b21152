"""A PostgreSQL database as a source: a file of queries, each of which gives the rows of one feed.

`<name>.postgres.yml` names the environment variable that holds the connection, and the queries by
the name of the file that each stands for. They run in one read-only transaction, so that all see
the same moment. The server writes every row as JSON text, which keeps the digits of its numbers and
the offsets of its times; the rows are put in order, so that what has not changed is the same file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ..errors import LotproofError, Where
from ..yaml_files import YamlFile, read_yaml, validated

if TYPE_CHECKING:
    from adbc_driver_manager import AdbcConnection

SUFFIX = ".postgres.yml"
_BEGIN = "begin transaction isolation level repeatable read read only"
_AT_ONCE = 10_000


class Queries(BaseModel):
    """What a file of queries says.

    Attributes:
        connection: name of the environment variable that holds the connection's URI.
        queries: a query by the name of the file that its rows stand for (``stock_lot``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    connection: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    queries: dict[str, str] = Field(min_length=1)


def query_results(path: Path, working: Path) -> Iterator[tuple[str, Path]]:
    """Yield each query's name with its rows as a file of JSON lines.

    Raises:
        LotproofError: the driver is not installed, the variable is not set, the database cannot be
            reached, or a query fails or writes.
    """
    file = read_yaml(path)
    asked = validated(file, Queries)
    uri = os.environ.get(asked.connection)
    if not uri:
        raise LotproofError(
            f"the environment variable {asked.connection} is not set",
            "the URI of the database in it, such as postgresql://reader@host/name",
            f"set {asked.connection} for this command; it is never written down",
            file.where(("connection",)),
        )
    yield from _results(file, asked, uri, working)


def _results(file: YamlFile, asked: Queries, uri: str, working: Path) -> Iterator[tuple[str, Path]]:
    try:
        import adbc_driver_postgresql
        from adbc_driver_manager import AdbcConnection, Error
    except ImportError:
        raise LotproofError(
            "adbc-driver-postgresql is not installed, which reads PostgreSQL",
            "",
            "pip install 'lotproof[postgres]'",
            file.path.name,
        ) from None
    where = file.where(("connection",))
    try:
        with (
            adbc_driver_postgresql.connect(uri) as database,
            AdbcConnection(database) as connection,
        ):
            _execute(connection, _BEGIN)
            for name, query in asked.queries.items():
                where = file.where(("queries", name))
                yield name, _rows(connection, query, working / f"{len(list(working.iterdir()))}")
            _execute(connection, "rollback")
    except Error as error:
        raise _failed(str(error), where) from None


def _execute(connection: AdbcConnection, sql: str) -> None:
    from adbc_driver_manager import AdbcStatement

    with AdbcStatement(connection) as statement:
        statement.set_sql_query(sql)
        statement.execute_update()


def _rows(connection: AdbcConnection, query: str, aside: Path) -> Path:
    import duckdb
    from adbc_driver_manager import AdbcStatement

    asked = query.strip().rstrip(";")
    with AdbcStatement(connection) as statement, duckdb.connect() as reader:
        statement.set_sql_query(
            f"select row_to_json(asked)::text as said from ({asked}) as asked "
            'order by row_to_json(asked)::text collate "C"'
        )
        stream, _ = statement.execute_query()
        reader.register("stream", stream)
        found = reader.execute("select said from stream")
        with aside.open("w", encoding="utf-8", newline="") as out:
            while rows := found.fetchmany(_AT_ONCE):
                out.writelines(f"{row[0]}\n" for row in rows)
    return aside


def _failed(said: str, where: Where) -> LotproofError:
    first = next((line for line in said.splitlines() if line.strip()), said)
    return LotproofError(
        f"the database says: {first.removeprefix('INVALID_ARGUMENT: ')}",
        "a database that can be reached, and queries that only read",
        "mend the query, or ask for the right to read",
        where,
    )
