"""Removes from a web page what its styles hide from people.

A page without any sign of hiding is not parsed. Linked style sheets are not fetched: where one may set a background,
no text counts as hidden by its colour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.readers.markup.css import StyleSheet, parse_declarations
from ingestion.readers.text_colours import BLACK, WHITE, Colour, is_similar_colour, is_transparent, parse_colour
from ingestion.readers.xml_tree import remove_node

if TYPE_CHECKING:
    from lxml.etree import _Element as Node

    from ingestion.readers.markup.css import Declarations

_HIDING_SIGNS = ("style", "hidden", "<!--", "<template", "<dialog", "<font", "bgcolor", "background=")
_PROSE = re.compile(r"(?:[^\W\d_]{2,}[,.;:!?']?\s+){3}[^\W\d_]{2,}")
_SPOKEN_TO_PROGRAMS = re.compile(r"\s*(?:\[if|<!\[|/?wp:|#)", re.I)  # conditions for browsers, blocks, includes
_LENGTH = re.compile(r"(-?[\d.]+)\s*(px|pt|em|rem|%|cm|mm|in|pc|ex|ch|vw|vh)?(?:\s*!important)?", re.I)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "cm": 37.8, "mm": 3.78, "in": 96.0, "pc": 16.0, "em": 16.0, "rem": 16.0, "": 1.0}
_PIXELS |= {"vw": 12.0, "vh": 8.0, "ex": 8.0, "ch": 8.0}
_USUAL_SIZE = 16.0
_MAX_TINY_PIXELS = 2.0  # pixels, which are 1.5 points
_FAR_OFF_PAGE = -400.0  # pixels: further left or up than any page begins
_NO_ROOM = re.compile(r"rect\(\s*0(?:px)?[ ,]+0(?:px)?[ ,]+0(?:px)?[ ,]+0(?:px)?\s*\)|inset\(\s*(?:50|100)%\s*\)")
_OFF_FLOW_POSITIONS = ("absolute", "fixed")
_PICTURES = ("img", "svg", "video", "canvas", "picture")
_NOT_TEXT = ("script", "style", "head", "noscript")


@dataclass(frozen=True, slots=True)
class _TextStyle:
    """The look of text at one place. A colour or background is None if the page does not define it."""

    ink: Colour | None = BLACK
    ground: Colour | None = WHITE
    size: float = _USUAL_SIZE
    visible: bool = True
    clear: bool = False

    @property
    def is_invisible(self) -> bool:
        same = self.ink is not None and self.ground is not None and is_similar_colour(self.ink, self.ground)
        return not self.visible or self.clear or self.size < _MAX_TINY_PIXELS or same


def may_hide_text(html: str) -> bool:
    """Whether a page has any sign of hiding; most have none."""
    lowered = html.lower()
    return any(sign in lowered for sign in _HIDING_SIGNS)


def remove_hidden_html_text(root: Node, css: str = "", *, linked: bool = False) -> int:
    """Remove hidden text from a page; return the number of places. `css` is its linked style sheets.

    `linked` says that the page links style sheets that are not available.
    """
    from lxml import etree

    sheet = StyleSheet.from_css("\n".join([css, *(node.text or "" for node in root.iter("style"))]))
    pictures = next(root.iter(*_PICTURES), None) is not None
    found = _HtmlStripper(sheet, pictures=pictures or "url(" in css)
    for comment in list(root.iter(etree.Comment)):
        text = comment.text or ""
        found.places += bool(_PROSE.search(text)) and not _SPOKEN_TO_PROGRAMS.match(text)
    found.strip_node(root, _TextStyle(ground=None if linked else WHITE))
    return found.places


@dataclass(slots=True)
class _HtmlStripper:
    """Walks through a page; a hidden place is an element that hides and has words."""

    sheet: StyleSheet
    pictures: bool
    places: int = 0

    def strip_node(self, node: Node, above: _TextStyle, *, counted: bool = False) -> None:
        styles = self._declarations_of(node)
        look = self._text_style(node, styles, above)
        own = [node.text, *(child.tail for child in node)]
        hides = look.is_invisible and any(text and text.strip() for text in own)
        if hides:
            self.places += not counted
            node.text = None
        for child in list(node):
            if hides:
                child.tail = None
            if not isinstance(child.tag, str) or child.tag in _NOT_TEXT:
                continue
            if _is_hidden_element(child, self._declarations_of(child)):
                self._drop_node(child, counted=counted or hides)
            else:
                self.strip_node(child, look, counted=counted or hides)

    def _drop_node(self, node: Node, *, counted: bool) -> None:
        self.places += not counted and bool("".join(map(str, node.itertext())).strip())
        remove_node(node)

    def _declarations_of(self, node: Node) -> Declarations:
        inline = parse_declarations(style) if (style := node.get("style")) else {}
        return self.sheet.declarations_for(node, inline) if self.sheet else inline

    def _text_style(self, node: Node, styles: Declarations, above: _TextStyle) -> _TextStyle:
        look = above
        for name, value in _attributes(node):
            styles = {name: value, **styles}
        if not styles:
            return look
        if (ink := styles.get("color")) and not ink.startswith(("inherit", "currentcolor")):
            word = ink.removesuffix("!important")
            look = replace(look, ink=parse_colour(word), clear=is_transparent(word))
        if visibility := styles.get("visibility"):
            look = replace(look, visible=not visibility.startswith(("hidden", "collapse")))
        if (size := _font_size(styles, look.size)) is not None:
            look = replace(look, size=size)
        if styles.get("position") in _OFF_FLOW_POSITIONS and self.pictures:
            look = replace(look, ground=None)  # it may lie on a picture
        return _with_background(styles, look)


def _attributes(node: Node) -> list[tuple[str, str]]:
    """The style attributes of older HTML."""
    said = [("background-color", node.get("bgcolor")), ("background-image", node.get("background"))]
    said += [("color", node.get("color") if node.tag == "font" else node.get("text") if node.tag == "body" else None)]
    return [(name, value.lower()) for name, value in said if value]


def _with_background(styles: Declarations, look: _TextStyle) -> _TextStyle:
    image = styles.get("background-image", "none")
    for value in (styles.get("background"), styles.get("background-color")):
        if not value:
            continue
        if "url(" in value or "gradient" in value or "var(" in value:
            return replace(look, ground=None)
        words = value.removesuffix("!important").strip()
        if is_transparent(words) or words in ("none", "inherit", "initial", "unset"):
            continue
        known = parse_colour(words) or next((found for word in words.split() if (found := parse_colour(word))), None)
        look = replace(look, ground=known)
    return look if image.startswith("none") else replace(look, ground=None)


def _font_size(styles: Declarations, above: float) -> float | None:
    """The size of text in pixels; None if unknown."""
    value = styles.get("font-size")
    if value is None:
        short = re.search(r"(?:^|\s)([\d.]+(?:px|pt|em|rem|%))", styles.get("font", ""))
        value = short[1] if short else None
    found = _LENGTH.fullmatch(value) if value else None
    if not found:
        return None
    number, unit = _parse_number(found[1]), (found[2] or "").lower()
    if unit in ("em", "%"):
        return above * number / (100 if unit == "%" else 1)
    return number * _PIXELS[unit]


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _is_hidden_element(node: Node, styles: Declarations) -> bool:
    """Whether an element is hidden with all its content."""
    if (node.tag == "template") or (node.tag == "dialog" and node.get("open") is None):
        return True
    display = styles.get("display", "")
    if node.get("hidden") is not None and node.get("hidden") != "until-found" and not display:
        return True
    if (
        display.startswith("none")
        or _parse_length(styles.get("opacity", "1")) == 0
        or _NO_ROOM.search(styles.get("clip", ""))
    ):
        return True
    if _NO_ROOM.search(styles.get("clip-path", "")) or _parse_length(styles.get("text-indent", "0")) <= _FAR_OFF_PAGE:
        return True
    laid = styles.get("position", "").startswith((*_OFF_FLOW_POSITIONS, "relative"))
    return laid and any(
        _parse_length(styles.get(side, "0")) <= _FAR_OFF_PAGE for side in ("left", "top", "right", "bottom")
    )


def _parse_length(value: str) -> float:
    """A length in pixels; 1 if it is not a length."""
    found = _LENGTH.fullmatch(value)
    return _parse_number(found[1]) * _PIXELS.get((found[2] or "").lower(), 1.0) if found else 1.0
