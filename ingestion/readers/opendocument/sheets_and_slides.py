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
from ingestion.readers.opendocument.odt import (
    MOST_REPEATED,
    OpenDocument,
    cell_text,
    comment_elements,
    open_document,
    paragraph_text,
)
from ingestion.readers.xml_tree import attribute_value, list_named, local_name, remove_node
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_CELLS = ("table-cell", "covered-table-cell")
_UNSEEN = ("collapse", "filter")
_DRAWING_NAMESPACE = ":xmlns:drawing:"
_PAGE_FIELDS = ("page-number", "page-count")
_FIELDS = (*_PAGE_FIELDS, "sheet-name", "title", "file-name", "date", "time")
_MAX_CELLS = 2_000_000


def read_ods(path: Path) -> ParsedDocument:
    """A spreadsheet, without its hidden sheets, rows and columns."""
    document = open_document(path, with_chart_tables=False)  # a sheet holds the data of its charts
    hidden = sum(_remove_unseen(document, table) for table in list_named(document.body, "table"))
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
            hidden += _empty(page)
        for shape in [node for node in page.iter() if attribute_value(node, "layer") in document.hidden_layers]:
            hidden += _empty(shape)
    hidden += document.remove_hidden_text()
    elements: list[Element] = []
    for number, page in enumerate(pages, 1):
        found = [replace(each, page=number, last_page=number) for each in document.block_elements(page)]
        if found and found[0].kind in ("text", "list") and not found[0].rows:
            found[0] = replace(found[0], kind="heading", level=1)
        elements += found
    return ParsedDocument(
        choose_document_title(path, elements, document.declared_title), len(pages), elements, hidden=hidden
    )


def _lift_drawings(table: Node) -> Node:
    """Take the drawings out of a sheet and its cells; return a node that holds them."""
    lifted = table.makeelement("drawings")
    for holder in [node for node in table.iter() if local_name(node) in (*_CELLS, "shapes")]:
        lifted.extend([node for node in holder if _DRAWING_NAMESPACE in str(node.tag)])
    return lifted


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


def _remove_unseen(document: OpenDocument, table: Node) -> int:
    """Remove what a sheet does not show; return the number of places."""
    if document.styles.style_value(table, "display") == "false":
        return _empty(table)
    places = 0
    unseen: set[int] = set()
    at = 0
    for column in list_named(table, "table-column"):
        times = min(_number(column, "number-columns-repeated"), MAX_TABLE_COLUMNS)
        if attribute_value(column, "visibility") in _UNSEEN:
            unseen.update(range(at, at + times))
        at += times
    for row in list_named(table, "table-row"):
        if attribute_value(row, "visibility") in _UNSEEN:
            places += _empty(row)
        at = 0
        for cell in [node for node in row if local_name(node) in _CELLS]:
            if at in unseen or local_name(cell) == "covered-table-cell":
                places += _empty(cell)
            at += min(_number(cell, "number-columns-repeated"), MAX_TABLE_COLUMNS)
    return places


def _empty(node: Node) -> int:
    """Take the words of a node away; return whether there were any."""
    had = bool("".join(str(text) for text in node.itertext()).strip())
    for child in list(node):
        node.remove(child)
    node.text = None
    return int(had)


def _number(node: Node, name: str) -> int:
    said = attribute_value(node, name)
    return int(said) if said.isdecimal() and len(said) < 9 else 1


def _sheet_rows(table: Node) -> Iterator[list[str]]:
    for row in list_named(table, "table-row"):
        cells: list[str] = []
        for cell in (node for node in row if local_name(node) in _CELLS):
            text = collapse_whitespace(cell_text(cell))
            times = _number(cell, "number-columns-repeated")
            cells += [text] * min(times, MAX_TABLE_COLUMNS if text else MAX_TABLE_COLUMNS - len(cells))
        if any(cells):
            for _ in range(min(_number(row, "number-rows-repeated"), MOST_REPEATED)):
                yield list(cells[:MAX_TABLE_COLUMNS])
