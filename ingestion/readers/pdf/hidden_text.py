"""Finds the text of a PDF page that nobody sees: not drawn, transparent, scaled or clipped to nothing, white on white.

The text layer over a scanned picture is what people see, and stays. White text is compared with the topmost object
drawn before it; over a picture, a shading or a form with more than text it is doubtful, and so is what is painted over
later. A page without such text costs only a few calls for each text object.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pypdfium2.raw as pdfium

from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour

if TYPE_CHECKING:
    from collections.abc import Callable
    from ctypes import Structure, _Pointer

    from pypdfium2 import PdfPage

    Object = _Pointer[Structure]

Verdict = Literal["shown", "doubt", "hidden"]
PdfBox = tuple[float, float, float, float]  # left, bottom, right, top

_MAX_FORM_DEPTH = 3
_MIN_WHITE = 243  # of 255, in each of the three colours
_FILL_MODES = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
_STROKE_MODES = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
_NO_TEXT = pdfium.FPDF_TEXTRENDERMODE_UNKNOWN  # what an object that is no text answers
_CLIP_ONLY = pdfium.FPDF_TEXTRENDERMODE_CLIP
_MIN_PRINT_SIZE = 0.9  # points, in each direction: less is scaled or clipped to nothing
_MAX_CLIP_POINTS = 64
_MIN_COVER = 20.0, 5.0  # points: the width and the height of a fill that may lie over a line
_MAX_COVERS = 100
_TWINS_WITHIN = 5  # text objects
_TWIN_APART = 0.05, 1.2  # points, at least and at most
_NOT_DRAWN = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
_MIN_SCAN_SHARE = 0.5  # of a page's area: pictures that fill more of it are the page itself


def get_page_box(page: PdfPage) -> PdfBox:
    """The visible area of a page, in its own coordinates."""
    box: PdfBox = page.get_bbox()
    return box


def get_object_address(each: Object) -> int:
    """The identity of an object while its page is open; 0 for none."""
    return ctypes.addressof(each.contents) if each else 0


@dataclass(frozen=True, slots=True)
class HiddenTextObjects:
    """The addresses of the text objects that nobody sees, of those that may not be seen, and of those drawn twice."""

    hidden: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()
    doubled: frozenset[int] = frozenset()


def find_hidden_text(page: PdfPage) -> HiddenTextObjects:
    """The text objects of a page that are hidden, or may be."""
    looks = _ObjectReader()
    raw = page.raw
    top = [pdfium.FPDFPage_GetObject(raw, n) for n in range(pdfium.FPDFPage_CountObjects(raw))]
    suspects = looks.list_doubtful_text(top, ())
    shrunk = frozenset(looks.shrunk)
    page_box = get_page_box(page)
    covered = looks.list_covered_text(top, _MIN_SCAN_SHARE * _box_area(page_box))
    if not suspects:
        return HiddenTextObjects(shrunk, covered - shrunk, frozenset(looks.doubled))
    sheet = _HiddenTextCheck(looks, top, page_box)
    verdicts = {get_object_address(each): sheet.judge_object(each, path) for each, path in suspects}
    hidden = shrunk | {each for each, verdict in verdicts.items() if verdict == "hidden"}
    doubtful = covered | {each for each, verdict in verdicts.items() if verdict == "doubt"}
    return HiddenTextObjects(hidden, doubtful - hidden, frozenset(looks.doubled))


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
        self._size, self._matrix = ctypes.c_float(), pdfium.FS_MATRIX()
        self.shrunk: set[int] = set()
        self.doubled: set[int] = set()
        self._recent: deque[tuple[Object, float, float]] = deque(maxlen=_TWINS_WITHIN)

    def list_doubtful_text(
        self, objects: list[Object], above: tuple[Object, ...]
    ) -> list[tuple[Object, tuple[Object, ...]]]:
        """The text objects that may be hidden, each with the forms around it."""
        found: list[tuple[Object, tuple[Object, ...]]] = []
        red, _, _, opacity = self._numbers
        for each in objects:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(each)
            if mode != _NO_TEXT and self._is_shrunk(each, above):
                self.shrunk.add(get_object_address(each))
                continue
            if mode != _NO_TEXT:
                self._note_twin(each)
            if mode in _FILL_MODES:
                # Asked of all: what follows is for the few.
                if not pdfium.FPDFPageObj_GetFillColor(each, *self._colours):
                    continue
                if red.value < _MIN_WHITE and opacity.value:
                    continue
                found += [(each, above)]
            elif mode in (_NOT_DRAWN, _CLIP_ONLY) or mode in _STROKE_MODES:
                found += [(each, above)]
            elif len(above) < _MAX_FORM_DEPTH and pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_FORM:
                found += self.list_doubtful_text(self.list_form_objects(each), (*above, each))
        return found

    def _note_twin(self, text: Object) -> None:
        """Note text that is drawn twice, a little apart, as some programs make it bold."""
        if not pdfium.FPDFPageObj_GetMatrix(text, self._matrix):
            return
        x, y = self._matrix.e, self._matrix.f
        for other, left, base in self._recent:
            if _TWIN_APART[0] < math.hypot(x - left, y - base) < _TWIN_APART[1]:
                own, its = self.read_object_box(text), self.read_object_box(other)
                if own and its and abs((own[2] - own[0]) - (its[2] - its[0])) < _TWIN_APART[0]:
                    self.doubled |= {get_object_address(text), get_object_address(other)}
        self._recent.append((text, x, y))

    def _is_shrunk(self, text: Object, above: tuple[Object, ...]) -> bool:
        """Whether text is scaled to nothing, or clipped away."""
        scale = 1.0
        for each in (text, *above):
            if pdfium.FPDFPageObj_GetMatrix(each, self._matrix):
                m = self._matrix
                across, down = math.hypot(m.a, m.b), math.hypot(m.c, m.d)
                flat = abs(m.a * m.d - m.b * m.c)
                longer = max(across, down)
                scale *= flat / longer if longer else 0.0
        if pdfium.FPDFTextObj_GetFontSize(text, self._size) and abs(self._size.value) * scale < _MIN_PRINT_SIZE:
            return True
        return any(self._is_clipped_away(each) for each in (text, *above))

    def _is_clipped_away(self, each: Object) -> bool:
        clip = pdfium.FPDFPageObj_GetClipPath(each)
        count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
        if count <= 0:
            return False
        box = self.read_object_box(each)
        if box is None or not _box_area(box):  # spaces have none
            return False
        left, bottom, right, top = box
        for path in range(min(count, _MAX_CLIP_POINTS)):
            points = self._clip_points(clip, path)
            if points is None:
                continue
            across, down = [x for x, _ in points], [y for _, y in points]
            left, right = max(left, min(across)), min(right, max(across))
            bottom, top = max(bottom, min(down)), min(top, max(down))
        tall, wide = min(box[3] - box[1], _MIN_PRINT_SIZE), min(box[2] - box[0], _MIN_PRINT_SIZE)
        return right - left < wide or top - bottom < tall

    def _clip_points(self, clip: Structure, path: int) -> list[tuple[float, float]] | None:
        """The points of a clip path; None if it has none, or too many to look at."""
        count = pdfium.FPDFClipPath_CountPathSegments(clip, path)
        if not 0 < count <= _MAX_CLIP_POINTS:
            return None
        points = []
        x, y = self._sides[0], self._sides[1]
        for n in range(count):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, n), x, y)
            points.append((x.value, y.value))
        return points

    def list_covered_text(self, top: list[Object], scan_area: float) -> frozenset[int]:
        """The text of the page itself over which something opaque is painted later, other than a scan of the page."""
        covers: list[PdfBox] = []
        found: set[int] = set()
        for each in reversed(top):
            kind = pdfium.FPDFPageObj_GetType(each)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                box = self.read_object_box(each) if covers else None
                if box and any(_contains_point(cover, _box_centre(box)) for cover in covers):
                    found.add(get_object_address(each))
            elif kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE) and len(covers) < _MAX_COVERS:
                drawn = self.read_drawn_object(each)
                is_opaque = kind == pdfium.FPDF_PAGEOBJ_IMAGE or (drawn and drawn.fill and self._numbers[3].value > 250)
                is_scan = kind == pdfium.FPDF_PAGEOBJ_IMAGE and drawn and _box_area(drawn.box) >= scan_area
                if drawn and is_opaque and not is_scan and _is_large(drawn.box):
                    covers.append(drawn.box)
        return frozenset(found)

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

    def judge_object(self, text: Object, path: tuple[Object, ...]) -> Verdict:
        """Whether people see a suspicious text object inside the forms of `path`."""
        outer = self._looks.read_object_box(path[0] if path else text)
        own = self._looks.read_object_box(text)
        if outer is None or own is None:
            return "shown"
        if self._is_scan and any(_contains_point(picture, _box_centre(outer)) for picture in self._pictures):
            return "shown"
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
        if mode in (_NOT_DRAWN, _CLIP_ONLY):
            return "hidden"
        ink = self._looks.read_text_colour(text, mode)
        if ink is None:
            return "shown"
        if ink[3] == 0 or min(ink[:3]) < _MIN_WHITE:
            return "hidden" if ink[3] == 0 else "shown"
        ground = self._background_colour(self._top, text, path)
        if ground is None:
            return "doubt"
        return "hidden" if is_similar_colour(ink[:3], ground) else "shown"

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


def _is_large(box: PdfBox) -> bool:
    return box[2] - box[0] >= _MIN_COVER[0] and box[3] - box[1] >= _MIN_COVER[1]


def _box_area(box: PdfBox) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)
