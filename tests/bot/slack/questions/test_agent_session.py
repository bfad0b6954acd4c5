from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.slack.api.client import create_web_client
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies.working_status import AgentSessions
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.slack.running_bot import SLACK, Held, at_work, connected, saying, settings_for, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

METHOD = "agents.sessions.setStatus"


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
