"""Holds what a document is once read: a title and a list of elements. Removes what nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from knowledge.core.text import count_invisible_runs, repair_surrogates, strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath

ElementKind = Literal["heading", "text", "list", "code", "table"]
Rows = tuple[tuple[str, ...], ...]

MAX_TABLE_COLUMNS = 1_000  # of a table that people wrote: more are data, of which no passage makes sense
_MAX_TITLE_CHARACTERS = 200
_PRINTED_BY = re.compile(r"^(?:Microsoft (?:Office )?(?:Word|PowerPoint|Excel)|LibreOffice|OpenOffice)\s*[-–]\s*", re.I)
_FILE_NAME = re.compile(r"\.(?:docx?|pptx?|xlsx?|pdf|od[tsp]|indd|tex|dvi|html?|qxd|md|txt)$", re.I)
_MEANINGLESS = re.compile(
    r"(?:untitled|sans titre|sans nom|document|presentation|présentation|powerpoint presentation|"
    r"présentation powerpoint|word document|classeur|workbook|book|title|titre|no title|unknown|none|null)"
    r"[\s_-]*\d*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Element:
    """One block of a document, in reading order.

    `level` is the depth of a heading or of a list item: 1 is the outermost, 0 elsewhere. `page` and
    `last_page` count from 1 and are None where the format has no pages. A table has `rows` (cells as plain
    text; the first row is its header when `header` is true) and no `text`; a table whose cells could not be
    told apart has its lines in `text` instead.
    """

    text: str
    kind: ElementKind = "text"
    level: int = 0
    page: int | None = None
    last_page: int | None = None
    rows: Rows = ()
    header: bool = True


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as it was read. `unread` lists the pages that hold a picture where text was expected.

    A range of a long document's pages says by `above` which headings, with their levels, stand over its first
    element, and by `depth` how many headings name a top-level section (0: as its elements tell). A document that
    was read by ranges holds them as its `parts`, and their elements as its own. `hidden` counts the places of text
    that its format hides from people; their text is in no element. `plain_pages` counts the pages that were read
    without an optional step, since it failed on them; `faults` say for a log what failed.
    """

    title: str
    pages: int | None
    elements: list[Element]
    unread: tuple[int, ...] = field(default=())
    above: tuple[tuple[int, str], ...] = ()
    depth: int = 0
    parts: tuple[ParsedDocument, ...] = ()
    hidden: int = 0
    plain_pages: int = 0
    faults: tuple[str, ...] = ()


def collapse_whitespace(text: str) -> str:
    """The text on one line, runs of white space made one space."""
    return " ".join(text.split())


def normalize_rows(rows: list[list[str]]) -> Rows:
    """The rows that hold something, all as wide as the widest, empty columns left out."""
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    filled = [row + [""] * (width - len(row)) for row in rows]
    kept = [n for n in range(width) if any(row[n] for row in filled)]
    return tuple(tuple(row[n] for n in kept) for row in filled)


def choose_document_title(path: PurePath, elements: Iterable[Element], declared: str = "") -> str:
    """The document's title; `declared` is what its properties say."""
    return clean_declared_title(declared) or _top_heading(elements) or unicodedata.normalize("NFC", path.stem)


def clean_declared_title(declared: str) -> str:
    """A declared title, or nothing where a program filled it in."""
    title = _PRINTED_BY.sub("", collapse_whitespace(declared))
    if _FILE_NAME.search(title) or _MEANINGLESS.fullmatch(title) or not any(c.isalpha() for c in title):
        return ""
    return title[:_MAX_TITLE_CHARACTERS]


def _top_heading(elements: Iterable[Element]) -> str:
    headings = [element for element in elements if element.kind == "heading"]
    top = min((heading.level for heading in headings), default=0)
    return next((heading.text[:_MAX_TITLE_CHARACTERS] for heading in headings if heading.level == top), "")


def remove_invisible_text(reading: ParsedDocument) -> ParsedDocument:
    """The reading as people see it, in valid text; the places that lost characters are among its `hidden`."""
    parts = tuple(remove_invisible_text(part) for part in reading.parts)
    if parts:
        elements = [element for part in parts for element in part.elements]
        lost = sum(part.hidden for part in parts)
        return replace(reading, title=_shown(reading.title), elements=elements, parts=parts, hidden=lost)
    elements = list(map(_valid, reading.elements))  # first: halves of a character may make one that nobody sees
    lost = sum(count_invisible_runs(text) for element in elements for text in _element_texts(element))
    return replace(
        reading,
        title=_shown(reading.title),
        elements=[seen for element in elements if (seen := _visible_element(element))],
        above=tuple((level, _shown(title)) for level, title in reading.above),
        hidden=reading.hidden + lost,
    )


def _element_texts(element: Element) -> list[str]:
    return [element.text, *(cell for row in element.rows for cell in row)]


def _shown(text: str) -> str:
    return strip_invisible(repair_surrogates(text))


def _valid(element: Element) -> Element:
    if all(map(str.isascii, _element_texts(element))):
        return element
    rows = tuple(tuple(map(repair_surrogates, row)) for row in element.rows)
    return replace(element, text=repair_surrogates(element.text), rows=rows)


def _visible_element(element: Element) -> Element | None:
    """An element as people see it; None where they see nothing."""
    if all(map(str.isascii, _element_texts(element))):
        return element
    text = strip_invisible(element.text)
    rows = tuple(tuple(map(strip_invisible, row)) for row in element.rows)
    return replace(element, text=text, rows=rows) if text.strip() or any(map(any, rows)) else None
