"""What every report has in common: head, parts with their numbers, signers, the digest signed."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from . import words
from .definitions import ReportDefinition
from .reading import Row
from .request import ReportRequest, Signer

_LONG = 34
"""Glyphs of a title that still stand in one line at full size."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on top of a document and of each of its pages; long titles are set smaller."""

    title: str
    subtitle: str
    kicker: str
    is_long: bool
    running_left: str
    running_right: str
    footer: str
    facts: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The facts as they stand in print: two short ones side by side, any other alone."""
        found: list[tuple[tuple[str, str], ...]] = []
        for fact in self.facts:
            last = found[-1] if found else ()
            if len(last) == 1 and max(len(last[0][1]), len(fact[1])) <= _SIDE_BY_SIDE:
                found[-1] = (*last, fact)
            else:
                found.append((fact,))
        return tuple(found)


_SIDE_BY_SIDE = 44
"""Characters of a fact that leaves room for another beside it."""


@dataclass(frozen=True, slots=True)
class NumberedPart:
    """A part as it is printed: template, number (empty for unnumbered parts), heading."""

    key: str
    number: str
    title: str
    short: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a document; the report's own model holds one as ``frame``.

    Attributes:
        head: title, running lines and facts.
        parts: the parts in their order, numbered.
        signers: who signs, and what each states.
        digest: SHA-256 of the evidence manifest, in hex.
        digest_groups: the same, in groups of eight.
    """

    head: Head
    parts: tuple[NumberedPart, ...]
    signers: tuple[tuple[Signer, str], ...]
    digest: str
    digest_groups: str

    def part(self, key: str) -> NumberedPart:
        """The part of that name."""
        return next(part for part in self.parts if part.key == key)


def frame(
    request: ReportRequest, definition: ReportDefinition, site: Row, evidence_digest: str,
    *, title: str, subtitle: str, running: str, facts: tuple[tuple[str, str], ...],
    absent: Container[str] = (),
) -> Frame:  # fmt: skip
    """Put the frame of a document together.

    Args:
        request: what is asked for.
        definition: the report's definition.
        site: the site's row.
        evidence_digest: SHA-256 of the evidence manifest, in hex.
        title: the large first line.
        subtitle: the large second line.
        running: what every page names: the month, or the lot.
        facts: names and texts under the title.
        absent: parts that have nothing to say and are left out.
    """
    return Frame(
        head=_head(request, definition, site, evidence_digest, title, subtitle, running, facts),
        parts=_number(definition, absent),
        signers=tuple((who, definition.certifies.get(who.meaning, "")) for who in request.signers),
        digest=evidence_digest,
        digest_groups=words.digest_groups(evidence_digest),
    )


def _head(
    request: ReportRequest, definition: ReportDefinition, site: Row, digest: str, title: str,
    subtitle: str, running: str, facts: tuple[tuple[str, str], ...],
) -> Head:  # fmt: skip
    example = " · EXAMPLE" if request.example else ""
    return Head(
        title=title,
        subtitle=subtitle,
        kicker=definition.kicker,
        is_long=max(len(title), len(subtitle)) > _LONG,
        running_left=f"{request.company} · {site['name']} ({site['site_id']})",
        running_right=f"{definition.title} · {running}{example}",
        footer=f"{request.pack_id} v{request.version} · evidence "
        f"{digest[:4]} {digest[4:8]} {digest[8:12]}…",
        facts=(*facts, ("Made for", request.withheld.sentence())),
    )


def _number(definition: ReportDefinition, absent: Container[str]) -> tuple[NumberedPart, ...]:
    parts, last = [], 0
    for part in definition.holds:
        if part.part in absent:
            continue
        last += 1 if part.title else 0
        parts.append(
            NumberedPart(part.part, str(last) if part.title else "", part.title, part.short)
        )
    return tuple(parts)
