"""Finds the headings of a PDF and their depth, by its outline and the look of its lines. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingestion.readers.pdf.lines import PdfLine

MIN_HEADING_SCALE = 1.12  # a heading's size over that of the body
MIN_PARAGRAPH_GAP = 1.35  # a paragraph's gap over the distance of two lines
_MAX_HEADING_CHARACTERS = 160
_MAX_HEADING_LINES = 3
_BOLD_LONGEST = 90
_LAST_LATIN = "\u02ff"
_SMALL_CAPITALS = 0.75  # times the size of the capitals, at least
_FEWEST_CELLS = 3  # of the header of a table; a heading has two where its number stands apart
_MIN_COLUMN_SHARE = 0.15  # of the running text: what begins at a left edge, if that is one of a column
_MIN_OUTLINED_HEADINGS = 3  # an outline with fewer headings found says little about how the others look
_EMPTY_NAME = re.compile(r"(?:page|slide|diapo(?:sitive)?)?\s*\d*|blank page|page vierge|leere seite", re.I)

_NUMBERED = re.compile(
    r"^(?:(?:chapter|chapitre|section|part|partie|appendix|annexe|article)\s+)?"
    r"(?:[A-Z]\.?|[\dIVX]+)?(?:\.[\dA-Z]+)*[.):]?\s+",
    re.I,
)

_LineStyle = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of the outline. `level` counts from 1; `y` is its target, None for the top of the page."""

    level: int
    title: str
    page: int
    y: float | None


@dataclass(frozen=True, slots=True)
class PdfHeading:
    """A heading: title, depth, and its number of lines (0: none)."""

    title: str
    level: int
    lines: int


@dataclass(frozen=True, slots=True)
class BodyStyle:
    """The look of running text: size, line distance, and the left edges of its columns."""

    size: float
    spacing: float
    lefts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DocumentStyle:
    """The look of the body, the heading level of each look (size and weight), and words known from elsewhere."""

    body: BodyStyle
    levels: Mapping[tuple[float, bool], int]
    known_words: frozenset[str] = frozenset()


PLAIN = DocumentStyle(BodyStyle(size=10.0, spacing=13.0, lefts=(0.0,)), {})  # where a document's own look is not known


def measure_body_style(lines: list[PdfLine]) -> BodyStyle:
    """The look of most characters outside code."""
    plain = [line for line in lines if not line.mono] or lines
    size = _heaviest_value((line.size, len(line.text)) for line in plain)
    own = [line for line in plain if line.size == size]
    lefts: Counter[float] = Counter()
    for line in own:
        lefts[round(line.x)] += len(line.text)
    enough = _MIN_COLUMN_SHARE * lefts.total()
    columns = tuple(left for left, many in lefts.most_common() if many >= enough) or (0.0,)
    steps = (
        (round((above.y - below.y) * 2) / 2, 1)
        for above, below in pairwise(own)
        if above.page == below.page and 0.8 * size < above.y - below.y < 2.5 * size
    )
    return BodyStyle(size=size, spacing=_heaviest_value(steps) or 1.3 * size, lefts=columns)


def measure_document_style(lines: list[PdfLine], outlined: dict[int, list[PdfHeading]]) -> DocumentStyle:
    """The look of body and headings, from the outline's headings or, if these are few, from sizes."""
    body = measure_body_style(lines)
    few = len(outlined) < _MIN_OUTLINED_HEADINGS
    return DocumentStyle(body, _levels_by_size(lines, body) if few else _levels_learned(lines, outlined))


def find_headings(
    lines: list[PdfLine],
    outlined: dict[int, list[PdfHeading]],
    style: DocumentStyle,
    excluded: set[int],
    places: range | None = None,
) -> dict[int, list[PdfHeading]]:
    """The headings at `places` (or all), by the index of their first line; `outlined` are those of `match_outline`."""
    places = range(len(lines)) if places is None else places
    found = {at: outlined[at] for at in places if at in outlined}
    taken = {at + n for at, headings in found.items() for h in headings for n in range(h.lines)}
    taken |= excluded.intersection(places)
    body, levels = style.body, style.levels
    at = places.start
    while at < places.stop:
        level = None if at in taken else _heading_level(lines, at, body, levels)
        run = 1 if level is None else _count_heading_lines(lines, at, taken)
        if level is not None and run <= _MAX_HEADING_LINES:
            title = " ".join(line.text for line in lines[at : at + run])
            found[at] = [*found.get(at, ()), PdfHeading(title, level, run)]
        at += run
    return found


def find_largest_text(lines: list[PdfLine]) -> str:
    """The largest words of the first page, probably a title; empty if none is larger than the body."""
    if not lines:
        return ""
    body = measure_body_style(lines)
    first = [line for line in lines if line.page == lines[0].page and not line.mono]
    first = [line for line in first if line.is_upright and _has_words(line.text)]
    size = max((line.size for line in first), default=0.0)
    title = [line.text for at, line in enumerate(first) if line.size == size or _is_small_capitals(first, at, size)]
    return " ".join(title) if size >= MIN_HEADING_SCALE * body.size and len(title) <= _MAX_HEADING_LINES else ""


def _has_words(text: str) -> bool:
    """Whether a line holds more than numbers or the large first letter of a text."""
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) > 1 or any(sign > _LAST_LATIN for sign in letters)


def _is_small_capitals(lines: list[PdfLine], at: int, size: float) -> bool:
    """Whether a line goes on in capitals above or below one of the largest size: most of them are smaller there."""
    line = lines[at]
    if not line.text.isupper() or line.size < _SMALL_CAPITALS * size:
        return False
    beside = lines[max(at - 1, 0) : at + 2]
    return any(each.size == size and 0 < abs(each.y - line.y) < 1.7 * size and each.text.isupper() for each in beside)


