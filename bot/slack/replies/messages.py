"""One message in a thread, being written: by Slack's streaming calls, or by posting and updating it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slack_sdk.errors import SlackApiError

from bot.slack.api.client import code_of
from bot.slack.views.block_kit import Block, markdown
from bot.slack.views.markup import escaped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.slack.api.rate_limits import PacedClient
    from bot.slack.dependencies import Place

_PATIENCE = "ratelimited"
_STILL_STREAMED = "streaming_state_conflict"  # a process that ended has left it so
# An answer that is posted goes on being updated while so much of the tier is left for the ends of the others.
_SHARE_OF_UPDATES = 0.5
NOTIFICATION = 600  # characters of a message's plain text; the blocks show it whole


@dataclass(frozen=True, slots=True)
class Desk:
    """Where messages are written. `begun` hears of each new message, by its ts, as soon as Slack has it."""

    client: PacedClient
    place: Place
    begun: Callable[[str], Awaitable[None]]


class Sheet(Protocol):
    """A message that grows. Each call may raise SlackApiError."""

    @property
    def ts(self) -> str | None:
        """The message's ts, once there is a message."""
        ...

    @property
    def ready(self) -> bool:
        """Whether Slack's rates let the next words be shown at once."""
        ...

    async def append(self, text: str, *, last: bool = False) -> None:
        """Show more Markdown; after the `last` comes `close`, with which it may be shown."""
        ...

    async def close(self, blocks: Sequence[Block]) -> None:
        """End the message with blocks."""
        ...


class Streamed:
    """A message that Slack shows while it is written."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ts: str | None = None

    @property
    def ts(self) -> str | None:
        """The message's ts, once there is a message."""
        return self._ts

    @property
    def ready(self) -> bool:
        """Whether the stream may begin or go on at once."""
        return self._desk.client.pace.room("chat.appendStream" if self._ts else "chat.startStream")

    async def append(self, text: str, *, last: bool = False) -> None:
        """Show more Markdown; the first words make the message."""
        del last
        if self._ts is None:
            await self._start(text)
        else:
            await self._desk.client.chat_appendStream(channel=self._desk.place.channel, ts=self._ts, markdown_text=text)

    async def close(self, blocks: Sequence[Block]) -> None:
        """End the message with blocks."""
        if self._ts is None:
            return
        await self._desk.client.chat_stopStream(
            channel=self._desk.place.channel, ts=self._ts, blocks=list(blocks) or None
        )

    async def _start(self, text: str) -> None:
        place = self._desk.place
        started = await self._desk.client.chat_startStream(
            channel=place.channel,
            thread_ts=place.thread_ts,
            recipient_team_id=place.team,
            recipient_user_id=place.user,
            markdown_text=text,
        )
        self._ts = str(started["ts"])
        await self._desk.begun(self._ts)


class Posted:
    """A message that is posted, then updated as a whole."""

    def __init__(self, desk: Desk, ts: str | None = None, text: str = "") -> None:
        self._desk = desk
        self._ts = ts
        self._text = text
        self._behind = False

    @property
    def ts(self) -> str | None:
        """The message's ts, once there is a message."""
        return self._ts

    @property
    def ready(self) -> bool:
        """Whether the message may be posted or updated at once."""
        pace = self._desk.client.pace
        if self._ts is None:
            return pace.room("chat.postMessage", self._desk.place.channel)
        return pace.room("chat.update", share=_SHARE_OF_UPDATES)

    async def announce(self, text: str) -> None:
        """Show a text that the first words will replace."""
        await self._write(f"_{text}_", ())

    async def append(self, text: str, *, last: bool = False) -> None:
        """Show more Markdown; while Slack asks for patience, with the next words."""
        self._text += text
        if last:
            self._behind = True
            return
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
        place = self._desk.place
        if self._ts is not None:
            await self._update(self._ts, text, shown)
            return
        posted = await self._desk.client.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread_ts,
            text=notification(text),
            blocks=shown,
            unfurl_links=False,
            unfurl_media=False,
        )
        self._ts = str(posted["ts"])
        await self._desk.begun(self._ts)

    async def _update(self, ts: str, text: str, shown: list[Block]) -> None:
        client, channel = self._desk.client, self._desk.place.channel
        try:
            await client.chat_update(channel=channel, ts=ts, text=notification(text), blocks=shown)
        except SlackApiError as error:
            if code_of(error) != _STILL_STREAMED:
                raise
            with contextlib.suppress(SlackApiError):
                await client.chat_stopStream(channel=channel, ts=ts)
            await client.chat_update(channel=channel, ts=ts, text=notification(text), blocks=shown)


def notification(markdown_text: str) -> str:
    """What a notification shows of a message; never empty, as Slack asks for a text."""
    return escaped(markdown_text[:NOTIFICATION]) or "…"
