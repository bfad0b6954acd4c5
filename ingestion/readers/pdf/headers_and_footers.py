"""Finds running headers and footers, page numbers and the lines of a table of contents. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.pdf.lines import PdfLine

_LEADER = r"(?<!\.)(?<!\.\s)(?:\.\s?+){5,}+"
_ENTRY = re.compile(rf"(.*?){_LEADER}\s*+([\divxlc-]*+)\s*+$", re.I)
_ANY_LEADER = re.compile(_LEADER)
_NUMBER_BEFORE = re.compile(r"^(?:[A-Z]?[\d.]+\.?|[IVXLC]+\.)\s+")
_CONTENTS_HEADING = re.compile(
    r"(?:table\s+of\s+)?contents|table\s+des\s+mati[èe]res|sommaire|inhalt(?:sverzeichnis)?|"
    r"[íi]ndice(?:\s+(?:general|generale|geral))?|contenidos?|tabla\s+de\s+contenidos?|sommario|sum[áa]rio|"
    r"inhoud(?:sopgave)?|(?:list|table)\s+of\s+(?:figures|tables)|liste\s+des\s+(?:figures|tableaux)",
    re.I,
)
_MIN_DOTTED_LINES = 3  # dotted lines on a page without the heading of a table of contents
_EDGE_LINES = 2  # lines looked at from each edge of a page
_EDGE_BAND = 0.12  # share of the page's height in which furniture stands
_MIN_REPEATS = 3
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*+(?:page|seite|p\.)?\s*+[\divxlc]+\s*+(?:(?:/|of|sur|von)\s*+\d++)?[-–—\s]*+", re.I)
_Key = tuple[str, int]


def find_contents_lines(lines: Sequence[PdfLine]) -> set[int]:
    """The places of the lines that a table of contents has, which repeat the headings."""
    pages: defaultdict[int, list[int]] = defaultdict(list)
    dotted: dict[int, re.Match[str]] = {}
    for at, line in enumerate(lines):
        pages[line.page].append(at)
        if "..." in line.text or ". ." in line.text:
            entry = _ENTRY.match(line.text)
            if entry is not None:
                dotted[at] = entry
    if not dotted:
        return set()
    spelled = {_comparable(line.text) for at, line in enumerate(lines) if at not in dotted}
    found: set[int] = set()
    before = -2
    for page, places in pages.items():
        entries = [at for at in places if at in dotted]
        named = any(_CONTENTS_HEADING.fullmatch(lines[at].text.strip(" :.")) for at in places)
        goes_on = before == page - 1 and len(entries) >= _MIN_DOTTED_LINES
        repeated = sum(_comparable(dotted[at][1]) in spelled for at in entries)
        if entries and (named or goes_on or (len(entries) >= _MIN_DOTTED_LINES and 2 * repeated > len(entries))):
            found.update(entries)
            before = page
    return found


def shorten_leaders(line: PdfLine) -> PdfLine:
    """The line with one sign in place of each run of dots."""
    if "..." not in line.text and ". ." not in line.text:
        return line
    return replace(line, text=" ".join(_ANY_LEADER.sub(" … ", line.text).split()))


def _comparable(text: str) -> str:
    return "".join(_NUMBER_BEFORE.sub("", text.strip()).split()).casefold()


def remove_headers_and_footers(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines of the document's own text, in order."""
    return split_headers_and_footers(lines)[0]


def split_headers_and_footers(lines: list[PdfLine]) -> tuple[list[PdfLine], list[PdfLine]]:
    """The lines of the document's own text, and each header and footer once, where it has words of its own."""
    outermost = _outermost_lines(lines)
    heights = _number_heights(lines)
    repeated = _find_repeated(outermost)
    offset = _page_offset(outermost)
    contents = find_contents_lines(lines)
    own: list[PdfLine] = []
    margins: dict[str, PdfLine] = {}
    for at, line in enumerate(lines):
        may_be_number = (line.page, round(line.y)) in heights
        if _is_header_or_footer(line, repeated, offset, may_be_number=may_be_number):
            margins.setdefault(_NUMBER.sub("#", line.text), line)
        elif at not in contents:
            own.append(shorten_leaders(line))
    said = {word for line in own for word in _words(line)}
    return own, [line for line in margins.values() if not _words(line) <= said]


