"""When the bot says nothing: between people, and where something changed before its answer was whole."""

from __future__ import annotations

import asyncio

import pytest

from tests.bot.slack.unasked.listening import SURE, answered, listening, noticed, say, silent_after, sure_after


async def test_below_such_an_answer_only_its_asker_is_answered_and_only_surely() -> None:
    async with listening(SURE) as desk:
        thread = (await answered(desk)).thread_ts or ""

        async def is_answered(name: str, text: str) -> bool:
            """Whether a message right below the answer gets one; an unanswered one is deleted again."""
            before = len(desk.replies_to(thread))
            ts = await desk.slack.person(name).post("#general", text, thread_ts=thread)
            await noticed(desk, ts)
            await desk.finished()
            if len(desk.replies_to(thread)) > before:
                return True
            await desk.slack.person(name).delete("#general", ts)
            return False

        assert not await is_answered("alice", "James, did you already book it yesterday?")
        assert not await is_answered("alice", "What is the limit in Paris?")
        assert len(desk.answering.questions) == 1
        desk.answering.is_sure = False
        assert not await is_answered("james", "Are you coming to lunch?")
        desk.answering.is_sure = True
        assert await is_answered("james", "What is the limit in Rome?")


async def test_a_question_reworded_after_its_minute_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.events.parse.EDITED_WITHIN_SECONDS", -1.0)
    edited = asyncio.Event()
    async with listening(sure_after(edited)) as desk:
        ts = await say(desk)
        await desk.slack.wait_until(lambda: bool(desk.answering.questions))
        await desk.slack.person("james").edit("#general", ts, "Found it, forget it.")
        edited.set()
        assert await silent_after(desk, ts)
