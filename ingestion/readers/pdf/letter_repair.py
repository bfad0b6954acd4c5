"""Joins accents to their letters, as TeX draws them ("Herve J ´ egou"), and the letters of turned lines. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ingestion.readers.pdf.lines import PdfLine

_COMBINING = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¯": "\u0304",
    "˘": "\u0306", "˙": "\u0307", "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327",
    "˛": "\u0328",
}  # fmt: skip
ACCENTS = frozenset(_COMBINING)
_DOTLESS = {"ı": "i", "ȷ": "j"}
_FARTHEST = 200  # characters between an accent and its letter
_TOUCHING = 0.3  # of the width of the letters on both sides: a gap that is no space
_LINE_HYPHEN = "\ufffe"  # as pdfium marks a hyphen that ends a line
_BESIDE = 0.3  # times the size: letters of one line stand as far to the right
_SPACE, _APART = 0.2, 1.0  # times the size: what parts two words, and what parts two lines


def compose_accents(text: str, find_sides: Callable[[int], tuple[float, float]]) -> list[str]:
    """The characters of a line, each accent joined to the letter under it; `find_sides` gives the edges of a place."""
    characters = list(text)
    for at, accent in enumerate(text):
        if accent in ACCENTS and (letter := _find_letter(characters, at, find_sides)) is not None:
            characters[letter] = _compose(characters[letter], accent)
            characters[at] = ""
            _mark_hyphen(characters, at)
            _close_gap(characters, at, find_sides)
    return characters


def _find_letter(characters: list[str], at: int, find_sides: Callable[[int], tuple[float, float]]) -> int | None:
    """The place of the letter under the accent at a place; None where it stands alone."""
    left, right = find_sides(at)
    middle = (left + right) / 2
    around = range(max(0, at - _FARTHEST), min(len(characters), at + _FARTHEST + 1))
    for place in sorted(around, key=lambda n: abs(n - at)):
        if characters[place].isalpha() and len(_compose(characters[place], characters[at])) == 1:
            start, end = find_sides(place)
            if start < middle < end:
                return place
    return None


def _compose(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _COMBINING[accent])


def _close_gap(characters: list[str], at: int, find_sides: Callable[[int], tuple[float, float]]) -> None:
    """Remove the spaces around a place where an accent was, if the letters beside them touch."""
    before, after = at - 1, at + 1
    while before >= 0 and not characters[before].strip():
        before -= 1
    while after < len(characters) and not characters[after].strip():
        after += 1
    if before < 0 or after >= len(characters) or after - before < 2:
        return
    (start, end), (beyond, beyond_end) = find_sides(before), find_sides(after)
    if beyond - end < _TOUCHING * (end - start + beyond_end - beyond) / 2:
        characters[before + 1 : after] = [""] * (after - before - 1)


def _mark_hyphen(characters: list[str], end: int) -> None:
    """Mark the hyphen that ends a line, where the accent after it ended it for pdfium."""
    if any(each.strip() for each in characters[end:]):
        return
    before = next((n for n in range(end - 1, 0, -1) if characters[n].strip()), 0)
    if characters[before] == "-" and characters[before - 1].isalpha():
        characters[before] = _LINE_HYPHEN


def find_last_drawn(characters: Sequence[str], first: int) -> int:
    """The place of a line's last character; an accent that was joined to its letter is none."""
    if isinstance(characters, str):  # no accent was joined
        return first + len(characters) - 1
    return first + max((n for n, each in enumerate(characters) if each.strip()), default=0)


def join_characters(characters: Sequence[str]) -> str:
    """The text of characters; without the spaces that were around an accent, if any was joined to its letter."""
    text = "".join(characters).strip()
    return text if len(text) == len(characters) or isinstance(characters, str) else " ".join(text.split())


def join_turned_lines(pieces: Iterable[tuple[PdfLine, float | None]]) -> Iterator[PdfLine]:
    """The lines of a page; each is given with how high it ends if it is short and turned by a quarter, else None."""
    joined: PdfLine | None = None
    end = 0.0
    for line, stop in pieces:
        gap = abs(line.y - end)
        if joined and stop is not None and gap <= _APART * line.size and abs(line.x - joined.x) <= _BESIDE * line.size:
            between = " " if gap > _SPACE * line.size else ""
            joined = replace(joined, text=f"{joined.text}{between}{line.text}", right=max(joined.right, line.right))
            end = stop
            continue
        if joined:
            yield joined
        joined, end = (None, 0.0) if stop is None else (line, stop)
        if stop is None:
            yield line
    if joined:
        yield joined
