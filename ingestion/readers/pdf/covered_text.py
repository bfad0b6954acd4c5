"""Finds the text of a PDF page over which something opaque is painted later, by the page itself or in forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from ingestion.readers.pdf.page_objects import (
    IDENTITY,
    get_box_area,
    get_box_centre,
    get_object_address,
    intersect_boxes,
    join_matrices,
    place_box,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.pdf.page_objects import Matrix, Object, ObjectReader, PdfBox

_CELLS = 1_000  # across and down, at most
_MIN_COVER = 20.0, 5.0  # points: how wide and high a line must be covered
_MIN_OPACITY = 251  # of 255
_MIN_WHITE = 243  # of 255, in each of the three colours


def find_covered_text(reader: ObjectReader, top: Sequence[Object], page_box: PdfBox, scan_area: float) -> set[int]:
    """The addresses of the covered text objects. A picture as large as `scan_area` is a scan of the page, no cover."""
    search = _CoverSearch(reader, page_box, scan_area)
    search.search_objects(top, IDENTITY, None, opacity=255)
    return search.found


class _CoverSearch:
    """Looks at objects from the last painted one down to the first."""

    def __init__(self, reader: ObjectReader, page_box: PdfBox, scan_area: float) -> None:
        self._reader = reader
        self._paint = _Paint(page_box)
        self._scan_area = scan_area
        self.found: set[int] = set()

    def search_objects(
        self, objects: Sequence[Object], place: Matrix, sight: PdfBox | None, *, opacity: float, is_inside: bool = False
    ) -> None:
        """Look at objects in a form that is placed on the page by a matrix, and what is in sight there."""
        reader = self._reader
        for each in reversed(objects):
            kind = pdfium.FPDFPageObj_GetType(each)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                box = reader.read_box(each) if self._paint.is_used else None
                if box and self._paint.covers_text(place_box(box, place)):
                    self.found.add(get_object_address(each))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                matrix, fill = reader.read_matrix(each), reader.read_fill(each)
                inner = reader.clip_inside(each, sight)
                strength = opacity * fill[3] / 255 if fill else opacity
                if matrix:
                    within = join_matrices(matrix, place)
                    self.search_objects(reader.list_form_objects(each), within, inner, opacity=strength, is_inside=True)
            elif opacity >= _MIN_OPACITY:
                for box in self._list_covers(each, kind, sight, is_inside=is_inside):
                    self._paint.add_cover(place_box(box, place))

    def _list_covers(self, each: Object, kind: int, sight: PdfBox | None, *, is_inside: bool) -> list[PdfBox]:
        """The areas that a path or picture hides; none where one sees through it, as through a marker's colour."""
        drawn = self._reader.read_drawn_object(each)
        boxes: list[PdfBox] = []
        if drawn and kind == pdfium.FPDF_PAGEOBJ_PATH and drawn.fill and drawn.opacity >= _MIN_OPACITY:
            # White alone hides by any way of blending.
            if min(drawn.fill) >= _MIN_WHITE or not pdfium.FPDFPageObj_HasTransparency(each):
                boxes = self._reader.list_full_boxes(each)
        elif drawn and kind == pdfium.FPDF_PAGEOBJ_IMAGE and not is_inside:
            # Pictures in forms are clear in parts more often than not, and pdfium does not tell.
            boxes = [drawn.box] if get_box_area(drawn.box) < self._scan_area else []
        seen = self._reader.clip(each, sight) if boxes else None
        return [intersect_boxes(box, seen) for box in boxes] if seen else boxes


class _Paint:
    """Which parts of a page are painted over, in cells of a point or a thousandth of the page."""

    def __init__(self, page_box: PdfBox) -> None:
        self._left, self._bottom, right, top = page_box
        self._cell = max(1.0, (right - self._left) / _CELLS, (top - self._bottom) / _CELLS)
        self._columns = max(round((right - self._left) / self._cell), 1)
        self._rows = [0] * max(round((top - self._bottom) / self._cell), 1)
        self.is_used = False

    def add_cover(self, box: PdfBox) -> None:
        """Paint an area, where it holds the middle of a cell."""
        rows, cells = self._cells(box)
        for row in rows:
            self._rows[row] |= cells
            self.is_used = True

    def covers_text(self, box: PdfBox) -> bool:
        """Whether the middle of a text is painted over."""
        x, y = get_box_centre(box)
        wide = min(box[2] - box[0], _MIN_COVER[0]) / 2
        high = min(box[3] - box[1], _MIN_COVER[1]) / 2
        rows, cells = self._cells((x - wide, y - high, x + wide, y + high))
        return bool(rows) and cells != 0 and all(self._rows[row] & cells == cells for row in rows)

    def _cells(self, box: PdfBox) -> tuple[range, int]:
        """The rows that an area takes, and its cells in each of them as bits."""
        first, last = self._between(box[0] - self._left, box[2] - self._left, self._columns)
        low, high = self._between(box[1] - self._bottom, box[3] - self._bottom, len(self._rows))
        return range(low, high), (1 << last) - (1 << first) if last > first else 0

    def _between(self, start: float, end: float, most: int) -> tuple[int, int]:
        first, last = (round(min(max(0.0, at / self._cell), most)) for at in (start, end))
        return first, last
