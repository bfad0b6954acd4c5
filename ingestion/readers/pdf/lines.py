"""Extracts the lines of PDF pages with their position, size, weight and pitch.

This module alone uses pdfium's text calls. For speed, it asks for the font of a few characters of each line only.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, islice, pairwise

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfPage, PdfTextPage

from ingestion.readers.elements import insert_doubt_mark
from ingestion.readers.pdf.annotations import PageFindings, open_page
from ingestion.readers.pdf.hidden_text import find_hidden_text
from ingestion.readers.pdf.letter_repair import (
    ACCENTS,
    compose_accents,
    find_last_drawn,
    join_characters,
    join_turned_lines,
)
from ingestion.readers.pdf.page_objects import get_object_address, get_page_box

_FIXED_PITCH = 1
_FORCE_BOLD = 1 << 18
_BOLD_NAME = re.compile(
    r"bold|black|heavy|semibd|demi|(?:cm|sf|ec)bx\d|nimbus\w{0,20}-medi|[-,_ ](?:bd|blk)|(?:biolinum|libertine)tb",
    re.I,
)
_ITALIC_NAME = re.compile(r"ital|obli|slant", re.I)
_BOLD_WEIGHTS = range(600, 1001)  # some italic fonts name such a weight too, and broken ones any number
_FILL_AND_STROKE = 2
_MONO_NAME = re.compile(r"mono|courier|consol|menlo|typewriter|sourcecode|firacode", re.I)
_LINE_END = re.compile(r"\r\n|(?<=[\ufffe\x02])|\Z")  # a hyphen that ends a line stands for the line's end
_NARROW, _WIDE = frozenset("iljtfr.,:;'()[]|!/"), frozenset("mwMWABCDEGHNOQRSXabdegnopqsu@_=")
_MIN_CELL_GAP = 0.45  # times the size: wider than a plain space
_CELL_NEAR = 2.5  # points between where a text object and its first character begin
_MAX_TINY_SIZE = 1.5  # points
_ROUNDING = 1.0  # points by which a page's edge may be crossed
_SAMPLES = 5
_FEW_CHARACTERS, _NARROWEST = 4, 0.15  # times the size: no text is narrower a character
_WIDTHS = 16
_EVEN = 0.02  # widths of a monospaced font differ by less than this share


@dataclass(frozen=True, slots=True)
class LineCell:
    """A separate part of a line; `gap` is the distance to the part on its left, 0 for the first."""

    text: str
    x: float
    right: float
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page. Lengths are in points, `y` grows upwards, `top` is 1.0 at the page's upper edge.

    `mono` and `bold` hold for the whole line; `advance` is the width of a character of a monospaced line. `cells` are
    its parts where wide gaps part it, and empty where none does.
    """

    text: str
    page: int
    x: float
    right: float
    y: float
    top: float
    size: float
    bold: bool
    mono: bool
    advance: float
    cells: tuple[LineCell, ...] = ()

    @property
    def is_upright(self) -> bool:
        """Whether the line runs from left to right: a mark in the margin may run upwards."""
        return len(self.text) < _FEW_CHARACTERS or self.right - self.x > _NARROWEST * self.size * len(self.text)


def extract_lines(
    document: PdfDocument,
    pages: Iterable[int],
    fonts: MonospacedFonts | None = None,
    findings: PageFindings | None = None,
) -> Iterator[PdfLine]:
    """The lines of the pages with these numbers, which count from 1, in the order of each page's content.

    A page that pdfium cannot open has none. `fonts` is what is known of the document's fonts, and learns more. What
    nobody sees is left out. With `findings`, what people wrote over a page, into a form's fields or text boxes, is read
    too, after its own text.
    """
    fonts = fonts or MonospacedFonts()
    for number in pages:
        try:
            page = open_page(document, number, findings)
        except PdfiumError:
            continue
        text_page = page.get_textpage()
        try:
            sampler = _PageLineReader(text_page, number, page, fonts)
            yield from sampler.read_lines()
            if findings is not None and sampler.hidden:
                findings.hidden[number] += sampler.hidden
        finally:
            text_page.close()
            page.close()


