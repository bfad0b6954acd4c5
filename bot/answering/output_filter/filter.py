"""Turns the model's pieces into words that may be shown: whole words only, checked before they leave. Pure.

Prose passes the guard and has its citations checked; code passes as it is, since Slack follows no link in it.
What has left is never looked at again, and what leaves does not depend on how the model cut its pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.output_filter.bibliography import find_final_source_lines, may_open_source_list, opens_source_list
from bot.answering.output_filter.code_fences import (
    closes_fence,
    count_indent,
    fence_with_backticks,
    leaves_code_block,
    parse_fence_opening,
    remove_long_backticks,
    resembles_fence,
)
from bot.answering.output_filter.links import (
    decode_entities,
    find_code_spans,
    find_opening_backticks,
    has_pipe_in_code,
    neutralize_markdown,
    split_code_spans,
)
from bot.answering.output_filter.model_noise import (
    THINKING_TAG,
    ThinkingFilter,
    is_prompt_line,
    may_be_prompt_line,
    remove_control_tokens,
    remove_partial_tag,
)
from bot.answering.prompt.templates import MISSING_LABELS
from bot.answering.verification.citations import normalize_citations
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a later character may still turn into a link, a mention or another citation.
_OPEN_BRACKET = re.compile(r"!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$|<[^>\n]*$|[【［][^】］\n]*$")
_LINE_START_MARKS = re.compile(r"(?:[\s>*+-]|\d{1,9}[.)])*")
_MAY_OPEN_CODE = ("", "`", "~")
_FENCE_IN_PROSE = re.compile(r"`{3,}")
_ENDS_A_LINE_FOR_SOME = "\x7f\x85\u2028\u2029"
_MAX_HELD_CHARACTERS = 500  # characters; what is still open then is no link and no code
# The prompt's word for "the passages hold no answer", as models write it: Mixtral escapes the underscore.
_NOT_FOUND_WORD = r"NOT\\?[_ ]FOUND"
_STARTS_WITH_NOT_FOUND = re.compile(rf"[\s*_`\"'«“]*(?:\w{{1,12}}\s*:[\s*_`]*)?{_NOT_FOUND_WORD}\b")
# A sentence of its own at a line's end; elsewhere the word may be a name, as in HttpStatus.NOT_FOUND.
_ENDS_WITH_NOT_FOUND = re.compile(rf"[\n.!?…]\s*([*_\"']*{_NOT_FOUND_WORD}[*_\"'.\s]{{0,{_MAX_HELD_CHARACTERS}}})$")
_MAX_UNDECIDED_CHARACTERS = 26  # characters in which a verdict with a label before it has begun
# What may still become one: a first word, which may be a label, and then the verdict's own letters.
_NOT_FOUND_PREFIX = "(?:N(?:O(?:T(?:\\\\?(?:[_ ](?:F(?:O(?:U(?:ND?)?)?)?)?)?)?)?)?)?"
_MAY_BE_NOT_FOUND = re.compile(rf"[\s*_`\"'«“]*(?:\w{{0,12}}\s*|(?:\w{{1,12}}\s*:[\s*_`]*)?{_NOT_FOUND_PREFIX})")
_MISSING_LINE = re.compile(
    rf"^(?:[^\S\n]|[*_>#-])*(?:{'|'.join(MISSING_LABELS)})[\s*_]*:", re.IGNORECASE | re.MULTILINE
)


class OutputFilter:
    """Takes a model's answer piece by piece; holds back what is not decided yet, and `NOT_FOUND` for good.

    What is no answer is held back too: thoughts, our instructions said back, a list of sources at the end.
    `text` is all that was given out; `prose` is that without code. `gave_up` says that the model wrote
    `NOT_FOUND` somewhere, `thought_aloud` that thoughts came through before a tag said so.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._thoughts = ThinkingFilter()
        self._held = ""
        self._listed = 0  # length of the whole lines at the beginning of `_held` that may be a list of sources
        self._before = ""
        self._begun = False
        self._last = "\n"
        self._bare = True  # nothing but marks stands in this line yet
        self._fence: str | None = None
        self._depth = 0
        self._doubtful = False
        self._barred = False  # code with a bar stands in this line: in a table, words after it may be no code
        self.wrote_not_found = False
        self.leaked_thinking = False
        self.text = ""
        self.prose = ""

    @property
    def is_only_not_found(self) -> bool:
        """Whether all that the model had to say is that the passages hold no answer."""
        return self.wrote_not_found and not self.text.strip()

    @property
    def names_missing_parts(self) -> bool:
        """Whether the answer names what the passages do not say."""
        return _MISSING_LINE.search(self.prose) is not None

    def filter_text(self, piece: str) -> str:
        """Take the model's next piece; return what may be shown now, perhaps nothing."""
        given = ""
        for character in self._visible_characters(self._thoughts.filter_thinking(piece)):
            if self.is_only_not_found:
                return given
            after_space = self._held.endswith(" ")
            self._held += character
            if character == "\n" or (character == " " and not after_space):
                given += self._release_decided()
        return given

    def flush_text(self) -> str:
        """The model has ended: return what was held back."""
        self._held = remove_partial_tag(self._held + "".join(self._visible_characters(self._thoughts.flush_thinking())))
        if not self._begun and self._starts_with_not_found():
            return ""
        lines, given = self._held.split("\n"), ""
        self._held = ""
        only_sources = find_final_source_lines(lines)
        for n, line in enumerate(lines, 1):
            if n >= only_sources and self._opens_source_list(line):
                break
            given += self._emit_line(line if n == len(lines) else f"{line}\n")
        return given

    def _visible_characters(self, text: str) -> Iterator[str]:
        """What people see of a text, a character at a time; a line ends where all readers' programs end it."""
        for character in text:
            seen = strip_invisible(self._before + character)[len(strip_invisible(self._before)) :]
            self._before = character
            if seen:
                yield " " if seen in _ENDS_A_LINE_FOR_SOME or (seen < " " and seen not in "\n\t") else seen

    def _release_decided(self) -> str:
        if not self._begun and not self._has_begun():
            return ""
        if self._listed and not find_final_source_lines(self._held[self._listed :].split("\n")):
            self._listed = self._held.rfind("\n") + 1
            return ""
        *lines, last = self._held.split("\n")
        given, only_sources = "", find_final_source_lines([*lines, last])
        for n, line in enumerate(lines, 1):
            if n >= only_sources and self._opens_source_list(line):
                self._held = "\n".join((*lines[n - 1 :], last))
                self._listed = len(self._held) - len(last)
                return given
            given += self._emit_line(f"{line}\n")
        self._listed, cut = 0, self._decided_length(last)
        self._held = last[cut:]
        return given + self._emit_part(last[:cut])

    def _opens_source_list(self, line: str) -> bool:
        """Whether a line opens a list of sources."""
        return self._last == "\n" and self._fence is None and opens_source_list(line)

    def _emit_line(self, line: str) -> str:
        """Let a line, or the rest of one, go that has ended, unless it is one of our own."""
        if self._last == "\n" and is_prompt_line(line):
            return ""
        return self._emit_part(self._remove_not_found(line))

    def _has_begun(self) -> bool:
        """Whether the answer is under way: far enough to know that it is not `NOT_FOUND`."""
        self._held = self._held.lstrip()
        undecided = len(self._held) <= _MAX_UNDECIDED_CHARACTERS and _MAY_BE_NOT_FOUND.fullmatch(self._held)
        self._begun = not self._starts_with_not_found() and not undecided
        return self._begun

    def _starts_with_not_found(self) -> bool:
        self.wrote_not_found = self.wrote_not_found or _STARTS_WITH_NOT_FOUND.match(self._held) is not None
        return self.wrote_not_found

    def _remove_not_found(self, line: str) -> str:
        """A line, or the rest of one, that has ended."""
        cut = self._find_not_found(line)
        if cut is None:
            return line
        self.wrote_not_found = True
        return line[:cut] + ("\n" if line.endswith("\n") else "")

    def _find_not_found(self, line: str) -> int | None:
        """Where in the rest of a line a last `NOT_FOUND` begins."""
        found = None if self._fence else _ENDS_WITH_NOT_FOUND.search(self._last + line)
        return found.start(1) - len(self._last) if found else None

    def _decided_length(self, line: str) -> int:
        """How much of an unfinished line no later character can change: whole words outside open brackets."""
        may_open_block = len(line) <= _MAX_HELD_CHARACTERS and self._may_open_block(line)
        if self._last == "\n" and (may_open_block or may_be_prompt_line(line)):
            return 0
        if self._fence:
            return len(line)
        cuts = [len(line)]
        spans = find_code_spans(line)
        rest = spans[-1][1] if spans else 0
        if (run := find_opening_backticks(line, rest)) and len(line) - run.start() <= _MAX_HELD_CHARACTERS:
            cuts.append(run.start())
        if opened := _OPEN_BRACKET.search(line, max(0, len(line) - _MAX_HELD_CHARACTERS)):
            cuts.append(opened.start())
        if (verdict := self._find_not_found(line)) is not None:
            cuts.append(verdict)
        cut = min(cuts)
        cut = next((start for start, end in spans if start < cut < end), cut)
        if cut < len(line):
            cut = line.rfind(" ", 0, cut) + 1  # a word leaves whole: what goes out of its middle joins its ends
            cut = next((start for start, end in spans if start < cut < end), cut)
        return len(line[:cut].rstrip(" "))

    def _may_open_block(self, line: str) -> bool:
        """Whether a line that begins so may open code or a list of sources."""
        return line.lstrip()[:1] in _MAY_OPEN_CODE or (self._fence is None and may_open_source_list(line))

    def _emit_part(self, raw: str) -> str:
        """Let a line, or a part of one, go: checked, and never to be seen again."""
        if not raw:
            return ""
        opens_line = self._last == "\n"
        nothing_yet = self._bare
        self._last = raw[-1]
        before = self._fence
        code = self._is_code_line(raw) if opens_line else self._fence is not None
        self._barred = self._barred and not opens_line
        given = self._format_code(raw, before) if code else self._filter_prose(raw, opens_line=nothing_yet)
        if not code and self.text.endswith(("`", "\\")) and given.startswith("`"):
            # Two runs of backticks side by side would be one, and close something else; one after a backslash is none.
            given = f" {given}"
        for part, in_code in () if code else split_code_spans(given):
            self._barred = has_pipe_in_code(part, code=in_code, before=self._barred)
        self.text += given
        last_line = given.rfind("\n") + 1
        self._bare = (self._bare or last_line > 0) and _LINE_START_MARKS.fullmatch(given, last_line) is not None
        self.prose += "" if code else "".join(part for part, in_code in split_code_spans(given) if not in_code)
        return given

    def _format_code(self, raw: str, before: str | None) -> str:
        """Code as it is, but within backticks, whatever its fence is made of."""
        if not (before or self._fence or "").startswith("~"):
            return raw
        return remove_long_backticks(raw) if before == self._fence else fence_with_backticks(raw)

    def _is_code_line(self, line: str) -> bool:
        """Whether a line, or the beginning of one, is code or a fence; from then on, so is what a fence encloses.

        What may be a fence or not, depending on the list that it stands in, is let through, but no word after it
        is taken for code any more.
        """
        marks = parse_fence_opening(line)
        if self._fence is None and marks and not self._doubtful:
            self._fence, self._depth = marks, count_indent(line)
        elif self._fence is None:
            doubtful = resembles_fence(line)
            self._doubtful = self._doubtful or doubtful
            return doubtful
        elif closes_fence(line, self._fence):
            self._fence = None
        elif leaves_code_block(line, self._depth):
            self._fence, self._doubtful = None, True
            return False
        return True

    def _filter_prose(self, raw: str, *, opens_line: bool) -> str:
        """Prose with its code spans as they are."""
        self.leaked_thinking = self.leaked_thinking or THINKING_TAG.search(raw) is not None
        raw = decode_entities(remove_control_tokens(raw))
        if self._doubtful:
            raw = _FENCE_IN_PROSE.sub("'", raw)
        kept = ""
        for part, code in split_code_spans(neutralize_markdown(raw, opens_line=opens_line, pipe_in_code=self._barred)):
            kept += part if code else normalize_citations(part, self._passages)
        return neutralize_markdown(kept, opens_line=opens_line, pipe_in_code=self._barred)
