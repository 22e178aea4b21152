"""A pack judged again: its evidence, by its own maps, with the SQL of the lotproof installed here.

Nothing that could run is taken from a pack: its SQL is there to be read by people. Whether the
pack is whole and who signed it is left to ``lotproof.evidence.seal.verify``.
"""

from .judging import judge_again

__all__ = ["judge_again"]
