"""One message in a thread, being written: by Slack's streaming calls, or by posting and updating it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slack_sdk.errors import SlackApiError

from bot.slack.blocks import Block, markdown
from bot.slack.connection import code_of
from bot.slack.markup import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.parts import Place

_PATIENCE = "ratelimited"
NOTIFICATION = 600  # characters of a message's plain text; the blocks show it whole


class Sheet(Protocol):
    """A message that grows. Each call may raise SlackApiError."""

    async def append(self, text: str) -> None:
        """Show more Markdown."""
        ...

    async def close(self, blocks: Sequence[Block]) -> None:
        """End the message with blocks."""
        ...


class Streamed:
    """A message that Slack shows while it is written."""

    def __init__(self, client: AsyncWebClient, place: Place) -> None:
        self._client = client
        self._place = place
        self._ts: str | None = None

    @property
    def ts(self) -> str | None:
        """The message's ts, once there is a message."""
        return self._ts

    async def append(self, text: str) -> None:
        """Show more Markdown; the first words make the message."""
        if self._ts is None:
            await self._start(text)
        else:
            await self._client.chat_appendStream(channel=self._place.channel, ts=self._ts, markdown_text=text)

    async def close(self, blocks: Sequence[Block]) -> None:
        """End the message with blocks."""
        if self._ts is None:
            return
        await self._client.chat_stopStream(channel=self._place.channel, ts=self._ts, blocks=list(blocks) or None)

    async def _start(self, text: str) -> None:
        started = await self._client.chat_startStream(
            channel=self._place.channel,
            thread_ts=self._place.thread_ts,
            recipient_team_id=self._place.team,
            recipient_user_id=self._place.user,
            markdown_text=text,
        )
        self._ts = str(started["ts"])


class Posted:
    """A message that is posted, then updated as a whole."""

    def __init__(self, client: AsyncWebClient, place: Place, ts: str | None = None, text: str = "") -> None:
        self._client = client
        self._place = place
        self._ts = ts
        self._text = text
        self._behind = False

    async def announce(self, text: str) -> None:
        """Show a text that the first words will replace."""
        await self._write(f"_{text}_", ())

    async def append(self, text: str) -> None:
        """Show more Markdown; while Slack asks for patience, with the next words."""
        self._text += text
        try:
            await self._write(self._text, ())
            self._behind = False
        except SlackApiError as error:
            if code_of(error) != _PATIENCE:
                raise
            self._behind = True

    async def close(self, blocks: Sequence[Block]) -> None:
        """End the message with blocks."""
        if blocks or self._behind:
            await self._write(self._text, blocks)

    async def _write(self, text: str, blocks: Sequence[Block]) -> None:
        shown = [*([markdown(text)] if text else []), *blocks]
        if self._ts is not None:
            await self._client.chat_update(
                channel=self._place.channel, ts=self._ts, text=notification(text), blocks=shown
            )
            return
        posted = await self._client.chat_postMessage(
            channel=self._place.channel,
            thread_ts=self._place.thread_ts,
            text=notification(text),
            blocks=shown,
            unfurl_links=False,
            unfurl_media=False,
        )
        self._ts = str(posted["ts"])


def notification(markdown_text: str) -> str:
    """What a notification shows of a message; never empty, as Slack asks for a text."""
    return escaped(markdown_text[:NOTIFICATION]) or "…"
