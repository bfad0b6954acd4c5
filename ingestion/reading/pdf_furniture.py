"""Decide which lines of a PDF are furniture: running headers and footers, page numbers, dotted contents. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.reading.pdf_lines import Line

_EDGE = 2  # lines looked at from each edge of a page
_BAND = 0.12  # share of the page's height in which furniture stands
_REPEATS = 3
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:page|seite|p\.)?\s*[\divxlc]+\s*(?:(?:/|of|sur|von)\s*\d+)?[-–—\s]*", re.I)
_LEADER = re.compile(r"(?:\.\s?){5,}\s*[\divxlc]*\s*$", re.I)

_Key = tuple[str, int]


def without_furniture(lines: list[Line]) -> list[Line]:
    """The lines that are the document's own text, in the same order."""
    repeated = _repeated(lines)
    return [line for line in lines if not _is_furniture(line, repeated)]


def _is_furniture(line: Line, repeated: set[_Key]) -> bool:
    if _LEADER.search(line.text):
        return True
    if not _at_edge(line):
        return False
    return _key(line) in repeated or _PAGE_NUMBER.fullmatch(line.text) is not None


def _at_edge(line: Line) -> bool:
    return line.top < _BAND or line.top > 1 - _BAND


def _key(line: Line) -> _Key:
    return _NUMBER.sub("#", line.text), round(line.y)


def _repeated(lines: list[Line]) -> set[_Key]:
    """What stands at the same place on at least half of the pages between its first and its last."""
    pages: defaultdict[_Key, set[int]] = defaultdict(set)
    for line in _outermost(lines):
        pages[_key(line)].add(line.page)
    return {key for key, seen in pages.items() if _runs(seen)}


def _runs(pages: set[int]) -> bool:
    return len(pages) >= _REPEATS and 2 * len(pages) >= max(pages) - min(pages) + 1


def _outermost(lines: list[Line]) -> list[Line]:
    """The lines nearest to each page's upper and lower edge, where they are near enough."""
    by_page: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if _at_edge(line):
            by_page[line.page].append(line)
    nearest: list[Line] = []
    for page in by_page.values():
        page.sort(key=lambda line: line.y)
        nearest += page[:_EDGE] + page[_EDGE:][-_EDGE:]
    return nearest
