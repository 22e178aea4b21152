"""Parts of a pack for a recipient, each field proven against the seal of the whole.

A pack made to be disclosed commits to every field of its evidence by a salted hash. Later any
choice of fields can be handed over with their salts; what is withheld stays a hash that cannot be
guessed, and is counted.
"""

from .checking import is_disclosed, verify_disclosed
from .choosing import Choice, load_choice
from .disclosing import disclose
from .leaves import COMMITMENTS, commit, secret_of

__all__ = [
    "COMMITMENTS", "Choice", "commit", "disclose", "is_disclosed", "load_choice", "secret_of",
    "verify_disclosed",
]  # fmt: skip
