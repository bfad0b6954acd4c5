"""Reacts to what Slack tells about the workspace: people and channels that change, tokens that are taken back.

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
_PEOPLE_EVENTS = ("team_join", "user_change")
_RENAME_EVENTS = ("channel_rename", "group_rename")
EVENTS: tuple[str, ...] = (*_MEMBERSHIP_EVENTS, *_PEOPLE_EVENTS, *_RENAME_EVENTS, *_TOKEN_EVENTS)


def register(app: AsyncApp, directory: SlackDirectory, token_suspicion: TokenSuspicion) -> None:
    """Listens for changes of people and channels, and for tokens taken back, those of a single person included."""

    async def on_membership_change(event: Json) -> None:
        directory.forget_membership(event["user"], event["channel"])

    async def on_person_change(event: Json) -> None:
        directory.note_person(event.get("user") or {})

    async def on_channel_rename() -> None:
        directory.forget_channel_names()

    async def on_token_loss() -> None:
        token_suspicion.raised.set()

    for name in _MEMBERSHIP_EVENTS:
        app.event(name)(on_membership_change)
    for name in _PEOPLE_EVENTS:
        app.event(name)(on_person_change)
    for name in _RENAME_EVENTS:
        app.event(name)(on_channel_rename)
    for name in _TOKEN_EVENTS:
        app.event(name)(on_token_loss)
