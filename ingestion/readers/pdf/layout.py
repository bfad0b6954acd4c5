"""Turn the lines of a PDF into elements: paragraphs, lists, code, under their headings. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element
from ingestion.readers.pdf.headers_and_footers import without_furniture
from ingestion.readers.pdf.headings import GAP, PLAIN, Body, by_outline, headings_of, look_of
from ingestion.readers.pdf.hyphens import Hyphens
from ingestion.readers.pdf.tables import Table, over_pages, tables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.pdf.headings import Entry, Heading, Look
    from ingestion.readers.pdf.lines import Line
    from ingestion.readers.pdf.optional_steps import Steps

_BULLET = re.compile(r"(?:[•◦▪▫‣●○∙·■□–—*-]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_GLYPH = re.compile(r"^[•◦▪▫‣●○∙·■□*-]\s+")
_ENDED = (".", "!", "?", ":", ";", "…", "»")
_BLANK_LINE = 1.6  # times the distance of two lines of code


def layout(lines: list[Line], outline: Sequence[Entry], steps: Steps, look: Look | None = None) -> list[Element]:
    """The elements of a document, or of some of its pages, from all their lines, in order.

    `look` is that of the whole document where the lines are but a part of it. `steps` is told which steps failed.
    """
    pages = {line.page for line in lines}
    lines = steps.optional("furniture", pages, lines, partial(without_furniture, lines))
    if not lines:
        return []
    outlined: dict[int, list[Heading]] = steps.optional("outline", pages, {}, partial(by_outline, lines, outline))
    look = look or steps.optional("look", pages, PLAIN, partial(look_of, lines, outlined))
    tables = steps.by_page("tables", lines, partial(tables_of, lines, outlined))
    tables = steps.optional("tables-over-pages", pages, tables, partial(over_pages, tables))
    in_tables = {at + n for at, table in tables.items() for n in range(table.lines)}
    headings = steps.by_page("headings", lines, partial(headings_of, lines, outlined, look, in_tables))
    elements = steps.optional("paragraphs", pages, _plain(lines), partial(_built, lines, tables, headings, look))
    return steps.optional("tidying", pages, elements, partial(_tidied, elements, {entry.title for entry in outline}))


def _plain(lines: list[Line]) -> list[Element]:
    """The words of each page, as they come."""
    pages = groupby(lines, key=lambda line: line.page)
    return [Element(" ".join(line.text for line in own), page=page, last_page=page) for page, own in pages]


def _built(
    lines: list[Line], tables: dict[int, Table], headings: dict[int, list[Heading]], look: Look
) -> list[Element]:
    builder = _Builder(look.body, Hyphens((line.text for line in lines), look.words))
    skipped = 0
    for at, line in enumerate(lines):
        for heading in headings.get(at, ()):
            builder.heading(heading, line.page)
            skipped = max(skipped, at + heading.lines)
        if at in tables:
            skipped = at + tables[at].lines
            builder.table(tables[at], line.page, lines[skipped - 1].page)
        if at >= skipped:
            builder.line(line)
    return builder.finish()


@dataclass(slots=True)
class _Builder:
    """Gathers lines into the block that is open, and closes it when a line does not belong to it."""

    body: Body
    hyphens: Hyphens
    elements: list[Element] = field(default_factory=list)
    block: list[Line] = field(default_factory=list)
    kind: str = "text"

    def heading(self, heading: Heading, page: int) -> None:
        self._close()
        title = self.hyphens.joined(heading.title)
        self.elements.append(Element(title, "heading", heading.level, page, page))

    def table(self, table: Table, page: int, last_page: int) -> None:
        self._close()
        rows = tuple(tuple(self.hyphens.cell(cell) for cell in row) for row in table.rows)
        self.elements.append(Element("", "table", 0, page, last_page, rows, table.header))

    def line(self, line: Line) -> None:
        kind = self._kind(line)
        if not self.block or not self._belongs(line, kind):
            self._close()
            self.kind = kind
        self.block.append(line)

    def finish(self) -> list[Element]:
        self._close()
        return self.elements

    def _kind(self, line: Line) -> str:
        if line.mono and not self._goes_on(line):
            return "code"
        return "list" if _BULLET.match(line.text) else "text"

    def _goes_on(self, line: Line) -> bool:
        """Whether a line in the type of code is the next line of the paragraph that is open."""
        if not self.block or self.kind == "code":
            return False
        above = self.block[-1]
        return self._next(above, line) and not above.text.endswith(":") and line.size == above.size

    def _next(self, above: Line, line: Line) -> bool:
        spacing = max(self.body.spacing, self.body.spacing * line.size / self.body.size)
        return above.page == line.page and 0 < above.y - line.y <= GAP * spacing

    def _belongs(self, line: Line, kind: str) -> bool:
        above = self.block[-1]
        if "code" in (kind, self.kind):
            return kind == self.kind and line.page - above.page <= 1
        if kind == "list" or not self._next(above, line) or line.size != above.size:
            return False
        return not self._starts_paragraph(above, line)

    def _starts_paragraph(self, above: Line, line: Line) -> bool:
        """Whether an indent tells a new paragraph where no gap does."""
        indented = self.kind == "text" and line.x > above.x + 0.8 * line.size
        return indented and above.text.endswith(_ENDED)

    def _close(self) -> None:
        if self.block:
            self.elements.append(self._element())
            self.block = []

    def _element(self) -> Element:
        first, last = self.block[0], self.block[-1]
        if self.kind == "code":
            text = _code(self.block)
            return Element(text, "code", 0, first.page, last.page)
        text = self.hyphens.joined(" ".join(line.text for line in self.block))
        if self.kind == "list":
            return Element(_GLYPH.sub("", text), "list", 1, first.page, last.page)
        return Element(text, "text", 0, first.page, last.page)


def _code(lines: list[Line]) -> str:
    """Code with its newlines, its blank lines, and its indentation as the lines' left edges tell it."""
    left = min(line.x for line in lines)
    advance = next((line.advance for line in lines if line.advance > 0), 0.0)
    steps = [above.y - below.y for above, below in pairwise(lines)]
    spacing = min((step for step in steps if step > 0), default=0.0)
    rows: list[str] = []
    for line, step in zip(lines, [0.0, *steps], strict=True):
        if spacing and step > _BLANK_LINE * spacing:
            rows.append("")
        indent = round((line.x - left) / advance) if advance else 0
        rows.append(" " * indent + line.text.replace("\xa0", " ").replace("￾", "-"))
    return "\n".join(rows)


