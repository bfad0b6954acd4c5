"""Puts the doors of the Slack edge together, and sees that every event is acknowledged. Each door knows its own."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import message_router
from bot.slack.api import tokens
from bot.slack.api.client import get_error_code
from bot.slack.dependencies import Dependencies, QuestionAnswerer
from bot.slack.handlers import (
    commands,
    compare,
    feedback,
    file_upload,
    gaps,
    home,
    membership,
    message_shortcut,
    show_passage,
)
from bot.slack.questions import private_answer

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from bot.settings import BotSettings

log = logging.getLogger(__name__)
_ANY = re.compile(".*", re.DOTALL)


class AuthorizationUnavailable(Exception):
    """Slack does not say who the bot is."""


class EventHandler(Protocol):
    """A file through which something of Slack's comes in; `EVENTS` are those that the manifest must subscribe to."""

    EVENTS: tuple[str, ...]

    def register(self, app: AsyncApp, deps: Dependencies) -> None:
        """Listen for what comes through this door. Bolt hands each event to the first listener that fits."""
        ...


# `commands` comes last of those with commands: it answers the unknown ones too.
EVENT_HANDLERS: tuple[EventHandler, ...] = (
    message_router,
    home,
    membership,
    tokens,
    show_passage,
    private_answer,
    message_shortcut,
    feedback,
    compare,
    gaps,
    file_upload,
    commands,
)
EVENTS = tuple(event for door in EVENT_HANDLERS for event in door.EVENTS)


@dataclass(frozen=True, slots=True)
class SlackBot:
    """The bot's Slack side, built and not yet connected."""

    app: AsyncApp
    deps: Dependencies
    settings: BotSettings


def build_app(settings: BotSettings, answering: QuestionAnswerer, qdrant: QdrantClient) -> SlackBot:
    """Build the Slack side; `serve` connects it."""
    deps = Dependencies.build_dependencies(settings, answering, qdrant)

    async def authorize() -> AuthorizeResult:
        try:
            return await deps.identity.authorize_bot()
        except SlackApiError as error:  # Bolt would acknowledge the event, and it would be lost
            raise AuthorizationUnavailable(get_error_code(error)) from error

    app = AsyncApp(
        name="souffleur",
        # Bolt builds a client of its own for each event, which would ignore our proxy rules: it gets no token.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,  # nothing here uses them, and each event would pay for them
    )
    for handler in EVENT_HANDLERS:
        handler.register(app, deps)
    _acknowledge_other_events(app)
    return SlackBot(app, deps, settings)


def _acknowledge_other_events(app: AsyncApp) -> None:
    """Slack sends again what is not acknowledged, and shows people a warning for a button."""

    async def on_event() -> None:
        """Bolt acknowledges events by itself, as long as there is a listener."""

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
