"""Read plain text with unstructured, and CSV and TSV with the standard library.

unstructured reads CSV through pandas, which turns 007 into 7 and NA into nothing, and gives up on a file with
one row too long.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from ingestion.reading.convert import converted, squared
from ingestion.reading.decoding import decoded
from ingestion.reading.elements import Element, Reading, fold
from ingestion.reading.offline import stay_offline
from ingestion.reading.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_DETECTION = [""]  # how unstructured is told not to guess languages
_DELIMITERS = ",;\t|"
_SNIFFED = 16 * 1024
_RULE = re.compile(r"[=\-*_~#]{3,}")
_NUMBERED = re.compile(r"\d{1,2}(\.\d{1,2})*\.?\s+[A-ZÀ-Þ]")
_HEADING_LONGEST = 80


def read_text(path: Path) -> Reading:
    """A plain text file. Only what is plainly a heading is one: underlined, or in capitals on its own."""
    stay_offline()
    elements = text_elements(decoded(path.read_bytes()))
    return Reading(title_of(path, elements), None, elements)


def text_elements(text: str) -> list[Element]:
    """The elements of plain text."""
    from unstructured.partition.text import partition_text

    if not text.strip():
        return []
    return list(_with_headings(list(converted(partition_text(text=text, languages=_NO_DETECTION), titles=False))))


def read_table(path: Path) -> Reading:
    """A CSV or TSV file: one table, its first row the header."""
    text = decoded(path.read_bytes())
    rows = squared([[fold(cell) for cell in row] for row in csv.reader(text.splitlines(), _dialect(path, text))])
    elements = [Element("", "table", rows=rows)] if rows else []
    return Reading(title_of(path, []), None, elements)


def _dialect(path: Path, text: str) -> type[csv.Dialect]:
    class Dialect(csv.excel):
        delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text[:_SNIFFED])

    return Dialect


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(widths), key=widths.count) if widths else 1
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=evenness)


def _with_headings(elements: list[Element]) -> Iterator[Element]:
    underlined = {n for n, element in enumerate(elements[1:]) if _RULE.fullmatch(element.text)}
    for n, element in enumerate(elements):
        if _RULE.fullmatch(element.text):
            continue
        if n in underlined or _in_capitals(element):
            yield Element(fold(element.text), "heading", 1)
        else:
            yield element


def _in_capitals(element: Element) -> bool:
    text = element.text
    return element.kind == "text" and len(text) <= _HEADING_LONGEST and text.isupper() and len(text.split()) > 1
