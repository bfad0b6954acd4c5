"""Knows the properties that can hide text: their shorthands, and which values a browser accepts. Pure.

A browser drops a declaration that it does not understand, so that an earlier one holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingestion.readers.markup.css.values import may_be_colour, parse_length, parse_number, value_tokens

WIDE_KEYWORDS = frozenset({"inherit", "initial", "unset", "revert", "revert-layer"})
INHERITED = frozenset(
    {
        "color", "visibility", "font-size", "text-indent", "line-height", "letter-spacing", "word-spacing",
        "-webkit-text-fill-color", "-webkit-text-stroke-width", "text-shadow", "text-security", "white-space",
        "direction", "color-scheme",
    }
)  # fmt: skip
PART_OF = "part-of "  # before the name of a shorthand whose variables are not known yet
_SIDES = ("top", "right", "bottom", "left")
_BOX_SIZES = ("width", "height", "min-width", "min-height", "max-width", "max-height")
_LOGICAL = {
    "inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top", "inset-block-end": "bottom",
    "margin-inline-start": "margin-left", "margin-inline-end": "margin-right", "margin-block-start": "margin-top",
    "margin-block-end": "margin-bottom", "inline-size": "width", "block-size": "height", "min-inline-size": "min-width",
    "min-block-size": "min-height", "max-inline-size": "max-width", "max-block-size": "max-height",
    "padding-block-end": "padding-bottom", "padding-inline-end": "padding-right", "overflow-inline": "overflow-x",
    "overflow-block": "overflow-y",
}  # fmt: skip
_PAIRS = {
    "inset-inline": ("left", "right"), "inset-block": ("top", "bottom"),
    "margin-inline": ("margin-left", "margin-right"), "margin-block": ("margin-top", "margin-bottom"),
    "overflow": ("overflow-x", "overflow-y"),
    "padding-block": ("padding-top", "padding-bottom"), "padding-inline": ("padding-left", "padding-right"),
}  # fmt: skip
_WEBKIT_ONLY = ("text-fill-color", "text-stroke-width", "text-stroke", "line-clamp")
_OTHERS = frozenset(
    {
        "display", "position", "opacity", "clip", "clip-path", "transform", "scale", "translate", "rotate", "zoom",
        "filter", "mask", "mask-image", "mix-blend-mode", "content-visibility", "z-index", "background",
        "background-color", "background-image", "background-clip", "float", "flex", "flex-basis", "flex-grow", "font",
        "animation", "animation-name", "content", "contain", "inset", "margin", "padding", "all", "offset-path",
        "transform-origin", "backface-visibility", "grid-template-rows", "grid-template-columns", "grid-template",
        "offset", "text-stroke", "text-fill-color", "text-stroke-width", "text-security", "line-clamp", "perspective",
        "padding-bottom", "padding-right", "padding-top", "padding-left", "overflow-x", "overflow-y", "mask-size",
        "mask-border", "mask-box-image", "interpolate-size",
    }
)  # fmt: skip
HIDING_PROPERTIES = frozenset(
    {*_OTHERS, *INHERITED, *_LOGICAL, *_PAIRS, *_BOX_SIZES, *_SIDES, *(f"margin-{side}" for side in _SIDES)}
)
_DISPLAYS = frozenset(
    [
        "none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "flow-root",
        "contents", "list-item", "table", "inline-table", "table-row", "table-cell", "table-row-group",
        "table-header-group", "table-footer-group", "table-column", "table-column-group", "table-caption", "run-in",
        "ruby", "ruby-text", "ruby-base", "math", "flow", "-webkit-box", "-webkit-inline-box", "-webkit-flex",
        "-webkit-inline-flex",
    ]
)  # fmt: skip
_WORDS: dict[str, frozenset[str]] = {
    "visibility": frozenset({"visible", "hidden", "collapse"}),
    "position": frozenset({"static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky"}),
    "overflow-x": frozenset({"visible", "hidden", "clip", "scroll", "auto", "overlay"}),
    "content-visibility": frozenset({"visible", "hidden", "auto"}),
}
_WORDS["overflow-y"] = _WORDS["overflow-x"]
_SIZE_WORDS = frozenset(
    [
        "auto", "none", "min-content", "max-content", "fit-content", "stretch", "-webkit-fill-available",
        "-webkit-min-content", "-webkit-max-content", "-webkit-fit-content",
    ]
)  # fmt: skip
FONT_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
    "xxx-large": 48.0,
}  # fmt: skip
_RELATIVE_SIZES = frozenset({"smaller", "larger", "math"})


def expand_declaration(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The plain properties that a valid declaration sets, each with its value."""
    if name.startswith("-webkit-") and name.removeprefix("-webkit-") not in _WEBKIT_ONLY:
        name = name.removeprefix("-webkit-")
    name = _LOGICAL.get(name, name)
    if name == "all":
        if value in WIDE_KEYWORDS:
            yield from ((each, value) for each in HIDING_PROPERTIES if each not in _SHORTHANDS and each != "all")
    elif name in _SHORTHANDS:
        yield from _expand_shorthand(name, value)
    elif is_valid_value(name, value):
        yield name, value


def _expand_shorthand(name: str, value: str) -> Iterator[tuple[str, str]]:
    if "var(" in value or value in WIDE_KEYWORDS:
        part = value if value in WIDE_KEYWORDS else f"{PART_OF}{name} {value}"
        yield from ((each, part) for each in _SHORTHANDS[name])
        return
    made = list(_SPLIT[name](name, value))
    if all(is_valid_value(each, part) for each, part in made):
        yield from made


