"""The door of comings and goings: what the bot remembers of who is in a channel is forgotten when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json

EVENTS: tuple[str, ...] = ("member_joined_channel", "member_left_channel")


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for people who come to a channel of the bot's, or leave it."""

    async def on_change(event: Json) -> None:
        deps.access_directory.directory.forget_membership(event["user"], event["channel"])

    for name in EVENTS:
        app.event(name)(on_change)
