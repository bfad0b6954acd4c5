"""Connects the bot to Slack, keeps its heartbeat, and takes it down in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING, TypeVar

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.slack.connection import proxy_for
from bot.slack.status import code_of
from knowledge.errors import SettingsError
from knowledge.heartbeat import EVERY_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from slack_sdk.socket_mode.aiohttp import SocketModeClient

    from bot.settings import BotSettings
    from bot.slack.app import SlackBot
    from knowledge.heartbeat import Heartbeat

log = logging.getLogger(__name__)
_RETRY_SECONDS = 5.0
T = TypeVar("T")
_TIMEOUT = aiohttp.ClientTimeout(total=30)


async def serve(bot: SlackBot, heartbeat: Heartbeat | None = None) -> None:
    """Run until cancelled, SIGTERM or SIGINT; then take no more events and land what is in flight.

    Raises:
        SettingsError: a token is missing, or Slack refuses it.
    """
    check_tokens(bot.settings)
    stopping = asyncio.Event()
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        bot.parts.client.session = session
        with _signals(stopping):
            try:
                async with _connected(bot) as socket:
                    await _beat(socket, heartbeat, stopping)
            finally:
                await bot.parts.flights.land(bot.settings.shutdown_grace)
                if heartbeat:
                    heartbeat.stop()
                log.info("stopped")


def check_tokens(settings: BotSettings) -> None:
    """See that there are tokens, each in its place.

    Raises:
        SettingsError: one is missing, or is of the other kind.
    """
    for name, token, start in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        if token is None:
            raise SettingsError(f"{name} is missing: set it in the environment or in .env ({start}…).")
        if not token.get_secret_value().startswith(start):
            raise SettingsError(f"{name} is not usable (it must begin with {start}): correct it in .env.")


@contextlib.asynccontextmanager
async def _connected(bot: SlackBot) -> AsyncIterator[SocketModeClient]:
    """An open socket; closed at the end, so that Slack keeps or redelivers what comes later."""
    settings, client = bot.settings, bot.parts.client
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    await _ask("SLACK_BOT_TOKEN", settings, client.auth_test)
    handler = AsyncSocketModeHandler(bot.app, app_token, web_client=client)
    socket = handler.client
    try:
        socket.proxy = proxy_for(settings.slack_api_url)
        socket.wss_uri = await _ask("SLACK_APP_TOKEN", settings, socket.issue_new_wss_url)
        await socket.connect()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated
        log.info("connected")
        yield socket
    finally:
        await socket.close()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated


async def _ask(setting: str, settings: BotSettings, call: Callable[[], Awaitable[T]]) -> T:
    """Slack's answer to a first call with a token; waits as long as Slack cannot be reached."""
    while True:
        try:
            return await call()
        except SlackApiError as error:
            raise SettingsError(
                f"Slack refuses {setting} ({code_of(error)}): copy it anew from the app's settings."
            ) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("no Slack at %s (%s), trying again", settings.slack_api_url, type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)


async def _beat(socket: SocketModeClient, heartbeat: Heartbeat | None, stopping: asyncio.Event) -> None:
    """Give signs of life until the bot is told to stop."""
    while not stopping.is_set():
        if heartbeat:
            heartbeat.beat(ready=await socket.is_connected())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), EVERY_SECONDS)


@contextlib.contextmanager
def _signals(stopping: asyncio.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT ask for an end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
