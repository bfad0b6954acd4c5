from __future__ import annotations

import pytest

from bot.slack.connection import web_client
from bot.slack.parts import Place
from bot.slack.sessions import Sessions
from playground.slack.app import LocalSlack, running
from tests.bot.slack.desk import SLACK, settings_for

METHOD = "agents.sessions.setStatus"


async def _place(slack: LocalSlack) -> Place:
    return Place("TLUMIERE", "CGENERAL", await slack.person("james").post("#general", "hello"), "UJAMES")


def _told(slack: LocalSlack) -> list[object]:
    return [call.arguments["status"] for call in slack.calls if call.method == METHOD]


async def test_a_session_is_at_work_and_then_open_again() -> None:
    async with running(SLACK) as slack:
        sessions, place = Sessions(web_client(settings_for(slack))), await _place(slack)
        await sessions.begin(place, "a question", "Remote work")
        await sessions.end(place, "a question")
        assert _told(slack) == ["processing", "active"]


async def test_the_stop_button_stays_until_the_last_of_two_questions_in_a_thread_is_answered() -> None:
    async with running(SLACK) as slack:
        sessions, place = Sessions(web_client(settings_for(slack))), await _place(slack)
        await sessions.begin(place, "a question")
        await sessions.begin(place, "another")
        await sessions.end(place, "a question")
        assert _told(slack) == ["processing", "processing"]
        await sessions.end(place, "another")
        assert _told(slack) == ["processing", "processing", "active"]


@pytest.mark.parametrize("code", ["unknown_method", "missing_scope", "feature_not_enabled", "not_allowed_token_type"])
async def test_a_workspace_without_sessions_is_asked_once(code: str) -> None:
    async with running(SLACK) as slack:
        sessions, place = Sessions(web_client(settings_for(slack))), await _place(slack)
        slack.faults.fail(METHOD, code)
        await sessions.begin(place, "a question")
        await sessions.end(place, "a question")
        await sessions.begin(place, "a question")
        assert _told(slack) == ["processing"]


async def test_a_refusal_of_the_moment_is_no_reason_to_stop_telling() -> None:
    async with running(SLACK) as slack:
        sessions, place = Sessions(web_client(settings_for(slack))), await _place(slack)
        slack.faults.fail(METHOD, "internal_error")
        await sessions.begin(place, "a question")
        await sessions.end(place, "a question")
        assert _told(slack) == ["processing", "active"]


async def test_nobody_waits_for_a_session_where_slack_asks_for_patience() -> None:
    async with running(SLACK) as slack:
        sessions, place = Sessions(web_client(settings_for(slack))), await _place(slack)
        slack.faults.limit(METHOD, retry_after=30)
        await sessions.begin(place, "a question")
        await sessions.end(place, "a question")
        assert _told(slack) == ["processing"]
