"""Decide which lines of a PDF are furniture: running headers and footers, page numbers, dotted contents. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.readers.pdf.lines import Line

_EDGE = 2  # lines looked at from each edge of a page
_BAND = 0.12  # share of the page's height in which furniture stands
_REPEATS = 3
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:page|seite|p\.)?\s*[\divxlc]+\s*(?:(?:/|of|sur|von)\s*\d+)?[-–—\s]*", re.I)
_LEADER = re.compile(r"(?:\.\s?){5,}\s*[\divxlc]*\s*$", re.I)

_Key = tuple[str, int]


def without_furniture(lines: list[Line]) -> list[Line]:
    """The lines that are the document's own text, in the same order."""
    outermost = _outermost(lines)
    repeated = _repeated(outermost)
    offset = _page_offset(outermost)
    return [line for line in lines if not _is_furniture(line, repeated, offset)]


def _is_furniture(line: Line, repeated: set[_Key], offset: int | None) -> bool:
    if _LEADER.search(line.text):
        return True
    if not _at_edge(line):
        return False
    if _key(line) in repeated or _PAGE_NUMBER.fullmatch(line.text):
        return True
    return offset is not None and line.page - offset in _outer_numbers(line)


def _page_offset(outermost: list[Line]) -> int | None:
    """By how much the pages' places run ahead of the numbers that they bear at an edge, if they bear any."""
    offsets = Counter(line.page - number for line in outermost for number in _outer_numbers(line))
    offset, seen = max(offsets.items(), key=lambda item: item[1], default=(0, 0))
    pages = len({line.page for line in outermost})
    return offset if seen >= _REPEATS and 2 * seen >= pages else None


def _outer_numbers(line: Line) -> set[int]:
    """The numbers with which a line begins and ends."""
    words = line.text.split()
    return {int(word) for word in (words[0], words[-1]) if word.isascii() and word.isdigit()}


def _at_edge(line: Line) -> bool:
    return line.top < _BAND or line.top > 1 - _BAND


def _key(line: Line) -> _Key:
    return _NUMBER.sub("#", line.text), round(line.y)


def _repeated(outermost: list[Line]) -> set[_Key]:
    """What stands at the same place on at least half of the pages between its first and its last."""
    pages: defaultdict[_Key, set[int]] = defaultdict(set)
    for line in outermost:
        if sum(map(str.isalnum, line.text)) > 1:
            pages[_key(line)].add(line.page)
    enough = min(_REPEATS, len({line.page for line in outermost}))
    return {key for key, seen in pages.items() if len(seen) >= max(enough, 2) and _runs(seen)}


def _runs(pages: set[int]) -> bool:
    return 2 * len(pages) >= max(pages) - min(pages) + 1


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
