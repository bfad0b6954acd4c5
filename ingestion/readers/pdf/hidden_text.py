"""Decide which text of a PDF's page nobody sees: not drawn, clear, or white on white. Knows pdfium's objects.

The text that a scanner's program lays over the picture of a page is what people see in the picture: it stays.
White is held against the topmost thing drawn before it; on a picture, a shade or a form that draws more than text, it
stays. A page without any such text costs few calls for each text object.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from ingestion.readers.colours import WHITE, Colour, alike

if TYPE_CHECKING:
    from collections.abc import Callable
    from ctypes import Structure, _Pointer

    from pypdfium2 import PdfPage

    Object = _Pointer[Structure]

Box = tuple[float, float, float, float]  # left, bottom, right, top

_DEEPEST_FORM = 3
_WHITE = 243  # of 255, in each of the three colours
_FILLED = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
_STROKED = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
_NOT_DRAWN = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
_SCAN = 0.5  # of a page's area: pictures that fill more of it are the page itself


def box_of(page: PdfPage) -> Box:
    """What is shown of a page, in its own coordinates."""
    box: Box = page.get_bbox()
    return box


def address(each: Object) -> int:
    """What tells an object from others while its page is open; 0 for none."""
    return ctypes.addressof(each.contents) if each else 0


def hidden_text(page: PdfPage) -> frozenset[int]:
    """The addresses of the text objects of a page that nobody sees."""
    looks = _Looks()
    raw = page.raw
    top = [pdfium.FPDFPage_GetObject(raw, n) for n in range(pdfium.FPDFPage_CountObjects(raw))]
    doubtful = looks.doubtful(top, ())
    if not doubtful:
        return frozenset()
    sheet = _Sheet(looks, top, box_of(page))
    return frozenset(address(each) for each, path in doubtful if sheet.hides(each, path))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Something drawn: where, and in which colour; None where it is no plain colour."""

    box: Box
    fill: Colour | None


class _Looks:
    """Asks pdfium how objects look, into buffers of its own."""

    def __init__(self) -> None:
        self._numbers = [ctypes.c_uint() for _ in range(4)]
        self._colours = [ctypes.byref(number) for number in self._numbers]
        self._sides = [ctypes.c_float() for _ in range(4)]
        self._edges = [ctypes.byref(side) for side in self._sides]
        self._mode, self._stroke = ctypes.c_int(), ctypes.c_int()

    def doubtful(self, objects: list[Object], above: tuple[Object, ...]) -> list[tuple[Object, tuple[Object, ...]]]:
        """The text objects among these and in their forms that may be hidden, each with the forms it stands in."""
        found: list[tuple[Object, tuple[Object, ...]]] = []
        red, _, _, opacity = self._numbers
        for each in objects:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(each)
            if mode in _FILLED:
                # Asked of all: what follows is for the few.
                if not pdfium.FPDFPageObj_GetFillColor(each, *self._colours):
                    continue
                if red.value < _WHITE and opacity.value:
                    continue
                found += [(each, above)]
            elif mode == _NOT_DRAWN or mode in _STROKED:
                found += [(each, above)]
            elif len(above) < _DEEPEST_FORM and pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_FORM:
                found += self.doubtful(self.inside(each), (*above, each))
        return found

    def inside(self, form: Object) -> list[Object]:
        """The objects of a form."""
        return [pdfium.FPDFFormObj_GetObject(form, n) for n in range(pdfium.FPDFFormObj_CountObjects(form))]

    def ink(self, text: Object, mode: int) -> tuple[int, int, int, int] | None:
        """The colour and opacity in which text is drawn; None where it is drawn in two, or none that is plain."""
        if mode in _FILLED:
            return self._colour(pdfium.FPDFPageObj_GetFillColor, text)
        return self._colour(pdfium.FPDFPageObj_GetStrokeColor, text) if mode in _STROKED else None

    def drawn(self, each: Object) -> _Drawn | None:
        """What an object that is no text draws; None for nothing that could lie under text."""
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            return None
        if kind == pdfium.FPDF_PAGEOBJ_FORM and not any(self.drawn(inner) for inner in self.inside(each)):
            return None
        fill = None
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            pdfium.FPDFPath_GetDrawMode(each, self._mode, self._stroke)
            found = self._colour(pdfium.FPDFPageObj_GetFillColor, each) if self._mode.value else None
            if self._mode.value == pdfium.FPDF_FILLMODE_NONE or (found and found[3] == 0):
                return None
            fill = found[:3] if found else None
        box = self.box(each)
        return _Drawn(box, fill) if box else None

    def holds_picture(self, each: Object, depth: int = 0) -> bool:
        """Whether an object is a picture, or a form that holds one."""
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            return any(self.holds_picture(inner, depth + 1) for inner in self.inside(each))
        return bool(kind == pdfium.FPDF_PAGEOBJ_IMAGE)

    def box(self, each: Object) -> Box | None:
        """Where an object stands, in the coordinates of what it stands in."""
        if not pdfium.FPDFPageObj_GetBounds(each, *self._edges):
            return None
        left, bottom, right, top = (side.value for side in self._sides)
        return left, bottom, right, top

    def _colour(self, ask: Callable[..., int], each: Object) -> tuple[int, int, int, int] | None:
        if not ask(each, *self._colours):
            return None
        red, green, blue, opacity = (number.value for number in self._numbers)
        return red, green, blue, opacity


class _Sheet:
    """One page on which some text is doubtful: what lies under it, and whether the page is a scan."""

    def __init__(self, looks: _Looks, top: list[Object], box: Box) -> None:
        self._looks = looks
        self._top = top
        boxes = [looks.box(each) for each in top if looks.holds_picture(each)]
        self._pictures = [each for each in boxes if each]
        area = sum(_area(_within(each, box)) for each in self._pictures)
        self._is_scan = area >= _SCAN * _area(box)

    def hides(self, text: Object, path: tuple[Object, ...]) -> bool:
        outer = self._looks.box(path[0] if path else text)
        own = self._looks.box(text)
        if outer is None or own is None:
            return False
        if self._is_scan and any(_covers(picture, _middle(outer)) for picture in self._pictures):
            return False
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
        if mode == _NOT_DRAWN:
            return True
        ink = self._looks.ink(text, mode)
        if ink is None:
            return False
        if ink[3] == 0 or min(ink[:3]) < _WHITE:
            return ink[3] == 0
        ground = self._ground(self._top, text, path)
        return ground is not None and alike(ink[:3], ground)

    def _ground(self, objects: list[Object], text: Object, path: tuple[Object, ...]) -> Colour | None:
        """What a text object lies on: the topmost thing that is drawn before it where it stands, or paper."""
        inner = path[0] if path else text
        if path:
            within = self._ground(self._looks.inside(inner), text, path[1:])
            if within != WHITE:
                return within
        at = next(n for n, each in enumerate(objects) if address(each) == address(inner))
        box = self._looks.box(inner)
        for each in reversed(objects[:at]):
            drawn = self._looks.drawn(each)
            if drawn and box and _covers(drawn.box, _middle(box)):
                return drawn.fill
        return WHITE


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _covers(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _within(box: Box, page: Box) -> Box:
    return max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)
