"""Reads reStructuredText with docutils, which may open no other file and run nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingestion.readers.elements import (
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    normalize_rows,
)
from ingestion.readers.text.encodings import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docutils import nodes

_SETTINGS = {
    "_disable_config": True, "doctitle_xform": False, "file_insertion_enabled": False, "raw_enabled": False,
    "report_level": 5, "halt_level": 5, "syntax_highlight": "none", "smart_quotes": False,
}  # fmt: skip
_ROLE = re.compile(r":[\w:+.-]{1,80}:`([^`<]*+)(?:<[^`]*>)?`")  # Sphinx's own, which docutils does not know
_SKIPPED = frozenset(
    {"comment", "system_message", "substitution_definition", "target", "docinfo", "meta", "topic", "pending", "raw"}
)
_CODE = frozenset({"literal_block", "doctest_block", "math_block"})
_ITEMS = frozenset({"bullet_list", "enumerated_list", "definition_list", "field_list", "option_list"})
_TEXTS = frozenset({"paragraph", "line_block", "attribution", "caption", "rubric", "term", "field_name"})


def read_rst(path: Path) -> ParsedDocument:
    """A reStructuredText file, without included files."""
    from docutils.core import publish_doctree

    text = _ROLE.sub(lambda role: role[1].rstrip(), decode_text(path.read_bytes()))
    tree = publish_doctree(text, settings_overrides=_SETTINGS)
    elements = list(_block_elements(tree, 0, 0))
    return ParsedDocument(choose_document_title(path, elements), None, elements)


def _block_elements(node: nodes.Element, section: int, depth: int) -> Iterator[Element]:
    """The elements under a node that is `section` sections and `depth` lists deep."""
    for child in _child_elements(node):
        name = child.tagname
        if name in _SKIPPED:
            continue
        if name in ("title", "subtitle"):
            yield Element(collapse_whitespace(child.astext()), "heading", max(section, 1))
        elif name in _CODE:
            yield Element(child.astext().strip("\n"), "code")
        elif name == "table":
            yield from _table_elements(child)
        elif name in _TEXTS:
            if text := collapse_whitespace(child.astext()):
                yield Element(text, "list" if depth else "text", depth)
        else:
            yield from _block_elements(child, section + (name == "section"), depth + (name in _ITEMS))


def _table_elements(node: nodes.Element) -> Iterator[Element]:
    rows = [
        [collapse_whitespace(cell.astext()) for cell in _child_elements(row)] for row in _find_descendants(node, "row")
    ]
    if cells := normalize_rows(rows):
        yield Element("", "table", rows=cells, header=bool(list(_find_descendants(node, "thead"))))


def _find_descendants(node: nodes.Element, name: str) -> Iterator[nodes.Element]:
    for child in _child_elements(node):
        if child.tagname == name:
            yield child
        else:
            yield from _find_descendants(child, name)


def _child_elements(node: nodes.Element) -> Iterator[nodes.Element]:
    from docutils import nodes

    return (child for child in node.children if isinstance(child, nodes.Element))
