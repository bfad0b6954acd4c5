"""Knows how a browser shows elements by itself, and the style attributes of older HTML. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingestion.readers.markup.css.values import parse_ink
from ingestion.readers.markup.html_computed_style import QUIRK_COLOUR

if TYPE_CHECKING:
    from lxml.etree import _Element as Node

NEVER_SHOWN = frozenset(
    [
        "template", "datalist", "progress", "meter", "noembed", "noframes", "noscript", "rp", "area", "param", "base",
        "link", "meta", "script", "source", "style", "title", "head", "audio", "canvas", "video", "iframe",
        "annotation", "annotation-xml",
    ]
)  # fmt: skip
_BLOCKS = frozenset(
    [
        "html", "body", "address", "article", "aside", "blockquote", "center", "details", "dialog", "dd", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "legend", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p",
        "plaintext", "pre", "search", "section", "summary", "ul", "xmp", "frameset",
    ]
)  # fmt: skip
_DISPLAYS = dict.fromkeys(_BLOCKS, "block") | {
    "li": "list-item", "table": "table", "caption": "table-caption", "tr": "table-row", "td": "table-cell",
    "th": "table-cell", "thead": "table-header-group", "tbody": "table-row-group", "tfoot": "table-footer-group",
    "col": "table-column", "colgroup": "table-column-group", "button": "inline-block", "input": "inline-block",
    "select": "inline-block", "textarea": "inline-block", "meter": "inline-block", "marquee": "inline-block",
}  # fmt: skip
_CONTROLS = ("button", "input", "select", "textarea")
_SIZES = {"h1": "2em", "h2": "1.5em", "h3": "1.17em", "h5": "0.83em", "h6": "0.67em"}
_SIZES |= {"small": "smaller", "sub": "smaller", "sup": "smaller", "big": "larger"}
_FONT_SIZES = ("x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")
_COLOURED = ("body", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "marquee", "col", "colgroup")
_HEX = re.compile(r"[0-9a-f]+", re.I)


def default_styles(node: Node, *, quirks: bool, link_colour: str) -> dict[str, str]:
    """What a browser, and attributes such as bgcolor, say of an element before any style sheet."""
    name = str(node.tag)
    found: dict[str, str] = {}
    if name in _DISPLAYS:
        found["display"] = _DISPLAYS[name]
    if name in _SIZES:
        found["font-size"] = _SIZES[name]
    if name == "a" and node.get("href") is not None:
        found["color"] = link_colour
    elif name == "mark":
        found |= {"color": "#000", "background-color": "#ff0"}
    elif name in _CONTROLS:
        found |= {"color": "#000", "font-size": "13.333px", "text-indent": "0", "letter-spacing": "normal"}
        found |= {"background-color": "#efefef" if name == "button" else "#fff", "padding-left": "6px"}
    elif name == "table" and quirks:
        found |= {"font-size": "medium", "color": QUIRK_COLOUR}
    return found | _attribute_styles(node, name)


def _attribute_styles(node: Node, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if name == "dialog":
        found |= {"color": "#000", "background-color": "#fff", "position": "absolute"}
        found |= {"display": "none"} if node.get("open") is None else {}
    if node.attrib:
        found |= _colour_attributes(node, name)
        if (hidden := node.get("hidden")) is not None:
            found |= {"content-visibility": "hidden"} if hidden.lower() == "until-found" else {"display": "none"}
        if node.get("popover") is not None:
            found |= {"display": "none", "position": "fixed", "color": "#000", "background-color": "#fff"}
    return found


def _colour_attributes(node: Node, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if name in _COLOURED and (colour := node.get("bgcolor")):
        found["background-color"] = legacy_colour(colour)
    if name in _COLOURED and node.get("background"):
        found["background-image"] = "url(picture)"
    if name == "body" and (colour := node.get("text")):
        found["color"] = legacy_colour(colour)
    if name == "font" and (colour := node.get("color")):
        found["color"] = legacy_colour(colour)
    if name == "font" and (size := node.get("size")):
        found["font-size"] = _font_size(size)
    return found


def _font_size(said: str) -> str:
    number = re.match(r"\s*([+-]?)(\d+)", said)
    if not number:
        return "medium"
    step = int(number[2]) if not number[1] else 3 + int(number[1] + number[2])
    return _FONT_SIZES[min(max(step, 1), 7) - 1]


def legacy_colour(text: str) -> str:
    """The colour that browsers read from any text in an attribute of older HTML."""
    word = text.strip().lower()
    if word == "transparent" or not word:
        return "#000" if word else "inherit"
    if (known := parse_ink(word)) and _HEX.fullmatch(word) is None and "(" not in word:
        return "#{:02x}{:02x}{:02x}".format(*known.colour)
    if re.fullmatch(r"#[0-9a-f]{3}", word):
        return word
    digits = "".join(c if c in "0123456789abcdef" else "0" for c in word[:128].removeprefix("#"))
    digits += "0" * (-len(digits) % 3) if digits else "000"
    third = len(digits) // 3
    parts = [digits[n * third : (n + 1) * third][-8:] for n in range(3)]
    while len(parts[0]) > 2 and all(part[0] == "0" for part in parts):
        parts = [part[1:] for part in parts]
    return "#" + "".join(part[:2].rjust(2, "0") for part in parts)
