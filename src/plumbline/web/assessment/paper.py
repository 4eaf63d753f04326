"""A paper as a value, and its two forms: PDF and Word carry the same words and numbers because both are made from it.

A paper is a list of blocks. ``bars`` are plots with their numbers beside them: lengths begin at zero.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import segno
from django.utils.translation import get_language

from plumbline.kernel import pdf

INK, SOFT = "24496E", "E8EDF3"
BAR_WIDTH = 7.0
"""The longest bar in centimetres."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 begins a part."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences, as a list where there are several."""

    sentences: Sequence[str]
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; ``numbers`` names the columns that are set to the right."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bars:
    """A plot: (label, length from 0 to ``most``, the number in words)."""

    items: Sequence[tuple[str, float, str]]
    most: float

    def widths(self) -> list[tuple[str, float, str]]:
        """Return each bar with its length as a share of the longest possible one."""
        return [
            (label, max(0.0, min(1.0, length / self.most)) if self.most else 0.0, told)
            for label, length, told in self.items
        ]


@dataclass(frozen=True, slots=True)
class Sign:
    """The end of an official paper: who, and when."""

    who: str
    day: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """The imprint of the transparency log: sentences beside the QR code of ``link``."""

    link: str
    sentences: Sequence[str]

    @property
    def picture(self) -> str:
        """Return the QR code as the address of an image."""
        return str(segno.make(self.link, error="m").svg_data_uri(border=0, scale=4))


Block = Heading | Words | Rows | Bars | Sign | Stamp


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its title, what stands below it, its blocks, and the line at the foot of every page."""

    title: str
    subtitle: str
    blocks: Sequence[Block]
    foot: str = ""
    official: bool = False
    facts: Sequence[tuple[str, str]] = field(default=())


def as_pdf(paper: Paper) -> bytes:
    """Return the paper as PDF."""
    blocks = [(type(block).__name__, block) for block in paper.blocks]
    return pdf.render(
        "assessment/paper_pdf.html", {"paper": paper, "blocks": blocks, "language": get_language() or "en"}
    )


def as_word(paper: Paper) -> bytes:
    """Return the paper as Word."""
    from plumbline.web.assessment.paper_word import write  # python-docx is slow to load: only those who need it wait

    target = io.BytesIO()
    write(paper).save(target)
    return target.getvalue()


def plain(paper: Paper) -> list[str]:
    """Return every text of a paper in its order; tests hold both forms against it."""
    found: list[Any] = [paper.title, paper.subtitle, *(one for pair in paper.facts for one in pair)]
    for block in paper.blocks:
        match block:
            case Heading():
                found.append(block.text)
            case Words():
                found += block.sentences
            case Rows():
                found += [*block.headers, *(cell for row in block.rows for cell in row)]
            case Bars():
                found += [text for label, _length, told in block.items for text in (label, told)]
            case Sign():
                found += [block.who, block.day]
            case Stamp():
                found += block.sentences
    return [str(one) for one in found if str(one).strip()]
