"""Says which of Slack's events goes to which door, and sees that each one is acknowledged."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks import Links
from bot.slack.commands import ASK, DOCS, REINDEX, Commands, command_of
from bot.slack.connection import web_client
from bot.slack.conversations import Conversations
from bot.slack.flights import Flights
from bot.slack.holding import CONFIRM_BUTTON
from bot.slack.home import Home
from bot.slack.messages import Json, Seen, asked
from bot.slack.parts import Answering, Parts
from bot.slack.people import People

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.settings import BotSettings
    from knowledge.holds import Holds
    from knowledge.ledger import Ledger
    from knowledge.requests import Requests

log = logging.getLogger(__name__)
EVENTS = ("app_mention", "message.im", "app_home_opened")
COMMANDS = (ASK, DOCS, REINDEX)
_ANY = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SlackBot:
    """The bot's Slack side, built and not yet connected."""

    app: AsyncApp
    parts: Parts
    settings: BotSettings


def build_app(
    settings: BotSettings, answering: Answering, requests: Requests, ledger: Ledger, holds: Holds
) -> SlackBot:
    """Build the Slack side; `serve` connects it."""
    client = web_client(settings)
    parts = Parts(
        client=client,
        answering=answering,
        requests=requests,
        ledger=ledger,
        holds=holds,
        people=People(client, settings.admins),
        links=Links(settings.document_url_template),
        flights=Flights(),
    )
    app = AsyncApp(
        name="souffleur",
        # Bolt builds a client of its own for each event, which would ignore our proxy rules: it gets no token.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=_authorization(client),
    )
    _route(app, parts)
    return SlackBot(app, parts, settings)


def _authorization(client: AsyncWebClient) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Who the bot is, asked of Slack once; there is one workspace."""
    known: list[AuthorizeResult] = []

    async def authorize() -> AuthorizeResult:
        if not known:
            answer = await client.auth_test()
            known.append(
                AuthorizeResult(
                    enterprise_id=answer.get("enterprise_id"),
                    team_id=answer.get("team_id"),
                    bot_user_id=answer.get("user_id"),
                    bot_id=answer.get("bot_id"),
                    bot_token=client.token,
                )
            )
        return known[0]

    return authorize


def _route(app: AsyncApp, parts: Parts) -> None:
    conversations = Conversations(parts, Seen())
    commands, home = Commands(parts), Home(parts)

    async def on_mention(event: Json, context: AsyncBoltContext) -> None:
        bot_user = context.bot_user_id or ""
        conversations.take(asked(event, context.team_id or "", bot_user), bot_user)

    async def on_message(event: Json, context: AsyncBoltContext) -> None:
        if event.get("channel_type") == "im":
            await on_mention(event, context)

    async def on_home(event: Json, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            parts.flights.start(home.show(event["user"], context.bot_user_id or ""))
        elif event.get("tab") == "messages":
            parts.flights.start(home.suggest(event["user"], event["channel"]))

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(commands.carry_out(command_of(command, context.bot_user_id or "")))

    async def on_confirm(ack: AsyncAck, body: Json, action: Json, context: AsyncBoltContext) -> None:
        await ack()
        pressed = home.confirm(body["user"]["id"], action.get("value") or "", context.bot_user_id or "")
        parts.flights.start(pressed)

    app.event("app_mention")(on_mention)
    app.event("message")(on_message)
    app.event("app_home_opened")(on_home)
    app.command(_ANY)(on_command)
    app.action(CONFIRM_BUTTON)(on_confirm)
    _acknowledge_the_rest(app)


def _acknowledge_the_rest(app: AsyncApp) -> None:
    """Slack sends again what is not acknowledged, and shows people a warning for a button."""

    async def on_event() -> None:
        """Bolt acknowledges events by itself, as long as there is a listener."""

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    async def on_error(error: Exception) -> None:
        log.error("listener failed", exc_info=error)

    app.event(_ANY)(on_event)
    for register in (app.action, app.shortcut, app.view_submission, app.view_closed, app.options):
        register(_ANY)(on_anything)
    app.error(on_error)
