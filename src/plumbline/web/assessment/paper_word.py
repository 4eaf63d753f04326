"""A paper written as Word, in the fonts that offices have; bars are shaded paragraphs, so that they can be edited."""

import io
from typing import Any

import segno
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from plumbline.web.assessment.paper import BAR_WIDTH, INK, SOFT, Bars, Heading, Paper, Rows, Sign, Stamp, Words

_LATIN, _CHINESE = "Times New Roman", "仿宋"


def write(paper: Paper) -> Any:
    """Return the document of a paper."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    _fonts(made)
    title = made.add_heading(paper.title, 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.subtitle:
        made.add_paragraph(paper.subtitle).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.facts:
        _table(made, Rows(("", ""), [list(pair) for pair in paper.facts]), headed=False)
    for block in paper.blocks:
        _write(made, block)
    section.footer.paragraphs[0].text = paper.foot
    section.footer.paragraphs[0].runs[0].font.size = Pt(8) if paper.foot else None
    return made


def _fonts(made: Any) -> None:
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = made.styles[name]
        style.font.name = _LATIN
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _CHINESE)
    made.styles["Normal"].font.size = Pt(11)


def _write(made: Any, block: Any) -> None:
    match block:
        case Heading():
            made.add_heading(block.text, block.level)
        case Words():
            style = "List Bullet" if len(block.sentences) > 1 else None
            for sentence in block.sentences:
                made.add_paragraph(sentence, style=style)
        case Rows():
            _table(made, block, headed=True)
        case Bars():
            _bars(made, block)
        case Sign():
            for text in (block.who, block.day):
                made.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        case Stamp():
            picture = io.BytesIO()
            segno.make(block.link, error="m").save(picture, kind="png", border=0, scale=4)
            made.add_picture(picture, width=Cm(2.4))
            for sentence in block.sentences:
                made.add_paragraph(sentence)


def _table(made: Any, block: Rows, *, headed: bool) -> None:
    listed = [block.headers, *block.rows] if headed else list(block.rows)
    if not listed:
        return
    table = made.add_table(rows=len(listed), cols=len(listed[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for line, values in zip(table.rows, listed, strict=True):
        for place, (cell, value) in enumerate(zip(line.cells, values, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(str(value)).font.size = Pt(9)
            if place in block.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if headed:
        for cell in table.rows[0].cells:
            _shade(cell._tc.get_or_add_tcPr(), SOFT)
            cell.paragraphs[0].runs[0].font.bold = True
    made.add_paragraph()


def _bars(made: Any, block: Bars) -> None:
    table = made.add_table(rows=len(block.items), cols=3)
    for line, (label, share, told) in zip(table.rows, block.widths(), strict=True):
        for cell, width in zip(line.cells, (Cm(5.5), Cm(BAR_WIDTH + 0.4), Cm(2.6)), strict=True):
            cell.width = width
        line.cells[0].paragraphs[0].add_run(label).font.size = Pt(9)
        line.cells[2].paragraphs[0].add_run(told).font.size = Pt(9)
        bar = line.cells[1].paragraphs[0]
        if share > 0:
            bar.paragraph_format.right_indent = Cm(BAR_WIDTH * (1 - share))
            bar.add_run("\u00a0").font.size = Pt(9)
            _shade(bar._p.get_or_add_pPr(), INK)
    made.add_paragraph()


def _shade(properties: Any, colour: str) -> None:
    """Fill a cell or a paragraph with a colour."""
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)
