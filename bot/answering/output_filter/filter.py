"""Turns the model's pieces into words that may be shown: whole words only, checked before they leave. Pure.

Prose passes the guard and has its citations checked; code passes as it is, since Slack follows no link in it.
What has left is never looked at again, and what leaves does not depend on how the model cut its pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.output_filter.bibliography import begins, goes_on, may_begin
from bot.answering.output_filter.code_fences import (
    closes,
    in_backticks,
    indent,
    leaves,
    opening,
    resembles,
    without_long_runs,
)
from bot.answering.output_filter.links import code_spans, holds_a_bar, opening_run, parts, safe, spelled_out
from bot.answering.output_filter.prompt_leaks import is_ours, may_be_ours, without_control
from bot.answering.output_filter.thinking import TAG, Thoughts, without_half_a_tag
from bot.answering.prompt.templates import MISSING
from bot.answering.verification.citations import keep_valid
from knowledge.core.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDS_OF_WORDS = " \n"
# What a later character may still turn into a link, a mention or another citation.
_OPEN = re.compile(r"!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$|<[^>\n]*$|[【［][^】］\n]*$")
_MARKS = re.compile(r"[\s>*+-]*(?:\d{1,9}[.)])?[\s>*+-]*")
_MAY_OPEN_CODE = ("", "`", "~")
_FENCE_IN_PROSE = re.compile(r"`{3,}")
_ENDS_A_LINE_FOR_SOME = "\x7f\x85\u2028\u2029"
_HELD_AT_MOST = 500  # characters; what is still open then is no link and no code
# The prompt's word for "the passages hold no answer", as models write it: Mixtral escapes the underscore.
_VERDICT = r"NOT\\?[_ ]FOUND"
_GIVEN_UP = re.compile(rf"[\s*_`\"'«“]*(?:\w{{1,12}}\s*:[\s*_`]*)?{_VERDICT}\b")
# A sentence of its own at a line's end; elsewhere the word may be a name, as in HttpStatus.NOT_FOUND.
_GIVES_UP_LAST = re.compile(rf"[\n.!?…]\s*([*_\"']*{_VERDICT}[*_\"'.\s]*)$")
_OPENING = 26  # characters in which a verdict with a label before it has begun
# What may still become one: a first word, which may be a label, and then the verdict's own letters.
_LETTERS = "(?:N(?:O(?:T(?:\\\\?(?:[_ ](?:F(?:O(?:U(?:ND?)?)?)?)?)?)?)?)?)?"
_MAY_GIVE_UP = re.compile(rf"[\s*_`\"'«“]*(?:\w{{0,12}}\s*|(?:\w{{1,12}}\s*:[\s*_`]*)?{_LETTERS})")
_MISSING = re.compile(rf"^[\s*_>#-]*(?:{'|'.join(MISSING)})[\s*_]*:", re.IGNORECASE | re.MULTILINE)


class Outlet:
    """Takes a model's answer piece by piece; holds back what is not decided yet, and `NOT_FOUND` for good.

    What is no answer is held back too: thoughts, our instructions said back, a list of sources at the end.
    `text` is all that was given out; `prose` is that without code. `gave_up` says that the model wrote
    `NOT_FOUND` somewhere, `thought_aloud` that thoughts came through before a tag said so.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._thoughts = Thoughts()
        self._held = ""
        self._before = ""
        self._begun = False
        self._last = "\n"
        self._fence: str | None = None
        self._depth = 0
        self._doubtful = False
        self._barred = False  # code with a bar stands in this line: in a table, words after it may be no code
        self.gave_up = False
        self.thought_aloud = False
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
        for character in self._seen(self._thoughts.feed(piece)):
            if self.found_nothing:
                return given
            self._held += character
            if character in _ENDS_OF_WORDS:
                given += self._release()
        return given

    def close(self) -> str:
        """The model has ended: return what was held back."""
        self._held = without_half_a_tag(self._held + "".join(self._seen(self._thoughts.close())))
        if not self._begun and self._is_refusal():
            return ""
        lines, given = self._held.split("\n"), ""
        self._held = ""
        for n, line in enumerate(lines, 1):
            if self._lists_sources(line, lines[n:] or [""]):
                break
            given += self._give_line(line if n == len(lines) else f"{line}\n")
        return given

    def _seen(self, text: str) -> Iterator[str]:
        """What people see of a text, a character at a time; a line ends where all readers' programs end it."""
        for character in text:
            seen = visible(self._before + character)[len(visible(self._before)) :]
            self._before = character
            if seen:
                yield " " if seen in _ENDS_A_LINE_FOR_SOME or (seen < " " and seen not in "\n\t") else seen

    def _release(self) -> str:
        if not self._begun and not self._has_begun():
            return ""
        *lines, last = self._held.split("\n")
        given = ""
        for n, line in enumerate(lines, 1):
            if self._lists_sources(line, [*lines[n:], last]):
                self._held = "\n".join((*lines[n - 1 :], last))
                return given
            given += self._give_line(f"{line}\n")
        cut = self._decided(last)
        self._held = last[cut:]
        return given + self._give(last[:cut])

    def _lists_sources(self, line: str, rest: list[str]) -> bool:
        """Whether a line opens a list of sources that goes on to the end of what is known."""
        return self._last == "\n" and self._fence is None and begins(line) and goes_on(rest)

    def _give_line(self, line: str) -> str:
        """Let a line, or the rest of one, go that has ended, unless it is one of our own."""
        if self._last == "\n" and is_ours(line):
            return ""
        return self._give(self._without_verdict(line))

    def _has_begun(self) -> bool:
        """Whether the answer is under way: far enough to know that it is not `NOT_FOUND`."""
        self._held = self._held.lstrip()
        undecided = len(self._held) <= _OPENING and _MAY_GIVE_UP.fullmatch(self._held)
        self._begun = not self._is_refusal() and not undecided
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
        if self._last == "\n" and (may_be_ours(line) or (self._fence is None and may_begin(line))):
            return 0
        if self._fence:
            return len(line)
        cuts = [len(line)]
        spans = code_spans(line)
        rest = spans[-1][1] if spans else 0
        if (run := opening_run(line, rest)) and len(line) - run.start() <= _HELD_AT_MOST:
            cuts.append(run.start())
        if opened := _OPEN.search(line, max(0, len(line) - _HELD_AT_MOST)):
            cuts.append(opened.start())
        if (verdict := self._verdict(line)) is not None:
            cuts.append(verdict)
        cut = min(cuts)
        cut = next((start for start, end in spans if start < cut < end), cut)
        if cut < len(line):
            cut = line.rfind(" ", 0, cut) + 1  # a word leaves whole: what goes out of its middle joins its ends
            cut = next((start for start, end in spans if start < cut < end), cut)
        return len(line[:cut].rstrip(" "))

    def _give(self, raw: str) -> str:
        """Let a line, or a part of one, go: checked, and never to be seen again."""
        if not raw:
            return ""
        opens_line = self._last == "\n"
        nothing_yet = _MARKS.fullmatch(self.text, self.text.rfind("\n") + 1) is not None
        self._last = raw[-1]
        before = self._fence
        code = self._is_code(raw) if opens_line else self._fence is not None
        self._barred = self._barred and not opens_line
        given = self._as_code(raw, before) if code else self._checked(raw, opens_line=nothing_yet)
        if not code and self.text.endswith(("`", "\\")) and given.startswith("`"):
            # Two runs of backticks side by side would be one, and close something else; one after a backslash is none.
            given = f" {given}"
        for part, in_code in () if code else parts(given):
            self._barred = holds_a_bar(part, code=in_code, before=self._barred)
        self.text += given
        self.prose += "" if code else "".join(part for part, in_code in parts(given) if not in_code)
        return given

    def _as_code(self, raw: str, before: str | None) -> str:
        """Code as it is, but within backticks, whatever its fence is made of."""
        if not (before or self._fence or "").startswith("~"):
            return raw
        return without_long_runs(raw) if before == self._fence else in_backticks(raw)

    def _is_code(self, line: str) -> bool:
        """Whether a line, or the beginning of one, is code or a fence; from then on, so is what a fence encloses.

        What may be a fence or not, depending on the list that it stands in, is let through, but no word after it
        is taken for code any more.
        """
        marks = opening(line)
        if self._fence is None and marks and not self._doubtful:
            self._fence, self._depth = marks, indent(line)
        elif self._fence is None:
            doubtful = resembles(line)
            self._doubtful = self._doubtful or doubtful
            return doubtful
        elif closes(line, self._fence):
            self._fence = None
        elif leaves(line, self._depth):
            self._fence, self._doubtful = None, True
            return False
        return True

    def _checked(self, raw: str, *, opens_line: bool) -> str:
        """Prose with its code spans as they are."""
        self.thought_aloud = self.thought_aloud or TAG.search(raw) is not None
        raw = spelled_out(without_control(raw))
        if self._doubtful:
            raw = _FENCE_IN_PROSE.sub("'", raw)
        kept = ""
        for part, code in parts(safe(raw, opens_line=opens_line, barred=self._barred)):
            kept += part if code else keep_valid(part, self._passages)
        return safe(kept, opens_line=opens_line, barred=self._barred)
