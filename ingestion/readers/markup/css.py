"""Finds the style declarations that apply to an element of a page. Pure.

Only simple selectors are applied: one element by its name, classes or id. Other selectors are not applied, but the
names that they show are kept: text that may appear after a click or in print is not hidden.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Node

Declarations = dict[str, str]

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_DECLARATION = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+)", re.I)
_SIMPLE = re.compile(r"(?:[a-z][\w-]*|\*)?(?:[.#][\w-]+)*", re.I)
_NAME = re.compile(r"[.#]?[\w-]+|\*")
_LAST_SELECTOR = re.compile(r"[^\s>+~]+$")
_IMPORTANT = "!important"
_HIDING_VALUES = {"display": "none", "visibility": "hidden", "opacity": "0"}


@dataclass(frozen=True, slots=True)
class _CssRule:
    names: frozenset[str]
    weight: tuple[int, int, int]
    declarations: Declarations


@dataclass(slots=True)
class StyleSheet:
    """The rules of a page, by a name that an element must have."""

    _rules: defaultdict[str, list[_CssRule]] = field(default_factory=lambda: defaultdict(list))
    _shown: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def from_css(cls, text: str) -> StyleSheet:
        """Parse a style sheet."""
        sheet = cls()
        plain, nested = _split_nested_rules(_COMMENT.sub("", text))
        for selectors, declared in _RULE.findall(plain):
            for selector in selectors.split(","):
                sheet._add_rule(selector.strip(), parse_declarations(declared))
        for selectors, declared in _RULE.findall(nested):
            for selector in selectors.split(","):
                sheet._add_shown_names(selector, parse_declarations(declared))
        return sheet

    def __bool__(self) -> bool:
        return bool(self._rules)

    def declarations_for(self, node: Node, inline: Declarations) -> Declarations:
        """The declarations for an element, with its style attribute."""
        name, id_ = str(node.tag).lower(), node.get("id")
        names = {"*", name, *(f".{each}" for each in (node.get("class") or "").split()), *([f"#{id_}"] if id_ else ())}
        rules = [rule for each in names for rule in self._rules.get(each, ()) if rule.names <= names]
        found: Declarations = {}
        for rule in sorted(rules, key=lambda rule: rule.weight):
            found = _cascade_declarations(found, rule.declarations)
        for shown in names & self._shown.keys():
            found = {name: value for name, value in found.items() if name not in self._shown[shown]}
        return _cascade_declarations(found, inline)

    def _add_rule(self, selector: str, declared: Declarations) -> None:
        names = frozenset(name if name[0] in ".#" else name.lower() for name in _NAME.findall(selector))
        if not names or not _SIMPLE.fullmatch(selector):
            self._add_shown_names(selector, declared)
            return
        if len(names) > 1:
            self._add_shown_names(selector, declared)
        ids, classes = (sum(name[0] == mark for name in names) for mark in "#.")
        number = sum(map(len, self._rules.values()))
        rule = _CssRule(names, (ids, classes, number), declared)
        self._rules[max(names, key=lambda name: (name[0] == "#", name[0] == "."))].append(rule)

    def _add_shown_names(self, selector: str, declared: Declarations) -> None:
        last = _LAST_SELECTOR.search(selector.strip())
        shows = {
            name for name, hides in _HIDING_VALUES.items() if declared.get(name, hides).split("!")[0].strip() != hides
        }
        for name in _NAME.findall(last[0].split(":")[0]) if last and shows else ():
            self._shown[name] |= shows


def parse_declarations(text: str) -> Declarations:
    """The declarations of a rule, or of a style attribute, by property."""
    found: Declarations = {}
    for name, value in _DECLARATION.findall(text):
        found = _cascade_declarations(found, {name.lower(): value.strip().lower()})
    return found


def _cascade_declarations(below: Declarations, above: Declarations) -> Declarations:
    kept = {name: value for name, value in below.items() if value.endswith(_IMPORTANT) and name in above}
    kept = {name: value for name, value in kept.items() if not above[name].endswith(_IMPORTANT)}
    return {**below, **above, **kept}


def _split_nested_rules(text: str) -> tuple[str, str]:
    """The rules that always apply, and those inside blocks such as @media; other @-rules are dropped."""
    plain, nested = [], []
    at = 0
    for start, end in _find_at_blocks(text):
        plain.append(text[at:start])
        nested.append(text[text.find("{", start) + 1 : end - 1])
        at = end
    return re.sub(r"@[^{};]*;", "", "".join([*plain, text[at:]])), "".join(nested)


def _find_at_blocks(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each @ block."""
    at = text.find("@")
    while at >= 0:
        brace, end_of_line = text.find("{", at), text.find(";", at)
        if brace < 0:
            return
        if 0 <= end_of_line < brace:
            at = text.find("@", end_of_line)
            continue
        depth, end = 1, brace + 1
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield at, end
        at = text.find("@", end)
