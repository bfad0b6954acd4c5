"""Marks text that people may not see, so that the mark survives the parsers between a filter and an element. Pure.

The mark is a code point that Unicode reserves for use inside programs. A document that holds it marks only itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DOUBT_MARK = "\ufdd0"
_LETTER = re.compile(r"[^\W\d_]")


def insert_doubt_mark(text: str) -> str:
    """The text with a mark after its first letter, where it changes neither a bullet nor the end of a sentence."""
    letter = _LETTER.search(text)
    at = letter.end() if letter else len(text.rstrip())
    return f"{text[:at]}{DOUBT_MARK}{text[at:]}"


def remove_doubt_marks(text: str) -> str:
    """The text without marks."""
    return text.replace(DOUBT_MARK, "")


def has_doubt_mark(texts: Iterable[str]) -> bool:
    """Whether any of the texts is marked."""
    return any(DOUBT_MARK in text for text in texts)
