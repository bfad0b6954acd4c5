"""Finds what a model writes that is no answer: thoughts, our own instructions, control tokens, repetition. Pure."""

from __future__ import annotations

import re

from bot.answering.prompt.templates import PROMPT_TEXTS

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENING_TAGS = tuple(f"<{name}>" for name in _NAMES)
THINKING_TAG = re.compile(rf"</?(?:{'|'.join(_NAMES)})>[ \t]*", re.IGNORECASE)
_PARTIAL_TAG = re.compile(r"</?[a-z]{0,9}$", re.IGNORECASE)
_MAX_TAG_CHARACTERS = max(map(len, _OPENING_TAGS)) + 1  # of a closing tag


class ThinkingFilter:
    """Lets an answer through, without the thoughts at its beginning. A tag that comes later is left alone."""

    def __init__(self) -> None:
        self._held = ""
        self._closing: str | None = None
        self._answering = False

    def filter_thinking(self, piece: str) -> str:
        """Take the model's next piece; return what belongs to the answer, perhaps nothing."""
        if self._answering:
            return piece
        self._held = (self._held + piece).lstrip()
        while self._closing or self._has_opening_tag():
            closed = re.search(re.escape(self._closing or ""), self._held, re.IGNORECASE)
            if closed is None:
                self._held = self._held[-_MAX_TAG_CHARACTERS:]
                return ""
            self._held, self._closing = self._held[closed.end() :].lstrip(), None
        if self._may_have_opening_tag():
            return ""
        self._answering = True
        return self._held

    def flush_thinking(self) -> str:
        """The model has ended: return what was held back. A thought that never ended is no answer."""
        if self._answering or self._closing or self._may_have_opening_tag():
            return ""
        return self._held

    def _has_opening_tag(self) -> bool:
        begins = self._held[:_MAX_TAG_CHARACTERS].lower()
        opening = next((tag for tag in _OPENING_TAGS if begins.startswith(tag)), None)
        self._closing = f"</{opening[1:]}" if opening else None
        return opening is not None

    def _may_have_opening_tag(self) -> bool:
        begins = self._held[:_MAX_TAG_CHARACTERS].lower()
        return any(tag.startswith(begins) for tag in _OPENING_TAGS)


def remove_partial_tag(text: str) -> str:
    """`text` without the beginning of a tag that it was cut in."""
    cut = _PARTIAL_TAG.search(text)
    if cut is None or not any(tag.startswith(cut[0].lower().replace("/", "")) for tag in _OPENING_TAGS):
        return text
    return text[: cut.start()]


_MIN_LINE_CHARACTERS = 30  # characters; a shorter line may be said by anybody
# Our fences around passages, and what marks the turns of a chat in the templates of Mistral, Llama, Qwen and others.
_CONTROL_TOKEN = re.compile(
    r"</?passage [0-9a-f]{8,}>|<\|[\w-]{2,30}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>", re.IGNORECASE
)
_PROMPT_LINES = frozenset(
    line.strip()
    for prompts in PROMPT_TEXTS.values()
    for line in f"{prompts.system}\n{prompts.ask}\n{prompts.condense_system}".splitlines()
    if len(line.strip()) >= _MIN_LINE_CHARACTERS
)


def remove_control_tokens(text: str) -> str:
    """`text` without tags that steer a model or fence passages."""
    return THINKING_TAG.sub("", _CONTROL_TOKEN.sub("", text))


def is_prompt_line(line: str) -> bool:
    """Whether a whole line is one of our instructions."""
    return line.strip() in _PROMPT_LINES


def may_be_prompt_line(begun: str) -> bool:
    """Whether a line that begins so may become one of our instructions."""
    begun = begun.strip()
    return bool(begun) and any(line.startswith(begun) for line in _PROMPT_LINES)


_TAIL_CHARACTERS = 4_000  # characters that are looked at
_MAX_PERIOD_WORDS = 80  # words of a stretch that is repeated
_MIN_REPETITIONS = 4
_MIN_REPEATED_WORDS = 40  # said again and again: fewer may be a table's line, or a refrain


def ends_in_repetition(text: str) -> bool:
    """Whether `text` ends with one stretch of words, several times over."""
    words = text[-_TAIL_CHARACTERS:].split()
    return any(
        _repeats_with_period(words, period)
        for period in range(1, min(_MAX_PERIOD_WORDS, len(words) // _MIN_REPETITIONS) + 1)
    )


def _repeats_with_period(words: list[str], period: int) -> bool:
    times = max(_MIN_REPETITIONS, -(-_MIN_REPEATED_WORDS // period))
    last = words[-period:]
    return len(words) >= times * period and all(
        words[len(words) - n * period : len(words) - (n - 1) * period] == last for n in range(2, times + 1)
    )