def _words(line: PdfLine) -> set[str]:
    return {word.casefold() for word in _WORD.findall(line.text)}


def _is_header_or_footer(line: PdfLine, repeated: set[_Key], offset: int | None, *, may_be_number: bool) -> bool:
    if not _is_at_edge(line):
        return False
    if _line_key(line) in repeated or (may_be_number and _PAGE_NUMBER.fullmatch(line.text)):
        return True
    return offset is not None and line.page - offset in _outer_numbers(line)


def _page_offset(outermost: list[PdfLine]) -> int | None:
    """The difference between page position and printed page number, if pages have numbers."""
    offsets = Counter(line.page - number for line in outermost for number in _outer_numbers(line))
    offset, seen = max(offsets.items(), key=lambda item: item[1], default=(0, 0))
    pages = len({line.page for line in outermost})
    return offset if seen >= _MIN_REPEATS and 2 * seen >= pages else None


def _outer_numbers(line: PdfLine) -> set[int]:
    """The numbers at the start and end of a line."""
    words = line.text.split()
    return {int(word) for word in (words[0], words[-1]) if word.isascii() and word.isdigit()}


def _is_at_edge(line: PdfLine) -> bool:
    return line.top < _EDGE_BAND or line.top > 1 - _EDGE_BAND


def _line_key(line: PdfLine) -> _Key:
    return _NUMBER.sub("#", line.text), round(line.y)


def _find_repeated(outermost: list[PdfLine]) -> set[_Key]:
    """The texts at the same place on at least half of the pages between first and last occurrence."""
    pages: defaultdict[_Key, set[int]] = defaultdict(set)
    for line in outermost:
        if sum(map(str.isalnum, line.text)) > 1:
            pages[_line_key(line)].add(line.page)
    enough = min(_MIN_REPEATS, len({line.page for line in outermost}))
    return {key for key, seen in pages.items() if len(seen) >= max(enough, 2) and _is_on_most_pages(seen)}


def _is_on_most_pages(pages: set[int]) -> bool:
    return 2 * len(pages) >= max(pages) - min(pages) + 1


def _number_heights(lines: list[PdfLine]) -> set[tuple[int, int]]:
    """The pages and heights at which a number may be that of the page: outermost, or alone on the next line."""
    by_edge: defaultdict[tuple[int, bool], Counter[int]] = defaultdict(Counter)
    for line in lines:
        if _is_at_edge(line):
            by_edge[line.page, line.top < _EDGE_BAND][round(line.y)] += 1
    numbers = Counter((line.page, round(line.y)) for line in lines if _PAGE_NUMBER.fullmatch(line.text))
    found: set[tuple[int, int]] = set()
    for (page, is_bottom), heights in by_edge.items():
        outermost, *rest = sorted(heights, reverse=not is_bottom)
        if numbers[page, outermost] == 1:  # several are a row of a table
            found.add((page, outermost))
        found.update((page, height) for height in rest[: _EDGE_LINES - 1] if heights[height] == 1)
    return found


def _outermost_lines(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines closest to the upper and lower edge of each page."""
    by_page: defaultdict[int, list[PdfLine]] = defaultdict(list)
    for line in lines:
        if _is_at_edge(line):
            by_page[line.page].append(line)
    nearest: list[PdfLine] = []
    for page in by_page.values():
        page.sort(key=lambda line: line.y)
        nearest += page[:_EDGE_LINES] + page[_EDGE_LINES:][-_EDGE_LINES:]
    return nearest
