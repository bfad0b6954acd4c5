"""Writes to a person in their direct messages. Decides no word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.views.block_kit import Block


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in Slack, by its place."""

    channel: str
    ts: str


async def open_direct_message(client: AsyncWebClient, user: str) -> str:
    """The direct messages with a person, opened where they are not yet."""
    opened = await client.conversations_open(users=user)
    return str(opened["channel"]["id"])


async def post_message(client: AsyncWebClient, channel: str, text: str, blocks: Sequence[Block]) -> MessageRef:
    """Post a message; `text` is what its notification shows."""
    posted = await client.chat_postMessage(
        channel=channel, text=text, blocks=list(blocks), unfurl_links=False, unfurl_media=False
    )
    return MessageRef(channel, str(posted["ts"]))
