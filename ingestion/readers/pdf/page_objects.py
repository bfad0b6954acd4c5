"""Reads from pdfium what the objects of a PDF page look like: their areas, colours, clips and what forms hold."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from ingestion.readers.text_colours import Colour

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ctypes import Structure, _Pointer

    from pypdfium2 import PdfPage

    Object = _Pointer[Structure]

PdfBox = tuple[float, float, float, float]  # left, bottom, right, top
Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_BOTH_MODES = (pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP)
FILL_MODES = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP, *_BOTH_MODES)
STROKE_MODES = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP, *_BOTH_MODES)
_NOTHING: PdfBox = (0.0, 0.0, 0.0, 0.0)
_MAX_POINTS = 64  # of a path or clip: what has more is not looked at
_MIN_FULL = 0.75  # of a box: a shape that fills as much of it hides what it covers


def get_page_box(page: PdfPage) -> PdfBox:
    """The visible area of a page, in its own coordinates."""
    box: PdfBox = page.get_bbox()
    return box


def get_object_address(each: Object) -> int:
    """The identity of an object while its page is open; 0 for none."""
    return ctypes.addressof(each.contents) if each else 0


@dataclass(frozen=True, slots=True)
class DrawnObject:
    """A drawn object: its area, and its colour and opacity; None if it is not one plain colour."""

    box: PdfBox
    fill: Colour | None
    opacity: int = 255


class ObjectReader:
    """Reads objects with reused buffers. What it says of an object is in the coordinates of its container."""

    def __init__(self) -> None:
        self._numbers = [ctypes.c_uint() for _ in range(4)]
        self._colours = [ctypes.byref(number) for number in self._numbers]
        self._sides = [ctypes.c_float() for _ in range(4)]
        self._edges = [ctypes.byref(side) for side in self._sides]
        self._mode, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._matrix = pdfium.FS_MATRIX()

    def list_form_objects(self, form: Object) -> list[Object]:
        """The objects of a form."""
        return [pdfium.FPDFFormObj_GetObject(form, n) for n in range(pdfium.FPDFFormObj_CountObjects(form))]

    def read_box(self, each: Object) -> PdfBox | None:
        """The area of an object."""
        if not pdfium.FPDFPageObj_GetBounds(each, *self._edges):
            return None
        left, bottom, right, top = (side.value for side in self._sides)
        return left, bottom, right, top

    def read_matrix(self, each: Object) -> Matrix | None:
        """How what is inside an object is placed."""
        if not pdfium.FPDFPageObj_GetMatrix(each, self._matrix):
            return None
        m = self._matrix
        return m.a, m.b, m.c, m.d, m.e, m.f

    def read_fill(self, each: Object) -> tuple[int, int, int, int] | None:
        """The fill colour and opacity of an object; of a form, the opacity alone means something."""
        return self._read_colour(pdfium.FPDFPageObj_GetFillColor, each)

    def list_text_colours(self, text: Object) -> list[tuple[int, int, int, int] | None]:
        """The colours and opacities that text is drawn with: one, or those of its body and its outline.

        None stands for what is no plain colour. The list is empty where text is not drawn.
        """
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
        filled = [self.read_fill(text)] if mode in FILL_MODES else []
        return filled + ([self._read_colour(pdfium.FPDFPageObj_GetStrokeColor, text)] if mode in STROKE_MODES else [])

    def read_drawn_object(self, each: Object) -> DrawnObject | None:
        """What an object other than text draws; None if it cannot be behind text."""
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            return None
        if kind == pdfium.FPDF_PAGEOBJ_FORM and not any(
            self.read_drawn_object(inner) for inner in self.list_form_objects(each)
        ):
            return None
        found = None
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            pdfium.FPDFPath_GetDrawMode(each, self._mode, self._stroke)
            found = self.read_fill(each) if self._mode.value else None
            if self._mode.value == pdfium.FPDF_FILLMODE_NONE or (found and found[3] == 0):
                return None
        box = self.read_box(each)
        if box is None:
            return None
        return DrawnObject(box, found[:3], found[3]) if found else DrawnObject(box, None)

    def holds_picture(self, each: Object) -> bool:
        """Whether an object is a picture, or a form with one."""
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            return any(map(self.holds_picture, self.list_form_objects(each)))
        return bool(kind == pdfium.FPDF_PAGEOBJ_IMAGE)

    def clip(self, each: Object, sight: PdfBox | None) -> PdfBox | None:
        """What an object's clips leave of the area in sight; None where nothing limits it."""
        clip = pdfium.FPDFPageObj_GetClipPath(each)
        count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
        for path in range(min(count, _MAX_POINTS)):
            points = self._clip_points(clip, path)
            if points is not None:
                box = surround_points(points)
                sight = intersect_boxes(box, sight) if sight else box
        return sight

    def clip_inside(self, form: Object, sight: PdfBox | None) -> PdfBox | None:
        """What is in sight inside a form, in its own coordinates; None where nothing limits it."""
        sight = self.clip(form, sight)
        matrix = self.read_matrix(form) if sight else None
        if sight is None or matrix is None:
            return None
        inverse = invert_matrix(matrix)
        if inverse is None or get_box_area(sight) == 0:
            return _NOTHING
        return place_box(sight, inverse)

    def list_full_boxes(self, path: Object) -> list[PdfBox]:
        """The areas that the shapes of a filled path fill wholly or nearly; a frame fills none."""
        outlines = self._list_outlines(path)
        boxes = [surround_points(points) for points in outlines if _fills_its_box(points)]
        holes = [sum(get_box_area(other) for other in boxes if _is_within(other, box)) for box in boxes]
        return [box for box, hole in zip(boxes, holes, strict=True) if hole <= (1 - _MIN_FULL) * get_box_area(box)]

    def _list_outlines(self, path: Object) -> list[list[Point]]:
        count, matrix = pdfium.FPDFPath_CountSegments(path), self.read_matrix(path) or IDENTITY
        outlines: list[list[Point]] = []
        x, y = self._sides[0], self._sides[1]
        for n in range(count if count <= _MAX_POINTS else 0):
            segment = pdfium.FPDFPath_GetPathSegment(path, n)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            if not outlines or pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
                outlines.append([])
            outlines[-1].append(place_point((x.value, y.value), matrix))
        return outlines

    def _clip_points(self, clip: Structure, path: int) -> list[Point] | None:
        """The points of a clip path; None if it has none, or too many to look at."""
        count = pdfium.FPDFClipPath_CountPathSegments(clip, path)
        if not 0 < count <= _MAX_POINTS:
            return None
        points = []
        x, y = self._sides[0], self._sides[1]
        for n in range(count):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, n), x, y)
            points.append((x.value, y.value))
        return points

    def _read_colour(self, ask: Callable[..., int], each: Object) -> tuple[int, int, int, int] | None:
        if not ask(each, *self._colours):
            return None
        red, green, blue, opacity = (number.value for number in self._numbers)
        return red, green, blue, opacity


