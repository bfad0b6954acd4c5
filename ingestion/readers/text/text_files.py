"""Reads text files, CSV and TSV.

CSV is read by the standard library: unstructured uses pandas, which turns 007 into 7 and NA into nothing, and fails on
a row that is too long.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from ingestion.readers.elements import (
    MAX_TABLE_COLUMNS,
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    normalize_rows,
)
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.text.plain_text import elements_from_text
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from pathlib import Path

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
_LARGEST_CELL = 1 << 20
_ENDLESS_WORD = re.compile(r"\S{100000,}")


def read_plain_text(path: Path) -> ParsedDocument:
    """A plain text file, in any encoding.

    Raises:
        UnreadableDocument: it is data, not text.
    """
    text = decode_text(path.read_bytes())
    if endless := _ENDLESS_WORD.search(text):
        raise UnreadableDocument(make_failure(FailureCode.ENDLESS_WORD, name=path.name, characters=len(endless[0])))
    elements = elements_from_text(text)
    return ParsedDocument(choose_document_title(path, elements), None, elements)


def read_csv(path: Path) -> ParsedDocument:
    """A CSV or TSV file: one table, with the first row as header.

    Raises:
        UnreadableDocument: it has too many columns.
    """
    lines = decode_text(path.read_bytes()).splitlines(keepends=True)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _guess_delimiter(lines[:_SNIFFED_LINES])
    csv.field_size_limit(_LARGEST_CELL)
    widest = max((len(row) for row in csv.reader(lines, delimiter=delimiter)), default=0)
    if widest > MAX_TABLE_COLUMNS:
        raise UnreadableDocument(
            make_failure(FailureCode.TOO_MANY_COLUMNS, name=path.name, columns=widest, most=MAX_TABLE_COLUMNS)
        )
    rows = normalize_rows(
        [[collapse_whitespace(cell) for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    )
    return ParsedDocument(choose_document_title(path, []), None, [Element("", "table", rows=rows)] if rows else [])


def _guess_delimiter(lines: list[str]) -> str:
    """The delimiter that gives the most lines with the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=evenness)
