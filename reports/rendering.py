"""From a composed report to a PDF: templates, fonts, and where the signatures go.

Equal input gives equal bytes: dates come from the request, fonts from the package, and nothing is
fetched from anywhere. What a report says is left to :mod:`.composition`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from ..evidence.typefaces import fonts_only
from .definitions import templates

if TYPE_CHECKING:
    from jinja2 import Environment
    from weasyprint import Document, Page

    from .composition import ReportModel

_POINTS = 0.75  # PDF points in a CSS pixel
_SIGN = "sign-"


@dataclass(frozen=True, slots=True)
class PageBox:
    """A place on a page: page counted from 1, corners in PDF points from the bottom left."""

    page: int
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class RenderedReport:
    """A report as PDF.

    Attributes:
        file: its name in a pack.
        pdf: the bytes.
        pages: how many pages it has.
        signature_boxes: for each role, where it signs.
    """

    file: str
    pdf: bytes
    pages: int
    signature_boxes: dict[str, PageBox]


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that travels inside the PDF, byte for byte."""

    name: str
    content: bytes
    description: str


@cache
def environment() -> Environment:
    """The one Jinja environment: everything is escaped, nothing undefined passes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(str(templates())),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html_page(template: str, model: ReportModel, **more: object) -> str:
    """Fill a template.

    Args:
        template: its path under ``templates/``.
        model: the composed report, seen by the template as ``pack``.
        more: further values the template sees.
    """
    return environment().get_template(template).render(pack=model, **more)


def stylesheet(*names: str) -> str:
    """The named stylesheets, one after the other."""
    return "\n".join((templates() / name).read_text(encoding="utf-8") for name in names)


def render_pdf(
    model: ReportModel, attachments: Sequence[AttachedFile] = ()
) -> RenderedReport:  # fmt: skip
    """Draw a composed report as PDF/A-3a.

    Args:
        model: what it says.
        attachments: files to enclose, such as the evidence manifest.

    Raises:
        LotproofError: a signature has no place on any page, which is a fault of the template.
    """
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration

    as_of = _aware(model.request.as_of)
    html = render_html_page("base.html.j2", model, created=as_of.isoformat())
    fetcher, fonts = fonts_only(), FontConfiguration()
    css = CSS(
        string=stylesheet("tokens.css", "tables.css", "fonts.css", "print.css"),
        url_fetcher=fetcher,
        font_config=fonts,
    )
    with _source_date(as_of):
        document = HTML(string=html, url_fetcher=fetcher).render(
            stylesheets=[css], font_config=fonts
        )
        document.metadata.attachments = [
            Attachment(
                string=file.content, name=file.name, description=file.description,
                relationship="Data", created=as_of, modified=as_of, url_fetcher=fetcher,
            )
            for file in sorted(attachments, key=lambda file: file.name)
        ]  # fmt: skip
        pdf = document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=f"{model.request.pack_id}/{model.definition.report}".encode(),
        )
    assert pdf is not None  # noqa: S101 - without a target the bytes are returned
    return RenderedReport(
        model.definition.file, pdf, len(document.pages), _signature_boxes(document, model)
    )


def pinned_pdf(page: str, as_of: datetime) -> bytes:
    """A page that stands by itself as PDF, tagged, with the bundled typefaces.

    Args:
        page: its HTML, with its style inside.
        as_of: the date that goes into the file.
    """
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fetcher, fonts = fonts_only(), FontConfiguration()
    css = CSS(string=stylesheet("fonts.css"), url_fetcher=fetcher, font_config=fonts)
    with _source_date(_aware(as_of)):
        pdf = HTML(string=page, url_fetcher=fetcher).write_pdf(
            stylesheets=[css], font_config=fonts, pdf_tags=True, pdf_identifier=b"sample"
        )
    assert pdf is not None  # noqa: S101 - without a target the bytes are returned
    return bytes(pdf)


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


@contextmanager
def _source_date(moment: datetime) -> Iterator[None]:
    """Pin the date that font subsetting writes into a PDF."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _signature_boxes(document: Document, model: ReportModel) -> dict[str, PageBox]:
    boxes = {}
    for number, page in enumerate(document.pages, start=1):
        for anchor, corners in page.anchors.items():
            if anchor.startswith(_SIGN):
                boxes[anchor.removeprefix(_SIGN)] = _box(number, page, corners)
    missing = {signer.role for signer in model.request.signers} - set(boxes)
    if missing:
        raise LotproofError(
            f"no place to sign for {', '.join(sorted(missing))}",
            f"an element sign-<role> for each role in templates/{model.definition.report}",
        )
    return boxes


def _box(number: int, page: Page, corners: tuple[float, float, float, float]) -> PageBox:
    left, top, right, bottom = corners
    height = page.height
    return PageBox(
        number, *(round(value * _POINTS, 2) for value in (left, height - bottom, right,
                                                          height - top)),
    )  # fmt: skip