def get_box_centre(box: PdfBox) -> Point:
    """The point in the middle of an area."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def contains_point(box: PdfBox, point: Point) -> bool:
    """Whether a point lies in an area."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def intersect_boxes(one: PdfBox, other: PdfBox) -> PdfBox:
    """What two areas have in common; its area is 0 if that is nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def get_box_area(box: PdfBox) -> float:
    """The size of an area."""
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def place_box(box: PdfBox, matrix: Matrix) -> PdfBox:
    """The area that an upright box takes where a matrix places it."""
    return surround_points([place_point((x, y), matrix) for x in (box[0], box[2]) for y in (box[1], box[3])])


def place_point(point: Point, matrix: Matrix) -> Point:
    """Where a matrix places a point."""
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f


def surround_points(points: Sequence[Point]) -> PdfBox:
    """The smallest upright box around points."""
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _fills_its_box(points: Sequence[Point]) -> bool:
    """Whether an outline fills most of the box around it."""
    pairs = zip(points, (*points[1:], points[0]), strict=True)
    area = abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2
    return area > 0 and area >= _MIN_FULL * get_box_area(surround_points(points))


def _is_within(inner: PdfBox, outer: PdfBox) -> bool:
    return inner != outer and intersect_boxes(inner, outer) == inner


def join_matrices(inner: Matrix, outer: Matrix) -> Matrix:
    """The matrix that places by `inner`, then by `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def invert_matrix(matrix: Matrix) -> Matrix | None:
    """The matrix that takes a placing back; None if it leaves no area."""
    a, b, c, d, e, f = matrix
    flat = a * d - b * c
    if not flat:
        return None
    return d / flat, -b / flat, -c / flat, a / flat, (c * f - d * e) / flat, (b * e - a * f) / flat
