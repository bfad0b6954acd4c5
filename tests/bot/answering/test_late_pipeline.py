"""The chain is opened when it is needed, once, and what a search needs does not wait for its libraries."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from bot.answering.answer import Answer
from bot.answering.late_pipeline import LatePipeline
from bot.answering.pipeline import AnswerPipeline
from bot.answering.question import Question
from knowledge.core.access import Audience
from tests.bot.answering.pipeline_setup import at_work


async def _state(late: LatePipeline) -> str:
    events = [event async for event in late.answer_question(Question("télétravail ?", Audience.everyone()))]
    assert isinstance(events[-1], Answer)
    return events[-1].state


async def test_the_chain_is_opened_once_however_many_ask_at_once() -> None:
    opened: list[int] = []
    with at_work() as desk:

        def opening() -> AnswerPipeline:
            opened.append(threading.get_ident())
            return desk.chain

        late = LatePipeline(opening)
        first, second, _ = await asyncio.gather(_state(late), _state(late), asyncio.to_thread(late.warm_up_pipeline))
        assert first == second == (await desk.answer("télétravail ?")).state
    assert len(opened) == 1
    assert opened != [threading.get_ident()]


@pytest.mark.parametrize(
    "importing",
    [
        "from bot.cli import terminal; import knowledge.retrieval.search, knowledge.embeddings.embedding_model",
        "import bot.slack.app, bot.slack.runner",
    ],
    ids=["search", "connecting"],
)
def test_neither_a_search_nor_connecting_waits_for_langchains_libraries(importing: str) -> None:
    slow = "{'langchain', 'langchain_core', 'langchain_qdrant', 'langchain_ollama'}"
    check = f"import sys; import bot.__main__; {importing}; sys.exit(str({slow} & {{*sys.modules}}))"
    ended = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert ended.stderr.strip() == "set()"
