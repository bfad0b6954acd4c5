"""Reads text files, CSV and TSV, and finds headings, lists and tables in plain text.

CSV is read by the standard library: pandas turns 007 into 7 and NA into nothing, and fails on a row that is too long.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice, pairwise
from pathlib import Path

from ingestion.readers.elements import (
    MAX_TABLE_COLUMNS,
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    normalize_rows,
)
from ingestion.readers.reading_options import TABLE_PERCENT, reject_long_text
from ingestion.readers.text.encodings import decode_text
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_RULE_LINE = re.compile(r"\s*([=\-*_~#])\1{2,}\s*")
_ITEM = re.compile(r"\s*(?:[-*•–—·]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_MARK = re.compile(r"(?:(?<!\s)\s++)?[-*•–—·]\s++")
_NUMBER = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2})*)[.)]?\s")
_COLUMN = re.compile(r"\t+| {2,}")
_HEADING_LONGEST = 80
_WRAPPED = 0.6  # a line shorter than this share of the longest ends on purpose
_TABLE_ROWS, _TABLE_COLUMNS = 2, 2


def elements_from_text(text: str) -> list[Element]:
    """The elements of plain text; blank lines separate paragraphs."""
    lines = [line.rstrip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    found: list[Element] = []
    for blank, block in groupby(lines, key=lambda line: not line.strip()):
        if not blank:
            found += _block_elements(list(block), width)
    return found


def _block_elements(lines: list[str], width: int) -> Iterator[Element]:
    """The elements of lines without a blank line between them."""
    at = 0
    while at < len(lines):
        if end := _heading_end(lines, at):
            yield from _heading_elements(lines[at:end])
        elif end := _table_end(lines, at):
            yield Element("", "table", rows=normalize_rows([_split_cells(line) for line in lines[at:end]]))
        elif end := _item_end(lines, at):
            text = collapse_whitespace(" ".join(lines[at:end]))
            yield Element(_MARK.sub("", text), "list", 1)
        else:
            end = _paragraph_end(lines, at)
            yield Element(_join_paragraph(lines[at:end], width))
        at = end


def _heading_end(lines: list[str], at: int) -> int:
    """The end of a heading at `at`, with its underline; 0 if there is none."""
    if _RULE_LINE.fullmatch(lines[at]):
        return at + 1
    underlined = len(lines) > at + 1 and _RULE_LINE.fullmatch(lines[at + 1]) is not None
    short = len(lines[at].strip()) <= _HEADING_LONGEST
    return at + (2 if underlined else 1) if short and (underlined or _is_in_capitals(lines[at])) else 0


def _is_in_capitals(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return len(letters) > 3 and line.upper() == line and not _COLUMN.search(line.strip())


def _heading_elements(lines: list[str]) -> Iterator[Element]:
    """A heading, with depth by its number; nothing for a plain rule."""
    if _RULE_LINE.fullmatch(lines[0]):
        return
    number = _NUMBER.match(lines[0])
    under = len(lines) > 1 and lines[1].strip().startswith("-")
    level = 2 + number[1].count(".") if number else 1 + under
    yield Element(collapse_whitespace(lines[0]), "heading", level)


def _table_end(lines: list[str], at: int) -> int:
    """The end of the lines with as many cells as the line at `at`; 0 if there is no table."""
    width = len(_split_cells(lines[at]))
    if width < _TABLE_COLUMNS:
        return 0
    end = at + 1
    while end < len(lines) and len(_split_cells(lines[end])) in (0, width):  # 0 for a rule under a header
        end += 1
    return end if end - at >= _TABLE_ROWS else 0


def _split_cells(line: str) -> list[str]:
    return [collapse_whitespace(cell) for cell in _COLUMN.split(line.strip()) if not _RULE_LINE.fullmatch(cell)]


def _item_end(lines: list[str], at: int) -> int:
    """The end of the list item at `at`; 0 if there is none."""
    if not _ITEM.match(lines[at]):
        return 0
    return next((n for n in range(at + 1, len(lines)) if _ITEM.match(lines[n])), len(lines))


def _paragraph_end(lines: list[str], at: int) -> int:
    return next((n for n in range(at + 1, len(lines)) if _ITEM.match(lines[n]) or _table_end(lines, n)), len(lines))


def _join_paragraph(lines: list[str], width: int) -> str:
    """Join the lines of a paragraph, except after lines that end early."""
    text = lines[0].strip()
    for above, line in pairwise(lines):
        text += (" " if len(above) > _WRAPPED * width else "\n") + line.strip()
    return text


_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
_LARGEST_CELL = 1 << 20
_KNOWN_CELLS, _SHORT_CELL = 50_000, 40
_ENDLESS_WORD = re.compile(r"\S{100000,}")


def decode_text_file(path: Path) -> str:
    """The text of a file that people wrote, in any encoding."""
    reject_long_text(path)
    text = decode_text(path.read_bytes())
    if endless := _ENDLESS_WORD.search(text):
        raise make_unreadable(FailureCode.ENDLESS_WORD, name=path.name, characters=len(endless[0]))
    return text


def read_plain_text(path: Path) -> ParsedDocument:
    """A plain text file, in any encoding."""
    text = decode_text_file(path)
    elements = elements_from_text(text)
    return ParsedDocument(choose_document_title(path, elements), None, elements)


def read_csv(path: Path) -> ParsedDocument:
    """A CSV or TSV file: one table, with the first row as header."""
    reject_long_text(path, TABLE_PERCENT)
    text = decode_text(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    start = list(islice(_iterate_lines(text), _SNIFFED_LINES))
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _guess_delimiter(start)
    csv.field_size_limit(_LARGEST_CELL)
    widest, columns = _find_columns(csv.reader(_iterate_lines(text), delimiter=delimiter))
    if widest > MAX_TABLE_COLUMNS:
        raise make_unreadable(FailureCode.TOO_MANY_COLUMNS, name=path.name, columns=widest, most=MAX_TABLE_COLUMNS)
    rows = tuple(_filled_rows(csv.reader(_iterate_lines(text), delimiter=delimiter), columns))
    return ParsedDocument(choose_document_title(path, []), None, [Element("", "table", rows=rows)] if rows else [])


def _iterate_lines(text: str) -> Iterator[str]:
    """The lines of a text, with their ends, one at a time."""
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def _find_columns(rows: Iterable[list[str]]) -> tuple[int, list[int]]:
    """The number of columns of the widest row, and the columns in which some row has something."""
    widest, empty = 0, list[int]()
    for row in rows:
        if len(row) > widest:
            empty += range(widest, len(row))
            widest = len(row)
        if empty:
            empty = [n for n in empty if n >= len(row) or not row[n].strip()]
    return widest, sorted(set(range(widest)).difference(empty))


def _filled_rows(rows: Iterable[list[str]], columns: list[int]) -> Iterator[tuple[str, ...]]:
    """The rows that have something, with these columns; a short text that comes again is kept once."""
    known: dict[str, str] = {}
    for row in rows:
        cells = [collapse_whitespace(row[n]) if n < len(row) else "" for n in columns]
        if any(cells):
            yield tuple(known.get(cell) or _remember(known, cell) for cell in cells)


def _remember(known: dict[str, str], cell: str) -> str:
    if len(known) < _KNOWN_CELLS and len(cell) <= _SHORT_CELL:
        known[cell] = cell
    return cell


def _guess_delimiter(lines: list[str]) -> str:
    """The delimiter that gives the most lines with the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=evenness)
