"""Decides whether a hyphen at a line's end belongs to the word. Pure."""

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
    """Joins words that were cut at a line's end, by comparison with the document's other words.

    `words` are known from other lines.

    pdfium marks such a hyphen with U+FFFE, whether or not the word has one.
    """

    def __init__(self, lines: Iterable[str], words: frozenset[str] = frozenset()) -> None:
        self._lines = list(lines)
        self._known = words

    def join_cut_words(self, text: str) -> str:
        """The text with all cut words joined."""
        text = text.replace(_SOFT_HYPHEN, "").replace("\xa0", " ")
        if "\ufffe" not in text and "\x02" not in text:
            return text
        return _CUT_MARK.sub("-", _CUT_WORD.sub(self._join_word, text))

    def join_cell_lines(self, text: str) -> str:
        """The text of a table cell, whose narrow lines may cut a word without a hyphen."""
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
        """Every uncut word of the lines, and the words known before."""
        found: set[str] = set()
        cut = False
        for line in self._lines:
            words = _WORD.findall(line)
            ends = line.endswith(("\ufffe", "\x02"))
            found.update(word.casefold() for word in words[cut : len(words) - ends])
            cut = ends
        return self._known | found
