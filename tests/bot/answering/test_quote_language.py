from __future__ import annotations

import pytest

from bot.answering.languages.all_languages import PROMPT_TEXTS
from tests.bot.answering.pipeline_setup import open_pipeline

QUESTIONS = {
    "de": "Gibt es eine indemnite teletravail?",
    "es": "¿Cuánto se paga como indemnité de télétravail?",
    "it": "Qual è per noi questa indemnité télétravail?",
    "pt": "Há uma indemnité télétravail?",
    "nl": "Is er een indemnité télétravail?",
    "en": "Is there an indemnité télétravail?",
}


@pytest.mark.parametrize("language", QUESTIONS)
async def test_a_quote_from_a_french_document_is_presented_in_the_question_s_language(language: str) -> None:
    texts = PROMPT_TEXTS[language].answer
    with open_pipeline() as setup:
        answer = await setup.answer(QUESTIONS[language])
    assert (answer.language, answer.state) == (language, "passages_only")
    assert "trois euros" in answer.text
    named = texts.quote_language.format(language=texts.language_names.split()[0])
    assert answer.notices == (texts.model_away, named)


async def test_a_quote_in_the_question_s_language_is_not_said_to_be_so() -> None:
    with open_pipeline() as setup:
        answer = await setup.answer("Quelle est l'indemnité de télétravail ?")
    assert answer.notices == (PROMPT_TEXTS["fr"].answer.model_away,)
