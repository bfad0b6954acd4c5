"""Tells a text layer that is no language: its letters stand for others, or for none. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.readers.pdf.lines import PdfLine

_FEWEST = 40  # characters: fewer say little
_FEWEST_SYLLABLES = 40
_MAX_BROKEN_SHARE = 0.2  # of controls, private signs and signs without a meaning
_BROKEN = frozenset({"Cc", "Co", "Cn"})
_KNOWN_CONTROLS = frozenset("\t\n\r\x02")  # the last marks a hyphen at a line's end
_HANGUL = range(0xAC00, 0xD7A4)
_NARROW_BLOCKS = 3  # of 128 signs: Korean needs many more, an alphabet that was shifted there does not
_NARROW_SHARE = 0.97


def find_garbled_pages(lines: Iterable[PdfLine]) -> set[int]:
    """The pages whose text is no language."""
    texts: dict[int, list[str]] = {}
    for line in lines:
        texts.setdefault(line.page, []).append(line.text)
    return {page for page, own in texts.items() if is_garbled("".join(own))}


def is_garbled(text: str) -> bool:
    """Whether a text is too long to be a formula and has no letters that mean something."""
    signs = [sign for sign in text if not sign.isspace()]
    if len(signs) < _FEWEST:
        return False
    broken = sum(_is_broken(sign) for sign in signs if not sign.isascii() or sign < " ")
    return broken > _MAX_BROKEN_SHARE * len(signs) or _is_shifted_alphabet(signs)


def _is_broken(sign: str) -> bool:
    return sign == "\ufffd" or (
        unicodedata.category(sign) in _BROKEN and sign not in _KNOWN_CONTROLS and sign != "\ufffe"
    )


def _is_shifted_alphabet(signs: list[str]) -> bool:
    """Whether all Korean syllables come from a part of the table that is as small as an alphabet."""
    syllables = [ord(sign) // 128 for sign in signs if ord(sign) in _HANGUL]
    if len(syllables) < _FEWEST_SYLLABLES or 2 * len(syllables) < sum(sign.isalpha() for sign in signs):
        return False
    usual = Counter(syllables).most_common(_NARROW_BLOCKS)
    return sum(many for _, many in usual) >= _NARROW_SHARE * len(syllables)
