"""What a page for a browser carries with it: style with its fonts, and the policy that lets it run.

Everything is in the file: a page needs no network, and may run nothing but its own.
"""

from __future__ import annotations

import base64
import hashlib

from .definitions import templates
from .rendering import stylesheet

_FONTS = ("Inter-Regular", "Inter-SemiBold", "InterDisplay-SemiBold", "JetBrainsMono-Regular")
_FAMILIES = {"InterDisplay": "Inter Display", "JetBrainsMono": "JetBrains Mono"}


def screen_style(*names: str) -> str:
    """The house fonts and tokens, and these stylesheets after them."""
    return "".join(map(_face, _FONTS)) + stylesheet("tokens.css", *names)


def screen_policy(style: str, script: str | None = None) -> str:
    """A content security policy under which only this style and this script, if any, run."""
    scripts = f"script-src '{_digest(script)}'; " if script is not None else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; {scripts}"
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def _face(name: str) -> str:
    family, _, cut = name.partition("-")
    weight = 600 if cut == "SemiBold" else 400
    data = base64.b64encode((templates() / "fonts" / f"{name}.woff2").read_bytes()).decode()
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return (
        f'@font-face {{ font-family: "{_FAMILIES.get(family, family)}"; font-weight: {weight}; '
        f"src: {source} }}\n"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
