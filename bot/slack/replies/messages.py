"""Writes one message in a thread: by Slack's streaming calls, or by posting and updating it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from slack_sdk.errors import SlackApiError

from bot.slack.api.client import post_message
from bot.slack.api.errors import TOO_LONG, RefusedMethods, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies.steps import DISPLAY_MODE, STEPS_REFUSED, StepList
from bot.slack.views.block_kit import Block, build_markdown_block
from bot.slack.views.data_tables import build_answer_blocks, has_data_table
from bot.slack.views.markup import escape_mrkdwn
from bot.slack.views.rich_text import strip_markdown

_RATE_LIMITED = "ratelimited"
_STILL_STREAMED = "streaming_state_conflict"  # the process that streamed it stopped
# A posted answer is updated only while this share of the rate is left for the ends of other answers.
_SHARE_OF_UPDATES = 0.5
_BEGIN_SECONDS = 5.0  # a reply that is stopped waits so long for a message that is being made
# What a thread's session is after a message: at work, open, or waiting for the person who asked.
EndStatus = Literal["processing", "active", "suspended"]
# Refusals of a data table: the same rows can still be shown as Markdown.
_TABLES_REFUSED = STEPS_REFUSED | TOO_LONG | {"invalid_blocks", "invalid_blocks_format"}
NO_ROOM = "no_room"  # our own code: in this minute, no further stream may begin
NOTIFICATION_LENGTH = 600  # characters of a message's plain text; the blocks show it whole


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """Where messages are written. `on_message` is called with the ts of each new message."""

    client: RateLimitedClient
    place: ThreadPlace
    on_message: Callable[[str], Awaitable[None]]


class StreamedMessage:
    """A message written by Slack's streaming calls, in chunks: words, steps, and whole tables as data tables.

    Where Slack takes neither steps nor data tables, it is plain Markdown; Slack takes no change between the two.
    Each call may raise SlackApiError. `is_ready` says whether Slack's rates allow the next one now.
    """

    def __init__(self, context: ReplyContext) -> None:
        self._context = context
        self._ts: str | None = None
        self._steps: StepList | None = None
        self._is_plain = False
        self._text = ""

    @property
    def ts(self) -> str | None:
        """The message's ts, once there is a message."""
        return self._ts

    @property
    def is_ready(self) -> bool:
        """Whether the stream may begin or go on now."""
        return self._context.client.rate_limiter.has_room("chat.appendStream" if self._ts else "chat.startStream")

    async def append_markdown(self, text: str, *, last: bool = False) -> None:
        """Show more Markdown, each whole table of it as a data table; the first words make the message."""
        del last
        refused = self._context.client.refused_methods
        takes_tables = not (self._is_plain or refused.takes_no_steps or refused.takes_no_data_tables)
        blocks = build_answer_blocks(text, self._text) if takes_tables else []
        self._text += text  # before the calls: what is cancelled meanwhile may stand there
        chunks = [_build_chunk(block) for block in blocks]
        if not (has_data_table(blocks) and await _is_table_taken(refused, self._write_stream(chunks=chunks))):
            await self._write_words(text)

    async def _write_words(self, text: str) -> None:
        refused = self._context.client.refused_methods
        if self._ts is None:
            self._is_plain = refused.takes_no_steps
        if not self._is_plain:
            try:
                await self._write_stream(chunks=[{"type": "markdown_text", "text": text}])
            except SlackApiError as error:
                if self._ts is not None or get_error_code(error) not in STEPS_REFUSED:
                    raise
                self._is_plain = refused.takes_no_steps = True
            else:
                return
        await self._write_stream(markdown_text=text)

    async def show_steps(self, steps: StepList) -> None:
        """Show what was done and what is being done."""
        chunks = steps.take_changes()
        if not chunks:
            return
        mode = {"task_display_mode": DISPLAY_MODE} if self._ts is None else {}
        await self._write_stream(chunks=chunks, **mode)
        self._steps = steps

    async def close_message(self, blocks: Sequence[Block], status: EndStatus) -> None:
        """End the message with blocks, and say what the session is from now on."""
        if self._ts is None:
            return
        await self._context.client.chat_stopStream(
            channel=self._context.place.channel,
            ts=self._ts,
            chunks=(self._steps.take_changes(is_end=True) or None) if self._steps else None,
            blocks=list(blocks) or None,
            session_status=status,
        )

    async def _write_stream(self, **content: Any) -> None:
        """Begin the stream or add to it; `content` is its Markdown or its chunks."""
        if self._ts is None:
            await _finish_though_cancelled(self._begin_stream(**content))
        else:
            channel = self._context.place.channel
            await self._context.client.chat_appendStream(channel=channel, ts=self._ts, **content)

    async def _begin_stream(self, **content: Any) -> None:
        if not self.is_ready:  # another answer has begun since the caller asked: the call would wait for a minute
            raise SlackApiError("Other streams have used the rate up.", {"error": NO_ROOM})  # type: ignore[no-untyped-call] # the library leaves it unannotated
        place = self._context.place
        started = await self._context.client.chat_startStream(
            channel=place.channel,
            thread_ts=place.thread_ts,
            recipient_team_id=place.team,
            recipient_user_id=place.user,
            **content,
        )
        self._ts = str(started["ts"])
        await self._context.on_message(self._ts)


