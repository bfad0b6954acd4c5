"""Reads OpenDocument texts (ODT): headings, paragraphs, lists, tables and code, by their styles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import TypeVar
from zipfile import ZipFile

from lxml import etree
from lxml.etree import _Element as Node

from ingestion.readers.elements import (
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    label_comment,
    normalize_rows,
)
from ingestion.readers.opendocument.hidden_text import (
    OdtStyles,
    empty_node,
    remove_hidden_odt_text,
    remove_unseen_cells,
)
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.readers.xml_tree import attribute_value, find_ancestor, list_named, local_name, parse_xml
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_COMMON = "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
_MARGINS = frozenset({"header", "footer", "header-left", "footer-left", "header-first", "footer-first"})
_SKIPPED = frozenset({"tracked-changes", "annotation", "table-of-content", "sequence-decls", "forms"})
_NOT_INLINE = frozenset({"annotation", "text-box", "object", "table", "note-citation", "title", "desc", "ruby-text"})
_SPACES = {"tab": "\t", "line-break": "\n"}
_OFF_SCREEN = ("none", "printer")  # what a layer is shown on
_CODE, _TITLE = "Preformatted_20_Text", "Title"
_T = TypeVar("_T")
MOST_REPEATED = 1_000  # cells or rows that one element stands for: to a sheet's end, when it is absurd
_MOST_OBJECTS = 200
_TITLES = ("title", "subtitle")  # of the chart, and of its axes
_CONTENT, _VIEW = "content.xml", "settings.xml"
_ACTIVE = "ActiveTable"


@dataclass(slots=True)
class OpenDocument:
    """The parts of a file that are read: its body, its styles, and the title in its properties."""

    content: Node
    body: Node
    styles: OdtStyles
    declared_title: str
    margins: list[Node]
    hidden_layers: frozenset[str] = frozenset()
    unseen: int = 0  # places of the sheets inside it

    def remove_hidden_text(self) -> int:
        """Remove what nobody sees; return the number of places."""
        found = sum(remove_hidden_odt_text(root, self.styles) for root in (self.body, *self.margins))
        return found + self.unseen

    def block_elements(self, node: Node) -> list[Element]:
        """The elements under a node."""
        return _merge_code_lines(_OdtConverter(self.content).block_elements(node, 0))


def open_document(path: Path, *, with_chart_tables: bool = True) -> OpenDocument:
    """Open an OpenDocument file, with its charts (titles, and data if asked) and sheets where they are shown."""
    with open_zip_archive(path) as archive:
        names = archive.namelist()
        if _MANIFEST in names and b"encryption-data" in archive.read(_MANIFEST):
            raise make_unreadable(FailureCode.UNDER_PASSWORD, name=path.name)
        content = parse_xml(archive.read("content.xml"), path.name)
        unseen = insert_objects(archive, content, path.name, with_chart_tables=with_chart_tables)
        declared = _declared_title(archive, path.name) if "meta.xml" in names else ""
        common = [parse_xml(archive.read(_COMMON), path.name)] if _COMMON in names else []
    body = (list_named(content, "body") or [content])[0]
    margins = [node for root in common for node in root.iter() if local_name(node) in _MARGINS]
    margins = [node for node in margins if attribute_value(node, "display") != "false"]
    layers = (node for root in (content, *common) for node in list_named(root, "layer"))
    off = frozenset(attribute_value(node, "name") for node in layers if attribute_value(node, "display") in _OFF_SCREEN)
    return OpenDocument(content, body, OdtStyles.from_roots(content, *common), declared, margins, off, unseen)


def read_odt(path: Path) -> ParsedDocument:
    """An OpenDocument text, without pages; headers and footers once, at the end."""
    document = open_document(path)
    hidden = document.remove_hidden_text()
    elements = document.block_elements(document.body)
    said = {element.text for element in elements}
    for margin in document.margins:
        for element in document.block_elements(margin):
            if element.text not in said and any(c.isalpha() for c in element.text):
                elements.append(Element(element.text))
                said.add(element.text)
    elements += [comment for root in (document.body, *document.margins) for comment in comment_elements(root)]
    return ParsedDocument(choose_document_title(path, elements, document.declared_title), None, elements, hidden=hidden)


def comment_elements(node: Node) -> Iterator[Element]:
    """The comments under a node, if comments are read."""
    for comment in list_named(node, "annotation") if READ_OPTIONS.comments else ():
        if find_ancestor(comment, "tracked-changes") is not None:
            continue  # deleted with the words that it was about
        creator = next((node for node in comment if local_name(node) == "creator"), None)
        author = "".join(map(str, creator.itertext())) if creator is not None else ""
        if told := label_comment(cell_text(comment), author):
            yield Element(told)


def _declared_title(archive: ZipFile, name: str) -> str:
    meta = parse_xml(archive.read("meta.xml"), name)
    return next((collapse_whitespace("".join(node.itertext())) for node in list_named(meta, "title")), "")


class _OdtConverter:
    """Converts nodes into elements, with the parent of each automatic style."""

    def __init__(self, content: Node) -> None:
        styles = list_named(content, "style")
        self._parents = {
            attribute_value(style, "name"): attribute_value(style, "parent-style-name") for style in styles
        }

    def block_elements(self, node: Node, depth: int) -> Iterator[Element]:
        """The elements under a node that is `depth` lists deep."""
        for child in node:
            name = local_name(child)
            if name == "h":
                yield from _heading_elements(paragraph_text(child), attribute_value(child, "outline-level"))
            elif name == "p":
                yield from self._paragraph_elements(child, depth)
            elif name == "table":
                if rows := normalize_rows(list(_table_rows(child))):
                    yield Element("", "table", rows=rows)
            elif name not in _SKIPPED:
                yield from self.block_elements(child, depth + (name == "list"))

    def _paragraph_elements(self, node: Node, depth: int) -> Iterator[Element]:
        text = paragraph_text(node)
        style = attribute_value(node, "style-name")
        style = self._parents.get(style) or style
        if style == _CODE:
            yield Element(text, "code")
        elif style == _TITLE:
            yield from _heading_elements(text, "1")
        elif collapse_whitespace(text):
            lines = "\n".join(line for raw in text.split("\n") if (line := collapse_whitespace(raw)))
            yield Element(lines, "list" if depth else "text", depth)
        for box in node.iter():
            if local_name(box) == "text-box" or (local_name(box) == "object" and not _is_in_box(box, node)):
                yield from self.block_elements(box, depth)


def _is_in_box(node: Node, top: Node) -> bool:
    """Whether a node below `top` is in a text box there, whose elements include it."""
    above = takewhile(lambda each: each is not top, node.iterancestors())
    return any(local_name(each) == "text-box" for each in above)


def _heading_elements(text: str, level: str) -> Iterator[Element]:
    if title := collapse_whitespace(text):
        yield Element(title, "heading", int(level) if level.isdecimal() else 1)


def paragraph_text(node: Node) -> str:
    """The text of a paragraph, with its spaces, tabs and line breaks."""
    parts = [node.text or ""]
    for child in node:
        name = local_name(child)
        if name == "s":
            parts.append(" " * min(int(attribute_value(child, "c") or 1), MOST_REPEATED))
        elif name in _SPACES:
            parts.append(_SPACES[name])
        elif name not in _NOT_INLINE:
            parts.append(paragraph_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _table_rows(table: Node) -> Iterator[list[str]]:
    for node in table.iter():
        if local_name(node) == "table-row" and _table_of(node) is table:
            row = [
                collapse_whitespace(text)
                for cell in node
                for text in _repeat_as_declared(cell_text(cell), cell, "number-columns-repeated")
            ]
            yield from _repeat_as_declared(row, node, "number-rows-repeated") if any(row) else ()


def _table_of(node: Node) -> Node:
    return next(above for above in node.iterancestors() if local_name(above) == "table")


def cell_text(node: Node) -> str:
    """The text of a cell."""
    return " ".join(paragraph_text(child) for child in node.iter() if local_name(child) in ("p", "h"))


def _repeat_as_declared(each: _T, node: Node, name: str) -> Iterable[_T]:
    times = attribute_value(node, name)
    return islice((each for _ in range(int(times) if times.isdecimal() else 1)), MOST_REPEATED)


def _merge_code_lines(elements: Iterable[Element]) -> list[Element]:
    """Join consecutive lines of code into one block."""
    joined: list[Element] = []
    for element in elements:
        if element.kind == "code" and joined and joined[-1].kind == "code":
            joined[-1] = Element(f"{joined[-1].text}\n{element.text}", "code")
        else:
            joined.append(element)
    return [element for element in joined if element.rows or element.text.strip()]


def insert_objects(archive: ZipFile, content: Node, name: str, *, with_chart_tables: bool) -> int:
    """Insert the embedded charts and sheets under their objects; return the hidden places. `name` is the document's."""
    names = frozenset(archive.namelist())
    unseen = 0
    for node in list_named(content, "object")[:_MOST_OBJECTS]:
        folder = attribute_value(node, "href").removeprefix("./").rstrip("/")
        if f"{folder}/{_CONTENT}" in names:
            root = parse_xml(archive.read(f"{folder}/{_CONTENT}"), name)
            view = parse_xml(archive.read(f"{folder}/{_VIEW}"), name) if f"{folder}/{_VIEW}" in names else None
            _insert_chart(node, root, with_table=with_chart_tables)
            unseen += _insert_sheet(node, root, view)
    return unseen


