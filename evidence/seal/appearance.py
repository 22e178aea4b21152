"""What a signature looks like on paper: name, role, meaning, local time with offset, person id.

21 CFR 11.50 wants these in human-readable form with the record. The block is drawn by WeasyPrint in
exactly the size of its field; placing it into the signature is left to :mod:`.pdfsign`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Final

from ..typefaces import fonts_only
from .model import local

_HEIGHT: Final = 64.0  # the height the block is drawn for, in points; others are scaled
_GLYPH: Final = 0.56  # mean width of a semi-bold glyph, in em

_PAGE: Final = """\
<html lang="en"><head><title>Signature</title><style>
@font-face {{ font-family: Inter; font-weight: 400; src: url("font:Inter-Regular") }}
@font-face {{ font-family: Inter; font-weight: 600; src: url("font:Inter-SemiBold") }}
@font-face {{ font-family: "Inter Display"; font-weight: 600;
  src: url("font:InterDisplay-SemiBold") }}
@page {{ size: {width}pt {height}pt; margin: 0 }}
html {{ font: 400 {base}pt/1.32 Inter, "Noto Sans", "DejaVu Sans", sans-serif; color: #15202b }}
body {{ margin: 0; font-feature-settings: "tnum", "ss03" }}
.rule {{ position: absolute; left: 0; top: 0; width: {rule}pt; height: {height}pt;
  background: #1d6f5c }}
.block {{ position: absolute; left: {left}pt; top: {top}pt; width: {inner}pt }}
p {{ margin: 0; white-space: nowrap }}
.role {{ color: #1d6f5c; font-weight: 600 }}
.name {{ font: 600 {name}pt/1.25 "Inter Display", Inter, "Noto Sans", "DejaVu Sans", sans-serif;
  margin: {gap}pt 0 }}
.muted {{ color: #5b6470 }}
</style></head><body><div class="rule"></div><div class="block">
<p class="role">{role} <span class="muted">· meaning:</span> {meaning}</p>
<p class="name">{printed}</p>
<p>{title} <span class="muted">·</span> {person}</p>
<p>{time}</p>
<p class="muted">Signed electronically · certificate {certificate}</p>
</div></body></html>
"""


@dataclass(frozen=True, slots=True)
class SignatureText:
    """The words of one signature.

    Attributes:
        role: such as ``Approved by``.
        printed_name: the signer's printed name (11.50(a)(1)).
        title: the signer's position.
        person_id: the signer's id.
        meaning: what the signature says (11.50(a)(3)).
        at: when (11.50(a)(2)).
        timezone: zone of the site, for the local time.
        certificate: SHA-256 of the certificate.
    """

    role: str
    printed_name: str
    title: str
    person_id: str
    meaning: str
    at: datetime
    timezone: str
    certificate: str


@lru_cache(maxsize=16)
def render_appearance(text: SignatureText, width: float, height: float) -> bytes:
    """A one-page PDF of exactly that size, in points, with the block on it.

    Type shrinks until the longest line fits, so no name is ever cut.
    """
    from weasyprint import HTML

    page = HTML(string=_html(text, width, height), url_fetcher=fonts_only())
    output = BytesIO()
    page.write_pdf(output)
    return output.getvalue()


def _html(text: SignatureText, width: float, height: float) -> str:
    scale = min(height / _HEIGHT, 1.6)
    rule, left = 1.6 * scale, 7.5 * scale
    inner = width - left
    lines = _lines(text)
    base = min(6.7 * scale, *(inner / (_GLYPH * len(line)) for line in lines))
    name = min(10.4 * scale, inner / (_GLYPH * max(len(text.printed_name), 1)))
    gap = 1.2 * scale
    used = 4 * 1.32 * base + 1.25 * name + 2 * gap
    return _PAGE.format(
        width=_points(width),
        height=_points(height),
        rule=_points(rule),
        left=_points(left),
        top=_points(max((height - used) / 2, 0)),
        inner=_points(inner),
        base=_points(base),
        name=_points(name),
        gap=_points(gap),
        role=escape(text.role),
        meaning=escape(text.meaning),
        printed=escape(text.printed_name),
        title=escape(text.title),
        person=escape(text.person_id),
        time=escape(local(text.at, text.timezone)),
        certificate=_short(text.certificate),
    )


def _lines(text: SignatureText) -> tuple[str, ...]:
    return (
        f"{text.role} · meaning: {text.meaning}",
        f"{text.title} · {text.person_id}",
        f"Signed electronically · certificate {_short(text.certificate)}",
    )


def _short(fingerprint: str) -> str:
    return " ".join(fingerprint[start : start + 4] for start in (0, 4, 8)) + "…"


def _points(value: float) -> str:
    return f"{value:.3f}"
