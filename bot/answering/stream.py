"""Turns the model's pieces into words that may be shown: whole words only, checked before they leave. Pure.

Prose passes the guard and has its citations checked; code passes as it is, since Slack follows no link in it.
What has left is never looked at again, and what leaves does not depend on how the model cut its pieces.
"""

from __future__ import annotations

import re

from bot.answering.citations import keep_valid
from bot.answering.guard import safe
from bot.answering.prompts import MISSING

_ENDS_OF_WORDS = " \n"
# What a later character may still turn into a link, a mention or another citation.
_OPEN = re.compile(r"!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$|<[^>\n]*$")
_FENCE = re.compile(r"\s*(?:(`{3,})[^`\n]*|(~{3,}).*)\n?$")
_MAY_OPEN_CODE = ("", "`", "~")
_CODE_SPAN = re.compile(r"(`[^`\n]+`)")
_HELD_AT_MOST = 500  # characters; what is still open then is no link and no code
# The prompt's word for "the passages hold no answer", as models write it: Mixtral escapes the underscore.
_VERDICT = r"NOT\\?[_ ]FOUND"
_GIVEN_UP = re.compile(rf"[\s*_`\"'«“]*(?:\w{{1,12}}\s*:[\s*_`]*)?{_VERDICT}\b")
# A sentence of its own at a line's end; elsewhere the word may be a name, as in HttpStatus.NOT_FOUND.
_GIVES_UP_LAST = re.compile(rf"[\n.!?…]\s*([*_\"']*{_VERDICT}[*_\"'.\s]*)$")
_OPENING = 26  # characters in which a verdict with a label before it has begun
_MISSING = re.compile(rf"^[\s*_>#-]*(?:{'|'.join(MISSING)})[\s*_]*:", re.IGNORECASE | re.MULTILINE)


class Outlet:
    """Takes a model's answer piece by piece; holds back what is not decided yet, and `NOT_FOUND` for good.

    `text` is all that was given out; `prose` is that without code. `gave_up` says that the model wrote
    `NOT_FOUND` somewhere.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._held = ""
        self._begun = False
        self._last = "\n"
        self._fence: str | None = None
        self.gave_up = False
        self.text = ""
        self.prose = ""

    @property
    def found_nothing(self) -> bool:
        """Whether all that the model had to say is that the passages hold no answer."""
        return self.gave_up and not self.text.strip()

    @property
    def lacks_something(self) -> bool:
        """Whether the answer names what the passages do not say."""
        return _MISSING.search(self.prose) is not None

    def feed(self, piece: str) -> str:
        """Take the model's next piece; return what may be shown now, perhaps nothing."""
        given = ""
        for character in piece:
            if self.found_nothing:
                return ""
            self._held += character
            if character in _ENDS_OF_WORDS:
                given += self._release()
        return given

    def close(self) -> str:
        """The model has ended: return what was held back."""
        if not self._begun and self._is_refusal():
            return ""
        *lines, last = self._held.split("\n")
        self._held = ""
        return "".join([self._give(self._without_verdict(line)) for line in (*(f"{one}\n" for one in lines), last)])

    def _release(self) -> str:
        if not self._begun and not self._has_begun():
            return ""
        *lines, last = self._held.split("\n")
        given = "".join([self._give(self._without_verdict(f"{line}\n")) for line in lines])
        cut = self._decided(last)
        self._held = last[cut:]
        return given + self._give(last[:cut])

    def _has_begun(self) -> bool:
        """Whether the answer is under way: long enough to know that it is not `NOT_FOUND`."""
        self._held = self._held.lstrip()
        self._begun = not self._is_refusal() and len(self._held) > _OPENING
        return self._begun

    def _is_refusal(self) -> bool:
        self.gave_up = self.gave_up or _GIVEN_UP.match(self._held) is not None
        return self.gave_up

    def _without_verdict(self, line: str) -> str:
        """A line, or the rest of one, that has ended."""
        cut = self._verdict(line)
        if cut is None:
            return line
        self.gave_up = True
        return line[:cut] + ("\n" if line.endswith("\n") else "")

    def _verdict(self, line: str) -> int | None:
        """Where in the rest of a line a last `NOT_FOUND` begins."""
        found = None if self._fence else _GIVES_UP_LAST.search(self._last + line)
        return found.start(1) - len(self._last) if found else None

    def _decided(self, line: str) -> int:
        """How much of an unfinished line no later character can change: whole words outside open brackets."""
        if self._last == "\n" and line.lstrip()[:1] in _MAY_OPEN_CODE and len(line) <= _HELD_AT_MOST:
            return 0
        if self._fence:
            return len(line)
        cuts = [len(line)]
        if line.count("`") % 2 and len(line) - line.rfind("`") <= _HELD_AT_MOST:
            cuts.append(line.rfind("`"))
        if opened := _OPEN.search(line, max(0, len(line) - _HELD_AT_MOST)):
            cuts.append(opened.start())
        if (verdict := self._verdict(line)) is not None:
            cuts.append(verdict)
        return len(line[: min(cuts)].rstrip(" "))

    def _give(self, raw: str) -> str:
        """Let a line, or a part of one, go: checked, and never to be seen again."""
        if not raw:
            return ""
        opens_line = self._last == "\n"
        self._last = raw[-1]
        fence = _FENCE.match(raw) if opens_line else None
        code = self._fence is not None or fence is not None
        given = raw if code else self._checked(raw, opens_line=opens_line)
        if fence:
            self._turn(fence[1] or fence[2], raw)
        self.text += given
        self.prose += "" if code else _CODE_SPAN.sub("", given)
        return given

    def _turn(self, marks: str, line: str) -> None:
        """A fence opens code, or closes it if it is like the one that opened it and stands alone."""
        if self._fence is None:
            self._fence = marks
        elif marks.startswith(self._fence) and line.strip() == marks:
            self._fence = None

    def _checked(self, raw: str, *, opens_line: bool) -> str:
        """Prose with its code spans as they are."""
        given = ""
        for n, part in enumerate(_CODE_SPAN.split(raw)):
            harmless = part if n % 2 else safe(part, opens_line=opens_line and n == 0)
            given += harmless if n % 2 else keep_valid(harmless, self._passages)
        return given
