"""Stands in for what dbt gives its templates, so that sqlfluff reads the models without dbt.

Only names that sqlfluff does not bring itself (it has ``ref``, ``source``, ``var``, ``this``…).
Macros are the real ones; dispatch means DuckDB.
"""

from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context


class Adapter:
    """dbt's ``adapter``, as far as rendering needs it."""

    @staticmethod
    @pass_context
    def dispatch(context: Context, name: str, package: str = "lotproof") -> Callable[..., str]:
        """Find ``duckdb__<name>``, or ``default__<name>``, among the macros.

        A macro that is not read yet becomes a plain function call, which is enough for layout.
        """
        del package
        for engine in ("duckdb", "default"):
            macro = context.resolve_or_missing(f"{engine}__{name}")
            if callable(macro):
                return macro
        return lambda *arguments, **_named: f"{name}({', '.join(map(str, arguments))})"


class Target:
    """dbt's ``target``: the default engine."""

    type = "duckdb"
    name = "duckdb"
    schema = "main"


class Exceptions:
    """dbt's ``exceptions``: while sqlfluff reads, nothing is refused."""

    @staticmethod
    def raise_compiler_error(message: str) -> str:
        """Refuse nothing; dbt itself refuses when it compiles."""
        del message
        return ""


adapter = Adapter()
target = Target()
exceptions = Exceptions()
execute = False


def run_query(sql: str) -> None:
    """Ask nothing of a database; ``execute`` is false, so templates do not look at the answer."""
    del sql


def log(message: str, info: bool = False) -> str:
    """Print nothing."""
    del message, info
    return ""
