"""Reads style sheets into flat rules: selector, declarations, and when they apply. Pure.

Rules inside @supports, @layer, @container and @scope, and selectors that only a browser can judge, may apply or not.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

import tinycss2

from ingestion.readers.markup.css.properties import HIDING_PROPERTIES, expand_declaration

MAX_CSS_CHARACTERS = 1_000_000
MAX_RULES = 10_000
_MAX_NESTING = 12
_UNCERTAIN = ("supports", "layer", "container", "scope", "starting-style", "document", "-moz-document")
_COMBINATORS = (">", "+", "~")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A property with its value, in lower case save for custom properties."""

    name: str
    value: str
    important: bool = False


@dataclass(frozen=True, slots=True)
class CssRule:
    """Declarations for what a selector matches; all `media` must hold. If not `certain`, it may not apply."""

    selector: str
    declarations: tuple[Declaration, ...]
    media: tuple[str, ...] = ()
    certain: bool = True


@dataclass(slots=True)
class CssRules:
    """The rules of all style sheets of a page, in order. `complete` is false where there were too many to read."""

    rules: list[CssRule] = field(default_factory=list)
    hiding_animations: set[str] = field(default_factory=set)
    complete: bool = True
    _characters: int = 0

    def add_sheet(self, css: str, media: str = "", depth: int = 0) -> None:
        """Read one more style sheet."""
        self._characters += len(css)
        if self._characters > MAX_CSS_CHARACTERS or depth > _MAX_NESTING:
            self.complete = False
            return
        nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        self._add_nodes(nodes, (media,) if media else (), depth)

    def _add_nodes(
        self, nodes: Iterable[Any], media: tuple[str, ...], depth: int, *, certain: bool = True, parent: str = ""
    ) -> None:
        if depth > _MAX_NESTING:
            self.complete = False
            return
        for node in nodes:
            if node.type == "qualified-rule":
                self._add_rule(node, media, depth, certain=certain, parent=parent)
            elif node.type == "at-rule":
                self._add_at_rule(node, media, depth, certain=certain, parent=parent)

    def _add_rule(self, node: Any, media: tuple[str, ...], depth: int, *, certain: bool, parent: str) -> None:
        selector = tinycss2.serialize(node.prelude).strip()
        if parent:
            selector = ", ".join(_nest(part, parent) for part in split_selectors(selector))
        self._add_contents(node.content, selector, media, depth, certain=certain)

    def _add_contents(
        self, content: Sequence[Any], selector: str, media: tuple[str, ...], depth: int, *, certain: bool
    ) -> None:
        inner = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if declarations := collect_declarations(inner):
            self._append(CssRule(selector, declarations, media, certain))
        self._add_nodes(
            (n for n in inner if n.type != "declaration"), media, depth + 1, certain=certain, parent=selector
        )

    def _add_at_rule(self, node: Any, media: tuple[str, ...], depth: int, *, certain: bool, parent: str) -> None:
        name = node.lower_at_keyword
        if name == "import":
            self._import_sheet(node.prelude, depth)
        elif node.content is None:
            return
        elif name.endswith("keyframes"):
            frames = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            inner = [tinycss2.parse_blocks_contents(f.content) for f in frames if f.type == "qualified-rule"]
            if any(collect_declarations(each) for each in inner):
                self.hiding_animations.add(tinycss2.serialize(node.prelude).strip().strip("\"'"))
        elif name == "media" or name in _UNCERTAIN:
            if name == "media":
                media = (*media, tinycss2.serialize(node.prelude).strip())
            known = certain and name == "media"
            if parent:
                self._add_contents(node.content, parent, media, depth + 1, certain=known)
            else:
                nodes = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                self._add_nodes(nodes, media, depth + 1, certain=known)

    def _import_sheet(self, prelude: Sequence[Any], depth: int) -> None:
        """Read a style sheet that the address itself holds; others are not fetched."""
        for token in prelude:
            if token.type in ("url", "string"):
                self.add_sheet(css_from_data_url(token.value), depth=depth + 1)
            elif token.type == "function" and token.lower_name == "url":
                texts = [str(each.value) for each in token.arguments if each.type == "string"]
                self.add_sheet(css_from_data_url("".join(texts)), depth=depth + 1)

    def _append(self, rule: CssRule) -> None:
        if len(self.rules) >= MAX_RULES:
            self.complete = False
        else:
            self.rules.append(rule)


def css_from_data_url(url: str) -> str:
    """The style sheet that a data: address holds; empty for any other address."""
    head, comma, body = url.strip().partition(",")
    if not comma or not head.lower().startswith("data:text/css"):
        return ""
    raw = unquote_to_bytes(body)
    try:
        return (base64.b64decode(raw) if head.lower().endswith("base64") else raw).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def collect_declarations(nodes: Iterable[Any]) -> tuple[Declaration, ...]:
    """The valid declarations that can hide text, with shorthands expanded."""
    found: list[Declaration] = []
    for node in nodes:
        if node.type != "declaration":
            continue
        custom = node.name.startswith("--")
        if not custom and node.lower_name.removeprefix("-webkit-") not in HIDING_PROPERTIES:
            continue
        value = tinycss2.serialize(node.value).strip()
        pairs = (
            [(node.name, value)]
            if custom
            else expand_declaration(node.lower_name, value.lower() if "--" not in value else value)
        )
        found += [Declaration(name, value, bool(node.important)) for name, value in pairs]
    return tuple(found)


def parse_style_attribute(text: str) -> tuple[Declaration, ...]:
    """The declarations of a style attribute."""
    return collect_declarations(tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True))


def split_selectors(selector: str) -> list[str]:
    """The selectors of a list."""
    parts: list[list[Any]] = [[]]
    for token in tinycss2.parse_component_value_list(selector):
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [text for part in parts if (text := tinycss2.serialize(part).strip())]


def last_compound(selector: str) -> str:
    """What a selector says of the element itself, without states such as :hover."""
    kept: list[Any] = []
    tokens = tinycss2.parse_component_value_list(selector.strip())
    after_colon = False
    for token in tokens:
        if token.type == "whitespace" or (token.type == "literal" and token.value in _COMBINATORS):
            kept, after_colon = [], False
        elif token.type == "literal" and token.value == ":":
            after_colon = True
        elif after_colon:
            after_colon = False
        else:
            kept.append(token)
    return str(tinycss2.serialize(kept))


def _nest(selector: str, parent: str) -> str:
    """A nested selector in full."""
    tokens = tinycss2.parse_component_value_list(selector)
    around = f":is({parent})"
    if any(token.type == "literal" and token.value == "&" for token in tokens):
        parts = [
            around if token.type == "literal" and token.value == "&" else tinycss2.serialize([token])
            for token in tokens
        ]
        return "".join(parts)
    return f"{around} {selector}"
