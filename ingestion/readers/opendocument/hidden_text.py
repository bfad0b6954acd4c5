"""Removes from an OpenDocument text what people do not see: sections, fields and words.

White words stay if anything behind them may be coloured: paragraph, cell, frame or page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.text_colours import WHITE, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, local_name, remove_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Node

_TEXT_TAGS = ("p", "h", "span", "a")
_BACKGROUND_TAGS = ("table-cell", "table-row", "table", "section", "frame", "custom-shape", "rect")
_MAX_TINY_POINTS = 1.5  # points
_POINTS = re.compile(r"([\d.]+)pt")
_MAX_STYLE_CHAIN = 20


@dataclass(slots=True)
class OdtStyles:
    """The styles of a document, each with the style that it is based on."""

    styles: dict[str, Node]
    page_is_plain: bool = True

    @classmethod
    def from_roots(cls, *roots: Node) -> OdtStyles:
        """Collect the styles of a document's parts."""
        nodes = [node for root in roots for node in root.iter()]
        styles = {attribute_value(node, "name"): node for node in nodes if local_name(node) == "style"}
        pages = [
            attribute_value(node, "background-color") for node in nodes if local_name(node) == "page-layout-properties"
        ]
        return cls(styles, all(_is_white_background(page) for page in pages))

    def style_value(self, node: Node, name: str) -> str:
        """The value of an attribute in the style of a node; empty if not set."""
        style = attribute_value(node, "style-name")
        for _ in range(_MAX_STYLE_CHAIN):
            if (found := self.styles.get(style)) is None:
                return ""
            for properties in found:
                if said := attribute_value(properties, name):
                    return said
            style = attribute_value(found, "parent-style-name")
        return ""


def remove_hidden_odt_text(body: Node, styles: OdtStyles) -> int:
    """Remove hidden text; return the number of places."""
    places = 0
    for node in list(body.iter()):
        name = local_name(node)
        if _is_hidden_node(node, name):
            places += bool(_node_text(node))
            remove_node(node)
        elif name in _TEXT_TAGS and _is_invisible_text(node, styles):
            written = "".join(text or "" for text in _own_text(node)).strip()
            places += bool(written)
            node.text = None
            for child in node:
                child.tail = None
    return places


def _is_hidden_node(node: Node, name: str) -> bool:
    if name == "section":
        return attribute_value(node, "is-hidden") == "true" or attribute_value(node, "display") == "none"
    if name == "hidden-text":
        return attribute_value(node, "is-hidden") != "false"
    if name in ("p", "h"):
        return any(
            local_name(child) == "hidden-paragraph" and attribute_value(child, "is-hidden") == "true" for child in node
        )
    return False


def _own_text(node: Node) -> Iterator[str | None]:
    yield node.text
    yield from (child.tail for child in node)


def _is_invisible_text(node: Node, styles: OdtStyles) -> bool:
    if _inherited_value(node, styles, "display") == "none":
        return True
    size = _POINTS.fullmatch(_inherited_value(node, styles, "font-size"))
    if size and float(size[1]) <= _MAX_TINY_POINTS:
        return True
    ink = parse_colour(_inherited_value(node, styles, "color"))
    return (
        ink is not None and is_similar_colour(ink, WHITE) and styles.page_is_plain and not _lies_on_colour(node, styles)
    )


def _inherited_value(node: Node, styles: OdtStyles, name: str) -> str:
    """The value for a node from its own style or, within a paragraph, from an outer one."""
    for each in (node, *node.iterancestors()):
        if local_name(each) not in _TEXT_TAGS:
            return ""
        if said := styles.style_value(each, name):
            return said
    return ""


def _lies_on_colour(node: Node, styles: OdtStyles) -> bool:
    for each in (node, *node.iterancestors()):
        if local_name(each) in ("frame", "custom-shape", "rect", "text-box"):
            return True
        if local_name(each) in (*_TEXT_TAGS, *_BACKGROUND_TAGS) and not _is_white_background(
            styles.style_value(each, "background-color")
        ):
            return True
    return False


def _is_white_background(background: str) -> bool:
    known = parse_colour(background)
    return background in ("", "transparent") or (known is not None and is_similar_colour(known, WHITE))


def _node_text(node: Node) -> str:
    return "".join(map(str, node.itertext())).strip() or attribute_value(node, "string-value").strip()
