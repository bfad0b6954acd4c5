"""Reads OpenDocument sheets, slides and drawings (ODS, ODP, ODG): a section for a sheet, a page for a slide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml.etree import _Element as Node

from ingestion.readers.elements import (
    MAX_TABLE_COLUMNS,
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    normalize_rows,
)
from ingestion.readers.office.sheet_objects import margin_elements, says_more_than_page
from ingestion.readers.opendocument.hidden_text import CELLS, empty_node, remove_unseen_cells, repeat_count
from ingestion.readers.opendocument.odt import (
    MOST_REPEATED,
    cell_text,
    comment_elements,
    open_document,
    paragraph_text,
)
from ingestion.readers.xml_tree import attribute_value, list_named, local_name, remove_node
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_DRAWING_NAMESPACE = ":xmlns:drawing:"
_PAGE_FIELDS = ("page-number", "page-count")
_FIELDS = (*_PAGE_FIELDS, "sheet-name", "title", "file-name", "date", "time")
_MAX_CELLS = 2_000_000


def read_ods(path: Path) -> ParsedDocument:
    """A spreadsheet, without its hidden sheets, rows and columns."""
    document = open_document(path, with_chart_tables=False)  # a sheet holds the data of its charts
    hidden = sum(remove_unseen_cells(table, document.styles) for table in list_named(document.body, "table"))
    hidden += document.remove_hidden_text()
    elements: list[Element] = []
    left = _MAX_CELLS
    for table in list_named(document.body, "table"):
        beside = [*_lift_comments(table), *document.block_elements(_lift_drawings(table))]
        rows = list(_sheet_rows(table))
        left -= sum(map(len, rows))
        if left < 0:
            raise make_unreadable(FailureCode.TOO_MANY_CELLS, name=path.name, most=_MAX_CELLS)
        found = [Element("", "table", rows=tidy)] if (tidy := normalize_rows(rows)) else []
        if found or beside:
            elements += [Element(attribute_value(table, "name"), "heading", 1), *found, *beside]
    elements += margin_elements(map(_margin_words, document.margins))
    return ParsedDocument(choose_document_title(path, [], document.declared_title), None, elements, hidden=hidden)


def read_odp(path: Path) -> ParsedDocument:
    """A presentation or a drawing, one page a slide, without its hidden slides and layers."""
    document = open_document(path)
    document.styles.page_is_plain = False  # a slide may have any ground
    hidden = 0
    pages = list_named(document.body, "page")
    for page in pages:
        if document.styles.style_value(page, "visibility") == "hidden":
            hidden += empty_node(page)
        for shape in [node for node in page.iter() if attribute_value(node, "layer") in document.hidden_layers]:
            hidden += empty_node(shape)
    hidden += document.remove_hidden_text()
    elements: list[Element] = []
    for number, page in enumerate(pages, 1):
        notes = _lift_notes(page)
        for title in [node for node in page if attribute_value(node, "class") == "title"][:1]:
            page.insert(0, title)
        found = [replace(each, page=number, last_page=number) for each in document.block_elements(page)]
        if found and found[0].kind in ("text", "list") and not found[0].rows:
            found[0] = replace(found[0], kind="heading", level=1)
        elements += found
        if notes:
            elements.append(Element(f"Notes: {notes}", page=number, last_page=number))
    return ParsedDocument(
        choose_document_title(path, elements, document.declared_title), len(pages), elements, hidden=hidden
    )


def _lift_drawings(table: Node) -> Node:
    """Take the drawings out of a sheet and its cells; return a node that holds them."""
    lifted = table.makeelement("drawings")
    for holder in [node for node in table.iter() if local_name(node) in (*CELLS, "shapes")]:
        lifted.extend([node for node in holder if _DRAWING_NAMESPACE in str(node.tag)])
    return lifted


def _lift_notes(slide: Node) -> str:
    """Take the notes of a speaker out of a slide; return their words."""
    notes = list_named(slide, "notes")
    frames = [node for note in notes for node in list_named(note, "frame")]
    words = " ".join(cell_text(node) for node in frames if attribute_value(node, "class") == "notes")
    for note in notes:
        remove_node(note)
    return collapse_whitespace(words)


def _lift_comments(table: Node) -> list[Element]:
    """Take the comments out of the cells of a sheet; return an element for each."""
    found = list(comment_elements(table))
    for comment in list_named(table, "annotation"):
        remove_node(comment)
    return found


def _margin_words(margin: Node) -> str:
    """What a header or footer says beside fields; those of a sheet hold placeholders such as "???"."""
    if attribute_value(margin, "display") == "false":
        return ""
    numbers = 0
    for field in [node for node in margin.iter() if local_name(node) in _FIELDS]:
        numbers += local_name(field) in _PAGE_FIELDS
        for child in list(field):
            field.remove(child)
        field.text = None
    words = collapse_whitespace(" ".join(paragraph_text(node) for node in list_named(margin, "p")))
    return words if says_more_than_page(words, has_number=bool(numbers)) else ""


def _sheet_rows(table: Node) -> Iterator[list[str]]:
    for row in list_named(table, "table-row"):
        cells: list[str] = []
        for cell in (node for node in row if local_name(node) in CELLS):
            text = collapse_whitespace(cell_text(cell))
            times = repeat_count(cell, "number-columns-repeated")
            cells += [text] * min(times, MAX_TABLE_COLUMNS if text else MAX_TABLE_COLUMNS - len(cells))
        if any(cells):
            for _ in range(min(repeat_count(row, "number-rows-repeated"), MOST_REPEATED)):
                yield list(cells[:MAX_TABLE_COLUMNS])
