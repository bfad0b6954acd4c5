"""Read reStructuredText with docutils, which is told to open no other file and to run nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, Reading, fold, squared
from ingestion.readers.text.encodings import decoded
from ingestion.readers.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docutils import nodes

_SETTINGS = {
    "_disable_config": True,
    "doctitle_xform": False,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "syntax_highlight": "none",
    "smart_quotes": False,
}
_ROLE = re.compile(r":[\w:+.-]+:`([^`<]*?)\s*(?:<[^`]*>)?`")  # Sphinx's own, which docutils does not know
_SKIPPED = frozenset(
    {"comment", "system_message", "substitution_definition", "target", "docinfo", "meta", "topic", "pending", "raw"}
)
_CODE = frozenset({"literal_block", "doctest_block", "math_block"})
_ITEMS = frozenset({"bullet_list", "enumerated_list", "definition_list", "field_list", "option_list"})
_TEXTS = frozenset({"paragraph", "line_block", "attribution", "caption", "rubric", "term", "field_name"})


def read_rst(path: Path) -> Reading:
    """A reStructuredText file. What it would include is left out."""
    from docutils.core import publish_doctree

    text = _ROLE.sub(r"\1", decoded(path.read_bytes()))
    tree = publish_doctree(text, settings_overrides=_SETTINGS)
    elements = list(_blocks(tree, 0, 0))
    return Reading(title_of(path, elements), None, elements)


def _blocks(node: nodes.Element, section: int, depth: int) -> Iterator[Element]:
    """The elements under a node that stands `section` sections and `depth` lists deep."""
    for child in _children(node):
        name = child.tagname
        if name in _SKIPPED:
            continue
        if name in ("title", "subtitle"):
            yield Element(fold(child.astext()), "heading", max(section, 1))
        elif name in _CODE:
            yield Element(child.astext().strip("\n"), "code")
        elif name == "table":
            yield from _table(child)
        elif name in _TEXTS:
            if text := fold(child.astext()):
                yield Element(text, "list" if depth else "text", depth)
        else:
            yield from _blocks(child, section + (name == "section"), depth + (name in _ITEMS))


def _table(node: nodes.Element) -> Iterator[Element]:
    rows = [[fold(cell.astext()) for cell in _children(row)] for row in _under(node, "row")]
    if cells := squared(rows):
        yield Element("", "table", rows=cells, header=bool(list(_under(node, "thead"))))


def _under(node: nodes.Element, name: str) -> Iterator[nodes.Element]:
    for child in _children(node):
        if child.tagname == name:
            yield child
        else:
            yield from _under(child, name)


def _children(node: nodes.Element) -> Iterator[nodes.Element]:
    from docutils import nodes

    return (child for child in node.children if isinstance(child, nodes.Element))
