"""Take out of a web page what its styles hide from people, where the page itself says so. Reads no text.

Pages that bear no sign of hiding are left as they are, unlooked at. Linked style sheets are not fetched: where one may
give a background, no text is hidden for its colour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.readers.colours import BLACK, WHITE, Colour, alike, colour, is_clear
from ingestion.readers.markup.css import StyleSheet, declarations
from ingestion.readers.xml_tree import remove

if TYPE_CHECKING:
    from lxml.etree import _Element as Node

    from ingestion.readers.markup.css import Declarations

_SIGNS = ("style", "hidden", "<!--", "<template", "<dialog", "<font", "bgcolor", "background=")
_PROSE = re.compile(r"(?:[^\W\d_]{2,}[,.;:!?']?\s+){3}[^\W\d_]{2,}")
_SPOKEN_TO_PROGRAMS = re.compile(r"\s*(?:\[if|<!\[|/?wp:|#)", re.I)  # conditions for browsers, blocks, includes
_LENGTH = re.compile(r"(-?[\d.]+)\s*(px|pt|em|rem|%|cm|mm|in|pc|ex|ch|vw|vh)?(?:\s*!important)?", re.I)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "cm": 37.8, "mm": 3.78, "in": 96.0, "pc": 16.0, "em": 16.0, "rem": 16.0, "": 1.0}
_PIXELS |= {"vw": 12.0, "vh": 8.0, "ex": 8.0, "ch": 8.0}
_USUAL_SIZE = 16.0
_TINY = 2.0  # pixels, which are 1.5 points
_FAR = -400.0  # pixels: further left or up than any page begins
_NO_ROOM = re.compile(r"rect\(\s*0(?:px)?[ ,]+0(?:px)?[ ,]+0(?:px)?[ ,]+0(?:px)?\s*\)|inset\(\s*(?:50|100)%\s*\)")
_LAID = ("absolute", "fixed")
_PICTURES = ("img", "svg", "video", "canvas", "picture")
_NOT_TEXT = ("script", "style", "head", "noscript")


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks here. A colour or a background is None where the page does not say enough."""

    ink: Colour | None = BLACK
    ground: Colour | None = WHITE
    size: float = _USUAL_SIZE
    visible: bool = True
    clear: bool = False

    @property
    def hides(self) -> bool:
        same = self.ink is not None and self.ground is not None and alike(self.ink, self.ground)
        return not self.visible or self.clear or self.size < _TINY or same


def may_hide(html: str) -> bool:
    """Whether a page bears any sign of hiding: most do not, and need no second look."""
    lowered = html.lower()
    return any(sign in lowered for sign in _SIGNS)


def strip(root: Node, css: str = "", *, linked: bool = False) -> int:
    """Take out of a page what nobody sees; how many places that were. `css` is what its linked style sheets say.

    `linked` says that it links style sheets which are not at hand.
    """
    from lxml import etree

    sheet = StyleSheet.of("\n".join([css, *(node.text or "" for node in root.iter("style"))]))
    pictures = next(root.iter(*_PICTURES), None) is not None
    found = _Stripper(sheet, pictures=pictures or "url(" in css)
    for comment in list(root.iter(etree.Comment)):
        text = comment.text or ""
        found.places += bool(_PROSE.search(text)) and not _SPOKEN_TO_PROGRAMS.match(text)
    found.walk(root, _Look(ground=None if linked else WHITE))
    return found.places


