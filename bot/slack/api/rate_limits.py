"""Limits the rate of calls to Slack: its tiers count all calls of this process, and a 429 pauses the method."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api.errors import RefusedMethods
from bot.slack.metrics import count_slack_call

log = logging.getLogger(__name__)
_RateKey = tuple[str, str]
_MINUTE_SECONDS = 60.0
# Calls a minute, a little fewer than Slack allows, as clocks differ. Other methods are not counted.
CALLS_A_MINUTE = {
    "agents.sessions.setStatus": 47,
    "blocks.validate": 47,
    "chat.appendStream": 95,
    "chat.postMessage": 55,
    "chat.startStream": 19,
    "chat.stopStream": 19,
    "chat.update": 47,
    "conversations.history": 47,
    "conversations.replies": 47,
    "reactions.add": 47,
    "reactions.remove": 19,
    "users.conversations": 47,
    "conversations.members": 95,
    "users.info": 95,
    "users.list": 19,
}
_LIMITED_BY_CHANNEL = frozenset({"chat.postMessage"})
# A status and a mark are out of date after a wait, so they are not sent again.
_NEVER_RETRIED = frozenset({"agents.sessions.setStatus", "reactions.add"})
_START_STREAM: _RateKey = ("chat.startStream", "")
_STOP_STREAM: _RateKey = ("chat.stopStream", "")
_STREAM_SECONDS = 300.0  # after which Slack ends a stream by itself
_POLL_SECONDS = 1.0
_MAX_TRIES = 6
_DEFAULT_WAIT_SECONDS = 30.0
_TOO_MANY_REQUESTS = 429


class RateLimiter:
    """Decides when a method may be called. Calls of one method go out in the order in which they were asked for.

    A stream begins only if its end has room in the rates too, so that no finished answer waits for its end.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[_RateKey, deque[float]] = {}
        self._closed_until: dict[_RateKey, float] = {}
        self._queues: dict[_RateKey, asyncio.Lock] = {}
        self._streams: deque[float] = deque()  # when the streams began that have not ended

    def has_room(self, method: str, channel: str = "", *, share: float = 1.0) -> bool:
        """Whether a call would go out at once; `share` is the part of the tier that may be used."""
        key = _rate_key(method, channel)
        queue = self._queues.get(key)
        return not (queue and queue.locked()) and self._seconds_to_wait(key, share) <= 0

    def count_free_calls(self, method: str) -> int:
        """How many calls of a method with a known rate would go out at once."""
        key = _rate_key(method, "")
        return CALLS_A_MINUTE[method] - len(self._calls_of_last_minute(key)) if self.has_room(method) else 0

    async def acquire_call(self, method: str, channel: str = "") -> None:
        """Waits until a call may go out, and counts it."""
        key = _rate_key(method, channel)
        async with self._queues.setdefault(key, asyncio.Lock()):
            while True:
                wait = self._seconds_to_wait(key)
                if wait <= 0:
                    break
                await asyncio.sleep(min(wait, _POLL_SECONDS))
            self._count_call(key)

    def pause_method(self, method: str, channel: str, seconds: float) -> None:
        """Pauses a method for so many seconds, because Slack says so."""
        key = _rate_key(method, channel)
        self._closed_until[key] = max(self._closed_until.get(key, 0.0), self._clock() + seconds)

    def _seconds_to_wait(self, key: _RateKey, share: float = 1.0) -> float:
        now = self._clock()
        closed = self._closed_until.get(key, 0.0) - now
        allowed = CALLS_A_MINUTE.get(key[0])
        if allowed is None:
            return closed
        calls = self._calls_of_last_minute(key)
        full = calls[0] + _MINUTE_SECONDS - now if len(calls) >= allowed * share else 0.0
        return max(closed, full, self._seconds_until_stream_end(now) if key == _START_STREAM else 0.0)

    def _count_call(self, key: _RateKey) -> None:
        if key[0] in CALLS_A_MINUTE:
            self._calls_of_last_minute(key).append(self._clock())
        if key == _START_STREAM:
            self._streams.append(self._clock())
        elif key == _STOP_STREAM and self._streams:
            self._streams.popleft()

    def _calls_of_last_minute(self, key: _RateKey) -> deque[float]:
        return _drop_older_times(self._calls.setdefault(key, deque()), self._clock() - _MINUTE_SECONDS)

    def _seconds_until_stream_end(self, now: float) -> float:
        """Gives the seconds until the end of one more stream would not have to wait."""
        open_, ended = _drop_older_times(self._streams, now - _STREAM_SECONDS), self._calls_of_last_minute(_STOP_STREAM)
        if len(open_) + len(ended) < CALLS_A_MINUTE[_STOP_STREAM[0]]:
            return 0.0
        return ended[0] + _MINUTE_SECONDS - now if ended else _POLL_SECONDS


class RateLimitedClient(AsyncWebClient):
    """Calls Slack's Web API within its rates."""

    def __init__(self, token: str | None, base_url: str, rate_limiter: RateLimiter | None = None) -> None:
        super().__init__(token=token, base_url=base_url)
        self.rate_limiter = rate_limiter or RateLimiter()
        self.refused_methods = RefusedMethods()

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Calls a method when its turn has come, and again where Slack says to wait.

        Raises:
            SlackApiError: Slack refuses; "ratelimited" only after several waits. What it refuses for good is refused
                here from then on.
        """
        self.refused_methods.check_method(api_method)
        channel = _channel_from_arguments(arguments)
        for left in reversed(range(_MAX_TRIES)):
            await self.rate_limiter.acquire_call(api_method, channel)
            try:
                with count_slack_call(api_method):
                    return await super().api_call(api_method, **arguments)
            except SlackApiError as error:
                wait = _retry_after_seconds(error)
                if wait is None:
                    self.refused_methods.remember_refusal(api_method, error)
                    raise
                self.rate_limiter.pause_method(api_method, channel, wait)
                log.info("rate limited method=%s wait=%.0f", api_method, wait)
                if not left or api_method in _NEVER_RETRIED:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")


def _drop_older_times(times: deque[float], begin: float) -> deque[float]:
    while times and times[0] <= begin:
        times.popleft()
    return times


def _rate_key(method: str, channel: str) -> _RateKey:
    return method, channel if method in _LIMITED_BY_CHANNEL else ""


def _channel_from_arguments(arguments: dict[str, Any]) -> str:
    given = arguments.get("json") or arguments.get("params") or arguments.get("data") or {}
    return str(given.get("channel") or "")


def _retry_after_seconds(error: SlackApiError) -> float | None:
    """Gives the seconds that Slack says to wait; None if it refuses for another reason."""
    if getattr(error.response, "status_code", None) != _TOO_MANY_REQUESTS:
        return None
    after = error.response.headers.get("Retry-After") or error.response.headers.get("retry-after")
    return float(after) if after and after.isdecimal() else _DEFAULT_WAIT_SECONDS
