from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from bot.answering.answer import Answer, AnswerEvent, Progress
from bot.slack.i18n.catalogue import get_texts
from bot.slack.questions.answer_delivery import _write_answer
from bot.slack.replies.steps import ReplyStep
from bot.slack.views.block_kit import Block, DocumentLinks


@dataclass(slots=True)
class RecordedReply:
    """Keeps the statuses that a person would see."""

    statuses: list[str] = field(default_factory=list)

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:
        self.statuses.append(step.words)

    async def show_sentence(self, mrkdwn: str) -> None: ...

    async def write_text(self, words: str) -> None: ...

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None: ...

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None: ...


@pytest.mark.parametrize(
    ("locale", "statuses"),
    [
        (
            "en-GB",
            ["Loading the model into memory…", "Searching the documents…", "Loading the model into memory…"],
        ),
        (
            "fr-FR",
            ["Chargement du modèle en mémoire…", "Recherche dans les documents…", "Chargement du modèle en mémoire…"],
        ),
    ],
)
async def test_a_model_that_must_be_loaded_is_told_as_such(locale: str, statuses: list[str]) -> None:
    async def answering() -> AsyncIterator[AnswerEvent]:
        yield Progress("loading")
        yield Progress("searching")
        yield Progress("loading", 3)
        yield Answer("Deux jours.", "answered", "fr")

    reply, texts = RecordedReply(), get_texts(locale[:2])
    await _write_answer(answering(), reply, texts, DocumentLinks())
    assert reply.statuses == statuses
