"""Removes from a web page what its styles hide from people, and marks what they may hide.

Styles are judged by a real cascade (`css/cascade.py`) on several screens and on paper: what all of them hide is
removed, what some of them hide is marked. A page without any sign of hiding is not judged. Linked style sheets are not
fetched, scripts are not run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import cssselect2

from ingestion.readers.elements import insert_doubt_mark
from ingestion.readers.markup.css.cascade import StyleCascade, Styles
from ingestion.readers.markup.css.rules import CssRules, css_from_data_url
from ingestion.readers.markup.html_boxes import is_cover, with_box
from ingestion.readers.markup.html_computed_style import Look, StyleReader, Verdict, with_text_styles
from ingestion.readers.markup.html_defaults import NEVER_SHOWN, default_styles, legacy_colour
from ingestion.readers.markup.html_positions import TextAmount
from ingestion.readers.xml_tree import remove_node

if TYPE_CHECKING:
    from lxml.etree import _Element as Node

    Looks = tuple[Look, ...]  # one for each medium

_HIDING_SIGNS = re.compile(
    r"style|hidden|<!--|<template|<dialog|<font|bgcolor|background=|<body[^<>]*\stext|popover|<link|"
    rf"<(?:{'|'.join(sorted(NEVER_SHOWN - {'head', 'meta', 'title', 'script', 'base', 'area', 'source', 'param'}))})\b",
    re.I,
)
_PROSE = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]{2,}+[,.;:!?']?\s++){3}[^\W\d_]{2}")
_SPOKEN_TO_PROGRAMS = re.compile(r"\s*(?:\[if|<!\[|/?wp:|#)", re.I)  # conditions for browsers, blocks, includes
_NOT_TEXT = ("script", "style", "head", "title", "meta", "link", "base")
_PERHAPS_SHOWN = ("svg", "object")
_USUAL_LINK = "#0000ee"


@dataclass(frozen=True, slots=True)
class HiddenPlaces:
    """How many places of a page are removed, and how many are marked as perhaps hidden."""

    removed: int
    marked: int


def may_hide_text(html: str) -> bool:
    """Whether a page has any sign of hiding; most have none."""
    return _HIDING_SIGNS.search(html) is not None


def remove_hidden_html_text(root: Node, css: str = "", *, linked: bool = False, quirks: bool = False) -> HiddenPlaces:
    """Remove hidden text, mark doubtful text; `linked`: style sheets are missing, `quirks`: no document type."""
    from lxml import etree

    rules = CssRules()
    if css:
        rules.add_sheet(css)
    _collect_sheets(root, rules)
    comments = 0
    for comment in list(root.iter(etree.Comment)):
        text = comment.text or ""
        comments += bool(_PROSE.search(text)) and not _SPOKEN_TO_PROGRAMS.match(text)
    if quirks:
        for node in root.iter():
            for name in ("class", "id") if isinstance(node.tag, str) else ():
                if value := node.get(name):
                    node.set(name, value.lower())
    judge = _PageJudge(StyleCascade(rules, has_old_rules=quirks), rules, quirks=quirks)
    start = Look(is_ground_known=not linked, doubtful=not rules.complete)
    judge.judge_page(root, (start,) * len(judge.cascade.media))
    places = judge.apply_verdicts()
    return replace(places, removed=places.removed + comments)


def _collect_sheets(root: Node, rules: CssRules) -> None:
    for node in root.iter("style", "link"):
        media = node.get("media") or ""
        if node.tag == "style":
            if (node.get("type") or "text/css").strip().lower() == "text/css":
                rules.add_sheet("".join(map(str, node.itertext())), media)
        elif "stylesheet" in (node.get("rel") or "").lower() and (css := css_from_data_url(node.get("href") or "")):
            rules.add_sheet(css, media)


@dataclass(slots=True)
class _PageJudge:
    """Walks through a page and notes what to remove and what to mark; changes it afterwards."""

    cascade: StyleCascade
    rules: CssRules
    quirks: bool
    link_colour: str = _USUAL_LINK
    _dropped: list[Node] = field(default_factory=list)
    _pieces: list[tuple[Node, bool, Verdict]] = field(default_factory=list)  # a node, whether its tail, how it looks
    _covered: set[Node] = field(default_factory=set)
    _looks: dict[tuple[int, int, bool], Look] = field(default_factory=dict)
    _shared: dict[tuple[int, int, bool], Looks] = field(default_factory=dict)
    _verdicts: dict[int, Verdict] = field(default_factory=dict)
    _kept_alive: list[object] = field(default_factory=list)  # their addresses are keys of `_looks`

    def judge_page(self, root: Node, looks: Looks) -> None:
        """Judge every text of a page."""
        body = next(root.iter("body"), None)
        if body is not None and (colour := body.get("link")):
            self.link_colour = legacy_colour(colour)
        wrapper = cssselect2.ElementWrapper.from_html_root(root) if self.cascade.has_rules else None
        self._judge_node(root, wrapper, self._looks_of(root, wrapper, looks))

    def _judge_node(self, node: Node, wrapper: cssselect2.ElementWrapper | None, looks: Looks) -> None:
        self._note_text(node, node.text, looks, is_tail=False)
        wrappers = iter(wrapper.iter_children()) if wrapper is not None else None
        for child in node:
            if isinstance(child.tag, str):
                inner = next(wrappers) if wrappers is not None else None
                self._judge_child(child, inner, looks)
            self._note_text(child, child.tail, looks, is_tail=True)

    def _judge_child(self, node: Node, wrapper: cssselect2.ElementWrapper | None, above: Looks) -> None:
        if node.tag in _NOT_TEXT:
            return
        if node.tag in NEVER_SHOWN and not (node.tag == "template" and node.get("shadowrootmode")):
            self._dropped.append(node)
            return
        looks = self._looks_of(node, wrapper, above)
        if all(look.gone for look in looks):
            if node.get("popover") is not None and not above[0].gone:
                looks = tuple(replace(one, doubtful=True, display="block") for one in above)  # a button may open it
            else:
                self._dropped.append(node)
                return
        if node.tag in _PERHAPS_SHOWN or any(child.get("shadowrootmode") for child in node.iterchildren("template")):
            looks = tuple(replace(look, doubtful=True) for look in looks)
        self._judge_node(node, wrapper, looks)

    def _note_text(self, node: Node, text: str | None, looks: Looks, *, is_tail: bool) -> None:
        if not text or text.isspace():
            return
        verdicts = {self._judge_look(look) for look in looks}
        verdict = next(iter(verdicts)) if len(verdicts) == 1 else "doubt"
        self._pieces.append((node, is_tail, verdict))

    def _judge_look(self, look: Look) -> Verdict:
        if (known := self._verdicts.get(id(look))) is None:
            known = self._verdicts[id(look)] = look.judge_text()
            self._kept_alive.append(look)
        return known

    def _looks_of(self, node: Node, wrapper: cssselect2.ElementWrapper | None, above: Looks) -> Looks:
        defaults = default_styles(node, quirks=self.quirks, link_colour=self.link_colour)
        found = self.cascade.styles_for(wrapper, node.get("style") or "", defaults)
        if len(found) == 1:
            return (self._look_of(node, found[0], defaults, above[0]),)
        key = (id(above), id(found), node.tag == "body")
        if (known := self._shared.get(key)) is not None:
            return known
        looks = tuple(self._look_of(node, styles, defaults, look) for styles, look in zip(found, above, strict=True))
        self._kept_alive += [above, found, looks]
        if all((id(one), id(styles), key[2]) in self._looks for one, styles in zip(above, found, strict=True)):
            self._shared[key] = looks
        return looks

    def _look_of(self, node: Node, styles: Styles, defaults: Styles, above: Look) -> Look:
        key = (id(above), id(styles), node.tag == "body")
        if (known := self._looks.get(key)) is not None:
            return known
        if above.gone:
            self._looks[key] = above
            return above
        amount = _LazyAmount(node)
        reader = StyleReader(styles, defaults, above)
        look = replace(above, variables=reader.variables) if reader.variables is not above.variables else above
        look = with_text_styles(look, reader)
        look = with_box(look, above, reader, self.rules.hiding_animations, amount)
        if node.tag == "body":
            look = replace(look, body_ink=look.ink)
        self._kept_alive += [above, styles, look]
        if is_cover(look, reader):
            self._note_cover(node, reader)
        elif not amount.was_asked:  # else it holds for this element alone
            self._looks[key] = look
        return look

    def _note_cover(self, node: Node, reader: StyleReader) -> None:
        """What an opaque box may lie over: the page up to the next placed element, or what stands before it."""
        if reader.value("position") in ("absolute", "fixed"):
            if not _LazyAmount(node)().characters or reader.value("bottom") or reader.value("height") == "100%":
                parent = node.getparent()
                self._covered.add(parent if parent is not None else node)
        elif (before := node.getprevious()) is not None:
            self._covered.add(before)

    def apply_verdicts(self) -> HiddenPlaces:
        """Remove and mark; return in how many places."""
        removed = marked = 0
        last: tuple[Node | None, Verdict] = (None, "shown")
        for node, is_tail, verdict in self._pieces:
            owner = node.getparent() if is_tail else node
            if verdict == "shown" and self._covered and self._is_covered(owner):
                verdict = "doubt"
            is_new = last[1] != verdict or not _is_within(owner, last[0])
            if verdict == "hidden":
                removed += is_new
                _set_text(node, None, is_tail=is_tail)
            elif verdict == "doubt":
                marked += is_new
                text = (node.tail if is_tail else node.text) or ""
                _set_text(node, insert_doubt_mark(text), is_tail=is_tail)
            last = (last[0] if not is_new else owner, verdict)
        for node in self._dropped:
            removed += bool("".join(map(str, node.itertext())).strip())
            remove_node(node)
        return HiddenPlaces(removed, marked)

    def _is_covered(self, node: Node | None) -> bool:
        return node is not None and any(each in self._covered for each in (node, *node.iterancestors()))


class _LazyAmount:
    """Measures the text of an element when it is asked."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.was_asked = False

    def __call__(self) -> TextAmount:
        self.was_asked = True
        characters = sum(len(text.strip()) for text in self._node.itertext() if isinstance(text, str))
        return TextAmount(characters, next(self._node.iter("br"), None) is not None)


def _is_within(node: Node | None, outer: Node | None) -> bool:
    return node is not None and outer is not None and (node is outer or outer in node.iterancestors())


def _set_text(node: Node, text: str | None, *, is_tail: bool) -> None:
    if is_tail:
        node.tail = text
    else:
        node.text = text
