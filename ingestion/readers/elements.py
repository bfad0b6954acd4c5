"""Say what a document is once read: a title and a run of elements. Leaves reading to the readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ElementKind = Literal["heading", "text", "list", "code", "table"]
Rows = tuple[tuple[str, ...], ...]

MAX_TABLE_COLUMNS = 1_000  # of a table that people wrote: more are data, of which no passage makes sense


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
