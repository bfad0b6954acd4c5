from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.api import rate_limits
from bot.slack.api.client import create_web_client
from bot.slack.api.rate_limits import CALLS_A_MINUTE, RateLimitedClient, RateLimiter
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.slack.running_bot import SLACK, settings_for

STARTS, STOPS = CALLS_A_MINUTE["chat.startStream"], CALLS_A_MINUTE["chat.stopStream"]


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def _call(pace: RateLimiter, method: str, times: int = 1, channel: str = "") -> None:
    for _ in range(times):
        async with asyncio.timeout(0.5):
            await pace.acquire_call(method, channel)


async def test_a_tier_is_full_for_a_minute() -> None:
    clock = Clock()
    pace = RateLimiter(clock)
    await _call(pace, "chat.update", CALLS_A_MINUTE["chat.update"])
    assert not pace.has_room("chat.update")
    clock.now += 59.9
    assert not pace.has_room("chat.update")
    clock.now += 0.2
    assert pace.has_room("chat.update")


async def test_a_share_leaves_the_rest_of_the_tier_to_others() -> None:
    pace = RateLimiter(Clock())
    await _call(pace, "chat.update", CALLS_A_MINUTE["chat.update"] // 2 + 1)
    assert not pace.has_room("chat.update", share=0.5)
    assert pace.has_room("chat.update")


async def test_posts_are_counted_for_each_channel() -> None:
    pace = RateLimiter(Clock())
    await _call(pace, "chat.postMessage", CALLS_A_MINUTE["chat.postMessage"], "C1")
    assert not pace.has_room("chat.postMessage", "C1")
    assert pace.has_room("chat.postMessage", "C2")


async def test_a_method_without_a_tier_is_never_full() -> None:
    pace = RateLimiter(Clock())
    await _call(pace, "auth.test", 1_000)
    assert pace.has_room("auth.test")


async def test_a_word_to_wait_holds_for_everyone_and_only_grows() -> None:
    clock = Clock()
    pace = RateLimiter(clock)
    pace.pause_method("users.info", "", 30)
    pace.pause_method("users.info", "", 5)
    assert pace.has_room("chat.update")
    clock.now += 29
    assert not pace.has_room("users.info")
    clock.now += 2
    assert pace.has_room("users.info")


async def test_a_stream_begins_only_where_its_end_need_not_wait() -> None:
    clock = Clock()
    pace = RateLimiter(clock)
    await _call(pace, "chat.startStream", STARTS)
    clock.now += 61
    assert not pace.has_room("chat.startStream")  # the tier has room, but the ends of so many more would not
    await _call(pace, "chat.stopStream", STOPS)
    assert not pace.has_room("chat.startStream")
    clock.now += 61
    assert pace.has_room("chat.startStream")


async def test_streams_that_nobody_ends_are_forgotten_when_slack_has_ended_them() -> None:
    clock = Clock()
    pace = RateLimiter(clock)
    await _call(pace, "chat.startStream", STARTS)
    clock.now += 299
    assert not pace.has_room("chat.startStream")
    clock.now += 2
    assert pace.has_room("chat.startStream")


async def test_a_429_makes_everyone_wait_and_then_the_call_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "_POLL_SECONDS", 0.05)
    async with serve_slack(SLACK) as slack, _client(slack) as client:
        slack.faults.limit("users.info", retry_after=1)
        began = time.monotonic()
        await asyncio.gather(*(client.users_info(user=user) for user in ("UALICE", "UJAMES", "UCAMILLE")))
        assert time.monotonic() - began >= 0.9
        refused = [call for call in slack.calls if call.method == "users.info" and call.error]
        assert [call.error for call in refused] == ["ratelimited"]


async def test_a_status_is_not_tried_again_where_slack_asks_for_patience() -> None:
    async with serve_slack(SLACK) as slack, _client(slack) as client:
        ts = await slack.person("james").post("#general", "hello")
        slack.faults.limit("agents.sessions.setStatus", retry_after=30)
        with pytest.raises(SlackApiError):
            await client.agents_sessions_setStatus(channel_id="CGENERAL", thread_ts=ts, status="processing")
        assert not client.rate_limiter.has_room("agents.sessions.setStatus")


@asynccontextmanager
async def _client(slack: LocalSlack) -> AsyncIterator[RateLimitedClient]:
    client = create_web_client(settings_for(slack))
    async with aiohttp.ClientSession() as client.session:
        yield client
