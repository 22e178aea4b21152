"""Is a pack still what was signed? Every rule of the verification, and the report it gives."""

from .findings import CODES, Finding, SignatureLine, VerificationReport
from .run import verify_pack

__all__ = ["CODES", "Finding", "SignatureLine", "VerificationReport", "verify_pack"]
