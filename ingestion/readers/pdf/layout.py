"""Turns the lines of a PDF into elements: headings, paragraphs, lists, code, tables; joins cut words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element
from ingestion.readers.pdf.headers_and_footers import split_headers_and_footers
from ingestion.readers.pdf.headings import (
    MIN_PARAGRAPH_GAP,
    PLAIN,
    BodyStyle,
    DocumentStyle,
    OutlineEntry,
    PdfHeading,
    find_headings,
    match_outline,
    measure_document_style,
)
from ingestion.readers.pdf.table_rows import find_kept_breaks, gather_column_tables
from ingestion.readers.pdf.tables import PdfTable, find_tables, join_tables_across_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingestion.readers.pdf.lines import PdfLine
    from ingestion.readers.pdf.optional_steps import OptionalSteps

_CUT_WORD = re.compile(r"(?<!\w)(\w++(?:-\w++){0,8})[\ufffe\x02]\s?(\w+)")
_CUT_MARK = re.compile(r"[\ufffe\x02]\s?")
_SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"\w+(?:-\w+)*")
_PAGE = re.compile(r"[.\s]*+(?:\d{1,4}|[ivxlc]{1,8})", re.I)
_BULLET_START = re.compile(r"(?:[•◦▪▫‣●○∙·■□–—*-]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_GLYPH = re.compile(r"^[•◦▪▫‣●○∙·■□*-]\s+")
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", "»")
_BLANK_LINE = 1.6  # times the distance of two lines of code
_RISE = 2.0  # times the size: a line that stands so much higher than the one before begins another part


class HyphenJoiner:
    """Joins words that were cut at a line's end, by comparison with the document's other `words`.

    pdfium marks such a hyphen with U+FFFE, whether or not the word has one.
    """

    def __init__(self, lines: Iterable[str], words: frozenset[str] = frozenset()) -> None:
        self._lines = list(lines)
        self._known = words

    def join_cut_words(self, text: str) -> str:
        """The text with all cut words joined."""
        text = text.replace(_SOFT_HYPHEN, "").replace("\xa0", " ")
        if "\ufffe" not in text and "\x02" not in text:
            return text
        return _CUT_MARK.sub("-", _CUT_WORD.sub(self._join_word, text))

    def join_cell_lines(self, text: str) -> str:
        """The text of a table cell, whose narrow lines may cut a word without a hyphen."""
        whole, *rest = text.split("\n")
        for line in rest:
            end, start = whole.rsplit(maxsplit=1)[-1:], line.split(maxsplit=1)[:1]
            cut = "".join(end + start).casefold() in self.words and bool({*end, *start} - self.words)
            whole += line if cut else f" {line}"
        return self.join_cut_words(whole)

    def _join_word(self, cut: re.Match[str]) -> str:
        before, after = cut.groups()
        plain, hyphened = f"{before}{after}", f"{before}-{after}"
        if plain.casefold() in self.words:
            return plain
        last = before.rsplit("-", 1)[-1].casefold()
        own = hyphened.casefold() in self.words or {last, after.casefold()} <= self.words
        return hyphened if own or "-" in before or not after[0].islower() else plain

    @cached_property
    def words(self) -> frozenset[str]:
        """Every uncut word of the lines, and the words known before."""
        found: set[str] = set()
        cut = False
        for line in self._lines:
            words = _WORD.findall(line)
            ends = line.endswith(("\ufffe", "\x02"))
            found.update(word.casefold() for word in words[cut : len(words) - ends])
            cut = ends
        return self._known | found


def elements_from_lines(
    lines: list[PdfLine], outline: Sequence[OutlineEntry], steps: OptionalSteps, style: DocumentStyle | None = None
) -> list[Element]:
    """The elements of all lines in order; `style` is the look of the whole document if the lines are only a part."""
    pages = {line.page for line in lines}
    nothing: list[PdfLine] = []
    lines, margins = steps.run_step("furniture", pages, (lines, nothing), partial(split_headers_and_footers, lines))
    if not lines:
        return []
    lines = steps.run_step("order", pages, lines, partial(order_pages, lines))
    lines = steps.run_step("columns", pages, lines, partial(gather_column_tables, lines))
    outlined: dict[int, list[PdfHeading]] = steps.run_step("outline", pages, {}, partial(match_outline, lines, outline))
    style = style or steps.run_step("look", pages, PLAIN, partial(measure_document_style, lines, outlined))
    tables = steps.run_step_by_page("tables", lines, partial(find_tables, lines, outlined))
    tables = steps.run_step("tables-over-pages", pages, tables, partial(join_tables_across_pages, tables))
    in_tables = {at + n for at, table in tables.items() for n in range(table.lines)}
    headings = steps.run_step_by_page("headings", lines, partial(find_headings, lines, outlined, style, in_tables))
    elements = steps.run_step(
        "paragraphs", pages, plain_elements(lines), partial(_build_elements, lines, tables, headings, style)
    )
    elements = steps.run_step(
        "tidying", pages, elements, partial(_tidy_elements, elements, {entry.title for entry in outline})
    )
    return _insert_margins(elements, margins) if min(pages) == 1 else elements


def _insert_margins(elements: list[Element], margins: list[PdfLine]) -> list[Element]:
    """Add the headers and footers at the end of the first page that has them; no other page repeats them."""
    for page, lines in groupby(sorted(margins, key=lambda line: line.page), key=lambda line: line.page):
        text = "\n".join(line.text for line in lines)
        after = [at for at, element in enumerate(elements, 1) if (element.page or 0) <= page]
        elements.insert(after[-1] if after else 0, Element(text, page=page, last_page=page))
    return elements


def plain_elements(lines: Iterable[PdfLine]) -> list[Element]:
    """The text of each page, without structure."""
    pages = groupby(lines, key=lambda line: line.page)
    return [Element(" ".join(line.text for line in own), page=page, last_page=page) for page, own in pages]


def _build_elements(
    lines: list[PdfLine], tables: dict[int, PdfTable], headings: dict[int, list[PdfHeading]], look: DocumentStyle
) -> list[Element]:
    builder = _ElementBuilder(look.body, HyphenJoiner((line.text for line in lines), look.known_words))
    kept = find_kept_breaks(lines)
    skipped = 0
    for at, line in enumerate(lines):
        for heading in headings.get(at, ()):
            builder.add_heading(heading, line.page)
            skipped = max(skipped, at + heading.lines)
        if at in tables:
            skipped = at + tables[at].lines
            builder.add_table(tables[at], line.page, lines[skipped - 1].page)
        if at >= skipped:
            builder.add_line(line, is_apart=at in kept)
    return builder.finish_elements()


@dataclass(slots=True)
class _ElementBuilder:
    """Collects lines into a block, and closes it at a line that does not belong to it."""

    body: BodyStyle
    hyphens: HyphenJoiner
    elements: list[Element] = field(default_factory=list)
    block: list[PdfLine] = field(default_factory=list)
    text: str = ""
    kind: str = "text"

    def add_heading(self, heading: PdfHeading, page: int) -> None:
        self._close_block()
        title = self.hyphens.join_cut_words(heading.title)
        self.elements.append(Element(title, "heading", heading.level, page, page))

    def add_table(self, table: PdfTable, page: int, last_page: int) -> None:
        self._close_block()
        rows = tuple(tuple(self.hyphens.join_cell_lines(cell) for cell in row) for row in table.rows)
        self.elements.append(Element("", "table", 0, page, last_page, rows, table.header))

    def add_line(self, line: PdfLine, *, is_apart: bool) -> None:
        """Add a line to the block, on a line of its own where it `is_apart`."""
        kind = self._line_kind(line)
        if not self.block or not self._belongs_to_block(line, kind):
            self._close_block()
            self.kind = kind
        self.text += ("\n" if is_apart else " ") * bool(self.block) + line.text
        self.block.append(line)

    def finish_elements(self) -> list[Element]:
        self._close_block()
        return self.elements

    def _line_kind(self, line: PdfLine) -> str:
        if line.mono and not self._continues_paragraph(line):
            return "code"
        return "list" if _BULLET_START.match(line.text) else "text"

    def _continues_paragraph(self, line: PdfLine) -> bool:
        """Whether a monospaced line continues the open paragraph."""
        if not self.block or self.kind == "code":
            return False
        above = self.block[-1]
        return self._is_next_line(above, line) and not above.text.endswith(":") and line.size == above.size

    def _is_next_line(self, above: PdfLine, line: PdfLine) -> bool:
        spacing = max(self.body.spacing, self.body.spacing * line.size / self.body.size)
        return above.page == line.page and 0 < above.y - line.y <= MIN_PARAGRAPH_GAP * spacing

    def _belongs_to_block(self, line: PdfLine, kind: str) -> bool:
        above = self.block[-1]
        if "code" in (kind, self.kind):
            return kind == self.kind and line.page - above.page <= 1
        if kind == "list" or not self._is_next_line(above, line) or line.size != above.size:
            return False
        return not self._starts_paragraph(above, line)

    def _starts_paragraph(self, above: PdfLine, line: PdfLine) -> bool:
        """Whether an indent starts a new paragraph."""
        indented = self.kind == "text" and line.x > above.x + 0.8 * line.size
        return indented and above.text.endswith(_SENTENCE_ENDS)

    def _close_block(self) -> None:
        if self.block:
            self.elements.append(self._element_from_block())
            self.block, self.text = [], ""

    def _element_from_block(self) -> Element:
        first, last = self.block[0], self.block[-1]
        if self.kind == "code":
            text = _join_code(self.block)
            return Element(text, "code", 0, first.page, last.page)
        text = self.hyphens.join_cut_words(self.text)
        if self.kind == "list":
            return Element(_GLYPH.sub("", text), "list", 1, first.page, last.page)
        return Element(text, "text", 0, first.page, last.page)


def _join_code(lines: list[PdfLine]) -> str:
    """Code with its line breaks, blank lines, and indentation from the left edges."""
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


def _tidy_elements(elements: list[Element], outlined: set[str]) -> list[Element]:
    return _join_across_pages(_remove_contents_table(_merge_labels(elements), outlined))


def _merge_labels(elements: list[Element]) -> list[Element]:
    """Put a label such as NOTE at the start of the paragraph beside it."""
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


def _remove_contents_table(elements: list[Element], outlined: set[str]) -> list[Element]:
    """Leave out a table of contents: it repeats the headings, with page numbers."""
    headings = {element.text for element in elements if element.kind == "heading"} | outlined
    titles = {"".join(heading.split()) for heading in headings}

    def is_contents(element: Element) -> bool:
        named = sum("".join(row[0].split()) in titles and _names_a_page(row) for row in element.rows)
        return 2 * named > len(element.rows)

    return [element for element in elements if not is_contents(element)]


def _names_a_page(row: tuple[str, ...]) -> bool:
    """Whether the last cell of a row is a page number, or there is none."""
    return _PAGE.fullmatch(row[-1]) is not None or not any(row[1:])


def _join_across_pages(elements: list[Element]) -> list[Element]:
    """Join a sentence that a page break cut."""
    joined: list[Element] = []
    for element in elements:
        above = joined[-1] if joined else None
        if above is not None and _is_cut_sentence(above, element):
            text = f"{above.text} {element.text}"
            joined[-1] = replace(above, text=text, last_page=element.last_page)
        else:
            joined.append(element)
    return joined


def _is_cut_sentence(above: Element, below: Element) -> bool:
    return (
        above.last_page != below.page
        and above.kind in ("text", "list")
        and below.kind == "text"
        and below.text[:1].islower()
        and not above.text.endswith(_SENTENCE_ENDS)
    )


def order_pages(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines; the parts of each page from its top to its bottom, where they follow one another."""
    ordered: list[PdfLine] = []
    for _, page in groupby(lines, key=lambda line: line.page):
        drawn = list(page)
        parts = sorted(_parts(drawn), key=lambda part: -_top(part))
        follow = all(_bottom(above) > _top(below) for above, below in pairwise(parts))
        is_upright = all(line.is_upright for line in drawn)
        ordered += [line for part in parts for line in part] if follow and is_upright else drawn
    return ordered


def _parts(lines: Iterable[PdfLine]) -> Iterator[list[PdfLine]]:
    """The lines in parts, each drawn downwards."""
    part: list[PdfLine] = []
    for line in lines:
        if part and line.y - part[-1].y > _RISE * max(line.size, part[-1].size):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _top(part: list[PdfLine]) -> float:
    return max(line.y for line in part)


def _bottom(part: list[PdfLine]) -> float:
    return min(line.y for line in part)
