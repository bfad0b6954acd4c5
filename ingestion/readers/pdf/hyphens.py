"""Decide what becomes of a hyphen at a line's end: the word's own, or the typesetter's. Pure."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CUT_WORD = re.compile(r"(\w+(?:-\w+)*)[\ufffe\x02]\s?(\w+)")
_CUT_MARK = re.compile(r"[\ufffe\x02]\s?")
_SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"\w+(?:-\w+)*")


class HyphenJoiner:
    """Joins the words that line ends cut, by what the rest of the document writes.

    `words` are known from lines beside these.

    pdfium marks such a hyphen with U+FFFE, whether the word is written with a hyphen or not.
    """

    def __init__(self, lines: Iterable[str], words: frozenset[str] = frozenset()) -> None:
        self._lines = list(lines)
        self._known = words

    def join_cut_words(self, text: str) -> str:
        """The text with every cut word whole."""
        text = text.replace(_SOFT_HYPHEN, "").replace("\xa0", " ")
        if "\ufffe" not in text and "\x02" not in text:
            return text
        return _CUT_MARK.sub("-", _CUT_WORD.sub(self._join_word, text))

    def join_cell_lines(self, text: str) -> str:
        """A table's cell, whose narrow lines may cut a long word without any hyphen."""
        whole, *rest = text.split("\n")
        for line in rest:
            end, start = whole.rsplit(maxsplit=1)[-1:], line.split(maxsplit=1)[:1]
            cut = "".join(end + start).casefold() in self.words and bool({*end, *start} - self.words)
            whole += line if cut else f" {line}"
        return self.join_cut_words(whole)

    def _join_word(self, cut: re.Match[str]) -> str:
        before, after = cut.groups()
        plain, hyphened = f"{before}{after}", f"{before}-{after}"
        if plain.casefold() in self.words:
            return plain
        last = before.rsplit("-", 1)[-1].casefold()
        own = hyphened.casefold() in self.words or {last, after.casefold()} <= self.words
        return hyphened if own or "-" in before or not after[0].islower() else plain

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the lines that stands there uncut, and those known before."""
        found: set[str] = set()
        cut = False
        for line in self._lines:
            words = _WORD.findall(line)
            ends = line.endswith(("\ufffe", "\x02"))
            found.update(word.casefold() for word in words[cut : len(words) - ends])
            cut = ends
        return self._known | found