def _tidied(elements: list[Element], outlined: set[str]) -> list[Element]:
    return _across_pages(_without_contents(_with_labels(elements), outlined))


def _with_labels(elements: list[Element]) -> list[Element]:
    """A label such as NOTE that stands beside a paragraph becomes its beginning."""
    joined: list[Element] = []
    for element in elements:
        above = joined[-1] if joined else None
        if above is not None and _is_label(above) and element.kind == "text" and above.page == element.page:
            joined[-1] = replace(element, text=f"{above.text}: {element.text}")
        else:
            joined.append(element)
    return joined


def _is_label(element: Element) -> bool:
    return element.kind == "text" and element.text.isalpha() and element.text.isupper() and len(element.text) < 12


def _without_contents(elements: list[Element], outlined: set[str]) -> list[Element]:
    """Leave out a table of contents: it repeats the headings, and would be found in their place."""
    headings = {element.text for element in elements if element.kind == "heading"} | outlined
    titles = {"".join(heading.split()) for heading in headings}

    def is_contents(element: Element) -> bool:
        named = sum("".join(row[0].split()) in titles for row in element.rows)
        return 2 * named > len(element.rows)

    return [element for element in elements if not is_contents(element)]


def _across_pages(elements: list[Element]) -> list[Element]:
    """Join a sentence that a page's end cut with its rest."""
    joined: list[Element] = []
    for element in elements:
        above = joined[-1] if joined else None
        if above is not None and _cut(above, element):
            text = f"{above.text} {element.text}"
            joined[-1] = replace(above, text=text, last_page=element.last_page)
        else:
            joined.append(element)
    return joined


def _cut(above: Element, below: Element) -> bool:
    return (
        above.last_page != below.page
        and above.kind in ("text", "list")
        and below.kind == "text"
        and below.text[:1].islower()
        and not above.text.endswith(_ENDED)
    )
