"""Says whether a media query holds where a page may be looked at: screens, a phone, paper. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

from ingestion.readers.markup.css.values import VIEW_HEIGHT, VIEW_WIDTH, parse_length, split_at_commas, value_tokens


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
