"""Decides how many passages fit into the model's context window, best first. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompts import Prompts
    from knowledge.passages import Found

CHARACTERS_A_TOKEN = 3.0  # French and code need more tokens than English: better too few passages than a silent cut
ANSWER_TOKENS = 1024
_HEADER = 120  # characters of a passage's number and place


def fitting(found: Sequence[Found], prompts: Prompts, question: str, num_ctx: int) -> list[Found]:
    """The first of `found` that leave room for the prompt and an answer in `num_ctx` tokens; at least one."""
    room = (num_ctx - ANSWER_TOKENS) * CHARACTERS_A_TOKEN - len(prompts.system) - len(prompts.ask) - len(question)
    fitting: list[Found] = []
    for one in found:
        room -= len(one.passage.excerpt.text) + _HEADER
        if room < 0 and fitting:
            break
        fitting.append(one)
    return fitting
