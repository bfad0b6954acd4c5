"""Decides who answers a question of the journal: the room of threads, or that of answers for one person's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.answers import Answers
from bot.slack.private import PrivateAnswers

if TYPE_CHECKING:
    from bot.slack.parts import Parts
    from knowledge.journal import Entry


def carrier(parts: Parts, entry: Entry) -> Answers | PrivateAnswers:
    """Whoever begins to answer a question that this process has claimed, or gives it up."""
    return PrivateAnswers(parts) if entry.whispered else Answers(parts)
