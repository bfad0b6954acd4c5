"""Reads lengths, numbers, colours and var() in the values of style sheets as a browser does. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import tinycss2
from tinycss2 import color5

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ingestion.readers.text_colours import Colour

VIEW_WIDTH, VIEW_HEIGHT = 1280.0, 800.0  # pixels of an assumed window
USUAL_SIZE = 16.0  # pixels
_ABSOLUTE = {"px": 1.0, "pt": 4 / 3, "cm": 37.8, "mm": 3.78, "in": 96.0, "pc": 16.0, "q": 0.945, "rem": 16.0}
_BY_SIZE = {"em": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2, "ic": 1.0, "cap": 0.7}
_BY_WINDOW = {"vw": VIEW_WIDTH, "vi": VIEW_WIDTH, "vh": VIEW_HEIGHT, "vb": VIEW_HEIGHT}
_BY_WINDOW |= {"vmin": VIEW_HEIGHT, "vmax": VIEW_WIDTH, "cqw": VIEW_WIDTH, "cqh": VIEW_HEIGHT}
_TURNS = {"deg": 1.0, "rad": 180 / math.pi, "grad": 0.9, "turn": 360.0}
_SYSTEM_COLOURS: dict[str, Colour] = {
    "canvas": (255, 255, 255),
    "canvastext": (0, 0, 0),
    "linktext": (0, 0, 238),
    "visitedtext": (85, 26, 139),
    "field": (255, 255, 255),
    "fieldtext": (0, 0, 0),
    "buttonface": (239, 239, 239),
    "buttontext": (0, 0, 0),
    "highlight": (181, 213, 255),
    "mark": (255, 255, 0),
    "marktext": (0, 0, 0),
    "graytext": (128, 128, 128),
    "window": (255, 255, 255),
    "windowtext": (0, 0, 0),
}
_CACHED = 4096
_COLOUR_FUNCTIONS = ("color-mix(", "light-dark(", "oklch(", "oklab(", "lch(", "lab(", "color(", "from ", "device-cmyk(")
_MAX_VARIABLE_DEPTH = 12
_MAX_VARIABLE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Length:
    """A length: pixels, and a share of something that only layout knows."""

    pixels: float = 0.0
    percent: float = 0.0
    is_number: bool = False

    def in_pixels(self, whole: float) -> float:
        """The length where 100 % are `whole` pixels."""
        return self.pixels + self.percent / 100 * whole


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour of 0 to 255, and its opacity of 0 to 1."""

    colour: Colour
    opacity: float = 1.0

    def over(self, ground: Colour, opacity: float = 1.0) -> Colour:
        """The colour that people see on a ground."""
        share = self.opacity * opacity
        red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(self.colour, ground, strict=True))
        return red, green, blue


def value_tokens(text: str) -> list[Any]:
    """The tokens of a value, without white space and comments."""
    return [t for t in tinycss2.parse_component_value_list(text) if t.type not in ("whitespace", "comment")]


@lru_cache(maxsize=_CACHED)
def parse_length(text: str, size: float = USUAL_SIZE) -> Length | None:
    """A length, percentage, number or sum of them; None if it is none. `size` is the text's, in pixels."""
    tokens = value_tokens(text)
    return _token_length(tokens[0], size) if len(tokens) == 1 else None


def parse_number(text: str) -> float | None:
    """A number or a percentage, of which 100 % are 1."""
    length = parse_length(text)
    if length is None or (not length.is_number and not length.percent and length.pixels):
        return None
    return length.percent / 100 if length.percent else length.pixels


def _token_length(token: Any, size: float) -> Length | None:
    if token.type == "number":
        return Length(token.value, is_number=True)
    if token.type == "percentage":
        return Length(percent=token.value)
    if token.type == "dimension":
        return _dimension(token.value, token.lower_unit, size)
    if token.type == "() block":
        return _parse_sum(token.content, size)
    if token.type == "function":
        return _function_length(token.lower_name, token.arguments, size)
    return None


def _dimension(value: float, unit: str, size: float) -> Length | None:
    if unit in _ABSOLUTE:
        return Length(value * _ABSOLUTE[unit])
    if unit in _BY_SIZE:
        return Length(value * _BY_SIZE[unit] * size)
    if unit in _TURNS:
        return Length(value * _TURNS[unit])
    window = _BY_WINDOW.get(unit) or _BY_WINDOW.get(unit[1:])  # svh, lvh and dvh are of the same window here
    return Length(value * window / 100) if window else None


def _function_length(name: str, arguments: Sequence[Any], size: float) -> Length | None:
    if name in ("calc", "-webkit-calc"):
        return _parse_sum(arguments, size)
    choose: dict[str, Callable[[list[float]], float]] = {
        "min": min,
        "max": max,
        "clamp": lambda each: max(each[0], min(each[1:])),
        "abs": lambda each: abs(each[0]),
    }
    parts = [_parse_sum(part, size) for part in split_at_commas(arguments)]
    if name not in choose or not parts or None in parts or (name == "clamp" and len(parts) != 3):
        return None
    known = [part for part in parts if part]
    return Length(choose[name]([part.in_pixels(VIEW_WIDTH) for part in known]), is_number=known[0].is_number)


