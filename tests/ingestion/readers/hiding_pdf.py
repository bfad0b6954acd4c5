"""PDFs that hide the word Secret beside the word Seen, or show the word Kept in a rare way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.ingestion.readers import raw_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Maker = Callable[[Path], object]


def pdf(draw: Callable[[Any], object], *, turned: bool = False) -> Maker:
    """A page with a line, what `draw` draws, and a line."""

    def make(path: Path) -> None:
        from fpdf import FPDF

        made = FPDF(orientation="landscape" if turned else "portrait")
        made.add_page()
        _plain_line(made, "Seen, a first line.")
        made.set_text_color(0)
        draw(made)
        _plain_line(made, "Seen, the last.")
        made.output(str(path))

    return make


def _plain_line(made: Any, words: str) -> None:
    made.set_text_color(0)
    made.set_font("helvetica", size=12)
    line(made, words)


def line(made: Any, words: str, **looks: Any) -> None:
    """A line by itself."""
    made.cell(0, 10, words, new_x="LMARGIN", new_y="NEXT", **looks)


def _white(made: Any) -> None:
    made.set_text_color(255)
    line(made, "Secret words")


def _on_paint(words: str, grey: int) -> Callable[[Any], object]:
    def draw(made: Any) -> None:
        made.set_fill_color(grey)
        made.set_text_color(255)
        line(made, words, fill=True)

    return draw


def _within_a_line(made: Any) -> None:
    made.cell(30, 10, "Seen start")
    made.set_text_color(255)
    made.cell(40, 10, "Secret words")
    made.set_text_color(0)
    line(made, "Seen end")


def _tiny(made: Any) -> None:
    made.set_font("helvetica", size=1)
    line(made, "Secret words")


def _not_drawn(made: Any) -> None:
    with made.local_context(text_mode=3):
        line(made, "Secret words")


def _clear(made: Any) -> None:
    with made.local_context(fill_opacity=0):
        line(made, "Secret words")


def _off_the_page(made: Any) -> None:
    made.text(-200, 50, "Secret words")


def _below_the_page(made: Any) -> None:
    made.text(20, 500, "Secret words")


def _beside_a_logo(made: Any) -> None:
    from PIL import Image

    made.image(Image.new("L", (60, 80), 200), x=150, y=10, w=20)
    _not_drawn(made)


def _scan(made: Any) -> None:
    """A picture of a page with the text that a scanner's program laid over it."""
    from PIL import Image

    made.image(Image.new("L", (600, 800), 200), x=0, y=0, w=made.w, h=made.h)
    with made.local_context(text_mode=3):
        line(made, "Kept words of a scanned page")


def _on_a_picture(made: Any) -> None:
    from PIL import Image

    made.image(Image.new("L", (60, 80), 20), x=5, y=15, w=100, h=30)
    made.set_text_color(255)
    line(made, "Kept words")


def _footnote(made: Any) -> None:
    made.set_font("helvetica", size=5)
    line(made, "Kept words")


def _grey(made: Any) -> None:
    made.set_text_color(200)
    line(made, "Kept words")


def _outlined(made: Any) -> None:
    made.set_text_color(255)
    with made.local_context(text_mode=2):
        line(made, "Kept words")


_SEEN = b"BT /F 12 Tf 50 740 Td (Seen, a first line.) Tj ET "
_SECRET, _KEPT = (b"BT /F 12 Tf 50 500 Td (%b) Tj ET " % words for words in (b"Secret words", b"Kept words"))
_WHOLE = b"/BBox [0 0 600 800]"
_PAINT = b"1 g 40 480 500 50 re f 0 g "
_GROUP = _WHOLE + b" /Group << /S /Transparency >>"


def layered(content: bytes, *inner: tuple[bytes, bytes], over: bytes = b"") -> tuple[str, Maker]:
    """A line, what `content` draws, and forms (see `raw_pdf.layered`)."""
    made = raw_pdf.layered(_SEEN + content, *inner, over=over)
    return ".pdf", lambda path: path.write_bytes(made)


def _under_annotation(kind: bytes) -> tuple[str, Maker]:
    box = b"<< /Type /Annot /Subtype /%b /Rect [40 480 540 530] /AP << /N 7 0 R >> >>" % kind
    return layered(_KEPT, (b"/BBox [0 0 500 50]", b"1 g 0 0 500 50 re f"), over=box)


HIDDEN: dict[str, tuple[str, Maker]] = {
    "white": (".pdf", pdf(_white)),
    "white on white paint": (".pdf", pdf(_on_paint("Secret words", 255))),
    "white within a line": (".pdf", pdf(_within_a_line)),
    "tiny": (".pdf", pdf(_tiny)),
    "not drawn": (".pdf", pdf(_not_drawn)),
    "clear": (".pdf", pdf(_clear)),
    "off the page": (".pdf", pdf(_off_the_page)),
    "below the page": (".pdf", pdf(_below_the_page)),
    "not drawn, beside a logo": (".pdf", pdf(_beside_a_logo)),
    "white on a turned page": (".pdf", pdf(_white, turned=True)),
    "white with a white outline": layered(b"2 Tr 1 g 1 G " + _SECRET),
    "faint": layered(b"/Faint gs " + _SECRET),
    "white in a form within forms": layered(
        b"/X0 Do", (_WHOLE, b"/X1 Do"), (_WHOLE, b"/X2 Do"), (_WHOLE, b"/X3 Do"), (_WHOLE, b"1 g " + _SECRET)
    ),
    "clipped away in a form": layered(b"0 600 600 200 re W n /X0 Do", (_WHOLE, _SEEN + _SECRET)),
    "clipped away by a form around its form": layered(
        b"/X0 Do", (b"/BBox [0 600 600 800]", b"/X1 Do"), (_WHOLE, _SEEN + _SECRET)
    ),
}

SHOWN: dict[str, tuple[str, Maker]] = {
    "over a scan": (".pdf", pdf(_scan)),
    "white in a dark row": (".pdf", pdf(_on_paint("Kept words", 30))),
    "small print": (".pdf", pdf(_footnote)),
    "grey": (".pdf", pdf(_grey)),
    "white with an outline": (".pdf", pdf(_outlined)),
    "on a turned page": (".pdf", pdf(_grey, turned=True)),
    "under a marker": layered(_KEPT + b"/X0 Do", (_GROUP, b"/Marker gs 1 1 0 rg 40 480 500 50 re f")),
    "struck through": layered(_KEPT + b"40 503 500 2 re f"),
    "on paint in a form": layered(b"/X0 Do", (_WHOLE, _PAINT + _KEPT)),
    "beside what clips another form": layered(b"q 0 600 600 200 re W n /X0 Do Q " + _KEPT, (_WHOLE, _SEEN)),
}

DOUBTFUL: dict[str, tuple[str, Maker]] = {
    "white on a picture": (".pdf", pdf(_on_a_picture)),
    "under a form": layered(_KEPT + b"/X0 Do", (_WHOLE, _PAINT)),
    "in a form under paint": layered(b"/X0 Do " + _PAINT, (_WHOLE, _KEPT)),
    "under many pieces of paint": layered(
        _KEPT + b"1 g " + b" ".join(b"%d %d 4 4 re f" % (x, y) for x in range(40, 140, 4) for y in range(480, 532, 4))
    ),
    "in a clear group": layered(b"/Clear gs /X0 Do", (_GROUP, _KEPT)),
    "under a stamp": _under_annotation(b"Stamp"),
    "under the drawing of a mark": _under_annotation(b"Highlight"),
}
