"""Read text files, CSV and TSV.

CSV is read by the standard library: unstructured goes through pandas, which turns 007 into 7 and NA into
nothing, and gives up on a file with one row too long.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from ingestion.readers.elements import MOST_COLUMNS, Element, Reading, fold, squared
from ingestion.readers.text.encodings import decoded
from ingestion.readers.text.plain_text import text_elements
from ingestion.readers.titles import title_of
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from pathlib import Path

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
_LARGEST_CELL = 1 << 20
_ENDLESS = re.compile(r"\S{100000,}")


def read_text(path: Path) -> Reading:
    """A plain text file, in any encoding.

    Raises:
        UnreadableDocument: it is data that only looks like text.
    """
    text = decoded(path.read_bytes())
    if endless := _ENDLESS.search(text):
        raise UnreadableDocument(Reason.ENDLESS_WORD.about(name=path.name, characters=len(endless[0])))
    elements = text_elements(text)
    return Reading(title_of(path, elements), None, elements)


def read_table(path: Path) -> Reading:
    """A CSV or TSV file: one table, its first row the header.

    Raises:
        UnreadableDocument: it has too many columns.
    """
    lines = decoded(path.read_bytes()).splitlines(keepends=True)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(lines[:_SNIFFED_LINES])
    csv.field_size_limit(_LARGEST_CELL)
    widest = max((len(row) for row in csv.reader(lines, delimiter=delimiter)), default=0)
    if widest > MOST_COLUMNS:
        raise UnreadableDocument(Reason.TOO_MANY_COLUMNS.about(name=path.name, columns=widest, most=MOST_COLUMNS))
    rows = squared([[fold(cell) for cell in row] for row in csv.reader(lines, delimiter=delimiter)])
    return Reading(title_of(path, []), None, [Element("", "table", rows=rows)] if rows else [])


def _delimiter(lines: list[str]) -> str:
    """The delimiter that cuts the most lines into the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=evenness)
