"""Decides who answers a question of the journal: the room of threads, or that of answers for one person's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.questions.private_answer import PrivateAnswers
from bot.slack.questions.thread_answer import ThreadAnswers

if TYPE_CHECKING:
    from bot.slack.dependencies import Dependencies
    from knowledge.storage.question_log import QuestionRecord


def choose_answer_handler(deps: Dependencies, entry: QuestionRecord) -> ThreadAnswers | PrivateAnswers:
    """Whoever begins to answer a question that this process has claimed, or gives it up."""
    return PrivateAnswers(deps) if entry.is_ephemeral else ThreadAnswers(deps)
