"""Slack shows that the bot works: by the session of a thread, and by 👀 on a question that waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.slack.api.client import create_web_client
from bot.slack.api.rate_limits import CALLS_A_MINUTE, RateLimiter
from bot.slack.events.parse import ThreadPlace
from bot.slack.people.access import AccessDirectory, GrantedAudience
from bot.slack.replies.working_status import AgentSessions
from knowledge.core.failures import ModelUnavailable
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.slack.running_bot import SLACK, Desk, Held, at_work, connected, saying, settings_for, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

METHOD = "agents.sessions.setStatus"
BURST = 40


async def _place(slack: LocalSlack) -> ThreadPlace:
    return ThreadPlace("TLUMIERE", "CGENERAL", await slack.person("james").post("#general", "hello"), "UJAMES")


def _told(slack: LocalSlack) -> list[object]:
    return [call.arguments["status"] for call in slack.calls if call.method == METHOD]


async def test_a_session_is_at_work_and_then_open_again() -> None:
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        await sessions.begin_session(place, "a question", "Remote work")
        await sessions.end_session(place, "a question", "active")
        assert _told(slack) == ["processing", "active"]


async def test_the_stop_button_stays_until_the_last_of_two_questions_in_a_thread_is_answered() -> None:
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        await sessions.begin_session(place, "a question")
        await sessions.begin_session(place, "another")
        await sessions.end_session(place, "a question", "active")
        assert _told(slack) == ["processing", "processing"]
        await sessions.end_session(place, "another", "active")
        assert _told(slack) == ["processing", "processing", "active"]


@pytest.mark.parametrize("code", ["unknown_method", "missing_scope", "feature_disabled", "not_allowed_token_type"])
async def test_a_workspace_without_sessions_is_asked_once(code: str) -> None:
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        slack.faults.fail(METHOD, code)
        await sessions.begin_session(place, "a question")
        await sessions.end_session(place, "a question", "active")
        await sessions.begin_session(place, "a question")
        assert _told(slack) == ["processing"]


async def test_a_refusal_of_the_moment_is_no_reason_to_stop_telling() -> None:
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        slack.faults.fail(METHOD, "internal_error")
        await sessions.begin_session(place, "a question")
        await sessions.end_session(place, "a question", "active")
        await sessions.begin_session(place, "another")
        assert _told(slack) == ["processing", "processing"]


async def test_nobody_waits_for_a_session_where_slack_asks_for_patience() -> None:
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        slack.faults.limit(METHOD, retry_after=30)
        await sessions.begin_session(place, "a question")
        await sessions.end_session(place, "a question", "active")
        assert _told(slack) == ["processing"]


async def test_a_session_ends_as_soon_as_slack_has_room_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.replies.working_status._RETRY_SECONDS", 0.01)
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        await sessions.begin_session(place, "a question")
        slack.faults.limit(METHOD, retry_after=1)
        await sessions.end_session(place, "a question", "active")
        assert _told(slack) == ["processing", "active", "active"]
        assert slack.workspace.sessions[place.channel, place.thread_ts].status == "active"


async def test_an_end_that_waits_for_room_takes_nothing_from_a_later_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.replies.working_status._RETRY_SECONDS", 0.01)
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        await sessions.begin_session(place, "a question")
        slack.faults.limit(METHOD, retry_after=1)
        ending = asyncio.create_task(sessions.end_session(place, "a question", "active"))
        await slack.wait_until(lambda: len(_told(slack)) == 2)
        sessions.enter_session(place, "another")
        await ending
        assert slack.workspace.sessions[place.channel, place.thread_ts].status == "processing"
        await sessions.end_session(place, "another", "active")
        assert slack.workspace.sessions[place.channel, place.thread_ts].status == "active"


async def test_a_session_goes_on_where_another_bot_is_at_work_in_the_thread() -> None:
    index = open_temporary_qdrant()
    many = {"index": index, "qdrant_url": "http://127.0.0.1:9"}  # a server has others beside it
    async with at_work(saying("Two days."), **many) as desk:  # type: ignore[arg-type] # passed through
        james = desk.slack.person("james")
        root = await james.post("#general", "root")
        async with connected(desk.slack, Held(silent=True), **many) as twin:  # type: ignore[arg-type] # passed through
            mention = {"type": "app_mention", "channel": "CGENERAL", "user": "UJAMES", "thread_ts": root}
            for bot, text in ((twin, "long?"), (desk, "quick?")):
                ts = await james.post("#general", text, root)
                await bot.send_event({**mention, "ts": ts, "text": f"<@USOUFFLEUR> {text}"})
                await until(lambda bot=bot: bot.answering.questions)  # type: ignore[misc] # bound now
            await desk.reply_to(root, holding="Two days.")
            await until(lambda: not len(desk.bot.running_tasks))
            assert desk.slack.workspace.sessions["CGENERAL", root].status == "processing"


async def test_a_session_at_work_is_told_again_although_slack_drops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.replies.working_status._REPEAT_SECONDS", 0.01)
    async with serve_slack(replace(SLACK, status_life=0.001)) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        await sessions.begin_session(place, "a question")
        await slack.wait_until(lambda: len(_told(slack)) >= 3)
        await sessions.end_session(place, "a question", "active")
        assert set(_told(slack)[:-1]) == {"processing"}


async def test_a_session_that_was_made_without_its_title_is_renamed() -> None:
    async with serve_slack(SLACK) as slack:
        sessions, place = AgentSessions(create_web_client(settings_for(slack))), await _place(slack)
        await sessions.show_working(place)
        for title in ("Remote work", "Remote work at home"):
            await sessions.begin_session(place, "a question", title)
            assert slack.workspace.titles[place.channel, place.thread_ts].title == title
        await create_web_client(settings_for(slack)).agents_sessions_rename(
            channel_id=place.channel, thread_ts=place.thread_ts, title="A person's own"
        )
        await sessions.begin_session(place, "a question", "Remote work")
        assert slack.workspace.titles[place.channel, place.thread_ts].title == "A person's own"
        assert [call.arguments["initiator_user_id"] for call in slack.calls if call.method == METHOD] == ["UJAMES"] * 4


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