class PostedMessage:
    """A message that is posted, then updated as a whole with each piece."""

    def __init__(self, context: ReplyContext, ts: str | None = None, text: str = "") -> None:
        self._context = context
        self._ts = ts
        self._text = text
        self._is_behind = False

    @property
    def ts(self) -> str | None:
        """The message's ts, once there is a message."""
        return self._ts

    @property
    def is_ready(self) -> bool:
        """Whether the message may be posted or updated now."""
        rate_limiter = self._context.client.rate_limiter
        if self._ts is None:
            return rate_limiter.has_room("chat.postMessage", self._context.place.channel)
        return rate_limiter.has_room("chat.update", share=_SHARE_OF_UPDATES)

    async def announce_progress(self, text: str) -> None:
        """Show a text that the first words will replace."""
        await self._write_message(f"_{text}_", ())

    async def append_markdown(self, text: str, *, last: bool = False) -> None:
        """Show more Markdown; if Slack limits the rate, it is shown with the next piece."""
        self._text += text
        if last:
            self._is_behind = True
            return
        try:
            await self._write_message(self._text, ())
            self._is_behind = False
        except SlackApiError as error:
            if get_error_code(error) != _RATE_LIMITED:
                raise
            self._is_behind = True

    async def close_message(self, blocks: Sequence[Block], status: EndStatus) -> None:
        """End the message with blocks and its table as a data table; whoever ends the question sets the session."""
        del status
        refused = self._context.client.refused_methods
        words = [] if refused.takes_no_data_tables else build_answer_blocks(self._text)
        shown = [*words, *blocks]
        is_update = self._ts is not None
        if has_data_table(words) and await _is_table_taken(
            refused, self._show_blocks(self._text, shown), is_update=is_update
        ):
            return
        if blocks or self._is_behind:
            await self._write_message(self._text, blocks)

    async def _write_message(self, text: str, blocks: Sequence[Block]) -> None:
        await self._show_blocks(text, [*([build_markdown_block(text)] if text else []), *blocks])

    async def _show_blocks(self, text: str, shown: list[Block]) -> None:
        if self._ts is None:
            await _finish_though_cancelled(self._post_message(text, shown))
        else:
            await self._update_message(self._ts, text, shown)

    async def _post_message(self, text: str, shown: list[Block]) -> None:
        place, said = self._context.place, notification_from_markdown(text)
        posted = await post_message(self._context.client, place.channel, said, shown, place.thread_ts)
        self._ts = posted.ts
        await self._context.on_message(self._ts)

    async def _update_message(self, ts: str, text: str, shown: list[Block]) -> None:
        client, channel = self._context.client, self._context.place.channel
        try:
            await client.chat_update(channel=channel, ts=ts, text=notification_from_markdown(text), blocks=shown)
        except SlackApiError as error:
            if get_error_code(error) != _STILL_STREAMED:
                raise
            with contextlib.suppress(SlackApiError):
                await client.chat_stopStream(channel=channel, ts=ts, session_status="processing")
            await client.chat_update(channel=channel, ts=ts, text=notification_from_markdown(text), blocks=shown)


async def _is_table_taken(
    refused: RefusedMethods, writing: Coroutine[Any, Any, None], *, is_update: bool = False
) -> bool:
    """Write a message with a data table; return whether Slack took it. A failed update can be made again without."""
    try:
        await writing
    except SlackApiError as error:
        if get_error_code(error) in _TABLES_REFUSED:
            refused.refuse_data_tables(get_error_code(error))
        elif not is_update:
            raise
        return False
    refused.has_taken_data_tables = True
    return True


def _build_chunk(block: Block) -> Block:
    """A part of a stream: words, or a block."""
    is_words = block["type"] == "markdown"
    return {"type": "markdown_text", "text": block["text"]} if is_words else {"type": "blocks", "blocks": [block]}


async def _finish_though_cancelled(making: Coroutine[Any, Any, None]) -> None:
    """Make a message, whose ts is needed to end it: where the caller is cancelled, that waits a while for it."""
    task = asyncio.create_task(making)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait([task], timeout=_BEGIN_SECONDS)
        finally:
            if not task.cancel() and not task.cancelled():
                task.exception()  # it is of no use any more: the caller ends
        raise


def notification_from_markdown(markdown_text: str) -> str:
    """What a notification shows of a message, without Markdown's marks; never empty, as Slack asks for a text."""
    words = strip_markdown(markdown_text[: 2 * NOTIFICATION_LENGTH])
    return escape_mrkdwn(words[:NOTIFICATION_LENGTH]) or "…"
