"""A page as a picture: what is quoted is marked, and nothing else."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image, ImageChops

from ingestion.readers.images.page_picture import draw_page, find_quotes

FIRST = "Two days a week are worked from home."
SECOND = "Whoever travels is paid back within ten days."


def make_pdf(*pages: tuple[str, ...], turned: int = 0) -> bytes:
    from fpdf import FPDF

    made = FPDF(unit="pt", format="A4")
    made.set_font("helvetica", size=14)
    for lines in pages:
        made.add_page()
        for line in lines:
            made.multi_cell(400, 20, line, new_x="LMARGIN", new_y="NEXT")
    content = bytes(made.output())
    if not turned:
        return content
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            page.set_rotation(turned)
        held = io.BytesIO()
        document.save(held)
    return held.getvalue()


def marked_box(png: bytes) -> tuple[int, int, int, int] | None:
    """The box around what is yellow: much red, and little blue."""
    red, _, blue = Image.open(io.BytesIO(png)).convert("RGB").split()
    return ImageChops.darker(red.point(lambda v: 255 * (v > 230)), blue.point(lambda v: 255 * (v < 180))).getbbox()


def test_what_is_quoted_is_marked_and_nothing_else() -> None:
    content = make_pdf((FIRST, SECOND))
    above, below = (draw_page(content, (1,), (quote,)) for quote in (FIRST, SECOND))
    first, second = marked_box(above.png), marked_box(below.png)
    assert first
    assert second
    assert first[3] <= second[1] + 4
    assert (above.is_marked, above.page) == (True, 1)
    none = draw_page(content, (1,), ("This stands in no line of it at all.",))
    assert (none.is_marked, marked_box(none.png)) == (False, None)


def test_a_quote_is_marked_on_a_turned_page_too() -> None:
    upright, turned = (draw_page(make_pdf((FIRST,), turned=by), (1,), (FIRST,)) for by in (0, 90))
    flat, tall = marked_box(upright.png), marked_box(turned.png)
    assert flat
    assert tall
    assert flat[2] - flat[0] > flat[3] - flat[1]
    assert tall[2] - tall[0] < tall[3] - tall[1]


def test_of_several_pages_that_with_the_quote_is_drawn() -> None:
    content = make_pdf((FIRST,), (SECOND,))
    assert draw_page(content, (1, 2), (SECOND,)).page == 2
    assert draw_page(content, (1, 2, 3), ("Neither of them says this.",)).page == 1
    with pytest.raises(ValueError, match="no such page"):
        draw_page(content, (3,), ())


def test_spaces_hyphens_accents_and_bars_of_tables_do_not_matter() -> None:
    page = "L’indemni-\nté est de  vingt eu­ros par mois. Transport Mensuel Annuel"
    assert find_quotes(page, ["L'indemnité est de vingt euros par mois."])[0] == 0
    assert find_quotes(page, ["Transport | Mensuel | Annuel"]) == list(range(page.index("Tran"), len(page)))


def test_a_quote_that_is_not_there_whole_is_marked_in_parts() -> None:
    page = "The first sentence stands here. Another one is between. The last sentence stands there."
    found = find_quotes(page, ["The first sentence stands here. The last sentence stands there."])
    assert "".join(page[at] for at in found) == "The first sentence stands hereThe last sentence stands there"


def test_a_picture_has_a_largest_size_however_large_the_page() -> None:
    from fpdf import FPDF

    made = FPDF(unit="pt", format=(9_000, 14_000))
    made.add_page()
    picture = Image.open(io.BytesIO(draw_page(bytes(made.output()), (1,), ()).png))
    assert max(picture.size) <= 1_600


@pytest.mark.parametrize("content", [b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        draw_page(content, (1,), ())
