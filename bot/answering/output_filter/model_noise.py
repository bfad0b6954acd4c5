"""Finds text of a model that is no answer: thoughts, repeated instructions, control tokens, loops, a list of sources.

The bot adds its own list of sources, with pages and links.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import PROMPT_TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENING_TAGS = tuple(f"<{name}>" for name in _NAMES)
THINKING_TAG = re.compile(rf"</?(?:{'|'.join(_NAMES)})>[ \t]*", re.IGNORECASE)
_PARTIAL_TAG = re.compile(r"</?[a-z]{0,9}$", re.IGNORECASE)
_MAX_TAG_CHARACTERS = max(map(len, _OPENING_TAGS)) + 1  # length of the longest closing tag
_MIN_LINE_CHARACTERS = 30  # a shorter line of the prompt may also be part of an answer
# The bot's tags around passages, and the chat tokens of Mistral, Llama, Qwen and others.
_CONTROL_TOKEN = re.compile(
    r"</?passage [0-9a-f]{8,}>|<\|[\w-]{2,30}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>", re.IGNORECASE
)
_PROMPT_LINES = frozenset(
    line.strip()
    for prompts in PROMPT_TEXTS.values()
    for line in f"{prompts.system}\n{prompts.ask}\n{prompts.condense_system}".splitlines()
    if len(line.strip()) >= _MIN_LINE_CHARACTERS
)
_TAIL_CHARACTERS = 4_000  # only the end of the text is checked
_MAX_PERIOD_WORDS = 80  # words in the repeated part
_MIN_REPETITIONS = 4
_MIN_REPEATED_WORDS = 40  # fewer may be a line of a table, or a refrain
_MIN_REPEATED_CHARACTERS = 300  # longer than a rule, a table's divider or the blanks that set out code
_MAX_UNIT_CHARACTERS = 40  # characters in the repeated part, where it has no words
_SOURCE_LIST_TITLE = (
    r"(?:sources?|r[ée]f[ée]rences?|citations?|bibliograph(?:ie|y)|passages? cit[ée]s?|cited passages?|works cited)"
)
# Each pattern matches in one way only: two ways at each citation would make the time grow exponentially.
_BEGINS = rf"^[\s*_#>-]*+{_SOURCE_LIST_TITLE}"
_SOURCES_HEADING = re.compile(rf"{_BEGINS}(?: \w++)?[\s*_]*+(?::[\s*_]*+)?$", re.IGNORECASE)
_CITATION_MARK = r"\[\^?\d{1,3}\]|【\d[^】\n]*】|\(\d{1,3}\)"
_NEXT = rf"(?:{_CITATION_MARK})[\s,;.&]*+(?:et|and)?\s*+"
_ON_ONE_LINE = re.compile(rf"{_BEGINS}[\s*_]*+:[\s*_]*+(?:{_NEXT})+[*_.]*+\s*+$", re.IGNORECASE)
_UNFINISHED_LINE = re.compile(rf"{_BEGINS}[\s*_]*+:[\s*_]*+(?:{_NEXT})*[\[(【]?[\d\s]*+$", re.IGNORECASE)
_SOURCES_ENTRY = re.compile(rf"^[\s*_>•–-]*(?:{_CITATION_MARK}|\d{{1,3}}[.)]|\[\d)")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,200}$")
_PARTIAL_ENTRY = re.compile(r"[\s*_>•–-]{0,200}[\[【(]?\^?\d{0,3}")


class ThinkingFilter:
    """Removes the thoughts at the beginning of an answer; later tags stay."""

    def __init__(self) -> None:
        self._pending = ""
        self._closing_tag: str | None = None
        self._answering = False

    def filter_thinking(self, piece: str) -> str:
        """Takes the model's next piece; returns the text of the answer in it, possibly empty."""
        if self._answering:
            return piece
        self._pending = (self._pending + piece).lstrip()
        while self._closing_tag or self._has_opening_tag():
            closed = re.search(re.escape(self._closing_tag or ""), self._pending, re.IGNORECASE)
            if closed is None:
                self._pending = self._pending[-_MAX_TAG_CHARACTERS:]
                return ""
            self._pending, self._closing_tag = self._pending[closed.end() :].lstrip(), None
        if self._may_have_opening_tag():
            return ""
        self._answering = True
        return self._pending

    def flush_thinking(self) -> str:
        """Returns the pending text after the model has ended; drops an unfinished thought."""
        if self._answering or self._closing_tag or self._may_have_opening_tag():
            return ""
        return self._pending

    def _has_opening_tag(self) -> bool:
        beginning = self._pending[:_MAX_TAG_CHARACTERS].lower()
        opening = next((tag for tag in _OPENING_TAGS if beginning.startswith(tag)), None)
        self._closing_tag = f"</{opening[1:]}" if opening else None
        return opening is not None

    def _may_have_opening_tag(self) -> bool:
        beginning = self._pending[:_MAX_TAG_CHARACTERS].lower()
        return any(tag.startswith(beginning) for tag in _OPENING_TAGS)


