"""A bot that answers unasked in #general, and what people say there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.answering.answer import AnswerEvent
from bot.answering.question import Question
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, Script, at_work, citation, found, saying

ASKED = "Does anybody know the hotel limit in London?"
SURE = saying("195 € ", "[1].", citations=(citation(),), passages=(found(),))
ON = {
    "answer_unasked": frozenset({"CGENERAL"}),
    "answer_unasked_after": 0.0,
    "embedding_model": "local:multilingual-e5-small",
}


def sure_after(event: asyncio.Event) -> Script:
    """A script that is sure, once something has happened."""

    async def script(question: Question) -> AsyncIterator[AnswerEvent]:
        await event.wait()
        async for said in SURE(question):
            yield said

    return script


@asynccontextmanager
async def listening(script: Script, **settings: object) -> AsyncIterator[Desk]:
    async with at_work(script, **{**ON, **settings}) as desk:  # type: ignore[arg-type] # settings, by name
        yield desk


async def say(desk: Desk, text: str = ASKED, channel: str = "#general", name: str = "james") -> str:
    ts = await desk.slack.person(name).post(channel, text)
    await noticed(desk, ts)
    return ts


async def noticed(desk: Desk, ts: str) -> None:
    """Until the bot has acknowledged a message, and the timer that follows has run."""
    await desk.slack.wait_until(lambda: any(sent.acked for sent in desk.slack.sent if ts in str(sent.payload)))
    for _ in range(3):
        await asyncio.sleep(0)


async def silent_after(desk: Desk, ts: str) -> bool:
    """Whether nothing was written after a message, and none of its words is kept."""
    await desk.finished()
    kept = desk.bot.stores.question_log.list_questions_since(0)
    return not desk.replies_to(ts) and not any(one.text for one in kept if one.ts == ts)


async def answered(desk: Desk) -> Message:
    message = await desk.reply_to(await say(desk), holding="195 €")
    await desk.finished()
    return message
