"""Whole messages in each language: every word that is the bot's own is in the language of the question."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.slack.i18n.catalogue import get_texts
from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.failures import ModelUnavailable
from tests.bot.answering.pipeline_setup import open_pipeline
from tests.bot.slack.i18n.own_words import find_foreign_lines
from tests.bot.slack.running_bot import Desk, at_work, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.answering.answer import AnswerEvent
    from bot.answering.languages.answer_texts import AnswerTexts
    from bot.answering.question import Question
    from playground.slack.state.records import Message, View
    from tests.bot.answering.pipeline_setup import PipelineSetup

DOCUMENT = "Guide"
ANSWERED = {
    "fr": "Quelle est l'indemnité de télétravail ?",
    "en": "What do we get as indemnite for teletravail?",
    "de": "Gibt es eine indemnite teletravail?",
    "es": "¿Cuánto se paga como indemnité de télétravail?",
    "it": "Qual è per noi questa indemnité télétravail?",
    "pt": "Há uma indemnité télétravail?",
    "nl": "Is er een indemnité télétravail?",
}
UNANSWERED = {
    "fr": "Qui nourrit le perroquet du responsable pendant l'éclipse ?",
    "en": "Who feeds the parrot of the responsable during the eclipse?",
    "de": "Wer füttert den Papagei des responsable während der Finsternis?",
    "es": "¿Quién da de comer al loro del responsable durante el eclipse?",
    "it": "Chi dà da mangiare al pappagallo del responsable durante l'eclissi?",
    "pt": "Quem dá comida ao papagaio do responsable durante o eclipse?",
    "nl": "Wie voert de papegaai van de responsable tijdens de zonsverduistering?",
}
VAGUE = {
    "fr": "et pour le badge ?",
    "en": "what about the badge?",
    "de": "und mit dem Badge?",
    "es": "¿y con el badge?",
    "it": "e con il badge?",
    "pt": "e com o badge?",
    "nl": "en met de badge?",
}
THANKS = {
    "fr": "merci beaucoup !",
    "en": "thank you!",
    "de": "vielen Dank!",
    "es": "¡muchas gracias!",
    "it": "grazie mille!",
    "pt": "muito obrigado!",
    "nl": "dank je wel!",
}
KNOWN = {
    "fr": "quels documents connais-tu ?",
    "en": "which documents do you know?",
    "de": "welche Dokumente kennst du?",
    "es": "¿qué documentos conoces?",
    "it": "quali documenti conosci?",
    "pt": "que documentos conheces?",
    "nl": "welke documenten ken je?",
}
ALL_LANGUAGES = pytest.mark.parametrize("language", LANGUAGE_CODES)


@contextlib.asynccontextmanager
async def desk_of(setup: PipelineSetup) -> AsyncIterator[Desk]:
    """A bot over the pipeline's documents; no model answers."""
    async with at_work(setup.pipeline.answer_question, index=setup.lookup.client, collection="t") as desk:
        yield desk


def get_answer_texts(language: str) -> AnswerTexts:
    return PROMPT_TEXTS[language].answer


def choose_asker(language: str) -> str:
    """Somebody whose Slack is in another language."""
    return "james" if language == "fr" else "camille"


async def fail(question: Question) -> AsyncIterator[AnswerEvent]:
    """Finds the model away."""
    raise ModelUnavailable(question.text)
    yield


async def wait_for_modal(desk: Desk, holding: str) -> View:
    return await desk.slack.wait_until(
        lambda: next((v for v in desk.slack.views if v.kind == "modal" and holding in str(v.body)), None)
    )


async def ask(desk: Desk, language: str, question: str) -> Message:
    ts = await desk.slack.person(choose_asker(language)).dm(question)
    answer = await desk.reply_to(ts)
    await desk.finished()
    return await desk.slack.wait_for(lambda m: m.ts == answer.ts)


