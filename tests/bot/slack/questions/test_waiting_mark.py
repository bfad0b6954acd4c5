"""👀 on a question that waits: it goes with the answer, also after Stop, a failure, a burst and a restart."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.slack.api.rate_limits import CALLS_A_MINUTE, RateLimiter
from bot.slack.people.access import AccessDirectory, GrantedAudience
from knowledge.core.failures import ModelUnavailable
from playground.slack.app import serve_slack
from tests.bot.slack.running_bot import SLACK, Desk, Held, at_work, connected, saying, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

BURST = 40


def marks(desk: Desk, ts: str) -> list[str]:
    message = desk.slack.workspace.message("CGENERAL", ts)
    return [one.name for one in message.reactions] if message else []


def called(desk: Desk, method: str) -> int:
    return [call.method for call in desk.slack.calls].count(method)


async def ask(desk: Desk) -> str:
    return await desk.slack.person("james").post("#general", "@souffleur how many days?")


async def idle(desk: Desk) -> None:
    await until(lambda: not len(desk.bot.running_tasks), 10)


async def test_a_question_bears_eyes_while_it_waits() -> None:
    script = Held()
    async with at_work(script, waiting_emoji="on") as desk:
        ts = await ask(desk)
        await until(lambda: marks(desk, ts) == ["eyes"])
        script.go_on.set()
        await desk.reply_to(ts, holding="all is said.")
        await desk.finished()
        assert marks(desk, ts) == []


async def test_without_the_setting_or_the_right_to_it_a_question_bears_nothing() -> None:
    async with at_work(saying("Two days.")) as desk:
        await desk.reply_to(await ask(desk), holding="Two days.")
        await desk.finished()
        assert called(desk, "reactions.add") == 0
    async with at_work(saying("Two days."), waiting_emoji="on") as desk:
        desk.slack.faults.fail("reactions.add", "missing_scope", times=9)
        for _ in range(2):
            await desk.reply_to(await ask(desk), holding="Two days.")
            await desk.finished()
        assert called(desk, "reactions.add") == 1


async def test_stop_while_the_mark_is_being_put_takes_it_away() -> None:
    async with at_work(Held(), waiting_emoji="on") as desk:
        desk.slack.faults.delay("reactions.add", 0.5)
        ts = await ask(desk)
        await until(lambda: called(desk, "agents.sessions.setStatus"))
        await desk.slack.person("james").stop("#general", ts)
        await until(lambda: not desk.bot.questions.running.ids)
        assert called(desk, "reactions.add") == 0, "it is still under way"
        await until(lambda: called(desk, "reactions.add"))
        await until(lambda: not marks(desk, ts), 5)


async def test_a_question_whose_audience_cannot_be_looked_up_keeps_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> GrantedAudience:
        raise ModelUnavailable("away")

    monkeypatch.setattr(AccessDirectory, "find_place_audience", fail)
    async with at_work(saying("Two days."), waiting_emoji="on") as desk:
        desk.slack.faults.delay("reactions.add", 0.5)
        ts = await ask(desk)
        await until(lambda: called(desk, "reactions.add"))
        await until(lambda: not marks(desk, ts), 5)
        await idle(desk)
        assert not desk.bot.questions.running.ids


async def test_a_burst_of_questions_leaves_no_mark_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    for method in CALLS_A_MINUTE:
        if not method.startswith("reactions."):
            monkeypatch.setitem(CALLS_A_MINUTE, method, 10_000)
    script = Held()
    async with at_work(script, replace(SLACK, rate_factor=0.0), waiting_emoji="on") as desk:
        asked = [await ask(desk) for _ in range(BURST)]
        await until(lambda: called(desk, "agents.sessions.setStatus") >= BURST)
        await until(lambda: called(desk, "reactions.add") >= CALLS_A_MINUTE["reactions.remove"])
        script.go_on.set()
        await until(lambda: not desk.bot.questions.running.ids, 20)
        await idle(desk)
        assert called(desk, "reactions.add") == CALLS_A_MINUTE["reactions.remove"]
        assert not [ts for ts in asked if marks(desk, ts)]


async def test_a_mark_that_slack_delays_holds_no_answer_back_and_is_put_once() -> None:
    async with at_work(saying("Two days."), waiting_emoji="on") as desk:
        desk.slack.faults.limit("reactions.add", retry_after=1, times=9)
        await desk.reply_to(await ask(desk), holding="Two days.")
        await idle(desk)
        assert called(desk, "reactions.add") == 1


async def test_the_session_does_not_wait_until_the_mark_is_taken_away() -> None:
    async with at_work(saying("Two days."), waiting_emoji="on") as desk:
        desk.slack.faults.delay("reactions.remove", 1.0)
        await desk.reply_to(await ask(desk), holding="Two days.")
        await until(lambda: not desk.bot.questions.running.ids)
        assert called(desk, "reactions.remove") == 0, "it is still under way"
        await idle(desk)
        assert called(desk, "reactions.remove") == 1


async def test_a_mark_of_an_earlier_try_goes_even_where_no_new_one_can_be_put(monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        async with connected(slack, Held(), index=index, waiting_emoji="on") as first:
            slack.faults.fail("reactions.remove", "internal_error")
            ts = await ask(first)
            await until(lambda: marks(first, ts) == ["eyes"])
            await first.killed()
        assert marks(first, ts) == ["eyes"], "nobody took it away"
        has_room = RateLimiter.has_room
        monkeypatch.setattr(
            RateLimiter,
            "has_room",
            lambda limiter, method, *place, **share: (
                method != "reactions.add" and has_room(limiter, method, *place, **share)
            ),
        )
        async with connected(slack, saying("Two days."), index=index, waiting_emoji="on") as second:
            await second.reply_to(ts, holding="Two days.")
            await until(lambda: not marks(second, ts), 5)
            await asyncio.wait_for(second.finished(), 10)
    index.close()
