"""Asked again in private, a question whose answer stands already gets no second one like it."""

from __future__ import annotations

import pytest

from bot.answering.answer import Answer, AnswerText
from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.answering.question import Question
from knowledge.core.access import Audience
from tests.bot.answering.pipeline_setup import PipelineSetup, open_pipeline

ASKED = "Quelle est l'indemnité de télétravail ?"
SENTENCE = NOT_FOUND_TEXTS["fr"].nothing_more


async def ask(setup: PipelineSetup, known: frozenset[str] | None, text: str = ASKED) -> Answer:
    *before, last = [
        event
        async for event in setup.pipeline.answer_question(Question(text, Audience.everyone(), known_passages=known))
    ]
    assert isinstance(last, Answer)
    assert last.text != SENTENCE or not [event for event in before if isinstance(event, AnswerText)]
    return last


async def test_where_all_that_is_found_is_known_one_sentence_says_so() -> None:
    with open_pipeline() as setup:
        first = await ask(setup, None)
        assert first.citations
        again = await ask(setup, frozenset(one.passage.id for one in first.passages))
    assert (again.text, again.citations, again.passages) == (SENTENCE, (), ())


async def test_where_one_passage_more_is_found_the_question_is_answered() -> None:
    with open_pipeline() as setup:
        known = frozenset(one.passage.id for one in (await ask(setup, None)).passages)
        setup.store("Accord.pdf", ("L'indemnité de télétravail est de cinq euros par jour pour les cadres.",))
        again = await ask(setup, known)
    assert again.text != SENTENCE
    assert again.citations


async def test_a_copy_of_what_is_known_is_nothing_more() -> None:
    with open_pipeline() as setup:
        known = frozenset(one.passage.id for one in (await ask(setup, None)).passages)
        setup.store("Copie.pdf", ("L'indemnité de télétravail est de trois euros par jour, sur justificatif.",))
        assert (await ask(setup, known)).text == SENTENCE


@pytest.mark.parametrize("code", NOT_FOUND_TEXTS)
def test_each_language_has_a_sentence_of_its_own(code: str) -> None:
    said = [one.nothing_more for one in NOT_FOUND_TEXTS.values()]
    assert said.count(NOT_FOUND_TEXTS[code].nothing_more) == 1
