from __future__ import annotations

import asyncio

import pytest

from bot.slack.api.client import create_web_client
from bot.slack.i18n.catalogue import get_texts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.people.users import Users
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.slack.running_bot import SLACK, settings_for


def _people(slack: LocalSlack, now: list[float] | None = None) -> Users:
    return Users(create_web_client(settings_for(slack)), lambda: now[0] if now else 0.0)


def _asked(slack: LocalSlack) -> int:
    return sum(call.method == "users.info" for call in slack.calls)


async def test_the_locale_of_slack_decides_the_language() -> None:
    async with serve_slack(SLACK) as slack:
        people = _people(slack)
        assert await people.get_user_language("UCAMILLE") == "fr"
        assert await people.get_user_language("UJAMES") == "en"
        assert await people.get_user_texts("UCAMILLE") is FRENCH


async def test_slack_is_asked_once_an_hour() -> None:
    async with serve_slack(SLACK) as slack:
        now = [0.0]
        people = _people(slack, now)
        for now[0] in (0.0, 3_599.0, 3_601.0):
            assert await people.get_user_language("UCAMILLE") == "fr"
        assert _asked(slack) == 2


@pytest.mark.parametrize("error", ["missing_scope", "user_not_found"])
async def test_where_slack_does_not_tell_the_texts_are_english(error: str) -> None:
    async with serve_slack(SLACK) as slack:
        slack.faults.fail("users.info", error)
        people = _people(slack)
        assert await people.get_user_language("UCAMILLE") is None
        assert get_texts(None) is ENGLISH


async def test_where_slack_did_not_tell_it_is_asked_again_in_a_minute() -> None:
    async with serve_slack(SLACK) as slack:
        slack.faults.fail("users.info", "internal_error")
        now = [0.0]
        people = _people(slack, now)
        for now[0], told in ((0.0, None), (59.0, None), (61.0, "fr")):
            assert await people.get_user_language("UCAMILLE") == told


async def test_where_slack_says_to_wait_long_nobody_waits_for_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.people.users._TIMEOUT_SECONDS", 0.1)
    async with serve_slack(SLACK) as slack:
        slack.faults.limit("users.info", retry_after=600)
        assert await asyncio.wait_for(_people(slack).get_user_language("UCAMILLE"), 30) is None
