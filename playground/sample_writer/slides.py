"""Write a sample document as slides: one for each chapter; `Notes:` paragraphs become speaker notes."""

from datetime import UTC, datetime, time
from io import BytesIO

from pptx import Presentation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.presentation import Presentation as Deck
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Cm, Length, Pt

from playground.sample_writer.reproducible_zip import make_reproducible
from playground.sample_writer.source_format import Block, BulletList, Heading, Paragraph, SampleDocument, Table

_TITLE_LAYOUT, _BODY_LAYOUT, _BARE_LAYOUT = 0, 1, 5
_WIDTH, _HEIGHT = Cm(33.87), Cm(19.05)
_LEFT, _INSIDE = Cm(2), Cm(29.87)
_AMBER = MSO_THEME_COLOR.ACCENT_6
_INK = MSO_THEME_COLOR.TEXT_1
_NOTES = "Notes:"


def write_slides(document: SampleDocument) -> bytes:
    """Return the bytes of the presentation: always the same for the same document."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    _describe(deck, document)
    _draw_front(deck, document)
    for heading, rest in _chapters(document.blocks):
        _draw_slide(deck, heading, rest)
    packed = BytesIO()
    deck.save(packed)
    return make_reproducible(packed.getvalue(), document.written_on)


def _describe(deck: Deck, document: SampleDocument) -> None:
    about = deck.core_properties
    about.title, about.subject, about.author = document.title, document.subtitle, document.author
    about.language, about.identifier = document.language, document.reference
    about.last_modified_by = document.author
    about.created = about.modified = datetime.combine(document.written_on, time(9), UTC)


def _chapters(blocks: tuple[Block, ...]) -> list[tuple[Heading, list[Block]]]:
    chapters: list[tuple[Heading, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading):
            chapters.append((block, []))
        else:
            chapters[-1][1].append(block)
    return chapters


def _draw_front(deck: Deck, document: SampleDocument) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_LAYOUT])
    title, subtitle = slide.placeholders[0], slide.placeholders[1]
    _place(title, Cm(6), Cm(3))
    _place(subtitle, Cm(9.5), Cm(3))
    _letter(title, (document.title,), 40, _AMBER)
    _letter(subtitle, (document.subtitle, f"{document.author} · {document.reference}"), 20, _INK)


def _draw_slide(deck: Deck, heading: Heading, rest: list[Block]) -> None:
    lists = any(isinstance(block, BulletList) for block in rest)
    slide = deck.slides.add_slide(deck.slide_layouts[_BODY_LAYOUT if lists else _BARE_LAYOUT])
    _place(slide.placeholders[0], Cm(1.2), Cm(2.4))
    _letter(slide.placeholders[0], (heading.text,), 30, _AMBER)
    for block in rest:
        _draw(slide, block)


def _draw(slide: Slide, block: Block) -> None:
    match block:
        case BulletList(items):
            _place(slide.placeholders[1], Cm(4.6), Cm(12))
            _letter(slide.placeholders[1], items, 22, _INK)
        case Table():
            _draw_table(slide, block)
        case Paragraph(text) if text.startswith(_NOTES):
            _notes(slide).text = text.removeprefix(_NOTES).strip()
        case _:
            raise ValueError(f"a slide cannot show {block!r}; use a list, a table or a paragraph of notes")


def _notes(slide: Slide) -> TextFrame:
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        raise ValueError("the template has no room for notes; give its notes master a body")
    return frame


def _draw_table(slide: Slide, grid: Table) -> None:
    lines = (grid.header, *grid.rows)
    table = slide.shapes.add_table(len(lines), len(grid.header), _LEFT, Cm(4.6), _INSIDE, Cm(1.5 * len(lines))).table
    for at, row in enumerate(lines):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(16)
            if at == 0:
                cell.fill.solid()
                cell.fill.fore_color.theme_color = _AMBER


def _place(shape: Shape, top: Length, height: Length) -> None:
    shape.left, shape.top, shape.width, shape.height = _LEFT, top, _INSIDE, height


def _letter(shape: Shape, lines: tuple[str, ...], size: float, colour: MSO_THEME_COLOR) -> None:
    shape.text_frame.text = "\n".join(lines)
    for paragraph in shape.text_frame.paragraphs:
        paragraph.font.size = Pt(size)
        paragraph.font.color.theme_color = colour