@ALL_LANGUAGES
async def test_a_quote_its_sources_buttons_and_modals_speak_the_question_s_language(language: str) -> None:
    texts = get_texts(language)
    with open_pipeline() as setup:
        async with desk_of(setup) as desk:
            answer = await ask(desk, language, ANSWERED[language])
            person = desk.slack.person(choose_asker(language))
            assert "trois euros" in shown(answer)
            assert texts.sources in shown(answer)
            assert find_foreign_lines(answer.blocks, language, DOCUMENT) == []
            assert [
                one.title for one in answer.tasks if find_foreign_lines({"text": one.title}, language, DOCUMENT)
            ] == []
            await person.click(answer, "show_passage_1")
            shown_passage = await wait_for_modal(desk, "trois euros")
            assert find_foreign_lines(shown_passage.body, language, DOCUMENT) == []
            await person.click(answer, "more_passages")
            more = await wait_for_modal(desk, texts.more_passages)
            await desk.finished()
            assert find_foreign_lines(more.body, language, DOCUMENT) == []
            await person.click(answer, "rate_answer", value="negative")
            reasons = await wait_for_modal(desk, texts.feedback_wrong)
            assert find_foreign_lines(reasons.body, language, DOCUMENT) == []
            await person.click(answer, "rate_answer", value="positive")
            await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and texts.feedback_thanks in shown(m))


@ALL_LANGUAGES
async def test_nothing_found_a_question_back_and_talk_speak_the_question_s_language(language: str) -> None:
    with open_pipeline() as setup:
        setup.store("Badge Nord.pdf", ("Le badge se demande par écrit au service du personnel.",))
        setup.store("Badge Sud.pdf", ("Un badge est remis chaque année par le gardien du site.",))
        async with desk_of(setup) as desk:
            for question in (UNANSWERED[language], THANKS[language], KNOWN[language]):
                answer = await ask(desk, language, question)
                left = find_foreign_lines(answer.blocks, language, DOCUMENT)
                assert [line for line in left if not any(name in line for name in ("Handbook", "Badge"))] == []
            back = await ask(desk, language, VAGUE[language])
            assert "choose_question_1" in str(back.blocks)
            assert get_answer_texts(language).which_one in shown(back)
            await desk.slack.person(choose_asker(language)).click(back, "choose_question_1")
            chosen = await desk.slack.wait_for(lambda m: m.ts == back.ts and get_texts(language).sources in shown(m))
            left = find_foreign_lines(chosen.blocks, language, DOCUMENT)
            assert [line for line in left if not any(name in line for name in ("Handbook", "Badge"))] == []


@ALL_LANGUAGES
async def test_a_private_answer_and_its_buttons_speak_the_question_s_language(language: str) -> None:
    texts = get_texts(language)
    with open_pipeline() as setup:
        async with desk_of(setup) as desk:
            person = desk.slack.person(choose_asker(language))
            await person.command("/ask", ANSWERED[language], "#general")
            private = await desk.slack.wait_for(lambda m: m.ephemeral_to == person.id and texts.share in shown(m))
            assert find_foreign_lines(private.blocks, language, DOCUMENT) == []
            await person.click(private, "share_answer")
            shared = await desk.slack.wait_for(lambda m: not m.ephemeral_to and texts.sources in shown(m))
            assert find_foreign_lines(shared.blocks, language, DOCUMENT) == []
            await person.click(private, "share_answer")
            gone = await desk.slack.wait_for(
                lambda m: bool(m.ephemeral_to) and m.ts > shared.ts and texts.ask_again in shown(m)
            )
            assert find_foreign_lines({"text": gone.text}, language, DOCUMENT) == []


@ALL_LANGUAGES
async def test_an_apology_speaks_the_question_s_language(language: str) -> None:
    with open_pipeline() as setup:
        async with desk_of(setup) as desk:
            desk.answering.script = fail
            answer = await ask(desk, language, ANSWERED[language])
            assert find_foreign_lines({"text": answer.text}, language, DOCUMENT) == []
