"""Parses colour words of style sheets and documents, and compares colours. Pure."""

from __future__ import annotations

import re

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
_MAX_DIFFERENCE = 12  # of 255: nobody tells lighter differences apart
_NAMED_COLOURS: dict[str, Colour] = {
    "white": WHITE,
    "black": BLACK,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "floralwhite": (255, 250, 240),
    "mintcream": (245, 255, 250),
    "azure": (240, 255, 255),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
    "grey": (128, 128, 128),
    "gray": (128, 128, 128),
    "silver": (192, 192, 192),
}
_HEX = re.compile(r"#?([\da-f]{6}|[\da-f]{3})(?:[\da-f]{2})?", re.I)
_BETWEEN = r"(?:\s*+,\s*+|\s++)"
_RGB = re.compile(rf"rgba?\(\s*+(\d++){_BETWEEN}(\d++){_BETWEEN}(\d++)\s*+(?:[,/]\s*+([\d.]++)(%?)\s*+)?\)")


def parse_colour(word: str) -> Colour | None:
    """The colour of a word: a name, #rgb, #rrggbb or rgb(…); None if unknown."""
    word = word.strip().lower()
    if word in _NAMED_COLOURS:
        return _NAMED_COLOURS[word]
    if found := _HEX.fullmatch(word):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.fullmatch(word):
        return min(int(found[1]), 255), min(int(found[2]), 255), min(int(found[3]), 255)
    return None


def is_similar_colour(one: Colour, other: Colour) -> bool:
    """Whether people cannot see a difference between two colours."""
    return all(abs(a - b) <= _MAX_DIFFERENCE for a, b in zip(one, other, strict=True))
