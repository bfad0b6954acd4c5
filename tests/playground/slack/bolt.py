"""Slack's own client library against the local Slack: a Bolt app, connected over a real socket."""

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack


def client_of(slack: LocalSlack, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token if token is None else token, base_url=slack.api_url)


def app_of(slack: LocalSlack) -> AsyncApp:
    return AsyncApp(client=client_of(slack))


@asynccontextmanager
async def connected(slack: LocalSlack, app: AsyncApp, *, sockets: int = 1) -> AsyncIterator[None]:
    """The app on one more socket; `sockets` is how many are then open."""
    quiet = logging.getLogger("tests.bolt")
    quiet.setLevel(logging.CRITICAL)
    handler = AsyncSocketModeHandler(app, slack.app_token, logger=quiet, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated
    await slack.wait_connected(sockets)
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated


async def refused(call: Awaitable[object]) -> SlackApiError:
    """The refusal of a call that must be refused."""
    try:
        await call
    except SlackApiError as error:
        return error
    raise AssertionError("The call was let through.")


async def code(call: Awaitable[object]) -> str:
    """The code of that refusal."""
    return str((await refused(call)).response["error"])
