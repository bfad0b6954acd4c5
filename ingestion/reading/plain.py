"""Tell headings, lists, tables and paragraphs apart in plain text. Pure.

unstructured's reader of plain text runs lines together, and columns with them; it tells titles by parts of
speech, for which it would download a model.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingestion.reading.elements import Element, fold, squared

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULE = re.compile(r"\s*([=\-*_~#])\1{2,}\s*")
_ITEM = re.compile(r"\s*(?:[-*•–—·]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_MARK = re.compile(r"\s*[-*•–—·]\s+")
_NUMBER = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2})*)[.)]?\s")
_COLUMN = re.compile(r"\t+| {2,}")
_HEADING_LONGEST = 80
_WRAPPED = 0.6  # a line shorter than this share of the longest ends on purpose
_TABLE_ROWS = 2


def text_elements(text: str) -> list[Element]:
    """The elements of plain text, its paragraphs told by blank lines."""
    lines = [line.rstrip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    found: list[Element] = []
    for blank, block in groupby(lines, key=lambda line: not line.strip()):
        if not blank:
            found += _block(list(block), width)
    return found


def _block(lines: list[str], width: int) -> Iterator[Element]:
    """The elements of lines that stand together."""
    while lines:
        taken = _heading_lines(lines)
        if taken:
            yield from _heading(lines[:taken])
        elif taken := _table_lines(lines):
            yield Element("", "table", rows=squared([_cells(line) for line in lines[:taken]]))
        elif taken := _item_lines(lines):
            text = fold(" ".join(lines[:taken]))
            yield Element(_MARK.sub("", text), "list", 1)
        else:
            taken = _paragraph_lines(lines)
            yield Element(_paragraph(lines[:taken], width))
        lines = lines[taken:]


def _heading_lines(lines: list[str]) -> int:
    """How many lines a heading takes that stands first: itself, and what underlines it."""
    if _RULE.fullmatch(lines[0]):
        return 1
    underlined = len(lines) > 1 and _RULE.fullmatch(lines[1]) is not None
    short = len(lines[0].strip()) <= _HEADING_LONGEST
    return (2 if underlined else 1) if short and (underlined or _in_capitals(lines[0])) else 0


def _in_capitals(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return len(letters) > 3 and line.upper() == line and not _COLUMN.search(line.strip())


def _heading(lines: list[str]) -> Iterator[Element]:
    """A heading, its depth by its number; nothing for a mere rule."""
    if _RULE.fullmatch(lines[0]):
        return
    number = _NUMBER.match(lines[0])
    under = len(lines) > 1 and lines[1].strip().startswith("-")
    level = 2 + number[1].count(".") if number else 1 + under
    yield Element(fold(lines[0]), "heading", level)


def _table_lines(lines: list[str]) -> int:
    """How many lines from the first on have cells, as many as the first has."""
    widths = [len(_cells(line)) for line in lines]  # 0 for a rule under a header
    taken = next((n for n, width in enumerate(widths) if width not in (0, widths[0])), len(lines))
    return taken if widths[0] > 1 and taken >= _TABLE_ROWS else 0


def _cells(line: str) -> list[str]:
    return [fold(cell) for cell in _COLUMN.split(line.strip()) if not _RULE.fullmatch(cell)]


def _item_lines(lines: list[str]) -> int:
    """How many lines a list item takes: up to the next one."""
    if not _ITEM.match(lines[0]):
        return 0
    return next((n for n, line in enumerate(lines[1:], 1) if _ITEM.match(line)), len(lines))


def _paragraph_lines(lines: list[str]) -> int:
    return next((n for n in range(1, len(lines)) if _ITEM.match(lines[n]) or _table_lines(lines[n:])), len(lines))


def _paragraph(lines: list[str], width: int) -> str:
    """The lines of a paragraph in one, but for those that end long before the margin."""
    text = lines[0].strip()
    for above, line in pairwise(lines):
        text += (" " if len(above) > _WRAPPED * width else "\n") + line.strip()
    return text
