"""Finds the text of a PDF page that nobody sees: not drawn, transparent, scaled or clipped to nothing, white on white.

The text layer over a scanned picture is what people see, and stays. White text is compared with the topmost object
drawn before it; over a picture, a shading or a form with more than text it is doubtful, and so is what is painted over
later, or inside a form that is clear. A page without such text costs only a few calls for each text object.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pypdfium2.raw as pdfium

from ingestion.readers.pdf.covered_text import find_covered_text
from ingestion.readers.pdf.page_objects import (
    FILL_MODES,
    ObjectReader,
    contains_point,
    get_box_area,
    get_box_centre,
    get_object_address,
    get_page_box,
    intersect_boxes,
)
from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

    from ingestion.readers.pdf.page_objects import Object, PdfBox

Verdict = Literal["shown", "doubt", "hidden"]

_MIN_WHITE = 243  # of 255, in each of the three colours
_MIN_OPACITY = 13  # of 255: on paper, fainter ink is as good as white
_NO_TEXT = pdfium.FPDF_TEXTRENDERMODE_UNKNOWN  # what an object that is no text answers
_MIN_PRINT_SIZE = 0.9  # points, in each direction: less is scaled or clipped to nothing
_TWINS_WITHIN = 5  # text objects
_TWIN_APART = 0.05, 1.2  # points, at least and at most
_MIN_SCAN_SHARE = 0.5  # of a page's area: pictures that fill more of it are the page itself


@dataclass(frozen=True, slots=True)
class HiddenTextObjects:
    """The addresses of the text objects that nobody sees, of those that may not be seen, and of those drawn twice."""

    hidden: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()
    doubled: frozenset[int] = frozenset()


def find_hidden_text(page: PdfPage) -> HiddenTextObjects:
    """The text objects of a page that are hidden, or may be."""
    reader = ObjectReader()
    raw = page.raw
    top = [pdfium.FPDFPage_GetObject(raw, n) for n in range(pdfium.FPDFPage_CountObjects(raw))]
    search = _SuspectSearch(reader)
    search.search_objects(top, (), None)
    shrunk = frozenset(search.shrunk)
    page_box = get_page_box(page)
    covered = find_covered_text(reader, top, page_box, _MIN_SCAN_SHARE * get_box_area(page_box))
    if not search.suspects:
        return HiddenTextObjects(shrunk, frozenset(covered) - shrunk, frozenset(search.doubled))
    sheet = _HiddenTextCheck(reader, top, page_box)
    verdicts = {get_object_address(each): sheet.judge_object(each, path) for each, path in search.suspects}
    hidden = shrunk | {each for each, verdict in verdicts.items() if verdict == "hidden"}
    doubtful = covered | {each for each, verdict in verdicts.items() if verdict == "doubt"}
    return HiddenTextObjects(hidden, frozenset(doubtful) - hidden, frozenset(search.doubled))


class _SuspectSearch:
    """Finds the text objects that are scaled or clipped to nothing, and those that need a closer look.

    `suspects` has each of the latter with the forms around it, from the outermost to the innermost.
    """

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._size = ctypes.c_float()
        self.suspects: list[tuple[Object, tuple[Object, ...]]] = []
        self.shrunk: set[int] = set()
        self.doubled: set[int] = set()
        self._recent: deque[tuple[Object, float, float]] = deque(maxlen=_TWINS_WITHIN)

    def search_objects(
        self, objects: list[Object], above: tuple[Object, ...], sight: PdfBox | None, *, is_clear: bool = False
    ) -> None:
        """Look at the objects inside the forms `above`, of which this much is in sight; is one of these clear?"""
        for each in objects:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(each)
            if mode == _NO_TEXT:
                if pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_FORM:
                    inner = self._reader.clip_inside(each, sight)
                    within = self._reader.list_form_objects(each)
                    self.search_objects(within, (*above, each), inner, is_clear=is_clear or self._is_clear(each))
            elif self._is_shrunk(each, above) or self._is_clipped_away(each, sight):
                self.shrunk.add(get_object_address(each))
            else:
                self._note_twin(each)
                if is_clear or self._is_suspect(each, mode):
                    self.suspects.append((each, above))

    def _is_suspect(self, text: Object, mode: int) -> bool:
        if mode in FILL_MODES:
            # Asked of all: what follows is for the few.
            ink = self._reader.read_fill(text)
            return ink is not None and (ink[0] >= _MIN_WHITE or ink[3] < _MIN_OPACITY)
        return True

    def _is_clear(self, form: Object) -> bool:
        fill = self._reader.read_fill(form)
        return fill is not None and fill[3] < _MIN_OPACITY

    def _note_twin(self, text: Object) -> None:
        """Note text that is drawn twice, a little apart, as some programs make it bold."""
        matrix = self._reader.read_matrix(text)
        if matrix is None:
            return
        x, y = matrix[4:]
        for other, left, base in self._recent:
            if _TWIN_APART[0] < math.hypot(x - left, y - base) < _TWIN_APART[1]:
                own, its = self._reader.read_box(text), self._reader.read_box(other)
                if own and its and abs((own[2] - own[0]) - (its[2] - its[0])) < _TWIN_APART[0]:
                    self.doubled |= {get_object_address(text), get_object_address(other)}
        self._recent.append((text, x, y))

    def _is_shrunk(self, text: Object, above: tuple[Object, ...]) -> bool:
        """Whether text is scaled to nothing."""
        scale = 1.0
        for each in (text, *above):
            if matrix := self._reader.read_matrix(each):
                a, b, c, d, _, _ = matrix
                longer = max(math.hypot(a, b), math.hypot(c, d))
                scale *= abs(a * d - b * c) / longer if longer else 0.0
        return (
            bool(pdfium.FPDFTextObj_GetFontSize(text, self._size)) and abs(self._size.value) * scale < _MIN_PRINT_SIZE
        )

    def _is_clipped_away(self, text: Object, sight: PdfBox | None) -> bool:
        sight = self._reader.clip(text, sight)
        box = self._reader.read_box(text) if sight else None
        if sight is None or box is None or not get_box_area(box):  # spaces have none
            return False
        left, bottom, right, top = intersect_boxes(box, sight)
        tall, wide = min(box[3] - box[1], _MIN_PRINT_SIZE), min(box[2] - box[0], _MIN_PRINT_SIZE)
        return right - left < wide or top - bottom < tall


class _HiddenTextCheck:
    """Checks a page with doubtful text: what is behind it, and whether the page is a scan."""

    def __init__(self, reader: ObjectReader, top: list[Object], box: PdfBox) -> None:
        self._reader = reader
        self._top = top
        boxes = [reader.read_box(each) for each in top if reader.holds_picture(each)]
        self._pictures = [each for each in boxes if each]
        area = sum(get_box_area(intersect_boxes(each, box)) for each in self._pictures)
        self._is_scan = area >= _MIN_SCAN_SHARE * get_box_area(box)

    def judge_object(self, text: Object, path: tuple[Object, ...]) -> Verdict:
        """Whether people see a suspicious text object inside the forms of `path`."""
        outer = self._reader.read_box(path[0] if path else text)
        own = self._reader.read_box(text)
        if outer is None or own is None:
            return "shown"
        if self._is_scan and any(contains_point(picture, get_box_centre(outer)) for picture in self._pictures):
            return "shown"
        verdict = self._judge_ink(text, path)
        return "doubt" if verdict == "shown" and self._may_be_clear(path) else verdict

    def _judge_ink(self, text: Object, path: tuple[Object, ...]) -> Verdict:
        inks = self._reader.list_text_colours(text)
        if not inks:
            return "hidden"
        inks = [ink for ink in inks if ink is None or ink[3] >= _MIN_OPACITY]
        if not inks:
            return "hidden"
        if any(ink is None or min(ink[:3]) < _MIN_WHITE for ink in inks):
            return "shown"
        ground = self._background_colour(self._top, text, path)
        if ground is None:
            return "doubt"
        return "hidden" if all(ink and is_similar_colour(ink[:3], ground) for ink in inks) else "shown"

    def _may_be_clear(self, path: tuple[Object, ...]) -> bool:
        """Whether a form around is clear: it hides what it holds if it is a group, and pdfium does not tell that."""
        fills = [self._reader.read_fill(form) for form in path]
        return any(fill is not None and fill[3] < _MIN_OPACITY for fill in fills)

    def _background_colour(self, objects: list[Object], text: Object, path: tuple[Object, ...]) -> Colour | None:
        """The colour behind a text object: of the topmost object drawn before it, or paper."""
        inner = path[0] if path else text
        if path:
            within = self._background_colour(self._reader.list_form_objects(inner), text, path[1:])
            if within != WHITE:
                return within
        at = next(n for n, each in enumerate(objects) if get_object_address(each) == get_object_address(inner))
        box = self._reader.read_box(inner)
        for each in reversed(objects[:at]):
            drawn = self._reader.read_drawn_object(each)
            if drawn and box and contains_point(drawn.box, get_box_centre(box)):
                return drawn.fill
        return WHITE
