"""Finds the declarations that win for each element of a page, for each way to look at it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cssselect2
import tinycss2

from ingestion.readers.markup.css.properties import is_number_without_unit
from ingestion.readers.markup.css.rules import (
    CssRule,
    CssRules,
    Declaration,
    last_compound,
    parse_style_attribute,
    split_selectors,
)
from ingestion.readers.markup.css.values import VIEW_HEIGHT, VIEW_WIDTH, parse_length, split_at_commas, value_tokens

Styles = dict[str, str]
_SHOWING_VALUES: dict[str, tuple[str, ...]] = {
    "clip": ("auto",), "clip-path": ("none",), "transform": ("none", "scale(1)", "translatex(0)", "translatey(0)"),
    "content-visibility": ("visible", "auto"), "overflow-x": ("visible",), "overflow-y": ("visible",),
    "visibility": ("visible",), "left": ("0", "auto", "0px"), "top": ("0", "auto", "0px"),
}  # fmt: skip
_ROOM = ("opacity", "height", "max-height", "width", "max-width", "font-size")
_LETTER_ELEMENTS = ("first-line", "first-letter")


@dataclass(frozen=True, slots=True)
class _AppliedRule:
    """Declarations with the media in which they apply, as bits."""

    declarations: tuple[Declaration, ...]
    media: int


class StyleCascade:
    """The winning declarations of elements; `media` are the ways to look that differ for this page."""

    def __init__(self, rules: CssRules, *, has_old_rules: bool) -> None:
        queried = {query for rule in rules.rules for query in rule.media}
        self.media: tuple[Medium, ...] = (
            SCREEN,
            *(OTHER_MEDIA if queried else ()),
            *CREDULOUS_MEDIA[: 2 if queried else 1],
            INTERACTIVE_SCREEN,
        )
        self._has_old_rules = has_old_rules
        self._matcher = cssselect2.Matcher()
        self._uncertain = self._has_states = False
        self._cache: dict[Any, tuple[Styles, ...]] = {}
        self._inline: dict[str, tuple[Declaration, ...]] = {}
        for rule in rules.rules:
            self._add_rule(rule)
        self._drop_needless_media()
        self.has_rules = bool(rules.rules)

    def _drop_needless_media(self) -> None:
        """Keep only the media that may differ; bits of rules are counted from the first one on."""
        if not self._has_states:
            self.media = self.media[:-1]
            if not self._uncertain:
                self.media = tuple(medium for medium in self.media if not medium.credulous)

    def styles_for(
        self, element: cssselect2.ElementWrapper | None, inline: str, defaults: Mapping[str, str]
    ) -> tuple[Styles, ...]:
        """The winning values for an element in each medium, over the browser's `defaults`."""
        found = self._matcher.match(element) if element is not None and self.has_rules else []
        key = (tuple((specificity, order) for specificity, order, _, _ in found), inline, tuple(defaults.items()))
        if (known := self._cache.get(key)) is None:
            known = self._cache[key] = self._cascade(found, inline, defaults)
        return known

    def _cascade(self, found: Sequence[Any], inline: str, defaults: Mapping[str, str]) -> tuple[Styles, ...]:
        own = self._inline_declarations(inline) if inline else ()
        made: list[Styles] = []
        for bit, _ in enumerate(self.media):
            applied = [rule for _, _, pseudo, rule in found if rule.media >> bit & 1 and pseudo is None]
            letters = [rule for _, _, pseudo, rule in found if rule.media >> bit & 1 and pseudo in _LETTER_ELEMENTS]
            styles = dict(defaults)
            lists = [*(rule.declarations for rule in applied), own]
            for important in (False, True):
                for declarations in lists:
                    styles.update((each.name, each.value) for each in declarations if each.important is important)
            if letters:
                styles["--letters--"] = "styled"
            made.append(next((each for each in made if each == styles), styles))
        return tuple(made)

    def _inline_declarations(self, text: str) -> tuple[Declaration, ...]:
        return self._usable(parse_style_attribute(text))

    def _usable(self, declarations: Iterable[Declaration]) -> tuple[Declaration, ...]:
        """The declarations without lengths that lack a unit, where the page's rules do not allow them."""
        return tuple(
            each
            for each in declarations
            if self._has_old_rules or each.name not in _LENGTHS or not is_number_without_unit(each.value)
        )

    def _add_rule(self, rule: CssRule) -> None:
        declarations = self._usable(rule.declarations)
        bits = sum(
            1 << bit
            for bit, medium in enumerate(self.media)
            if (rule.certain or medium.credulous) and all(holds_media(query, medium) for query in rule.media)
        )
        interactive = 1 << (len(self.media) - 1)
        self._uncertain = self._uncertain or not rule.certain or self._is_uncertain_query(rule)
        text = rule.selector if "[" in rule.selector or not self._has_old_rules else rule.selector.lower()
        shown = tuple(each for each in declarations if _shows(each))
        try:
            selectors = cssselect2.compile_selector_list(text)
        except cssselect2.SelectorError:
            # A browser may know more of it: what the rule says of the element itself may apply.
            for part in split_selectors(text):
                self._add_compound(last_compound(part), _AppliedRule(declarations, interactive))
            return
        for selector in selectors:
            self._matcher.add_selector(selector, _AppliedRule(declarations, bits))
        if shown:
            for part in split_selectors(text):
                compound = last_compound(part)
                if compound != part and any(mark in compound for mark in ".#["):
                    self._add_compound(compound, _AppliedRule(shown, interactive))

    def _is_uncertain_query(self, rule: CssRule) -> bool:
        """Whether a rule has a media query of which not everything can be judged."""
        believed = [replace(medium, credulous=True) for medium in self.media if not medium.credulous]
        doubted = [replace(medium, credulous=False) for medium in believed]
        return any(
            holds_media(query, one) is not holds_media(query, other)
            for query in rule.media
            for one, other in zip(believed, doubted, strict=True)
        )

    def _add_compound(self, compound: str, rule: _AppliedRule) -> None:
        try:
            for selector in cssselect2.compile_selector_list(compound or "*"):
                self._matcher.add_selector(selector, rule)
                self._has_states = True
        except cssselect2.SelectorError:
            return  # not a selector for any browser either, as far as can be said


