"""Decides who answers a question of the journal: the room of threads, or that of answers for one person's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.questions.private_answer import PrivateAnswers
from bot.slack.questions.thread_answer import Answers

if TYPE_CHECKING:
    from bot.slack.dependencies import Parts
    from knowledge.storage.question_log import Entry


def carrier(parts: Parts, entry: Entry) -> Answers | PrivateAnswers:
    """Whoever begins to answer a question that this process has claimed, or gives it up."""
    return PrivateAnswers(parts) if entry.whispered else Answers(parts)
