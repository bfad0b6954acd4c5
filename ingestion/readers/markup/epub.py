"""Reads EPUB books: the chapters in reading order, each as a web page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

from lxml.etree import _Element as Node

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.markup.html import elements_from_html
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.xml_tree import attribute_value, list_named, local_name, parse_xml
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_LINKS = re.compile(r"<link\b[^<>]*\bhref\s*=\s*[\"']([^\"']+\.css)[\"']", re.I)
_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(path: Path) -> ParsedDocument:
    """A book, without pages."""
    with open_zip_archive(path) as archive:
        container = parse_xml(archive.read(_CONTAINER), path.name)
        book_path = next(attribute_value(node, "full-path") for node in list_named(container, "rootfile"))
        book = parse_xml(archive.read(book_path), path.name)
        chapters = [posixpath.join(posixpath.dirname(book_path), href) for href in _chapter_paths(book)]
        if not _encrypted_parts(archive, path.name).isdisjoint(chapters):
            raise make_unreadable(FailureCode.COPY_PROTECTED, name=path.name)
        read = [_read_chapter(archive, chapter) for chapter in chapters]
    elements = [element for chapter, _ in read for element in chapter]
    hidden = sum(places for _, places in read)
    declared = next((collapse_whitespace("".join(node.itertext())) for node in list_named(book, "title")), "")
    return ParsedDocument(choose_document_title(path, elements, declared), None, elements, hidden=hidden)


def _chapter_paths(book: Node) -> Iterator[str]:
    """The paths of the chapters, in reading order."""
    nodes = [node for node in book.iter() if local_name(node) in ("item", "itemref")]
    items = {attribute_value(node, "id"): node for node in nodes if local_name(node) == "item"}
    for node in nodes:
        item = items.get(attribute_value(node, "idref")) if local_name(node) == "itemref" else None
        if (
            item is not None
            and attribute_value(item, "media-type") in _PAGES
            and attribute_value(item, "properties") != "nav"
        ):
            yield unquote(attribute_value(item, "href"))


def _encrypted_parts(archive: ZipFile, name: str) -> set[str]:
    """The encrypted parts; fonts often are, in books without protection."""
    if _ENCRYPTION not in archive.namelist():
        return set()
    tree = parse_xml(archive.read(_ENCRYPTION), name)
    return {unquote(attribute_value(node, "URI")) for node in list_named(tree, "CipherReference")}


def _read_chapter(archive: ZipFile, name: str) -> tuple[list[Element], int]:
    """The elements of a chapter, and the number of hidden places by its styles and the book's."""
    if name not in archive.namelist():
        return [], 0
    page = decode_text(archive.read(name), declares=True)
    linked = [
        posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(href))) for href in _LINKS.findall(page)
    ]
    sheets = [decode_text(archive.read(sheet)) for sheet in linked if sheet in archive.namelist()]
    return elements_from_html(page, "\n".join(sheets) if sheets else None)
