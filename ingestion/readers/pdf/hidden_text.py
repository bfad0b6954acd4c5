"""Finds the text of a PDF page that nobody sees: not drawn, transparent, or white on white.

The text layer over a scanned picture is what people see, and stays. White text is compared with the topmost object
drawn before it; over a picture, a shading or a form with more than text it stays. A page without doubtful text costs
only a few calls for each text object.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour

if TYPE_CHECKING:
    from collections.abc import Callable
    from ctypes import Structure, _Pointer

    from pypdfium2 import PdfPage

    Object = _Pointer[Structure]

PdfBox = tuple[float, float, float, float]  # left, bottom, right, top

_MAX_FORM_DEPTH = 3
_MIN_WHITE = 243  # of 255, in each of the three colours
_FILL_MODES = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
_STROKE_MODES = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
_NOT_DRAWN = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
_MIN_SCAN_SHARE = 0.5  # of a page's area: pictures that fill more of it are the page itself


def get_page_box(page: PdfPage) -> PdfBox:
    """The visible area of a page, in its own coordinates."""
    box: PdfBox = page.get_bbox()
    return box


def get_object_address(each: Object) -> int:
    """The identity of an object while its page is open; 0 for none."""
    return ctypes.addressof(each.contents) if each else 0


def find_hidden_text(page: PdfPage) -> frozenset[int]:
    """The addresses of the text objects that nobody sees."""
    looks = _ObjectReader()
    raw = page.raw
    top = [pdfium.FPDFPage_GetObject(raw, n) for n in range(pdfium.FPDFPage_CountObjects(raw))]
    doubtful = looks.list_doubtful_text(top, ())
    if not doubtful:
        return frozenset()
    sheet = _HiddenTextCheck(looks, top, get_page_box(page))
    return frozenset(get_object_address(each) for each, path in doubtful if sheet.is_hidden_object(each, path))


@dataclass(frozen=True, slots=True)
class _DrawnObject:
    """A drawn object: its area and colour; None if it is not one plain colour."""

    box: PdfBox
    fill: Colour | None


class _ObjectReader:
    """Reads the look of objects from pdfium, with reused buffers."""

    def __init__(self) -> None:
        self._numbers = [ctypes.c_uint() for _ in range(4)]
        self._colours = [ctypes.byref(number) for number in self._numbers]
        self._sides = [ctypes.c_float() for _ in range(4)]
        self._edges = [ctypes.byref(side) for side in self._sides]
        self._mode, self._stroke = ctypes.c_int(), ctypes.c_int()

    def list_doubtful_text(
        self, objects: list[Object], above: tuple[Object, ...]
    ) -> list[tuple[Object, tuple[Object, ...]]]:
        """The text objects that may be hidden, each with the forms around it."""
        found: list[tuple[Object, tuple[Object, ...]]] = []
        red, _, _, opacity = self._numbers
        for each in objects:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(each)
            if mode in _FILL_MODES:
                # Asked of all: what follows is for the few.
                if not pdfium.FPDFPageObj_GetFillColor(each, *self._colours):
                    continue
                if red.value < _MIN_WHITE and opacity.value:
                    continue
                found += [(each, above)]
            elif mode == _NOT_DRAWN or mode in _STROKE_MODES:
                found += [(each, above)]
            elif len(above) < _MAX_FORM_DEPTH and pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_FORM:
                found += self.list_doubtful_text(self.list_form_objects(each), (*above, each))
        return found

    def list_form_objects(self, form: Object) -> list[Object]:
        """The objects of a form."""
        return [pdfium.FPDFFormObj_GetObject(form, n) for n in range(pdfium.FPDFFormObj_CountObjects(form))]

    def read_text_colour(self, text: Object, mode: int) -> tuple[int, int, int, int] | None:
        """The colour and opacity of text; None if it has two colours or no plain one."""
        if mode in _FILL_MODES:
            return self._read_colour(pdfium.FPDFPageObj_GetFillColor, text)
        return self._read_colour(pdfium.FPDFPageObj_GetStrokeColor, text) if mode in _STROKE_MODES else None

    def read_drawn_object(self, each: Object) -> _DrawnObject | None:
        """What an object other than text draws; None if it cannot be behind text."""
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            return None
        if kind == pdfium.FPDF_PAGEOBJ_FORM and not any(
            self.read_drawn_object(inner) for inner in self.list_form_objects(each)
        ):
            return None
        fill = None
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            pdfium.FPDFPath_GetDrawMode(each, self._mode, self._stroke)
            found = self._read_colour(pdfium.FPDFPageObj_GetFillColor, each) if self._mode.value else None
            if self._mode.value == pdfium.FPDF_FILLMODE_NONE or (found and found[3] == 0):
                return None
            fill = found[:3] if found else None
        box = self.read_object_box(each)
        return _DrawnObject(box, fill) if box else None

    def holds_picture(self, each: Object, depth: int = 0) -> bool:
        """Whether an object is a picture, or a form with one."""
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            return any(self.holds_picture(inner, depth + 1) for inner in self.list_form_objects(each))
        return bool(kind == pdfium.FPDF_PAGEOBJ_IMAGE)

    def read_object_box(self, each: Object) -> PdfBox | None:
        """The area of an object, in the coordinates of its container."""
        if not pdfium.FPDFPageObj_GetBounds(each, *self._edges):
            return None
        left, bottom, right, top = (side.value for side in self._sides)
        return left, bottom, right, top

    def _read_colour(self, ask: Callable[..., int], each: Object) -> tuple[int, int, int, int] | None:
        if not ask(each, *self._colours):
            return None
        red, green, blue, opacity = (number.value for number in self._numbers)
        return red, green, blue, opacity


class _HiddenTextCheck:
    """Checks a page with doubtful text: what is behind it, and whether the page is a scan."""

    def __init__(self, looks: _ObjectReader, top: list[Object], box: PdfBox) -> None:
        self._looks = looks
        self._top = top
        boxes = [looks.read_object_box(each) for each in top if looks.holds_picture(each)]
        self._pictures = [each for each in boxes if each]
        area = sum(_box_area(_clip_box(each, box)) for each in self._pictures)
        self._is_scan = area >= _MIN_SCAN_SHARE * _box_area(box)

    def is_hidden_object(self, text: Object, path: tuple[Object, ...]) -> bool:
        outer = self._looks.read_object_box(path[0] if path else text)
        own = self._looks.read_object_box(text)
        if outer is None or own is None:
            return False
        if self._is_scan and any(_contains_point(picture, _box_centre(outer)) for picture in self._pictures):
            return False
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
        if mode == _NOT_DRAWN:
            return True
        ink = self._looks.read_text_colour(text, mode)
        if ink is None:
            return False
        if ink[3] == 0 or min(ink[:3]) < _MIN_WHITE:
            return ink[3] == 0
        ground = self._background_colour(self._top, text, path)
        return ground is not None and is_similar_colour(ink[:3], ground)

    def _background_colour(self, objects: list[Object], text: Object, path: tuple[Object, ...]) -> Colour | None:
        """The colour behind a text object: of the topmost object drawn before it, or paper."""
        inner = path[0] if path else text
        if path:
            within = self._background_colour(self._looks.list_form_objects(inner), text, path[1:])
            if within != WHITE:
                return within
        at = next(n for n, each in enumerate(objects) if get_object_address(each) == get_object_address(inner))
        box = self._looks.read_object_box(inner)
        for each in reversed(objects[:at]):
            drawn = self._looks.read_drawn_object(each)
            if drawn and box and _contains_point(drawn.box, _box_centre(box)):
                return drawn.fill
        return WHITE


def _box_centre(box: PdfBox) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _contains_point(box: PdfBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _clip_box(box: PdfBox, page: PdfBox) -> PdfBox:
    return max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])


def _box_area(box: PdfBox) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)