def _insert_chart(node: Node, root: Node, *, with_table: bool) -> None:
    chart = next((each for each in root.iter() if local_name(each) == "chart" and len(each)), None)
    if chart is None:
        return
    for each in list(chart.iter()):
        if local_name(each) in _TITLES:
            node.extend(list_named(each, "p"))
        elif local_name(each) == "table" and with_table:
            node.append(each)


def _insert_sheet(node: Node, root: Node, view: Node | None) -> int:
    """Insert what an embedded workbook shows: one sheet, the first unless `view` says; return the hidden places."""
    styles, unseen = OdtStyles.from_roots(root), 0
    settings = list_named(view, "config-item")
    active = next((one.text for one in settings if attribute_value(one, "name") == _ACTIVE), None)
    for book in list_named(root, "spreadsheet"):
        unseen += remove_hidden_odt_text(book, styles)
        sheets = [each for each in book if local_name(each) == "table"]
        seen = [each for each in sheets if styles.style_value(each, "display") != "false"]
        shown = next((each for each in seen if attribute_value(each, "name") == active), seen[0] if seen else None)
        unseen += sum(empty_node(each) for each in sheets if each is not shown)
        if shown is not None:
            unseen += remove_unseen_cells(shown, styles)
            for each in shown.iter():  # the document's own styles may have the same names
                etree.strip_attributes(each, "{*}style-name")
            node.append(shown)
    return unseen
