"""Read EPUB books: their chapters in reading order, each as the web page that it is."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingestion.readers.elements import Reading, fold
from ingestion.readers.markup.html import html_elements
from ingestion.readers.text.encodings import decoded
from ingestion.readers.titles import title_of
from ingestion.readers.xml_tree import local, parsed, value
from ingestion.readers.zip_archives import opened
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from zipfile import ZipFile

    from lxml.etree import _Element as Node

    from ingestion.readers.elements import Element

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_LINKS = re.compile(r"<link\b[^>]*\bhref\s*=\s*[\"']([^\"']+\.css)[\"']", re.I)
_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(path: Path) -> Reading:
    """A book. It has no pages: they are made when it is shown.

    Raises:
        UnreadableDocument: it is copy-protected.
    """
    with opened(path) as archive:
        container = parsed(archive.read(_CONTAINER), path.name)
        book_path = next(value(node, "full-path") for node in container.iter() if local(node) == "rootfile")
        book = parsed(archive.read(book_path), path.name)
        chapters = [posixpath.join(posixpath.dirname(book_path), href) for href in _spine(book)]
        if not _encrypted(archive, path.name).isdisjoint(chapters):
            raise UnreadableDocument(Reason.COPY_PROTECTED.about(name=path.name))
        read = [_chapter(archive, chapter) for chapter in chapters]
    elements = [element for chapter, _ in read for element in chapter]
    hidden = sum(places for _, places in read)
    declared = next((fold("".join(node.itertext())) for node in book.iter() if local(node) == "title"), "")
    return Reading(title_of(path, elements, declared), None, elements, hidden=hidden)


def _spine(book: Node) -> Iterator[str]:
    """Where the chapters are, in reading order."""
    nodes = [node for node in book.iter() if local(node) in ("item", "itemref")]
    items = {value(node, "id"): node for node in nodes if local(node) == "item"}
    for node in nodes:
        item = items.get(value(node, "idref")) if local(node) == "itemref" else None
        if item is not None and value(item, "media-type") in _PAGES and value(item, "properties") != "nav":
            yield unquote(value(item, "href"))


def _encrypted(archive: ZipFile, name: str) -> set[str]:
    """The parts that are encrypted; fonts often are, in books that anybody may read."""
    if _ENCRYPTION not in archive.namelist():
        return set()
    tree = parsed(archive.read(_ENCRYPTION), name)
    return {unquote(value(node, "URI")) for node in tree.iter() if local(node) == "CipherReference"}


def _chapter(archive: ZipFile, name: str) -> tuple[list[Element], int]:
    """A chapter's elements, and how many places of text it hides, by its own styles or those of the book."""
    if name not in archive.namelist():
        return [], 0
    page = decoded(archive.read(name), declares=True)
    linked = [
        posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(href))) for href in _LINKS.findall(page)
    ]
    sheets = [decoded(archive.read(sheet)) for sheet in linked if sheet in archive.namelist()]
    return html_elements(page, "\n".join(sheets) if sheets else None)