def _split_sides(name: str, value: str) -> Iterator[tuple[str, str]]:
    parts = _split_words(value)
    if 1 <= len(parts) <= 4:
        top, right = parts[0], parts[1] if len(parts) > 1 else parts[0]
        bottom, left = parts[2] if len(parts) > 2 else top, parts[3] if len(parts) > 3 else right
        yield from zip(_SHORTHANDS[name], (top, right, bottom, left), strict=True)


def _split_pair(name: str, value: str) -> Iterator[tuple[str, str]]:
    parts = _split_words(value)
    if len(parts) in (1, 2):
        yield from zip(_SHORTHANDS[name], (parts[0], parts[-1]), strict=True)


def _split_font(_: str, value: str) -> Iterator[tuple[str, str]]:
    """The size in a font: the first length or size word, which a family must follow."""
    before, slash, after = value.partition("/")
    words = _split_words(before)
    for n, word in enumerate(words):
        length = parse_length(word)
        is_size = word in FONT_SIZES or word in _RELATIVE_SIZES
        if is_size or (length is not None and (not length.is_number or not length.pixels)):
            if words[n + 1 :] or (slash and len(_split_words(after)) > 1):
                yield "font-size", word
            return


def _split_background(_: str, value: str) -> Iterator[tuple[str, str]]:
    colour = next((word for word in reversed(_split_words(value)) if may_be_colour(word)), "transparent")
    has_image = any(each in value for each in ("url(", "gradient(", "image(", "image-set(", "element(", "cross-fade("))
    yield "background-color", colour
    yield "background-image", value if has_image else "none"
    yield "background-clip", "text" if "text" in _split_words(value) else "border-box"


def _split_flex(_: str, value: str) -> Iterator[tuple[str, str]]:
    parts = _split_words(value)
    if value in ("none", "auto"):
        yield from (("flex-grow", "0" if value == "none" else "1"), ("flex-basis", "auto"))
        return
    numbers = [part for part in parts if parse_number(part) is not None and not part.endswith("%")]
    sizes = [part for part in parts if part not in numbers[:2]]
    yield "flex-grow", numbers[0] if numbers else "1"
    yield "flex-basis", numbers[2] if len(numbers) > 2 else sizes[0] if sizes else "0"


def _keep_whole(name: str, value: str) -> Iterator[tuple[str, str]]:
    yield from ((each, value) for each in _SHORTHANDS[name])


def _split_words(value: str) -> list[str]:
    return [token.serialize() for token in value_tokens(value) if token.serialize() != "/"]


_SHORTHANDS: dict[str, tuple[str, ...]] = {
    **_PAIRS,
    "inset": _SIDES,
    "margin": tuple(f"margin-{side}" for side in _SIDES),
    "padding": tuple(f"padding-{side}" for side in _SIDES),
    "font": ("font-size",),
    "background": ("background-color", "background-image", "background-clip"),
    "flex": ("flex-grow", "flex-basis"),
    "animation": ("animation-name",),
    "mask": ("mask-image",),
    "mask-box-image": ("mask-image",),
    "mask-border": ("mask-image",),
    "offset": ("offset-path",),
    "grid-template": ("grid-template-rows", "grid-template-columns"),
    "text-stroke": ("-webkit-text-stroke-width",),
    "-webkit-text-stroke": ("-webkit-text-stroke-width",),
}
_SPLIT: dict[str, Callable[[str, str], Iterator[tuple[str, str]]]] = dict.fromkeys(_SHORTHANDS, _keep_whole)
_SPLIT |= dict.fromkeys(_PAIRS, _split_pair) | dict.fromkeys(("inset", "margin", "padding"), _split_sides)
_SPLIT |= {"font": _split_font, "background": _split_background, "flex": _split_flex}


def split_shorthand(name: str, shorthand: str, value: str) -> str | None:
    """The value of one property of a shorthand whose variables are now known; None if it is invalid."""
    made = dict(_SPLIT[shorthand](shorthand, value)) if value not in WIDE_KEYWORDS else {name: value}
    return made[name] if name in made and is_valid_value(name, made[name]) else None


def is_valid_value(name: str, value: str) -> bool:
    """Whether a browser accepts a value."""
    if value in WIDE_KEYWORDS or "var(" in value or "attr(" in value or "env(" in value:
        return True
    if name in _WORDS:
        return value in _WORDS[name]
    if name == "display":
        return bool(words := value.split()) and all(word in _DISPLAYS for word in words)
    if name in ("color", "background-color", "-webkit-text-fill-color"):
        return may_be_colour(value)
    if name in ("opacity", "zoom", "flex-grow"):
        return parse_number(value) is not None or (name == "zoom" and value in ("normal", "reset"))
    if name == "font-size":
        return value in FONT_SIZES or value in _RELATIVE_SIZES or _is_length(value, least=0)
    if name in _BOX_SIZES:
        return (
            value in _SIZE_WORDS
            or value.startswith(("fit-content(", "calc-size(", "anchor-size("))
            or _is_length(value, least=0)
        )
    if name in _SIDES or name.startswith("margin-"):
        return value == "auto" or value.startswith("anchor") or _is_length(value)
    return name != "text-indent" or any(_is_length(word) for word in _split_words(value))


def _is_length(value: str, least: float | None = None) -> bool:
    length = parse_length(value)
    if length is None:
        return "(" in value and value.split("(")[0] in ("calc", "min", "max", "clamp", "round", "mod", "rem", "sign")
    is_negative = least is not None and (length.pixels < least or length.percent < least)
    return "(" in value or not is_negative  # a number without a unit is accepted in pages without a document type


def is_number_without_unit(value: str) -> bool:
    """Whether a value is a plain number other than 0, which only old pages may use as a length."""
    length = parse_length(value)
    return length is not None and length.is_number and bool(length.pixels)
