"""What looks wrong in the lot records and whom it concerns; nothing is released, held or closed.

:func:`find_exceptions` looks through the last build, :mod:`.decisions` records what people made of
a finding. What a clause asks is left to the maps: an exception is a hint, never a verdict.
"""

from .decisions import decide, read_decisions
from .finding import KINDS, Exposure, Finding
from .search import find_exceptions

__all__ = ["KINDS", "Exposure", "Finding", "decide", "find_exceptions", "read_decisions"]