@dataclass(slots=True)
class _Stripper:
    """Walks through a page; a place is an element that hides, and holds words."""

    sheet: StyleSheet
    pictures: bool
    places: int = 0

    def walk(self, node: Node, above: _Look, *, counted: bool = False) -> None:
        styles = self._styles(node)
        look = self._look(node, styles, above)
        own = [node.text, *(child.tail for child in node)]
        hides = look.hides and any(text and text.strip() for text in own)
        if hides:
            self.places += not counted
            node.text = None
        for child in list(node):
            if hides:
                child.tail = None
            if not isinstance(child.tag, str) or child.tag in _NOT_TEXT:
                continue
            if _is_gone(child, self._styles(child)):
                self._drop(child, counted=counted or hides)
            else:
                self.walk(child, look, counted=counted or hides)

    def _drop(self, node: Node, *, counted: bool) -> None:
        self.places += not counted and bool("".join(map(str, node.itertext())).strip())
        remove(node)

    def _styles(self, node: Node) -> Declarations:
        inline = declarations(style) if (style := node.get("style")) else {}
        return self.sheet.of_element(node, inline) if self.sheet else inline

    def _look(self, node: Node, styles: Declarations, above: _Look) -> _Look:
        look = above
        for name, value in _attributes(node):
            styles = {name: value, **styles}
        if not styles:
            return look
        if (ink := styles.get("color")) and not ink.startswith(("inherit", "currentcolor")):
            word = ink.removesuffix("!important")
            look = replace(look, ink=colour(word), clear=is_clear(word))
        if visibility := styles.get("visibility"):
            look = replace(look, visible=not visibility.startswith(("hidden", "collapse")))
        if (size := _size(styles, look.size)) is not None:
            look = replace(look, size=size)
        if styles.get("position") in _LAID and self.pictures:
            look = replace(look, ground=None)  # it may lie on a picture
        return _on_ground(styles, look)


def _attributes(node: Node) -> list[tuple[str, str]]:
    """What older pages say without styles."""
    said = [("background-color", node.get("bgcolor")), ("background-image", node.get("background"))]
    said += [("color", node.get("color") if node.tag == "font" else node.get("text") if node.tag == "body" else None)]
    return [(name, value.lower()) for name, value in said if value]


def _on_ground(styles: Declarations, look: _Look) -> _Look:
    image = styles.get("background-image", "none")
    for value in (styles.get("background"), styles.get("background-color")):
        if not value:
            continue
        if "url(" in value or "gradient" in value or "var(" in value:
            return replace(look, ground=None)
        words = value.removesuffix("!important").strip()
        if is_clear(words) or words in ("none", "inherit", "initial", "unset"):
            continue
        known = colour(words) or next((found for word in words.split() if (found := colour(word))), None)
        look = replace(look, ground=known)
    return look if image.startswith("none") else replace(look, ground=None)


def _size(styles: Declarations, above: float) -> float | None:
    """How large text is, in pixels; None where nothing is said of it."""
    value = styles.get("font-size")
    if value is None:
        short = re.search(r"(?:^|\s)([\d.]+(?:px|pt|em|rem|%))", styles.get("font", ""))
        value = short[1] if short else None
    found = _LENGTH.fullmatch(value) if value else None
    if not found:
        return None
    number, unit = _number(found[1]), (found[2] or "").lower()
    if unit in ("em", "%"):
        return above * number / (100 if unit == "%" else 1)
    return number * _PIXELS[unit]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _is_gone(node: Node, styles: Declarations) -> bool:
    """Whether nobody sees an element, whatever stands in it."""
    if (node.tag == "template") or (node.tag == "dialog" and node.get("open") is None):
        return True
    display = styles.get("display", "")
    if node.get("hidden") is not None and node.get("hidden") != "until-found" and not display:
        return True
    if (
        display.startswith("none")
        or _length(styles.get("opacity", "1")) == 0
        or _NO_ROOM.search(styles.get("clip", ""))
    ):
        return True
    if _NO_ROOM.search(styles.get("clip-path", "")) or _length(styles.get("text-indent", "0")) <= _FAR:
        return True
    laid = styles.get("position", "").startswith((*_LAID, "relative"))
    return laid and any(_length(styles.get(side, "0")) <= _FAR for side in ("left", "top", "right", "bottom"))


def _length(value: str) -> float:
    """A length in pixels, 1 where it is none."""
    found = _LENGTH.fullmatch(value)
    return _number(found[1]) * _PIXELS.get((found[2] or "").lower(), 1.0) if found else 1.0
