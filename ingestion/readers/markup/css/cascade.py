"""Finds the declarations that win for each element of a page, for each way to look at it.

Selectors are matched by cssselect2. What it cannot judge (unknown states, nesting in @supports and the like) applies on
the credulous screen only, and so leads to doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cssselect2

from ingestion.readers.markup.css.media import CREDULOUS_MEDIA, INTERACTIVE_SCREEN, OTHER_MEDIA, SCREEN, holds_media
from ingestion.readers.markup.css.properties import is_number_without_unit
from ingestion.readers.markup.css.rules import (
    CssRule,
    Declaration,
    last_compound,
    parse_style_attribute,
    split_selectors,
)
from ingestion.readers.markup.css.values import parse_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingestion.readers.markup.css.media import Medium
    from ingestion.readers.markup.css.rules import CssRules

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
        "width",
        "height",
        "min-width",
        "min-height",
        "max-width",
        "max-height",
        "top",
        "right",
        "bottom",
        "left",
        "text-indent",
        "font-size",
    ]
) | {f"margin-{side}" for side in ("top", "right", "bottom", "left")}
