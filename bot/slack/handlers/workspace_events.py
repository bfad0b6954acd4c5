"""Reacts to what Slack tells about the workspace: members of channels who come or go, tokens that are taken back.

A small file of its own, because nobody presses or types any of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.api.tokens import TokenSuspicion
    from bot.slack.events.parse import Json
    from bot.slack.people.directory import SlackDirectory

_MEMBERSHIP_EVENTS = ("member_joined_channel", "member_left_channel")
_TOKEN_EVENTS = ("app_uninstalled", "tokens_revoked")
EVENTS: tuple[str, ...] = (*_MEMBERSHIP_EVENTS, *_TOKEN_EVENTS)


def register(app: AsyncApp, directory: SlackDirectory, token_suspicion: TokenSuspicion) -> None:
    """Listens for changes of membership, and for tokens taken back, those of a single person included."""

    async def on_membership_change(event: Json) -> None:
        directory.forget_membership(event["user"], event["channel"])

    async def on_token_loss() -> None:
        token_suspicion.raised.set()

    for name in _MEMBERSHIP_EVENTS:
        app.event(name)(on_membership_change)
    for name in _TOKEN_EVENTS:
        app.event(name)(on_token_loss)