def _heading_level(lines: list[PdfLine], at: int, body: BodyStyle, levels: Mapping[_LineStyle, int]) -> int | None:
    """The depth of a line that looks like a heading; None if it looks like text."""
    line = lines[at]
    if line.mono or len(line.text) > _MAX_HEADING_CHARACTERS or not any(c.isalpha() for c in line.text):
        return None
    if not line.is_upright:
        return None
    alone = _stands_alone(lines, at, body)
    if not alone and line.size < MIN_HEADING_SCALE * body.size:
        return None
    return levels.get(_line_style(line), max(levels.values(), default=0) + 1 if alone else None)


def _stands_alone(lines: list[PdfLine], at: int, body: BodyStyle) -> bool:
    """Whether a bold line stands apart at the left edge, above a line that is not bold."""
    line = lines[at]
    if not line.bold or len(line.text) > _BOLD_LONGEST or line.text[-1] in ".:;,!" or len(line.cells) >= _FEWEST_CELLS:
        return False
    above = lines[at - 1] if at and lines[at - 1].page == line.page else None
    below = lines[at + 1] if at + 1 < len(lines) else None
    apart = above is None or abs(above.y - line.y) > MIN_PARAGRAPH_GAP * body.spacing
    over_text = below is not None and not below.bold and (below.page != line.page or below.y < line.y)
    leftmost = line.x < body.lefts[0] + body.size / 4
    return apart and over_text and (leftmost or any(abs(line.x - left) < body.size / 4 for left in body.lefts))


def _count_heading_lines(lines: list[PdfLine], at: int, taken: set[int]) -> int:
    """The number of lines of a heading that starts at `at`."""
    run = 1
    while at + run < len(lines) and at + run not in taken:
        above, below = lines[at + run - 1], lines[at + run]
        near = above.page == below.page and 0 < above.y - below.y < 1.7 * below.size
        if not near or _line_style(above) != _line_style(below):
            break
        run += 1
    return run


def match_outline(lines: list[PdfLine], outline: Iterable[OutlineEntry]) -> dict[int, list[PdfHeading]]:
    """The outline's headings, each at the line with its words, else at the line of its target."""
    starts = _page_starts(lines)
    found: defaultdict[int, list[PdfHeading]] = defaultdict(list)
    for entry in outline:
        if _EMPTY_NAME.fullmatch(entry.title.strip()):
            continue
        first, end = starts.get(entry.page, (0, 0))
        at, run = _match_entry(lines, entry, range(first, end), found)
        if first < end:
            title = " ".join(line.text for line in lines[at : at + run]) or entry.title
            found[at].append(PdfHeading(title, entry.level, run))
    return dict(found)


def _page_starts(lines: list[PdfLine]) -> dict[int, tuple[int, int]]:
    starts: dict[int, tuple[int, int]] = {}
    for at, line in enumerate(lines):
        starts[line.page] = (starts.get(line.page, (at, at))[0], at + 1)
    return starts


def _match_entry(
    lines: list[PdfLine], entry: OutlineEntry, page: range, found: dict[int, list[PdfHeading]]
) -> tuple[int, int]:
    """The line of an entry and its number of lines (0: its words are missing)."""
    candidates = [
        (at, run)
        for at in page
        if at not in found and (run := _count_matching_lines(lines, at, page.stop, entry.title))
    ]
    if candidates:
        y = entry.y
        return candidates[0] if y is None else min(candidates, key=lambda c: abs(lines[c[0]].y - y))
    below = (at for at in page if entry.y is None or lines[at].y <= entry.y)
    return next(below, page.start), 0


def _count_matching_lines(lines: list[PdfLine], at: int, end: int, title: str) -> int:
    """The number of lines from `at` that spell the title, without spaces and heading number; 0 if none."""
    wanted, seen = _comparable_title(title), ""
    for run, line in enumerate(lines[at : min(at + _MAX_HEADING_LINES, end)], 1):
        seen += _comparable_title(line.text) if run == 1 else _comparable_text(line.text)
        if seen == wanted:
            return run
        if not wanted.startswith(seen):
            return 0
    return 0


def _unnumbered(title: str) -> str:
    return _NUMBERED.sub("", title.strip()) or title


@lru_cache(maxsize=1024)
def _comparable_title(title: str) -> str:
    """A title without its number; remembered, since each line of a page is compared with each title of it."""
    return _comparable_text(_unnumbered(title))


def _comparable_text(text: str) -> str:
    return "".join(text.split()).casefold()


def _levels_learned(lines: list[PdfLine], found: dict[int, list[PdfHeading]]) -> dict[_LineStyle, int]:
    """The most frequent level of each look, from the outline's headings."""
    counts: defaultdict[_LineStyle, Counter[int]] = defaultdict(Counter)
    for at, headings in found.items():
        for heading in headings:
            if heading.lines:
                counts[_line_style(lines[at])][heading.level] += 1
    return {look: counter.most_common(1)[0][0] for look, counter in counts.items()}


def _levels_by_size(lines: list[PdfLine], body: BodyStyle) -> dict[_LineStyle, int]:
    """A level for each look larger than the body; larger means shallower."""
    sizes = sorted({line.size for line in lines if line.size >= MIN_HEADING_SCALE * body.size}, reverse=True)
    return {(size, bold): level for level, size in enumerate(sizes, 1) for bold in (False, True)}


def _line_style(line: PdfLine) -> _LineStyle:
    return line.size, line.bold


def _heaviest_value(weighted: Iterable[tuple[float, int]]) -> float:
    """The value with the most weight; 0.0 if none."""
    totals: Counter[float] = Counter()
    for value, weight in weighted:
        totals[value] += weight
    return totals.most_common(1)[0][0] if totals else 0.0
