"""The typefaces that travel with the package, and a fetcher that lets a page ask for nothing else.

What is set in them is left to whoever draws a page: reports, and the blocks of signatures.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

SCHEME: Final = "font:"
"""How a style sheet names a typeface: ``src: url("font:Inter-Regular")``."""


@cache
def font(name: str) -> bytes:
    """A typeface of the package as TrueType, unpacked once.

    Args:
        name: its file in ``templates/fonts`` without ``.woff2``.
    """
    from fontTools.ttLib import TTFont

    package = __name__.split(".", maxsplit=1)[0]
    source = (files(package) / "templates" / "fonts" / f"{name}.woff2").read_bytes()
    unpacked = TTFont(io.BytesIO(source), recalcTimestamp=False)
    unpacked.flavor = None
    target = io.BytesIO()
    unpacked.save(target)
    return target.getvalue()


def fonts_only() -> URLFetcher:
    """A fetcher for WeasyPrint that knows these typefaces and refuses everything else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class FontsOnly(URLFetcher):  # type: ignore[misc]
        """Gives the typefaces of the package and nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ARG002, ANN401
            if not url.startswith(SCHEME):
                raise FatalURLFetchingError(f"a page may only ask for bundled fonts: {url[:80]}")
            return URLFetcherResponse(url, body=font(url.removeprefix(SCHEME)))

    return FontsOnly(allowed_protocols=("font",))
