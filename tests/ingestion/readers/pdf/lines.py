"""Makes the lines of a PDF's pages as pdfium would tell them."""

from __future__ import annotations

from dataclasses import replace

from ingestion.readers.pdf.lines import LineCell, PdfLine

HEIGHT = 840.0


def line(
    text: str,
    y: float,
    *,
    page: int = 1,
    x: float = 50.0,
    size: float = 10.0,
    bold: bool = False,
    mono: bool = False,
    advance: float = 0.0,
) -> PdfLine:
    """A line of plain text, five points wide a character."""
    right = x + 5 * len(text)
    return PdfLine(text, page, x, right, y, y / HEIGHT, size, bold, mono, advance)


def row(cells: dict[float, str], y: float, *, page: int = 1, bold: bool = False) -> PdfLine:
    """A line of cells, each at its place."""
    parts: list[LineCell] = []
    for x, text in cells.items():
        gap = x - parts[-1].right if parts else 0.0
        parts.append(LineCell(text, x, x + 5 * len(text), gap))
    plain = line(" ".join(cells.values()), y, page=page, x=min(cells), bold=bold)
    return replace(plain, cells=tuple(parts), right=parts[-1].right)


def paragraph(*texts: str, y: float, page: int = 1, step: float = 12.0) -> list[PdfLine]:
    """Lines one under another."""
    return [line(text, y - n * step, page=page) for n, text in enumerate(texts)]
