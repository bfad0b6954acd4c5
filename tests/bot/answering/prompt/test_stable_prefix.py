"""Tests that all prompts of a thread have the same beginning, so that Ollama reuses its work."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.answering.answer import Answer
from bot.answering.question import Question, Turn
from knowledge.core.access import Audience
from tests.bot.answering.pipeline_setup import TEXTS, PipelineSetup, open_pipeline
from tests.doubles.ollama import Ollama, matching, ollama_in_thread

FIRST, SECOND = "Combien de jours de télétravail par semaine ?", "Et l'indemnité de télétravail ?"


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


@pytest.fixture
def setup(ollama: Ollama) -> Iterator[PipelineSetup]:
    with open_pipeline(ollama.url, meaning=True, passages_in_prompt=2) as setup:
        yield setup


async def ask(setup: PipelineSetup, text: str, *history: Turn, audience: Audience | None = None) -> Answer:
    question = Question(text, audience or Audience.everyone(), history, thread="T/C/1")
    answer = [event async for event in setup.pipeline.answer_question(question)][-1]
    assert isinstance(answer, Answer)
    return answer


def prompts(ollama: Ollama) -> list[list[tuple[str, str]]]:
    """Returns the messages of every request, oldest first."""
    return [
        [(message["role"], message["content"]) for message in body["messages"]]  # type: ignore[attr-defined] # JSON
        for body in ollama.bodies("/api/chat")
    ]


async def test_a_follow_up_begins_with_all_that_the_model_has_read_and_said(
    setup: PipelineSetup, ollama: Ollama
) -> None:
    answer = await ask(setup, FIRST)
    await ask(setup, "Et que faire pour un laptop lost ?", *turns(answer))
    first, condensing, second = prompts(ollama)
    known = [*first, ("assistant", answer.text)]
    assert condensing[: len(known)] == known
    assert second[: len(known)] == known
    assert len(second) == len(known) + 1


async def test_a_passage_is_given_once_and_keeps_its_number(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question autonome", SECOND))
    answer = await ask(setup, FIRST)
    again = await ask(setup, SECOND, *turns(answer))
    asked = prompts(ollama)[-1][-1][1]
    assert all(text not in asked for text in TEXTS["Guide.pdf"])
    assert "Des passages déjà donnés se rapportent à la question : [1][2]." in asked
    assert {one.n: one.passage_id for one in again.citations}.items() <= {
        one.n: one.passage_id for one in answer.citations
    }.items()


async def test_each_request_fences_its_passages_with_a_mark_of_its_own(setup: PipelineSetup, ollama: Ollama) -> None:
    await ask(setup, FIRST)
    await ask(setup, FIRST)
    one, other = (set(re.findall(r"<passage (\w{12})>", messages[-1][1])) for messages in prompts(ollama))
    assert len(one) == len(other) == 1
    assert one != other


async def test_a_passage_cannot_close_its_fence(setup: PipelineSetup, ollama: Ollama) -> None:
    await ask(setup, FIRST)
    asked = prompts(ollama)[0][-1][1]
    [mark] = set(re.findall(r"<passage (\w{12})>", asked))
    passages = re.findall(rf"^\[\d\] <passage {mark}>\n(.*?)\n</passage {mark}>$", asked, re.DOTALL | re.MULTILINE)
    assert [text.splitlines()[0] for text in passages] == ["Guide, p. 1", "Guide, p. 2"]


async def test_another_audience_shares_nothing_of_a_thread(setup: PipelineSetup, ollama: Ollama) -> None:
    answer = await ask(setup, FIRST)
    await ask(setup, SECOND, *turns(answer), audience=Audience(frozenset({"everyone", "board"})))
    assert [len(messages) for messages in prompts(ollama)] == [2, 2, 2]


async def test_a_thread_begins_anew_once_one_of_its_passages_is_gone(setup: PipelineSetup, ollama: Ollama) -> None:
    answer = await ask(setup, FIRST)
    setup.forget("Guide.pdf")
    await ask(setup, SECOND, *turns(answer))
    assert all(TEXTS["Guide.pdf"][0] not in text for _, text in prompts(ollama)[-1])


async def test_a_model_that_answers_where_it_should_rewrite_is_not_searched_for(
    setup: PipelineSetup, ollama: Ollama
) -> None:
    ollama.script = matching(("Question autonome", "Trois euros par jour [2]."))
    answer = await ask(setup, FIRST)
    await ask(setup, SECOND, *turns(answer))
    assert prompts(ollama)[-1][-1][1].endswith(f"Question : {FIRST} {SECOND}")


def turns(answer: Answer) -> tuple[Turn, Turn]:
    return Turn("person", FIRST), Turn("bot", answer.text)
