"""Read OpenDocument texts (ODT): headings, paragraphs, lists, tables and code by their styles."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ingestion.readers.elements import Element, Reading, fold, squared
from ingestion.readers.opendocument.hidden_text import Styles, strip
from ingestion.readers.titles import title_of
from ingestion.readers.xml_tree import local, parsed, value
from ingestion.readers.zip_archives import opened
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from zipfile import ZipFile

    from lxml.etree import _Element as Node

_COMMON = "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
_SKIPPED = frozenset({"tracked-changes", "annotation", "table-of-content", "sequence-decls", "forms"})
_NOT_INLINE = frozenset({"annotation", "text-box", "table", "note-citation", "title", "desc", "ruby-text"})
_SPACES = {"tab": "\t", "line-break": "\n"}
_CODE, _TITLE = "Preformatted_20_Text", "Title"
_T = TypeVar("_T")
_MOST_REPEATED = 1_000  # cells or rows that one element stands for: to a sheet's end, when it is absurd


def read_odt(path: Path) -> Reading:
    """A text document of LibreOffice and its like. It has no pages: they are made when it is laid out."""
    with opened(path) as archive:
        names = archive.namelist()
        if _MANIFEST in names and b"encryption-data" in archive.read(_MANIFEST):
            raise UnreadableDocument(Reason.UNDER_PASSWORD.about(name=path.name))
        content = parsed(archive.read("content.xml"), path.name)
        declared = _declared(archive, path.name) if "meta.xml" in names else ""
        common = [parsed(archive.read(_COMMON), path.name)] if _COMMON in names else []
    body = next((node for node in content.iter() if local(node) == "body"), content)
    hidden = strip(body, Styles.of(content, *common))
    elements = _with_whole_code(_Styles(content).blocks(body, 0))
    return Reading(title_of(path, elements, declared), None, elements, hidden=hidden)


def _declared(archive: ZipFile, name: str) -> str:
    meta = parsed(archive.read("meta.xml"), name)
    return next((fold("".join(node.itertext())) for node in meta.iter() if local(node) == "title"), "")


class _Styles:
    """Turns nodes into elements, knowing the parent of each of the document's own styles."""

    def __init__(self, content: Node) -> None:
        styles = (node for node in content.iter() if local(node) == "style")
        self._parents = {value(style, "name"): value(style, "parent-style-name") for style in styles}

    def blocks(self, node: Node, depth: int) -> Iterator[Element]:
        """The elements under a node, which stands `depth` lists deep."""
        for child in node:
            name = local(child)
            if name == "h":
                yield from _heading(_text(child), value(child, "outline-level"))
            elif name == "p":
                yield from self._paragraph(child, depth)
            elif name == "table":
                if rows := squared(list(_rows(child))):
                    yield Element("", "table", rows=rows)
            elif name not in _SKIPPED:
                yield from self.blocks(child, depth + (name == "list"))

    def _paragraph(self, node: Node, depth: int) -> Iterator[Element]:
        text = _text(node)
        style = value(node, "style-name")
        style = self._parents.get(style) or style
        if style == _CODE:
            yield Element(text, "code")
        elif style == _TITLE:
            yield from _heading(text, "1")
        elif fold(text):
            lines = "\n".join(line for raw in text.split("\n") if (line := fold(raw)))
            yield Element(lines, "list" if depth else "text", depth)
        for box in node.iter():
            if local(box) == "text-box":
                yield from self.blocks(box, depth)


def _heading(text: str, level: str) -> Iterator[Element]:
    if title := fold(text):
        yield Element(title, "heading", int(level) if level.isdecimal() else 1)


def _text(node: Node) -> str:
    """A paragraph's text with its own spaces, tabs and line breaks."""
    parts = [node.text or ""]
    for child in node:
        name = local(child)
        if name == "s":
            parts.append(" " * min(int(value(child, "c") or 1), _MOST_REPEATED))
        elif name in _SPACES:
            parts.append(_SPACES[name])
        elif name not in _NOT_INLINE:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _rows(table: Node) -> Iterator[list[str]]:
    for node in table.iter():
        if local(node) == "table-row" and _table_of(node) is table:
            row = [fold(text) for cell in node for text in _repeated(_cell(cell), cell, "number-columns-repeated")]
            yield from _repeated(row, node, "number-rows-repeated") if any(row) else ()


def _table_of(node: Node) -> Node:
    return next(above for above in node.iterancestors() if local(above) == "table")


def _cell(node: Node) -> str:
    return " ".join(_text(child) for child in node.iter() if local(child) in ("p", "h"))


def _repeated(each: _T, node: Node, name: str) -> Iterable[_T]:
    times = value(node, name)
    return islice((each for _ in range(int(times) if times.isdecimal() else 1)), _MOST_REPEATED)


def _with_whole_code(elements: Iterable[Element]) -> list[Element]:
    """Lines of code that follow one another made one block: each was a paragraph."""
    joined: list[Element] = []
    for element in elements:
        if element.kind == "code" and joined and joined[-1].kind == "code":
            joined[-1] = Element(f"{joined[-1].text}\n{element.text}", "code")
        else:
            joined.append(element)
    return [element for element in joined if element.rows or element.text.strip()]
