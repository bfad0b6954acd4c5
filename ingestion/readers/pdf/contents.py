"""Finds the dotted lines of a table of contents, and tells them from those of forms and price lists. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.pdf.lines import PdfLine

_LEADER = r"(?<!\.)(?<!\.\s)(?:\.\s?+){5,}+"
_ENTRY = re.compile(rf"(.*?){_LEADER}\s*+([\divxlc-]*+)\s*+$", re.I)
_ANY_LEADER = re.compile(_LEADER)
_NUMBER_BEFORE = re.compile(r"^(?:[A-Z]?[\d.]+\.?|[IVXLC]+\.)\s+")
_HEADING = re.compile(
    r"(?:table\s+of\s+)?contents|table\s+des\s+mati[èe]res|sommaire|inhalt(?:sverzeichnis)?|"
    r"[íi]ndice(?:\s+(?:general|generale|geral))?|contenidos?|tabla\s+de\s+contenidos?|sommario|sum[áa]rio|"
    r"inhoud(?:sopgave)?|(?:list|table)\s+of\s+(?:figures|tables)|liste\s+des\s+(?:figures|tableaux)",
    re.I,
)
_FEWEST = 3  # dotted lines on a page without the heading of a table of contents


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
        named = any(_HEADING.fullmatch(lines[at].text.strip(" :.")) for at in places)
        goes_on = before == page - 1 and len(entries) >= _FEWEST
        repeated = sum(_comparable(dotted[at][1]) in spelled for at in entries)
        if entries and (named or goes_on or (len(entries) >= _FEWEST and 2 * repeated > len(entries))):
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
