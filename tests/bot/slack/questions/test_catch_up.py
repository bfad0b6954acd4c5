from __future__ import annotations

import time
from dataclasses import replace

from playground.slack.app import serve_slack
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import SLACK, at_work, connected, saying, shown, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant


async def test_what_was_asked_while_the_bot_was_away_is_answered_once() -> None:
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        alice, james = slack.person("alice"), slack.person("james")
        root = await alice.post("#general", "Remote work is great")
        asked = {
            await james.post("#general", "@souffleur how many days?"),
            await james.dm("And weeks?"),
        }
        await james.post("#general", "@souffleur and here, in a thread?", root)
        await alice.post("#general", "Nobody asks the bot here")
        for _ in range(2):  # a second start finds nothing that is left to answer
            async with connected(slack, saying("Two days."), index=index, catch_up_hours=12) as desk:
                for ts in (*asked, root):
                    assert "Two days." in shown(await desk.reply_to(ts))
                await desk.finished()
                assert len([m for m in slack.messages if m.bot_id]) == 3
        assert not any(call.error for call in slack.calls)


async def test_a_thread_in_which_the_bot_has_answered_is_left_alone() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts)
        await desk.finished()
        async with connected(desk.slack, saying("Again."), catch_up_hours=12) as later:  # over a new log
            await until(lambda: any(call.method == "users.conversations" for call in desk.slack.calls))
            await later.finished()
            assert later.answering.questions == []


async def test_a_mention_in_an_old_thread_of_the_bot_s_is_found_too() -> None:
    index = open_temporary_qdrant()
    old = f"{time.time() - 3 * 86_400:.6f}"
    async with serve_slack(SLACK) as slack:
        slack.workspace.post(Message("CGENERAL", old, "UALICE", "Remote work is great"))
        async with connected(slack, saying("Two days."), index=index) as desk:
            await slack.person("james").post("#general", "@souffleur how many days?", old)
            await desk.reply_to(old)
            await desk.finished()
        await slack.person("james").post("#general", "@souffleur and weeks?", old)
        async with connected(slack, saying("No week."), index=index, catch_up_hours=12) as later:
            await later.reply_to(old, holding="No week.")
            await later.finished()
            assert [question.text for question in later.answering.questions] == ["and weeks?"]


async def test_zero_hours_look_at_nothing() -> None:
    async with at_work(saying("Two days."), catch_up_hours=0) as desk:
        await desk.finished()
        assert not any(call.method == "users.conversations" for call in desk.slack.calls)


async def test_a_question_to_which_the_bot_could_only_promise_an_answer_is_answered_after_a_restart() -> None:
    quick = replace(SLACK, ack_limit=0.05, retry_delays=(0.0, 0.0, 0.0))
    index = open_temporary_qdrant()
    async with serve_slack(quick) as slack:
        async with connected(slack, saying("Two days."), index=index) as desk:
            with desk.index_away():
                ts = await slack.person("james").dm("How many?")
                await desk.reply_to(ts, holding="I answer as soon as it is back")
                await desk.killed()
        async with connected(slack, saying("Two days."), index=index, catch_up_hours=12) as desk:
            await desk.reply_to(ts, holding="Two days.")
            await desk.finished()