class MonospacedFonts:
    """Knows which fonts are monospaced: by flag or name, else by measuring."""

    def __init__(self, known: MonospacedFonts | None = None) -> None:
        self._mono: dict[bytes, bool] = dict(known._mono) if known else {}

    def is_monospaced(self, name: bytes, flags: int) -> bool | None:
        """True or False if known; None if a line must be measured."""
        return _is_monospaced_by_name(name, flags) or self._mono.get(name)

    def learn_font(self, name: bytes, widths: dict[str, float]) -> bool:
        """Judge a font by the widths of some characters; finally if narrow and wide ones are among them."""
        even = max(widths.values()) - min(widths.values()) <= _EVEN * max(widths.values())
        if not even:
            self._mono[name] = False
            return False
        if widths.keys() & _NARROW and widths.keys() & _WIDE:
            self._mono[name] = True
            return True
        return False


class _PageLineReader:
    """Reads the text of one page, with reused buffers."""

    def __init__(self, text_page: PdfTextPage, number: int, page: PdfPage, fonts: MonospacedFonts) -> None:
        self.hidden = 0
        self._fonts = fonts
        self._page = text_page.raw
        self._number = number
        self._height = page.get_height() or 1.0
        self._left, self._bottom, self._right_edge, self._top = get_page_box(page)
        found = find_hidden_text(page)
        self._unseen, self._doubted, self._doubled = found.hidden, found.doubtful, found.doubled
        self._strays = False
        self._text: str = text_page.get_text_range()
        self._one_to_one = text_page.count_chars() == len(self._text)
        self._name = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._a, self._b, self._c, self._d = (ctypes.c_double() for _ in range(4))
        self._two = ctypes.byref(self._a), ctypes.byref(self._b)
        self._four = *self._two, ctypes.byref(self._c), ctypes.byref(self._d)
        self._matrix = pdfium.FS_MATRIX()

    def read_lines(self) -> Iterator[PdfLine]:
        """Every line with visible text."""
        return join_turned_lines(self._read_pieces())

    def _read_pieces(self) -> Iterator[tuple[PdfLine, float | None]]:
        """The lines as pdfium parts them; how high it ends is told of one that is short, and turned by a quarter."""
        start = 0
        for end in _LINE_END.finditer(self._text):
            text = self._text[start : end.start()]
            if stripped := text.strip():
                first = start + text.index(stripped[0])
                line = self._build_line(stripped, first, first + len(stripped) - 1)
                is_doubtful = bool(self._doubted) and self._has_doubt(first, len(stripped))
                seen = self._visible_parts(line, first) if self._unseen or self._is_doubtful(line) else [line]
                stop = self._turned_end(first, first + len(stripped) - 1) if len(stripped) < _FEW_CHARACTERS else None
                yield from ((each, stop) for each in (map(_mark_line, seen) if is_doubtful else seen))
            start = end.end()

    def _turned_end(self, first: int, last: int) -> float | None:
        """How high a line ends that runs upwards or downwards; None for any other."""
        turn = round(math.sin(pdfium.FPDFText_GetCharAngle(self._page, self._character_at(first))))
        pdfium.FPDFText_GetCharBox(self._page, self._character_at(last), *self._four)
        return None if turn == 0 else self._d.value if turn < 0 else self._c.value

    def _is_doubtful(self, line: PdfLine) -> bool:
        """Whether a part of a line may be tiny, or outside the page."""
        strays, self._strays = self._strays, False
        return strays or line.size < _MAX_TINY_SIZE or not self._is_on_page(line.x, line.y)

    def _has_doubt(self, first: int, count: int) -> bool:
        """Whether any character may not be seen."""
        objects = (
            pdfium.FPDFText_GetTextObject(self._page, self._character_at(at)) for at in range(first, first + count)
        )
        return any(get_object_address(each) in self._doubted for each in objects)

    def _is_on_page(self, x: float, y: float) -> bool:
        across = self._left - _ROUNDING <= x <= self._right_edge + _ROUNDING
        return across and self._bottom - _ROUNDING <= y <= self._top + _ROUNDING

    def _visible_parts(self, line: PdfLine, first: int) -> Iterator[PdfLine]:
        """The visible parts of a line: all, some or none."""
        self._strays = False
        marks: list[bool] = []
        for n, character in enumerate(line.text):
            marks.append(marks[-1] if character.isspace() else self._is_visible(first + n))
        if all(marks):
            yield line
            return
        parts: list[PdfLine] = []
        for seen, run in groupby(range(len(marks)), key=marks.__getitem__):
            places = list(run)
            text = line.text[places[0] : places[-1] + 1]
            if not seen:
                self.hidden += 1
            elif stripped := text.strip():
                at = first + places[0] + text.index(stripped[0])
                parts.append(self._build_line(stripped, at, at + len(stripped) - 1))
        if parts:
            text = " ".join(part.text for part in parts)
            yield replace(parts[0], text=text, right=parts[-1].right, cells=())

    def _is_visible(self, at: int) -> bool:
        each = pdfium.FPDFText_GetTextObject(self._page, self._character_at(at))
        if not each:
            return True
        return (
            get_object_address(each) not in self._unseen
            and self._is_on_page(*self._origin_at(at))
            and self._size_at(at) >= _MAX_TINY_SIZE
        )

    def _build_line(self, text: str, first: int, last: int) -> PdfLine:
        characters: Sequence[str] = text
        if not ACCENTS.isdisjoint(text):
            characters = compose_accents(text, lambda at: self._sides_at(first + at))
        x, y = self._origin_at(first)
        boxes = self._object_boxes(self._character_at(first), len(text))
        middle = _middle_character(self._text, first, last)
        samples = _sample_positions(self._text, first, last) if boxes else [middle]
        fonts = [self._font_at(at) for at in samples]
        mono = self._is_monospaced_line(fonts, first, last)
        self._strays |= bool(boxes) and min(self._size_at(first), self._size_at(last)) < _MAX_TINY_SIZE
        size = self._size_at(middle)
        return PdfLine(
            text=join_characters(characters),
            page=self._number,
            x=x,
            right=self._right_edge_at(find_last_drawn(characters, first)),
            y=y,
            top=y / self._height,
            size=size,
            bold=all(self._is_bold_at(at, *font) for at, font in zip(samples, fonts, strict=True)),
            mono=mono,
            advance=self._advance_at(first) if mono and first < last and not text[1].isspace() else 0.0,
            cells=self._split_cells(characters, first, boxes, _MIN_CELL_GAP * size),
        )

    def _split_cells(
        self, characters: Sequence[str], first: int, boxes: list[LineCell], gap: float
    ) -> tuple[LineCell, ...]:
        """The parts of a line, separated by the gaps between its text objects, or by runs of spaces within its one."""
        apart = {right.x: right.x - left.right for left, right in pairwise(boxes)}
        gaps = (
            {x: wide for x, wide in apart.items() if wide > gap}
            if boxes
            else self._wide_spaces(characters, first, 2 * gap)
        )
        if not gaps:
            return ()
        cells: list[LineCell] = []
        start, before = 0, 0.0
        for end in range(1, len(characters) + 1):
            is_last = end == len(characters)
            beyond = self._gap_at(first + end, gaps) if not is_last and characters[end - 1] == " " else 0.0
            if beyond or is_last:
                x, right = self._origin_at(first + start)[0], self._right_edge_at(first + end - 1)
                cells.append(LineCell(join_characters(characters[start:end]), x, right, before))
                start, before = end, beyond
        return tuple(cells)

    def _wide_spaces(self, characters: Sequence[str], first: int, gap: float) -> dict[float, float]:
        """The gaps that are wider, by where they end: of several spaces of one text object, pdfium gives one."""
        places = (first + n for n, each in enumerate(characters) if each == " ")
        ends = {at: self._origin_at(at + 1)[0] for at in places}
        return {x: wide for at, x in ends.items() if (wide := x - self._right_edge_at(at - 1)) > gap}

    def _gap_at(self, at: int, gaps: dict[float, float]) -> float:
        """The gap to the left of a character; 0 if there is none."""
        x = self._origin_at(at)[0]
        return next((gap for start, gap in gaps.items() if abs(x - start) < _CELL_NEAR), 0.0)

    def _object_boxes(self, first: int, count: int) -> list[LineCell]:
        """The areas of the line's text objects; empty for one object in one font."""
        found = pdfium.FPDFText_CountRects(self._page, first, count)
        boxes = []
        for n in range(found if found > 1 else 0):
            pdfium.FPDFText_GetRect(self._page, n, *self._four)
            left, top, right, bottom = self._a.value, self._b.value, self._c.value, self._d.value
            boxes.append(LineCell("", left, right))
            self._strays |= right < self._left or left > self._right_edge or top < self._bottom or bottom > self._top
        return boxes

    def _character_at(self, at: int) -> int:
        if self._one_to_one:
            return at
        return max(0, int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, at)))

    def _origin_at(self, at: int) -> tuple[float, float]:
        pdfium.FPDFText_GetCharOrigin(self._page, self._character_at(at), *self._two)
        return self._a.value, self._b.value

    def _right_edge_at(self, at: int) -> float:
        return self._sides_at(at)[1]

    def _sides_at(self, at: int) -> tuple[float, float]:
        pdfium.FPDFText_GetCharBox(self._page, self._character_at(at), *self._four)
        return self._a.value, self._b.value

    def _size_at(self, at: int) -> float:
        """The visible size: some writers scale a font of size 1 by the text matrix."""
        char = self._character_at(at)
        size = float(pdfium.FPDFText_GetFontSize(self._page, char))
        if pdfium.FPDFText_GetMatrix(self._page, char, self._matrix):
            size *= (self._matrix.c**2 + self._matrix.d**2) ** 0.5 or 1.0
        return round(size * 2) / 2

    def _font_at(self, at: int) -> tuple[bytes, int]:
        pdfium.FPDFText_GetFontInfo(self._page, self._character_at(at), self._name, len(self._name), self._flags)
        return self._name.value, self._flags.value

    def _is_bold_at(self, at: int, name: bytes, flags: int) -> bool:
        """Whether a character is bold: by its font's name or weight, or drawn with its outline, or twice."""
        if _is_bold(name, flags):
            return True
        character = self._character_at(at)
        if not _is_italic(name) and pdfium.FPDFText_GetFontWeight(self._page, character) in _BOLD_WEIGHTS:
            return True
        drawn = pdfium.FPDFText_GetTextObject(self._page, character)
        outlined = drawn and pdfium.FPDFTextObj_GetTextRenderMode(drawn) == _FILL_AND_STROKE
        return bool(outlined) or get_object_address(drawn) in self._doubled

    def _is_monospaced_line(self, fonts: list[tuple[bytes, int]], first: int, last: int) -> bool:
        known = [self._fonts.is_monospaced(name, flags) for name, flags in fonts]
        if None not in known or False in known:
            return all(known)
        name = fonts[0][0]
        widths = self._measure_widths(first, last) if len(set(fonts)) == 1 else {}
        return bool(widths) and self._fonts.learn_font(name, widths)

    def _measure_widths(self, first: int, last: int) -> dict[str, float]:
        """The advance of some characters that another character follows directly, whichever way the line runs."""
        text = self._text
        pairs = (at for at in range(first, last) if not text[at].isspace() and not text[at + 1].isspace())
        return {text[at]: math.dist(self._origin_at(at), self._origin_at(at + 1)) for at in islice(pairs, _WIDTHS)}

    def _advance_at(self, at: int) -> float:
        return self._origin_at(at + 1)[0] - self._origin_at(at)[0]


