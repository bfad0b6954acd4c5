"""Connects the bot to Slack, keeps its heartbeat, and takes it down in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from typing import TYPE_CHECKING

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.api.client import UNANSWERED, code_of, proxy_for
from bot.slack.api.tokens import check_tokens, granted
from bot.slack.events.thread_follow_ups import ThreadUnread
from bot.slack.handlers.deletion_alert import Watchman
from bot.slack.questions.catch_up import CatchUp
from bot.slack.questions.recovery import Keeper
from knowledge.core.failures import IndexUnavailable
from knowledge.runtime.heartbeat import EVERY_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from bot.slack.app import SlackBot
    from bot.slack.dependencies import Parts
    from knowledge.runtime.heartbeat import Heartbeat

log = logging.getLogger(__name__)
_RETRY_SECONDS = 5.0
_WATCH_SECONDS = 30.0
_BEAT_SECONDS = EVERY_SECONDS
_TOKENS_SECONDS = 60.0  # between two looks whether Slack still takes the tokens, while nothing speaks against it
_LOOK_SECONDS = 10.0  # however long Slack says to wait: the signs of life go on
_PING_SECONDS = 3.0  # a connection that is cut without a word is noticed within four of these
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_TIMEOUT = aiohttp.ClientTimeout(total=30)


class Socket(AsyncSocketModeHandler):
    """Bolt's socket, with a shorter way for mentions and messages.

    An acknowledgement that finds it cut is no failure: Slack sends again what it belongs to.
    """

    def __init__(self, bot: SlackBot, app_token: str, ping_interval: float = _PING_SECONDS) -> None:
        super().__init__(bot.app, app_token, web_client=bot.parts.client, ping_interval=ping_interval)
        self._words = bot.words

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt
        """Have an envelope taken up, by Bolt if it is not one of words, and send its acknowledgement."""
        try:
            if await self._is_taken(req):
                await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))
            else:
                await super().handle(client, req)
        except ConnectionError as error:
            log.info("not acknowledged type=%s error=%s", req.type, type(error).__name__)
        except (IndexUnavailable, ThreadUnread) as error:
            log.warning("event not acknowledged, Slack sends it again: %s", error)

    async def _is_taken(self, req: SocketModeRequest) -> bool:
        event = req.payload.get("event") if req.type == "events_api" else None
        return isinstance(event, dict) and await self._words.hear(event, req.retry_attempt or 0)


async def serve(
    bot: SlackBot,
    heartbeat: Heartbeat | None = None,
    *,
    watch_seconds: float = _WATCH_SECONDS,
    once_connected: Callable[[], None] | None = None,
) -> None:
    """Run until cancelled, SIGTERM or SIGINT; then take no more events and land what is in flight.

    Every `watch_seconds` a look is taken for what the admins must be told. `once_connected` is what takes long, and
    may wait for that: it is done in a thread.

    Raises:
        SettingsError: a token is missing, or Slack refuses it, now or later.
    """
    check_tokens(bot.settings)
    with _ended_by_signals():
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            bot.parts.client.session = session
            try:
                async with _kept(bot), _connected(bot, heartbeat) as socket, _watched(bot.parts, watch_seconds):
                    bot.parts.flights.start(CatchUp(bot.parts, bot.settings.catch_up_hours).run())
                    if once_connected:
                        bot.parts.flights.start(asyncio.to_thread(once_connected))
                    await _live(bot, socket, heartbeat)
            finally:
                if heartbeat:
                    heartbeat.stop()
                log.info("stopped")


@contextlib.asynccontextmanager
async def _connected(bot: SlackBot, heartbeat: Heartbeat | None) -> AsyncIterator[SocketModeClient]:
    """An open socket; closed at the end, so that Slack keeps or redelivers what comes later."""
    settings, client = bot.settings, bot.parts.client
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    socket = Socket(bot, app_token, _PING_SECONDS).client
    socket.proxy = proxy_for(settings.slack_api_url)

    async def greet() -> None:
        await granted("SLACK_BOT_TOKEN", client.auth_test())
        socket.wss_uri = await granted("SLACK_APP_TOKEN", socket.issue_new_wss_url())

    try:
        while not await _reached(greet):
            _beat(heartbeat, ready=False)
            await asyncio.sleep(_RETRY_SECONDS)
        await socket.connect()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated
        log.info("connected")
        yield socket
    finally:
        await socket.close()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated


async def _live(bot: SlackBot, socket: SocketModeClient, heartbeat: Heartbeat | None) -> None:
    """Show signs of life until Slack takes the tokens no more: nobody can be served then.

    Raises:
        SettingsError: Slack refuses a token.
    """
    looked_at = time.monotonic()

    async def look() -> None:
        async with asyncio.timeout(_LOOK_SECONDS):
            await granted("SLACK_BOT_TOKEN", bot.parts.client.auth_test())
            if not await socket.is_connected():
                await granted("SLACK_APP_TOKEN", socket.issue_new_wss_url())

    while True:
        ready = await socket.is_connected()
        _beat(heartbeat, ready=ready)
        doubted = await bot.parts.doubt.wait(_BEAT_SECONDS)
        if doubted or not ready or time.monotonic() - looked_at > _TOKENS_SECONDS:
            await _reached(look)
            looked_at = time.monotonic()


@contextlib.asynccontextmanager
async def _kept(bot: SlackBot) -> AsyncIterator[None]:
    """With the journal looked after, until the last answer in flight has landed."""
    keeping = asyncio.create_task(Keeper(bot.parts, bot.settings.catch_up_hours).keep())
    try:
        yield
    finally:
        await bot.parts.flights.land(bot.settings.shutdown_grace)
        with contextlib.suppress(IndexUnavailable):
            await bot.parts.intake.settle()
        keeping.cancel()
        await asyncio.wait([keeping])


@contextlib.asynccontextmanager
async def _watched(parts: Parts, every: float) -> AsyncIterator[None]:
    """With somebody who looks for what the admins must be told."""
    watching = asyncio.create_task(Watchman(parts, every).watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


async def _reached(greet: Callable[[], Awaitable[None]]) -> bool:
    """Whether Slack can be reached at all."""
    try:
        await greet()
    except UNANSWERED as error:
        log.warning("Slack cannot be reached (%s), trying again", code_of(error))
        return False
    return True


def _beat(heartbeat: Heartbeat | None, *, ready: bool) -> None:
    if heartbeat:
        heartbeat.beat(ready=ready)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGINT end what runs inside, in order; a second one does not wait."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    told: list[int] = []

    def end(number: int) -> None:
        told.append(number)
        if task:
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, end, number)
    try:
        yield
    except asyncio.CancelledError:
        if not told:
            raise
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
