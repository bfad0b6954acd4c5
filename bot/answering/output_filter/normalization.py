"""Reads prose as other programs may read it: escapes undone, compatibility forms as plain characters, no marks.

An address or a mention is looked for in this canonical form; what is posted is the prose as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")  # a backslash before ASCII punctuation, as in CommonMark
_EMPHASIS = "*~_"  # signs that may disappear when Markdown is rendered: the words beside them become one
_SYMBOL = "\u00aa"  # stands for a symbol, or a mark without a letter, which some take for letters; NFKC leaves none
_MAY_DIFFER = re.compile(r"[\\*~_]|[^\x00-\x7f]")
_IDEOGRAPHIC_DOTS = str.maketrans("\u3002\u06d4", "..")  # browsers and people read them as dots


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """Prose in its canonical form `text`; character `n` of it was written at `starts[n]` to `ends[n]` of `written`."""

    written: str
    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    @classmethod
    def canonicalize(cls, written: str, *, joined: bool = False) -> CanonicalText:
        """Reads prose; `joined` leaves out the signs of emphasis. Most ASCII is canonical already."""
        if not _MAY_DIFFER.search(written):
            return cls(written, written, range(len(written)), range(1, len(written) + 1))
        characters: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        begin = 0  # where the escapes before the next character begin
        for n, character in enumerate(written):
            if joined and character in _EMPHASIS:
                begin = n + 1
                continue
            if character == "\\" and _ESCAPE.match(written, n):
                continue
            plain = _plain_character(character)
            if not plain and _is_visible_mark(character) and not (characters and characters[-1].isalnum()):
                plain = _SYMBOL
            if not plain and ends:
                ends[-1] = n + 1  # a mark belongs to the character before it
            for one in plain:
                characters.append(one)
                starts.append(begin)
                ends.append(n + 1)
            begin = n + 1
        return cls(written, "".join(characters), tuple(starts), tuple(ends))

    def replace_matches(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str], str], str]) -> str:
        """Replaces in the written prose what `pattern` finds in the canonical form.

        `replace` gets the match, and the same words as they were written, with escapes undone.
        """
        result, at = "", 0
        for match in pattern.finditer(self.text):
            if match.start() == match.end():
                continue
            start, end = max(self.starts[match.start()], at), self.ends[match.end() - 1]
            written = _ESCAPE.sub("", self.written[start:end])
            result += self.written[at:start] + replace(match, written)
            at = end
        return result + self.written[at:]


def _is_visible_mark(character: str) -> bool:
    """Whether a character is a combining mark, and no variation selector."""
    return unicodedata.category(character)[0] == "M" and not "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=8_192)
def _plain_character(character: str) -> str:
    """The characters that NFKC makes of one; none of a combining mark or an invisible character."""
    plain = unicodedata.normalize("NFKC", character).translate(_IDEOGRAPHIC_DOTS)
    categories = map(unicodedata.category, plain)
    return "".join(
        _SYMBOL if category[0] == "S" and not one.isascii() else one
        for one, category in zip(plain, categories, strict=True)
        if category[0] != "M" and category != "Cf"
    )
