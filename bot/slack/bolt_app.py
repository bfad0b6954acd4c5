"""Opens Bolt for this bot, and has it acknowledge what no handler takes."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.refused_methods import get_error_code

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.settings import BotSettings
    from bot.slack.api.client import BotIdentity

log = logging.getLogger(__name__)
_ANY = re.compile(".*", re.DOTALL)


class AuthorizationUnavailable(Exception):
    """Slack does not say who the bot is."""


def open_bolt_app(settings: BotSettings, identity: BotIdentity) -> AsyncApp:
    """Creates Bolt's app for one workspace, without any listener."""

    async def authorize() -> AuthorizeResult:
        try:
            return await identity.authorize_bot()
        except SlackApiError as error:  # Bolt would acknowledge the event, and it would be lost
            raise AuthorizationUnavailable(get_error_code(error)) from error

    app = AsyncApp(
        name="souffleur",
        # Bolt builds a client of its own for each event, which would ignore our proxy rules: it gets no token.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,  # nothing here uses them, and each event would pay for them
    )
    if settings.command_prefix:
        _remove_command_prefix(app, f"/{settings.command_prefix}-")
    return app


def _remove_command_prefix(app: AsyncApp, prefix: str) -> None:
    """Has the handlers see each command by its own name."""

    async def rename_command(body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
        if str(body.get("command") or "").startswith(prefix):
            body["command"] = f"/{body['command'].removeprefix(prefix)}"
        await next_()

    app.use(rename_command)


def acknowledge_other_events(app: AsyncApp) -> None:
    """Acknowledges what no handler takes: Slack would send it again, and warn the person who pressed."""

    async def on_event() -> None:
        """Does nothing: Bolt acknowledges an event that has a listener."""

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    async def on_error(error: Exception) -> None:
        if isinstance(error, AuthorizationUnavailable):
            log.warning("event not acknowledged, Slack sends it again: auth.test error=%s", error)
            return
        log.error("listener failed", exc_info=error)

    app.event(_ANY)(on_event)
    for register in (app.action, app.shortcut, app.view_submission, app.view_closed, app.options):
        register(_ANY)(on_anything)
    app.error(on_error)
