"""Tests that other wordings of a question are searched beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.answering.answer import Progress
from bot.answering.prompt.builder import has_enough_queries, parse_rewritten_queries
from bot.answering.question import Turn
from tests.bot.answering.pipeline_setup import open_pipeline
from tests.doubles.ollama import Faults, Ollama, matching, ollama_in_thread

QUESTION = "Que faire si mon engin a disparu ?"
SEARCHES = "1. signaler un vol de matériel\n2. lost laptop reported line\n3. effacement du disque à distance\n"


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        double.script = matching(("Recherches :$", SEARCHES))
        yield double


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(SEARCHES, ("signaler un vol", "lost laptop", "effacement"), id="numbered"),
        pytest.param("- « vol »\n\n* laptop\n• «disque»", ("vol", "laptop", "disque"), id="bullets and quotes"),
        pytest.param("vol\nVOL\nQue faire ?\n", ("vol",), id="said twice, and the question again"),
        pytest.param("Voici :\nvol\n" + "mot " * 60, ("vol",), id="an introduction, and an answer"),
        pytest.param("a\nb\nc\nd", ("a", "b", "c"), id="too many"),
        pytest.param("  \n", (), id="nothing"),
    ],
)
def test_searches_are_taken_from_the_lines(written: str, expected: tuple[str, ...]) -> None:
    found = parse_rewritten_queries(written, "que faire ?")
    assert len(found) == len(expected)
    assert all(one.startswith(wanted) for one, wanted in zip(found, expected, strict=True))


def test_three_lines_are_enough() -> None:
    assert has_enough_queries(SEARCHES)
    assert not has_enough_queries(SEARCHES.rstrip())  # the third may go on
    assert has_enough_queries("mot " * 200)  # an answer: it has been heard for long enough


async def test_what_another_wording_finds_is_read_too(ollama: Ollama) -> None:
    with open_pipeline(ollama.url, passages_in_prompt=1) as setup:
        plain = await setup.answer(QUESTION)
    with open_pipeline(ollama.url, passages_in_prompt=1, rewriting="on") as setup:
        *steps, _ = events = await setup.events(QUESTION)
    assert plain.state == "not_found"
    answer = events[-1]
    assert [one.path for one in answer.citations] == ["Handbook.pdf"]  # type: ignore[union-attr] # the last is an Answer
    progress = [step for step in steps if isinstance(step, Progress)]
    assert [step.step for step in progress] == ["loading", "searching", "writing"]


async def test_it_is_one_call_more_and_stops_once_three_searches_are_named(ollama: Ollama) -> None:
    ollama.script = matching(("Recherches :$", SEARCHES + "et puis encore ceci " * 500))
    ollama.faults = Faults(between_tokens=0.002)
    with open_pipeline(ollama.url, rewriting="on") as setup:
        answer = await setup.answer(QUESTION)
    assert len(ollama.bodies("/api/chat")) == 2
    assert list(answer.timings)[:2] == ["rewrite", "search"]
    assert answer.timings["rewrite"] < 1.5  # some twenty words of two thousand


async def test_a_follow_up_is_made_to_stand_alone_before_it_is_reworded(ollama: Ollama) -> None:
    ollama.script = matching(("Recherches :$", SEARCHES), ("Question autonome", "Que faire d'un ordinateur volé ?"))
    history = (Turn("person", "Qui prévenir ?"), Turn("bot", "La ligne 2299 [1]."))
    with open_pipeline(ollama.url, rewriting="on") as setup:
        await setup.answer("Et s'il est volé ?", *history)
    reworded = str(ollama.bodies("/api/chat")[1]["messages"])
    assert re.search("Question : Que faire d.un ordinateur volé", reworded)


@pytest.mark.parametrize("faults", [Faults(status=500, only="/api/chat"), Faults(cut_after=0)])
async def test_without_a_model_the_question_alone_is_searched(ollama: Ollama, faults: Faults) -> None:
    ollama.faults = faults
    with open_pipeline(ollama.url, rewriting="on") as setup:
        answer = await setup.answer("Combien de jours de télétravail par semaine ?")
    assert answer.state == "passages_only"
    assert answer.citations[0].path == "Guide.pdf"


async def test_off_is_the_default_and_asks_the_model_once(ollama: Ollama) -> None:
    with open_pipeline(ollama.url) as setup:
        await setup.answer("Combien de jours de télétravail par semaine ?")
    assert len(ollama.bodies("/api/chat")) == 1
