"""Decides what in an answer is no answer: our own instructions said back, a model's control words. Pure."""

from __future__ import annotations

import re

from bot.answering.output_filter.thinking import THINKING_TAG
from bot.answering.prompt.templates import PROMPT_TEXTS

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