def remove_partial_tag(text: str) -> str:
    """Removes an unfinished tag from the end of `text`."""
    cut = _PARTIAL_TAG.search(text)
    if cut is None or not any(tag.startswith(cut[0].lower().replace("/", "")) for tag in _OPENING_TAGS):
        return text
    return text[: cut.start()]


def remove_control_tokens(text: str) -> str:
    """Removes control tokens, thinking tags and the tags around passages."""
    return THINKING_TAG.sub("", _CONTROL_TOKEN.sub("", text))


def is_prompt_line(line: str) -> bool:
    """Whether a whole line is a line of the prompt."""
    return line.strip() in _PROMPT_LINES


def may_be_prompt_line(unfinished: str) -> bool:
    """Whether an unfinished line may become a line of the prompt."""
    unfinished = unfinished.strip()
    return bool(unfinished) and any(line.startswith(unfinished) for line in _PROMPT_LINES)


def ends_in_repetition(text: str) -> bool:
    """Whether `text` ends with the same words, or with the same few characters, several times in a row."""
    if _repeats_characters(text[-_MIN_REPEATED_CHARACTERS:]):
        return True
    words = text[-_TAIL_CHARACTERS:].split()
    return any(
        _repeats_with_period(words, period)
        for period in range(1, min(_MAX_PERIOD_WORDS, len(words) // _MIN_REPETITIONS) + 1)
    )


def _repeats_characters(tail: str) -> bool:
    """Whether a text of full length is a short part again and again: dots, blanks, brackets, digits."""
    if len(tail) < _MIN_REPEATED_CHARACTERS:
        return False
    return any(tail[unit:] == tail[:-unit] for unit in range(1, _MAX_UNIT_CHARACTERS + 1))


def _repeats_with_period(words: list[str], period: int) -> bool:
    times = max(_MIN_REPETITIONS, -(-_MIN_REPEATED_WORDS // period))
    last = words[-period:]
    return len(words) >= times * period and all(
        words[len(words) - n * period : len(words) - (n - 1) * period] == last for n in range(2, times + 1)
    )


def opens_source_list(line: str) -> bool:
    """Whether a whole line opens a list of sources."""
    return bool(_SOURCES_HEADING.match(line) or _ON_ONE_LINE.match(line))


def may_open_source_list(unfinished: str) -> bool:
    """Whether an unfinished line may open a list of sources."""
    return opens_source_list(unfinished) or _UNFINISHED_LINE.match(unfinished) is not None


def find_final_source_lines(lines: Sequence[str]) -> int:
    """Returns the index after which all lines are sources; the last line may be unfinished."""
    last = len(lines) - 1
    for n in range(last, -1, -1):
        if not (_is_source_list_line(lines[n]) or (n == last and _may_be_source_list_line(lines[n]))):
            return n + 1
    return 0


def _is_source_list_line(line: str) -> bool:
    return not line.strip() or bool(_SOURCES_ENTRY.match(line) or _RULE.match(line) or opens_source_list(line))


def _may_be_source_list_line(unfinished: str) -> bool:
    return _PARTIAL_ENTRY.fullmatch(unfinished) is not None
