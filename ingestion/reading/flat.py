"""Read text files, CSV and TSV.

CSV is read by the standard library: unstructured goes through pandas, which turns 007 into 7 and NA into
nothing, and gives up on a file with one row too long.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ingestion.reading.decoding import decoded
from ingestion.reading.elements import Element, Reading, fold, squared
from ingestion.reading.plain import text_elements
from ingestion.reading.titles import title_of

if TYPE_CHECKING:
    from pathlib import Path

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
_LARGEST_CELL = 1 << 20


def read_text(path: Path) -> Reading:
    """A plain text file, in any encoding."""
    elements = text_elements(decoded(path.read_bytes()))
    return Reading(title_of(path, elements), None, elements)


def read_table(path: Path) -> Reading:
    """A CSV or TSV file: one table, its first row the header."""
    lines = decoded(path.read_bytes()).splitlines(keepends=True)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(lines[:_SNIFFED_LINES])
    csv.field_size_limit(_LARGEST_CELL)
    rows = squared([[fold(cell) for cell in row] for row in csv.reader(lines, delimiter=delimiter)])
    return Reading(title_of(path, []), None, [Element("", "table", rows=rows)] if rows else [])


def _delimiter(lines: list[str]) -> str:
    """The delimiter that cuts the most lines into the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=evenness)
