"""Filters the model's output while it streams, and releases only checked, whole words.

Prose has its links neutralized and its citations checked. Code stays as it is, since Slack follows no link in it.
Released text never changes, and the result does not depend on how the model cut its output into pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import MISSING_LABELS
from bot.answering.output_filter.code_fences import (
    align_closing_fence,
    align_code,
    align_fence,
    closes_fence,
    count_indent,
    fence_with_backticks,
    is_blank,
    parse_fence_opening,
    remove_long_backticks,
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
    find_final_source_lines,
    is_prompt_line,
    may_be_prompt_line,
    may_open_source_list,
    opens_source_list,
    remove_control_tokens,
    remove_partial_tag,
)
from bot.answering.verification.citations import normalize_citations
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# An open bracket that later characters may turn into a link, a mention or another citation.
_OPEN_BRACKET = re.compile(r"!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$|<[^>\n]*$|[【［][^】］\n]*$")
_LINE_START_MARKS = re.compile(r"(?:[\s>*+-]|\d{1,9}[.)]|\[[ xX]?\])*")
_TAG_LINE = re.compile(r"(?:[\s>*+-]|\d{1,9}[.)])*</?[A-Za-z]")
_WIDE_LIST_MARK = re.compile(r"([*+-]|\d[.)])(?:[ \t]{2,}|\t)")
_MAY_OPEN_CODE = ("", "`", "~")
_UNUSUAL_LINE_ENDS = "\x7f\x85\u2028\u2029"
_MAX_PENDING_CHARACTERS = 500  # a longer open bracket or code span is treated as text
# The prompt's word for "no answer in the passages", as models write it: Mixtral escapes the underscore.
_NOT_FOUND_WORD = r"NOT\\?[_ ]FOUND"
_STARTS_WITH_NOT_FOUND = re.compile(rf"[\s*_`\"'«“]*(?:\w{{1,12}}\s*:[\s*_`]*)?{_NOT_FOUND_WORD}\b")
# It counts as a sentence of its own at a line's end. Elsewhere it may be a name, as in HttpStatus.NOT_FOUND.
_ENDS_WITH_NOT_FOUND = re.compile(
    rf"[\n.!?…][^\S\n]*+([*_\"']*{_NOT_FOUND_WORD}[*_\"'.\s]{{0,{_MAX_PENDING_CHARACTERS}}})$"
)
_MAX_UNDECIDED_CHARACTERS = 26  # `NOT_FOUND`, with a label before it, has begun within so many
# The beginning of one: a first word, which may be a label, then the first letters of `NOT_FOUND`.
_NOT_FOUND_PREFIX = "(?:N(?:O(?:T(?:\\\\?(?:[_ ](?:F(?:O(?:U(?:ND?)?)?)?)?)?)?)?)?)?"
_MAY_BE_NOT_FOUND = re.compile(rf"[\s*_`\"'«“]*+(?:\w{{0,12}}\s*+|(?:\w{{1,12}}\s*:[\s*_`]*)?{_NOT_FOUND_PREFIX})")
_MISSING_LINE = re.compile(
    rf"^(?:[^\S\n]|[*_>#-])*(?:{'|'.join(MISSING_LABELS)})[\s*_]*:", re.IGNORECASE | re.MULTILINE
)


class OutputFilter:
    """Filters a model's answer piece by piece, and keeps text back until it is known to be safe.

    `NOT_FOUND`, thoughts, repeated instructions and a list of sources at the end are removed.
    `text` is all that was released, `prose` the same without code. `wrote_not_found` says that the model wrote
    `NOT_FOUND`, `leaked_thinking` that thoughts were released before a tag marked them.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._thinking_filter = ThinkingFilter()
        self._pending = ""
        self._source_list_length = 0  # length of the whole lines in `_pending` that may be a list of sources
        self._previous_character = ""
        self._started = False
        self._last_character = "\n"
        self._only_marks = True  # this line has only marks so far
        self._fence: str | None = None
        self._fence_indent = 0
        self._after_tag = False  # since the last empty line, a line began with a tag: a fence would belong to its HTML
        self._pipe_in_code = False  # this line has code with a pipe, which may end the code in a table
        self.wrote_not_found = False
        self.leaked_thinking = False
        self.text = ""
        self.prose = ""

    @property
    def is_only_not_found(self) -> bool:
        """Whether the model wrote only that the passages contain no answer."""
        return self.wrote_not_found and not self.text.strip()

    @property
    def names_missing_parts(self) -> bool:
        """Whether the answer names the parts that are missing in the passages."""
        return _MISSING_LINE.search(self.prose) is not None

    def filter_text(self, piece: str) -> str:
        """Takes the model's next piece; returns the text that may be shown now, possibly empty."""
        shown = ""
        for character in self._visible_characters(self._thinking_filter.filter_thinking(piece)):
            if self.is_only_not_found:
                return shown
            after_space = self._pending.endswith(" ")
            self._pending += character
            if character == "\n" or (character == " " and not after_space):
                shown += self._release_decided()
        return shown

    def flush_text(self) -> str:
        """Returns the pending text after the model has ended."""
        rest = self._visible_characters(self._thinking_filter.flush_thinking())
        self._pending = remove_partial_tag(self._pending + "".join(rest))
        if not self._started and self._starts_with_not_found():
            return ""
        lines, shown = self._pending.split("\n"), ""
        self._pending = ""
        only_sources = find_final_source_lines(lines)
        for n, line in enumerate(lines, 1):
            if n >= only_sources and self._opens_source_list(line):
                break
            shown += self._emit_line(line if n == len(lines) else f"{line}\n")
        return shown

    def _visible_characters(self, text: str) -> Iterator[str]:
        """Yields the visible characters of a text; replaces unusual line ends and control characters by spaces."""
        for character in text:
            previous = self._previous_character
            visible = strip_invisible(previous + character)[len(strip_invisible(previous)) :]
            self._previous_character = character
            if visible:
                is_control = visible in _UNUSUAL_LINE_ENDS or (visible < " " and visible not in "\n\t")
                yield " " if is_control else visible

    def _release_decided(self) -> str:
        if not self._started and not self._has_started():
            return ""
        listed = self._source_list_length
        if listed and not find_final_source_lines(self._pending[listed:].split("\n")):
            self._source_list_length = self._pending.rfind("\n") + 1
            return ""
        *lines, last = self._pending.split("\n")
        shown, only_sources = "", find_final_source_lines([*lines, last])
        for n, line in enumerate(lines, 1):
            if n >= only_sources and self._opens_source_list(line):
                self._pending = "\n".join((*lines[n - 1 :], last))
                self._source_list_length = len(self._pending) - len(last)
                return shown
            shown += self._emit_line(f"{line}\n")
        self._source_list_length, cut = 0, self._decided_length(last)
        self._pending = last[cut:]
        return shown + self._emit_part(last[:cut])

    def _opens_source_list(self, line: str) -> bool:
        """Whether a line opens a list of sources."""
        return self._last_character == "\n" and self._fence is None and opens_source_list(line)

    def _emit_line(self, line: str) -> str:
        """Releases a finished line, or the rest of one, unless it repeats a line of the prompt."""
        if self._last_character == "\n" and is_prompt_line(line):
            return ""
        return self._emit_part(self._remove_not_found(line))

    def _has_started(self) -> bool:
        """Whether the answer is long enough to know that it does not start with `NOT_FOUND`."""
        self._pending = self._pending.lstrip()
        undecided = len(self._pending) <= _MAX_UNDECIDED_CHARACTERS and _MAY_BE_NOT_FOUND.fullmatch(self._pending)
        self._started = not self._starts_with_not_found() and not undecided
        return self._started

    def _starts_with_not_found(self) -> bool:
        self.wrote_not_found = self.wrote_not_found or _STARTS_WITH_NOT_FOUND.match(self._pending) is not None
        return self.wrote_not_found

    def _remove_not_found(self, line: str) -> str:
        """Removes `NOT_FOUND` from the end of a finished line."""
        cut = self._find_not_found(line)
        if cut is None:
            return line
        self.wrote_not_found = True
        return line[:cut] + ("\n" if line.endswith("\n") else "")

    def _find_not_found(self, line: str) -> int | None:
        """Finds where `NOT_FOUND` begins at the end of a line; None if it has none."""
        found = None if self._fence else _ENDS_WITH_NOT_FOUND.search(self._last_character + line)
        return found.start(1) - len(self._last_character) if found else None

    def _decided_length(self, line: str) -> int:
        """Returns how many characters of an unfinished line are final: whole words outside open brackets."""
        may_open_block = len(line) <= _MAX_PENDING_CHARACTERS and self._may_open_block(line)
        if self._last_character == "\n" and (may_open_block or may_be_prompt_line(line)):
            return 0
        if self._fence:
            return len(line)
        cuts = [len(line)]
        spans = find_code_spans(line)
        rest = spans[-1][1] if spans else 0
        opening = find_opening_backticks(line, rest)
        if opening and len(line) - opening.start() <= _MAX_PENDING_CHARACTERS:
            cuts.append(opening.start())
        if (not_found := self._find_not_found(line)) is not None:
            cuts.append(not_found)
        first = cut = min(cuts)
        before = -1
        while cut != before:
            before, cut = cut, _move_before_open_text(line, cut, spans, is_end=cut == len(line))
            if first - cut > _MAX_PENDING_CHARACTERS:
                # Bracket after bracket: all is text. With its last space, since "<a" and a later space make a tag.
                return len(line)
        return len(line[:cut].rstrip(" "))

    def _may_open_block(self, line: str) -> bool:
        """Whether an unfinished line may open code or a list of sources."""
        return line.lstrip()[:1] in _MAY_OPEN_CODE or (self._fence is None and may_open_source_list(line))

    def _emit_part(self, raw: str) -> str:
        """Checks and releases a line, or a part of one."""
        if not raw:
            return ""
        opens_line = self._last_character == "\n"
        only_marks = self._only_marks
        raw = self._align_code_line(raw) if opens_line else raw
        self._last_character = raw[-1]
        before = self._fence
        code = self._is_code_line(raw) if opens_line else self._fence is not None
        self._pipe_in_code = self._pipe_in_code and not opens_line
        shown = self._format_code(raw, before) if code else self._filter_prose(raw, opens_line=only_marks)
        if code and before is None and self._after_tag:
            shown = f"\n{shown}"  # an empty line ends the HTML that a tag began, and the fence is one
        is_empty = opens_line and is_blank(raw)
        begins_with_tag = only_marks and _TAG_LINE.match(shown) is not None
        self._after_tag = not code and (begins_with_tag or (self._after_tag and not is_empty))
        if not code and self.text.endswith(("`", "\\")) and shown.startswith("`"):
            # A space keeps two runs of backticks apart, and a run apart from a backslash that would escape it.
            shown = f" {shown}"
        for part, in_code in () if code else split_code_spans(shown):
            self._pipe_in_code = has_pipe_in_code(part, code=in_code, before=self._pipe_in_code)
        self.text += shown
        last_line = shown.rfind("\n") + 1
        may_have_only_marks = self._only_marks or last_line > 0
        self._only_marks = may_have_only_marks and _LINE_START_MARKS.fullmatch(shown, last_line) is not None
        self.prose += "" if code else "".join(part for part, in_code in split_code_spans(shown) if not in_code)
        return shown

    def _format_code(self, raw: str, before: str | None) -> str:
        """Returns code unchanged, but for a fence of tildes, which becomes one of backticks."""
        if not (before or self._fence or "").startswith("~"):
            return raw
        return remove_long_backticks(raw) if before == self._fence else fence_with_backticks(raw)

    def _align_code_line(self, line: str) -> str:
        """Moves a fence, or a line of code, so that it is one in a list and outside of one."""
        aligned = align_fence(line)
        if self._fence is None:
            return aligned
        closes = closes_fence(aligned, self._fence)
        return (align_closing_fence if closes else align_code)(line, self._fence_indent)

    def _is_code_line(self, line: str) -> bool:
        """Whether a line, or the beginning of one, is code or a fence; updates the open fence."""
        if self._fence is not None:
            self._fence = None if closes_fence(line, self._fence) else self._fence
            return True
        # An unfinished line may get a backtick, and is no fence then.
        self._fence, self._fence_indent = parse_fence_opening(line) if line.endswith("\n") else None, count_indent(line)
        return self._fence is not None

    def _narrow_list_marks(self, raw: str) -> str:
        """Leaves one space after a mark of a list: with more, programs differ in what belongs to it."""
        before = self.text[-2:].rpartition("\n")[2]  # the end of a mark
        line = before + raw
        marks = _LINE_START_MARKS.match(line)
        end = marks.end() if marks else 0
        return (_WIDE_LIST_MARK.sub(r"\1 ", line[:end]) + line[end:])[len(before) :]

    def _filter_prose(self, raw: str, *, opens_line: bool) -> str:
        """Filters prose: removes control tokens, checks citations and links outside code spans."""
        self.leaked_thinking = self.leaked_thinking or THINKING_TAG.search(raw) is not None
        raw = decode_entities(remove_control_tokens(self._narrow_list_marks(raw) if opens_line else raw))
        raw = remove_control_tokens(raw)  # entities may spell one
        kept = ""
        safe = neutralize_markdown(raw, opens_line=opens_line, pipe_in_code=self._pipe_in_code)
        for part, code in split_code_spans(safe):
            kept += part if code else normalize_citations(part, self._passages)
        return neutralize_markdown(kept, opens_line=opens_line, pipe_in_code=self._pipe_in_code)


def _move_before_open_text(line: str, cut: int, spans: Sequence[tuple[int, int]], *, is_end: bool) -> int:
    """Moves a cut before an open bracket, out of a code span, and to the beginning of a word."""
    if opened := _OPEN_BRACKET.search(line, max(0, cut - _MAX_PENDING_CHARACTERS), cut):
        cut, is_end = opened.start(), False
    cut = next((start for start, end in spans if start < cut < end), cut)
    if not is_end:
        cut = line.rfind(" ", 0, cut) + 1  # releases whole words only, since the check may remove a word's middle
    return next((start for start, end in spans if start < cut < end), cut)
