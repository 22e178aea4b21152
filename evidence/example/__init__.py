"""The example company: six plants, their extracts and the faults planted in them."""

from .workspace import write_company

__all__ = ["write_company"]
