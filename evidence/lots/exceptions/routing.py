"""Which role an exception goes to."""

from __future__ import annotations

from ...exception_rules import ExceptionRules
from .finding import KINDS


def role_for(rules: ExceptionRules, kind: str, site_id: str) -> str:
    """The role that should look at an exception of a kind at a site."""
    for rule in rules.routes:
        if rule.kind in (None, kind) and rule.site in (None, site_id):
            return rule.role
    return KINDS[kind][1]
