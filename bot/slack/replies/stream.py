"""Shows a stream of words as messages in a thread, within Slack's sizes and rates."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from slack_sdk.errors import SlackApiError

from bot.slack.api.client import post_message
from bot.slack.api.errors import get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies.messages import NO_ROOM, EndStatus, PostedMessage, ReplyContext, StreamedMessage
from bot.slack.replies.paging import close_open_fence, find_open_table, repeat_open_block, split_pages
from bot.slack.replies.steps import STEP_SECONDS, STEPS_REFUSED, ProgressStep, ReplyStep, StepList
from bot.slack.replies.working_status import QuestionSession
from bot.slack.views.block_kit import Block, build_section_block
from bot.slack.views.markup import count_showable_characters, neutralize_mentions

log = logging.getLogger(__name__)
# Often enough to read along; Slack's rates for all answers together are held elsewhere.
UPDATE_SECONDS = 1.2
_STREAM_IS_OVER = "message_not_in_streaming_state"
_STREAM_STOPPED = "stopped_by_user"


class StoppedByUser(Exception):
    """A person pressed Stop, so Slack takes no more words."""


class ThreadReply:
    """One answer in a thread: steps, then one or more messages, streamed while Slack allows it.

    `old_messages` are those of an earlier try, which this answer replaces. `on_message` is called with the ts of each
    new message. `check` raises if another process writes the answer now; it is called before a message is written as a
    whole, because that would overwrite the other answer. What is no answer to a question has no `session`.
    """

    def __init__(
        self,
        client: RateLimitedClient,
        place: ThreadPlace,
        old_messages: Sequence[str] = (),
        on_message: Callable[[str], Awaitable[None]] | None = None,
        check: Callable[[], Awaitable[None]] | None = None,
        session: QuestionSession | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._place = place
        self._clock = clock
        self._session = session
        self._step = ProgressStep(self._show_steps)
        self._steps = StepList()
        self._sentence = ""
        self._context = ReplyContext(client, place, on_message or _ignore_message)
        self._check = check or _check_nothing
        self._old = list(old_messages)
        self._message = self._new_message(streams=True)
        self._waiting = ""
        self._page = ""
        self._full = False
        self._written = False
        self._ending = False
        self._shown_at = float("-inf")

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:
        """Show what is being done, once it takes a while; where Slack takes no steps, `sentence` as a message."""
        if self._written or isinstance(self._message, PostedMessage):
            return
        self._sentence = sentence
        self._steps.add_step(step)
        await self._step.plan_step(STEP_SECONDS if await self._is_seen_working() else 0.0)

    async def _is_seen_working(self) -> bool:
        return self._session is None or await self._session.is_seen_working()

    async def _show_steps(self) -> None:
        message = self._message
        if self._written or not isinstance(message, StreamedMessage) or not message.is_ready:
            return
        refused_methods = self._client.refused_methods
        try:
            if not refused_methods.takes_no_steps:
                await message.show_steps(self._steps)
                return
        except SlackApiError as error:
            if get_error_code(error) == NO_ROOM:
                return
            log.info("no step shown channel=%s error=%s", self._place.channel, get_error_code(error))
            refused_methods.takes_no_steps |= get_error_code(error) in STEPS_REFUSED
        is_plain = refused_methods.takes_no_steps and await self._is_seen_working()
        if message.ts is None and not is_plain:
            self._message = PostedMessage(self._context)
            await self._message.announce_progress(self._sentence)

    async def write_text(self, words: str) -> None:
        """Add words; they are shown now or with the next ones."""
        self._waiting += words
        if self._clock() - self._shown_at >= UPDATE_SECONDS and self._message.is_ready:
            await self._show_waiting_text(min(count_showable_characters(self._waiting), self._find_open_table()))

    def _find_open_table(self) -> int:
        """Where in the waiting words a table begins that may get more rows: a stream shows it once it is whole."""
        refused = self._client.refused_methods
        takes_tables = not (refused.takes_no_data_tables or refused.takes_no_steps)
        if not (takes_tables and isinstance(self._message, StreamedMessage)):
            return len(self._waiting)
        shown = "" if self._full else self._page
        return max(find_open_table(shown + self._waiting) - len(shown), 0)

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None:
        """Show the remaining words, and the blocks at the end."""
        del is_answer  # a thread has no buttons but those in the blocks
        await self._step.end_steps()
        if self._message.ts is None and not self._message.is_ready:
            self._message = PostedMessage(self._context)  # no stream before a while, and the answer is whole
        await self._show_waiting_text(len(self._waiting), last=True)
        await self._check_claim()
        status: EndStatus = "active"  # as Slack would choose
        if self._session:
            status = await self._session.choose_end_status(asks_back=asks_back)
        try:
            await self._message.close_message(blocks, status)
        except SlackApiError as error:
            self._message = await self._replace_stream(error)
            await self._message.close_message(blocks, status)
        if self._session and isinstance(self._message, StreamedMessage) and self._message.ts:
            self._session.note_end(status)
        await self._delete_old_messages()

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None:
        """End an answer that cannot go on: what was written stays, and a sentence says why there is no more."""
        del is_over  # a thread shows the same in both cases
        self._ending = True
        try:
            text = self._page + self._waiting
            await self.write_text(f"{close_open_fence(text)}\n\n_{sentence}_" if text.strip() else sentence)
            await self.finish_reply()
        except SlackApiError as error:
            log.info("could not end in place channel=%s error=%s", self._place.channel, get_error_code(error))
            await self.show_sentence(sentence)

    async def show_sentence(self, mrkdwn: str) -> None:
        """Post one of our own texts instead of an answer."""
        place, blocks = self._place, [build_section_block(mrkdwn)]
        posted = await post_message(self._client, place.channel, mrkdwn, blocks, place.thread_ts)
        await self._context.on_message(posted.ts)
        await self._delete_old_messages()

    async def pause_reply(self, sentence: str) -> None:
        """Say below what was written that the answer comes later."""
        await self.break_off_reply(sentence)

    async def leave_reply(self) -> None:
        """Write no more."""
        await self._step.end_steps()

    async def withdraw_reply(self) -> None:
        """Delete what an earlier try wrote; nothing is written yet."""
        self._old = [ts for ts in (self._message.ts, *self._old) if ts]
        await self._delete_old_messages()
        self._message = self._new_message(streams=True)

    @property
    def has_begun(self) -> bool:
        """Whether a message of the answer can be seen."""
        return self._written or bool(self._old) or self._message.ts is not None

    async def _show_waiting_text(self, length: int, *, last: bool = False) -> None:
        ready, self._waiting = neutralize_mentions(self._waiting[:length]), self._waiting[length:]
        if not ready:
            return
        await self._step.end_steps()
        *before, end = split_pages("" if self._full else self._page, ready)
        for piece in before:
            await self._append_text(piece.text)
            self._full = piece.is_full
        await self._append_text(end.text, last=last)
        self._full = end.is_full
        self._shown_at = self._clock()

    async def _append_text(self, text: str, *, last: bool = False) -> None:
        if not text:
            return
        if self._full:
            await self._start_next_message()
        await self._check_claim()
        before = self._page
        self._page += text  # before the call: a reply that is stopped meanwhile ends below these words
        try:
            await self._message.append_markdown(text, last=last)
        except SlackApiError as error:
            self._page = before
            self._message = await self._replace_stream(error, text)
            self._page += text
            await self._message.append_markdown(text, last=last)
        self._written = True

    async def _check_claim(self) -> None:
        """Check the claim before a whole message is written; a stream that another process ended refuses by itself."""
        if isinstance(self._message, PostedMessage) and not self._ending:
            await self._check()

    async def _start_next_message(self) -> None:
        try:
            await self._message.close_message((), "processing")
        except SlackApiError as error:
            self._message = await self._replace_stream(error)
        self._message = self._new_message(streams=isinstance(self._message, StreamedMessage))
        self._page, self._full = "", False

    def _new_message(self, *, streams: bool) -> StreamedMessage | PostedMessage:
        """The next message: an old one to overwrite, while there is one."""
        if self._old:
            return PostedMessage(self._context, self._old.pop(0))
        return StreamedMessage(self._context) if streams else PostedMessage(self._context)

    async def _replace_stream(self, error: SlackApiError, text: str = "") -> PostedMessage:
        """Replace a refused stream: update the same message if its stream is over, else post a new one.

        A code block or table that is open before `text` is opened again in the new message.

        Raises:
            StoppedByUser: a person ended the stream, and this is not the last message.
            SlackApiError: this was no stream.
        """
        message, code = self._message, get_error_code(error)
        if code == _STREAM_STOPPED and not self._ending:
            raise StoppedByUser from error
        if not isinstance(message, StreamedMessage):
            raise error
        log.info("stream refused channel=%s error=%s", self._place.channel, code)
        if not self._ending:
            await self._check()
        if message.ts is None:
            return PostedMessage(self._context)
        if code in (_STREAM_IS_OVER, _STREAM_STOPPED):
            if code == _STREAM_IS_OVER and not self._ending and self._session:
                await self._session.resume_working()  # with the stream, Slack has ended the session
            return PostedMessage(self._context, message.ts, self._page)
        with contextlib.suppress(SlackApiError):
            if fence := close_open_fence(self._page):
                await message.append_markdown(fence)
        with contextlib.suppress(SlackApiError):
            await message.close_message((), "processing")
        self._page = repeat_open_block(self._page, text)
        return PostedMessage(self._context, text=self._page)

    async def _delete_old_messages(self) -> None:
        """Delete the messages of an earlier try that were not overwritten."""
        for ts in self._old:
            with contextlib.suppress(SlackApiError):
                await self._client.chat_delete(channel=self._place.channel, ts=ts)
        self._old = []


async def _check_nothing() -> None:
    """Check nothing: the answer has no claim."""


async def _ignore_message(_: str) -> None:
    """Record nothing: the answer is in no log."""
