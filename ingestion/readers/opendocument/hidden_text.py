"""Take out of an OpenDocument text what people do not see: sections, fields and words. Reads no text.

White words stay wherever anything may be coloured under them: a paragraph, a cell, a frame, the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.colours import WHITE, alike, colour
from ingestion.readers.xml_tree import local, remove, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Node

_TEXTS = ("p", "h", "span", "a")
_GROUNDS = ("table-cell", "table-row", "table", "section", "frame", "custom-shape", "rect")
_TINY = 1.5  # points
_POINTS = re.compile(r"([\d.]+)pt")
_CHAIN = 20


@dataclass(slots=True)
class Styles:
    """What the styles of a document say of looks, each after the one that it is based on."""

    styles: dict[str, Node]
    page_is_plain: bool = True

    @classmethod
    def of(cls, *roots: Node) -> Styles:
        """The styles of a document's parts."""
        nodes = [node for root in roots for node in root.iter()]
        styles = {value(node, "name"): node for node in nodes if local(node) == "style"}
        pages = [value(node, "background-color") for node in nodes if local(node) == "page-layout-properties"]
        return cls(styles, all(_is_plain(page) for page in pages))

    def told(self, node: Node, name: str) -> str:
        """What the style of a node says by an attribute of that name, empty where it says nothing."""
        style = value(node, "style-name")
        for _ in range(_CHAIN):
            if (found := self.styles.get(style)) is None:
                return ""
            for properties in found:
                if said := value(properties, name):
                    return said
            style = value(found, "parent-style-name")
        return ""


def strip(body: Node, styles: Styles) -> int:
    """Take out what nobody sees; how many places that were."""
    places = 0
    for node in list(body.iter()):
        name = local(node)
        if _is_gone(node, name):
            places += bool(_words(node))
            remove(node)
        elif name in _TEXTS and _hides(node, styles):
            written = "".join(text or "" for text in _own(node)).strip()
            places += bool(written)
            node.text = None
            for child in node:
                child.tail = None
    return places


def _is_gone(node: Node, name: str) -> bool:
    if name == "section":
        return value(node, "is-hidden") == "true" or value(node, "display") == "none"
    if name == "hidden-text":
        return value(node, "is-hidden") != "false"
    if name in ("p", "h"):
        return any(local(child) == "hidden-paragraph" and value(child, "is-hidden") == "true" for child in node)
    return False


def _own(node: Node) -> Iterator[str | None]:
    yield node.text
    yield from (child.tail for child in node)


def _hides(node: Node, styles: Styles) -> bool:
    if _nearest(node, styles, "display") == "none":
        return True
    size = _POINTS.fullmatch(_nearest(node, styles, "font-size"))
    if size and float(size[1]) <= _TINY:
        return True
    ink = colour(_nearest(node, styles, "color"))
    return ink is not None and alike(ink, WHITE) and styles.page_is_plain and not _lies_on_colour(node, styles)


def _nearest(node: Node, styles: Styles, name: str) -> str:
    """What holds for a node by its own style or, within one paragraph, by that of what it stands in."""
    for each in (node, *node.iterancestors()):
        if local(each) not in _TEXTS:
            return ""
        if said := styles.told(each, name):
            return said
    return ""


def _lies_on_colour(node: Node, styles: Styles) -> bool:
    for each in (node, *node.iterancestors()):
        if local(each) in ("frame", "custom-shape", "rect", "text-box"):
            return True
        if local(each) in (*_TEXTS, *_GROUNDS) and not _is_plain(styles.told(each, "background-color")):
            return True
    return False


def _is_plain(background: str) -> bool:
    known = colour(background)
    return background in ("", "transparent") or (known is not None and alike(known, WHITE))


def _words(node: Node) -> str:
    return "".join(map(str, node.itertext())).strip() or value(node, "string-value").strip()