def _shows(declaration: Declaration) -> bool:
    """Whether a declaration may show what others hide."""
    name, value = declaration.name, declaration.value
    if name == "display":
        return value != "none"
    if name in _ROOM:
        length = parse_length(value)
        return length is None or length.pixels + length.percent > 0
    return value in _SHOWING_VALUES.get(name, ())


_LENGTHS = frozenset(
    [
        "width", "height", "min-width", "min-height", "max-width", "max-height", "top", "right", "bottom", "left",
        "text-indent", "font-size",
    ]
) | {f"margin-{side}" for side in ("top", "right", "bottom", "left")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Medium:
    """One way to look at a page: what cannot be judged holds if `credulous` (at-rules) or `interactive` (selectors)."""

    name: str = "screen"
    width: float = VIEW_WIDTH
    height: float = VIEW_HEIGHT
    dark: bool = False
    credulous: bool = False
    interactive: bool = False


SCREEN = Medium()

CREDULOUS_MEDIA = (Medium(credulous=True), Medium("print", 794.0, 1123.0, credulous=True))

INTERACTIVE_SCREEN = Medium(interactive=True)

OTHER_MEDIA = (
    Medium(width=390.0),
    Medium(width=800.0),
    Medium(width=1920.0, height=1080.0),
    Medium("print", 794.0, 1123.0),
    Medium(dark=True),
)

_FEATURES: dict[str, str] = {
    "hover": "hover", "any-hover": "hover", "pointer": "fine", "any-pointer": "fine", "scripting": "enabled",
    "update": "fast", "prefers-reduced-motion": "no-preference", "prefers-contrast": "no-preference",
    "forced-colors": "none", "inverted-colors": "none", "prefers-reduced-transparency": "no-preference",
    "prefers-reduced-data": "no-preference", "display-mode": "browser", "overflow-block": "scroll", "grid": "0",
}  # fmt: skip

_SIGNS = re.compile(r"([<>]=?|=)")


def holds_media(query: str, medium: Medium) -> bool:
    """Whether a list of media queries holds."""
    return _holds_list(query.strip().lower(), medium)


@lru_cache(maxsize=1024)
def _holds_list(query: str, medium: Medium) -> bool:
    if not query:
        return True
    return any(_holds_query(part, medium) for part in split_at_commas(tinycss2.parse_component_value_list(query)))


def _holds_query(tokens: list[Any], medium: Medium) -> bool:
    tokens = value_tokens(tinycss2.serialize(tokens))
    words: list[str] = [token.lower_value for token in tokens if token.type == "ident"]
    if "or" in words:
        blocks = [token for token in tokens if token.type in ("() block", "function")]
        return any(_holds_block(block, medium) for block in blocks)
    negated = bool(words) and words[0] == "not"
    kinds = [word for word in words if word not in ("not", "only", "and")]
    holds = all(kind in ("all", medium.name) for kind in kinds)
    holds = holds and all(_holds_block(t, medium) for t in tokens if t.type in ("() block", "function"))
    return holds is not negated


def _holds_block(block: Any, medium: Medium) -> bool:
    if block.type == "function":
        return medium.credulous
    inner = block.content
    if any(token.type == "() block" for token in inner):
        return _holds_query(inner, medium)
    text: str = tinycss2.serialize(inner).strip().lower()
    name, colon, value = (part.strip() for part in text.partition(":"))
    if colon:
        return _holds_feature(name, value, medium)
    if len(parts := [part.strip() for part in _SIGNS.split(text)]) > 1:
        return _holds_range(parts, medium)
    if name in ("color", "width", "height", "monochrome"):
        return name != "monochrome"
    return _FEATURES[name] not in ("none", "0", "no-preference") if name in _FEATURES else medium.credulous


def _holds_feature(name: str, value: str, medium: Medium) -> bool:
    edge, _, dimension = name.removeprefix("device-").rpartition("-")
    side = {"width": medium.width, "height": medium.height}.get(dimension.removeprefix("device-"))
    edge = edge.removesuffix("-device")
    if side is not None and edge in ("min", "max", "") and (length := parse_length(value)):
        return _compare(side, {"min": ">=", "max": "<=", "": "="}[edge], length.pixels)
    if name == "orientation":
        return value == ("landscape" if medium.width > medium.height else "portrait")
    if name == "prefers-color-scheme":
        return value == ("dark" if medium.dark else "light")
    return _FEATURES.get(name, "") == value if name in _FEATURES else medium.credulous


def _holds_range(parts: list[str], medium: Medium) -> bool:
    """Whether all comparisons of a range hold, such as 300px <= width <= 900px."""
    sides = {"width": medium.width, "height": medium.height}
    lengths = [sides[part] if part in sides else _pixels(part) for part in parts[::2]]
    for one, sign, other in zip(lengths, parts[1::2], lengths[1:], strict=False):
        if one is None or other is None:
            return medium.credulous
        if not _compare(one, sign, other):
            return False
    return True


def _pixels(text: str) -> float | None:
    length = parse_length(text)
    return length.pixels if length else None


def _compare(one: float, sign: str, other: float) -> bool:
    if sign == "=":
        return one == other
    return (one < other if sign.startswith("<") else one > other) or (sign.endswith("=") and one == other)
