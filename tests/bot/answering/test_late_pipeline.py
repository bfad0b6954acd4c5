"""The chain is opened when it is needed, once, and what a search needs does not wait for its libraries."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from bot.answering.answer import Answer
from bot.answering.late_pipeline import Late
from bot.answering.pipeline import Chain
from bot.answering.question import Question
from knowledge.core.access import Audience
from tests.bot.answering.pipeline_setup import at_work


async def _state(late: Late) -> str:
    events = [event async for event in late.answer(Question("télétravail ?", Audience.everyone()))]
    assert isinstance(events[-1], Answer)
    return events[-1].state


async def test_the_chain_is_opened_once_however_many_ask_at_once() -> None:
    opened: list[int] = []
    with at_work() as desk:

        def opening() -> Chain:
            opened.append(threading.get_ident())
            return desk.chain

        late = Late(opening)
        first, second, _ = await asyncio.gather(_state(late), _state(late), asyncio.to_thread(late.warm))
        assert first == second == (await desk.answer("télétravail ?")).state
    assert len(opened) == 1
    assert opened != [threading.get_ident()]


@pytest.mark.parametrize(
    "importing",
    [
        "from bot import terminal; import knowledge.retrieval.search, knowledge.embeddings.embedding_model",
        "import bot.slack.app, bot.slack.runner",
    ],
    ids=["search", "connecting"],
)
def test_neither_a_search_nor_connecting_waits_for_langchains_libraries(importing: str) -> None:
    slow = "{'langchain', 'langchain_core', 'langchain_qdrant', 'langchain_ollama'}"
    check = f"import sys; import bot.__main__; {importing}; sys.exit(str({slow} & {{*sys.modules}}))"
    ended = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert ended.stderr.strip() == "set()"
