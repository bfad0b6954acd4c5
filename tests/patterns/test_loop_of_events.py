"""A model that writes the same again and again is stopped, and holds up nobody else meanwhile."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from bot.answering.answer import Answer, AnswerEvent
from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.output_filter.model_noise import ends_in_repetition
from bot.answering.question import Question
from tests.bot.answering.pipeline_setup import PipelineSetup, open_pipeline
from tests.bot.slack.running_bot import at_work, shown
from tests.doubles.ollama import Ollama, running_ollama

_TOKENS = 2_000
_UNITS = (
    ".",
    " ",
    "\n",
    "[",
    "]",
    "1",
    "[1]",
    "(",
    "*",
    "_",
    "-",
    "…",
    ". ",
    "1 ",
    "[1] ",
    "a",
    "| ",
    "..........",
    "é",
)
_LONGEST_HOLD_SECONDS = 0.25
_QUESTION = "Combien de jours de télétravail par semaine ?"
_SAID = "Le télétravail est limité à deux jours par semaine [1]. "


@pytest.fixture
async def ollama() -> AsyncIterator[Ollama]:
    async with running_ollama() as double:
        yield double


@pytest.fixture
def setup(ollama: Ollama) -> Iterator[PipelineSetup]:
    with open_pipeline(ollama.url, chat_timeout=30.0) as opened:
        yield opened


class _Heartbeat:
    """Beats on the event loop, and measures the longest time that it was held, in CPU time of this thread.

    CPU time, since another process on a busy machine may hold the thread, too.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            self.longest, before = max(self.longest, now - before), now


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps Python from collecting garbage, which takes long beside all that the tests have imported."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("unit", _UNITS, ids=repr)
async def test_2000_tokens_of_anything_hold_the_loop_for_a_moment_only(
    setup: PipelineSetup, ollama: Ollama, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The detector of loops is off here: all the tokens are read, filtered and checked."""
    monkeypatch.setattr("bot.answering.model.ends_in_repetition", lambda text: False)
    ollama.script = lambda messages: [_SAID]
    await setup.answer(_QUESTION)  # the first answer imports what the others find
    ollama.script = lambda messages: [_SAID, *itertools.repeat(unit, _TOKENS)]
    heart = _Heartbeat()
    with _no_collection():
        beating = asyncio.create_task(heart.beat())
        answer = await setup.answer(_QUESTION)
        beating.cancel()
    assert answer.text.startswith(_SAID.strip())
    assert heart.longest < _LONGEST_HOLD_SECONDS


@pytest.mark.parametrize("unit", _UNITS, ids=repr)
async def test_a_model_that_repeats_a_short_unit_is_stopped(setup: PipelineSetup, ollama: Ollama, unit: str) -> None:
    ollama.script = lambda messages: [_SAID, *itertools.repeat(unit, _TOKENS)]
    answer = await setup.answer(_QUESTION)
    assert answer.state == "partly"
    assert PROMPT_TEXTS["fr"].answer.looped in answer.notices
    assert len(answer.text) < 1_000


@pytest.mark.parametrize(
    "text",
    [
        "| " + " | ".join(["---"] * 12) + " |",
        "=" * 120,
        "    " * 40 + "return 0",
        "Voir l'annexe " + "." * 150 + " 12",
        "".join(f"{n}. Point {n}\n" for n in range(60)),
        "| x | 0 | 0 |\n" * 5,
    ],
    ids=["divider", "rule", "indented code", "leaders", "list", "rows alike"],
)
def test_what_answers_rightly_repeat_is_no_loop(text: str) -> None:
    assert not any(ends_in_repetition(text[:end]) for end in range(len(text) + 1))


@pytest.mark.parametrize("unit", [".", " ", "[1]"], ids=repr)
async def test_slack_shows_that_a_model_was_stopped(setup: PipelineSetup, ollama: Ollama, unit: str) -> None:
    ollama.script = lambda messages: [_SAID, *itertools.repeat(unit, _TOKENS)]

    async def script(question: Question) -> AsyncIterator[AnswerEvent]:
        async for event in setup.pipeline.answer_question(question):
            if isinstance(event, Answer):
                answers.append(event)
            yield event

    answers: list[Answer] = []
    async with at_work(script) as desk:
        ts = await desk.slack.person("camille").post("#rh", f"<@USOUFFLEUR> {_QUESTION}")
        reply = await desk.reply_to(ts)
        assert "deux jours par semaine" in shown(reply)
        assert PROMPT_TEXTS["fr"].answer.looped in shown(reply)
        assert [answer.state for answer in answers] == ["partly"]
