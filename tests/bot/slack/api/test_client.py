from __future__ import annotations

import asyncio

import pytest
from slack_sdk.errors import SlackApiError

from bot.settings import BotSettings
from bot.slack.api.client import BotIdentity, create_web_client, find_proxy
from bot.slack.api.errors import get_error_code
from playground.slack.app import serve_slack
from tests.bot.slack.running_bot import SLACK, settings_for


@pytest.fixture(autouse=True)
def _behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://plain.example:3128")


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://slack.com/api/", "http://proxy.example:3128"),
        ("wss://wss-primary.slack.com/link", "http://proxy.example:3128"),
        ("http://slack.internal/api/", "http://plain.example:3128"),
        ("http://127.0.0.1:8321/api/", None),
        ("http://localhost:8321/api/", None),
        ("http://[::1]:8321/api/", None),
        ("https://chat.intranet.example/api/", None),
    ],
)
def test_the_proxy_is_taken_unless_the_address_is_excepted(
    url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", ".intranet.example")
    assert find_proxy(url) == proxy


def test_the_client_follows_the_same_rule() -> None:
    assert create_web_client(BotSettings(slack_api_url="http://127.0.0.1:1/api/")).proxy is None
    assert create_web_client(BotSettings(slack_api_url="https://slack.com/api/")).proxy == "http://proxy.example:3128"


async def test_a_refusal_is_named_by_slack_s_code_and_a_gateway_s_error_page_is_unreadable() -> None:
    async with serve_slack(SLACK) as slack:
        slack.faults.fail("auth.test", "invalid_auth")
        with pytest.raises(SlackApiError) as refused:
            await create_web_client(settings_for(slack)).auth_test()
        with pytest.raises(SlackApiError) as unreadable:
            await create_web_client(settings_for(slack, slack_api_url=f"{slack.url}/static/")).auth_test()
    assert (get_error_code(refused.value), get_error_code(unreadable.value)) == ("invalid_auth", "unreadable")


def test_a_failure_below_slack_is_named_by_its_kind() -> None:
    assert get_error_code(TimeoutError()) == "TimeoutError"


async def test_who_the_bot_is_is_asked_once_however_many_want_to_know() -> None:
    async with serve_slack(SLACK) as slack:
        identity = BotIdentity(create_web_client(settings_for(slack)))
        known = await asyncio.gather(*(identity.get_bot_user() for _ in range(20)))
        assert set(known) == {"USOUFFLEUR"}
        assert [call.method for call in slack.calls] == ["auth.test"]
