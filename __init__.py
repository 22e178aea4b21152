"""lotproof turns the lot records of a regulated manufacturer into proof."""

from typing import Final

__version__: Final = "0.1.0"
"""Version of the tool; printed in every pack and equal to the version in ``pyproject.toml``."""
