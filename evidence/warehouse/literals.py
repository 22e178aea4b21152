"""Values as text of a model; a pack judged again may hold anything where a name should be."""

from __future__ import annotations


def quoted(value: object) -> str:
    """A literal that neither SQL nor dbt's templates take for anything else."""
    return "'" + str(value).replace("'", "''").replace("{", "{{ '{' }}") + "'"