def split_at_commas(tokens: Sequence[Any]) -> list[list[Any]]:
    """The tokens between commas."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _parse_sum(tokens: Sequence[Any], size: float) -> Length | None:
    """The sum of products that a calc() holds."""
    total = Length()
    sign, product, by = 1.0, None, "*"
    is_number = True
    for token in [t for t in tokens if t.type not in ("whitespace", "comment")]:
        if token.type == "literal" and token.value in "+-*/":
            if token.value in "+-":
                total, product = _add(total, product, sign), None
                sign, by = (1.0 if token.value == "+" else -1.0), "*"
            else:
                by = token.value
            continue
        value = _token_length(token, size)
        if value is None:
            return None
        is_number = is_number and value.is_number
        product = value if product is None else _multiply(product, value, by)
        if product is None:
            return None
    if product is None:
        return None
    total = _add(total, product, sign)
    return Length(total.pixels, total.percent, is_number)


def _add(total: Length, part: Length | None, sign: float) -> Length:
    return Length(total.pixels + sign * part.pixels, total.percent + sign * part.percent) if part else total


def _multiply(one: Length, other: Length, by: str) -> Length | None:
    if by == "/":
        if not other.is_number or not other.pixels:
            return None
        return Length(one.pixels / other.pixels, one.percent / other.pixels, one.is_number)
    if other.is_number:
        return Length(one.pixels * other.pixels, one.percent * other.pixels, one.is_number)
    return _multiply(other, one, by) if one.is_number else None


@lru_cache(maxsize=_CACHED)
def parse_ink(text: str) -> Ink | None:
    """The colour of a value; None if it is no colour, or one that is not computed here."""
    word = text.strip().lower()
    if word in _SYSTEM_COLOURS:
        return Ink(_SYSTEM_COLOURS[word])
    if "light-dark(" in word:
        return None
    try:
        found = color5.parse_color(word)
        if found is None or found == "currentcolor":
            return None
        try:
            red, green, blue = (255 * (part or 0.0) for part in found.to("srgb").coordinates)
        except NotImplementedError:
            red, green, blue = _srgb_from_xyz(*found.to("xyz-d65").coordinates)
    except (NotImplementedError, ValueError, TypeError, ArithmeticError):  # an exotic space, or a wrong value in it
        return None
    colour = (_byte(red), _byte(green), _byte(blue))
    return Ink(colour, min(max(float(found.alpha or 0.0), 0.0), 1.0))


def _byte(part: float) -> int:
    return round(min(max(part, 0.0), 255.0))


def _srgb_from_xyz(x: float, y: float, z: float) -> tuple[float, float, float]:
    linear = (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )
    red, green, blue = (
        255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055) for part in linear
    )
    return red, green, blue


def may_be_colour(text: str) -> bool:
    """Whether a browser takes a value as a colour, computed here or not."""
    return parse_ink(text) is not None or text == "currentcolor" or any(each in text for each in _COLOUR_FUNCTIONS)


def substitute_variables(value: str, variables: Mapping[str, str], depth: int = 0) -> str | None:
    """A value without var(); None if a variable is not known and has no fallback, or refers to itself."""
    if "var(" not in value.lower():
        return value
    if depth > _MAX_VARIABLE_DEPTH or len(value) > _MAX_VARIABLE_CHARACTERS:
        return None
    return _substitute(tinycss2.parse_component_value_list(value), variables, depth)


def _substitute(tokens: Sequence[Any], variables: Mapping[str, str], depth: int) -> str | None:
    made: list[str] = []
    for token in tokens:
        if token.type == "function":
            part = (
                _variable_value(token, variables, depth)
                if token.lower_name == "var"
                else _wrap(f"{token.name}(", _substitute(token.arguments, variables, depth))
            )
        elif token.type == "() block":
            part = _wrap("(", _substitute(token.content, variables, depth))
        else:
            part = token.serialize()
        if part is None:
            return None
        made.append(part)
    return "".join(made).strip()


def _wrap(opening: str, inner: str | None) -> str | None:
    return None if inner is None else f"{opening}{inner})"


def _variable_value(token: Any, variables: Mapping[str, str], depth: int) -> str | None:
    names = [each for each in token.arguments if each.type == "ident"]
    if not names:
        return None
    if (known := variables.get(names[0].value)) is not None:
        found = substitute_variables(known, variables, depth + 1)
        if found is not None:
            return found
    comma = next((n for n, each in enumerate(token.arguments) if each.type == "literal" and each.value == ","), None)
    return None if comma is None else _substitute(token.arguments[comma + 1 :], variables, depth + 1)