def _mark_line(line: PdfLine) -> PdfLine:
    """A line that is marked as perhaps hidden."""
    cells = tuple(replace(cell, text=insert_doubt_mark(cell.text)) for cell in line.cells)
    return replace(line, text=insert_doubt_mark(line.text), cells=cells)


@lru_cache(maxsize=1024)
def _readable_name(name: bytes) -> str:
    return name.decode("utf-8", "replace")


@lru_cache(maxsize=1024)
def _is_monospaced_by_name(name: bytes, flags: int) -> bool:
    return bool(flags & _FIXED_PITCH) or _MONO_NAME.search(_readable_name(name)) is not None


@lru_cache(maxsize=1024)
def _is_bold(name: bytes, flags: int) -> bool:
    return bool(flags & _FORCE_BOLD) or _BOLD_NAME.search(_readable_name(name)) is not None


@lru_cache(maxsize=1024)
def _is_italic(name: bytes) -> bool:
    return _ITALIC_NAME.search(_readable_name(name)) is not None


def _middle_character(text: str, first: int, last: int) -> int:
    """A character near the middle of a line; the first may be a bullet or in another font."""
    return next(at for at in range((first + last) // 2, last + 1) if not text[at].isspace())


def _sample_positions(text: str, first: int, last: int) -> list[int]:
    """A few positions in a line that are not white space, from its first to its last character."""
    step = (last - first) / (_SAMPLES - 1)
    places = {first + round(step * n) for n in range(_SAMPLES)}
    return [place for place in places if not text[place].isspace()]
