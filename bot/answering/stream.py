"""Turns the model's pieces into words that may be shown: whole words only, checked before they leave. Pure.

Prose passes the guard and has its citations checked; code passes as it is, since Slack follows no link in it.
"""

from __future__ import annotations

import re

from bot.answering.citations import keep_valid
from bot.answering.guard import safe
from bot.answering.prompts import NOT_FOUND

# What a later character may still turn into a link, a mention or another citation.
_OPEN = re.compile(r"!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$|<[^>\n]*$")
_FENCES = ("```", "~~~")
_CODE_SPAN = re.compile(r"(`[^`\n]+`)")
_HELD_AT_MOST = 500  # characters; what is still open then is no link


class Outlet:
    """Takes a model's answer piece by piece; holds back what is not decided yet, and `NOT_FOUND` for good."""

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._opening = ""
        self._line = ""
        self._line_given = ""
        self._in_code = False
        self.text = ""
        self.prose = ""

    @property
    def found_nothing(self) -> bool:
        """Whether the model said that the passages hold no answer."""
        return not self.text and self._opening.strip(" \n*_`.\"'").startswith(NOT_FOUND)

    def feed(self, piece: str) -> str:
        """Take the model's next piece; return what may be shown now, perhaps nothing."""
        if self.text or self._line:
            return self._take(piece)
        self._opening = (self._opening + piece).lstrip()
        if len(self._opening) < len(NOT_FOUND) + 4 or self.found_nothing:
            return ""
        return self._take(self._opening)

    def close(self) -> str:
        """The model has ended: return what was held back."""
        if self.found_nothing:
            return ""
        given = "" if self.text or self._line else self._take(self._opening)
        return given + self._give(self._checked(self._line), ends=True)

    def _take(self, piece: str) -> str:
        *lines, last = (self._line + piece).split("\n")
        given = ""
        for line in lines:
            given += self._give(self._checked(line) + "\n", ends=True)
            self._in_code ^= line.lstrip().startswith(_FENCES)
        self._line = last
        return given + self._give(self._checked(last[: self._decided(last)]), ends=False)

    def _give(self, checked: str, *, ends: bool) -> str:
        """What of the current line, as `checked`, was not shown yet."""
        new = checked[_common(checked, self._line_given) :]
        self._line_given = "" if ends else checked
        self.text += new
        if not self._in_code:
            self.prose += _CODE_SPAN.sub("", new)
        return new

    def _checked(self, line: str) -> str:
        if self._in_code or line.lstrip().startswith(_FENCES):
            return line
        parts = _CODE_SPAN.split(line)
        return "".join(part if n % 2 else keep_valid(safe(part), self._passages) for n, part in enumerate(parts))

    def _decided(self, line: str) -> int:
        """How much of an unfinished line no later character can change: whole words outside open brackets."""
        if line.lstrip()[:1] in {"`", "~"}:
            return 0
        if self._in_code:
            return len(line)
        cut = max(line.rfind(" "), 0)
        if line.count("`") % 2:
            cut = min(cut, line.rfind("`"))
        opened = _OPEN.search(line, max(0, len(line) - _HELD_AT_MOST))
        return min(cut, opened.start()) if opened else cut


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
