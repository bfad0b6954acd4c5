"""Decides what fits into the model's context window: the question, and as many passages as leave room. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.quotes import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompts import Prompts
    from knowledge.passages import Found

CHARACTERS_A_TOKEN = 3.0  # French and code need more tokens than English: better too few passages than a silent cut
ANSWER_TOKENS = 1024
_BETWEEN = "\n\n"


def askable(question: str, num_ctx: int) -> str:
    """The question, or so much of its beginning that as much room is left for the prompt and the passages."""
    return question[: _characters(num_ctx) // 2]


def fitting(found: Sequence[Found], prompts: Prompts, question: str, num_ctx: int) -> list[Found]:
    """The first of `found` that leave room for the prompt and an answer in `num_ctx` tokens.

    There is at least one, shortened if it must be.
    """
    room = _characters(num_ctx) - len(prompts.system) - len(prompts.ask) - len(question)
    fitting: list[Found] = []
    for n, one in enumerate(found, 1):
        needed = len(numbered(n, one, prompts)) + len(_BETWEEN)
        if needed > room:
            return fitting or [_shortened(one, needed - room)]
        room -= needed
        fitting.append(one)
    return fitting


def together(found: Sequence[Found], prompts: Prompts) -> str:
    """The passages as the model reads them; `found[0]` is number 1."""
    return _BETWEEN.join(numbered(n, one, prompts) for n, one in enumerate(found, 1))


def numbered(n: int, found: Found, prompts: Prompts) -> str:
    """One passage as the model reads it."""
    return prompts.passage.format(n=n, place=place(found.passage, prompts), text=found.passage.excerpt.text)


def _characters(num_ctx: int) -> int:
    """How many characters the model may read."""
    return int((num_ctx - ANSWER_TOKENS) * CHARACTERS_A_TOKEN)


def _shortened(found: Found, by: int) -> Found:
    excerpt = found.passage.excerpt
    text = excerpt.text[: max(len(excerpt.text) - by, 0)]
    return replace(found, passage=replace(found.passage, excerpt=replace(excerpt, text=text)))
