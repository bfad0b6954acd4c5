"""Shows a stream of words as messages in a thread, within Slack's sizes and rates. Decides no word."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from bot.slack.api.client import code_of
from bot.slack.replies.messages import Desk, Posted, Sheet, Streamed
from bot.slack.replies.paging import closed, pieces, said_again
from bot.slack.replies.status_line import Status
from bot.slack.views.block_kit import section
from bot.slack.views.markup import defused, settled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.slack.api.rate_limits import PacedClient
    from bot.slack.dependencies import Place
    from bot.slack.views.block_kit import Block

log = logging.getLogger(__name__)
# Often enough to be read as it is written; all answers together keep within Slack's rates besides.
EVERY_SECONDS = 1.2
_STREAM_IS_OVER = "message_not_in_streaming_state"
_STOPPED = "stopped_by_user"


class StoppedByPerson(Exception):
    """A person pressed Stop: Slack takes no more words."""


class Reply:
    """One answer in a thread: a status, then one message or several, streamed as long as Slack allows it.

    `old` names the messages of an earlier try, which this answer takes the place of, and `begun` hears of new ones.
    `check` raises where somebody else writes the answer now; it is asked before a message is written as a whole, which
    would undo theirs.
    """

    def __init__(
        self,
        client: PacedClient,
        place: Place,
        old: Sequence[str] = (),
        begun: Callable[[str], Awaitable[None]] | None = None,
        check: Callable[[], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._place = place
        self._clock = clock
        self._status = Status(client, place)
        self._desk = Desk(client, place, begun or _unheard)
        self._check = check or _unchecked
        self._old = list(old)
        self._sheet = self._fresh(streams=True)
        self._waiting = ""
        self._page = ""
        self._full = False
        self._written = False
        self._ending = False
        self._shown_at = float("-inf")

    async def progress(self, status: str, sentence: str) -> None:
        """Say what is being done; by `sentence`, as a message, where Slack refuses a status."""
        if self._written or isinstance(self._sheet, Posted) or await self._status.show(status):
            return
        sheet = Posted(self._desk)
        await sheet.announce(sentence)
        self._sheet = sheet

    async def write(self, words: str) -> None:
        """Add words; they are shown at once or together with the next ones."""
        self._waiting += words
        if self._clock() - self._shown_at >= EVERY_SECONDS and self._sheet.ready:
            await self._show(settled(self._waiting))

    async def finish(self, blocks: Sequence[Block] = ()) -> None:
        """Show what is left, and the blocks that end an answer."""
        if self._sheet.ts is None and not self._sheet.ready:
            self._sheet = Posted(self._desk)  # no stream before a while, and the answer is whole
        await self._show(len(self._waiting), last=True)
        self._status.end()
        await self._see_to_it()
        try:
            await self._sheet.close(blocks)
        except SlackApiError as error:
            self._sheet = await self._instead(error)
            await self._sheet.close(blocks)
        await self._drop_old()

    async def break_off(self, sentence: str) -> None:
        """End an answer that cannot go on: what was written stays, a sentence says why there is no more."""
        self._ending = True
        try:
            text = self._page + self._waiting
            await self.write(f"{closed(text)}\n\n_{sentence}_" if text.strip() else sentence)
            await self.finish()
        except SlackApiError as error:
            log.info("could not end in place channel=%s error=%s", self._place.channel, code_of(error))
            self._status.end()
            await self.say(sentence)

    async def say(self, mrkdwn: str) -> None:
        """Post one of our own texts instead of an answer."""
        posted = await self._client.chat_postMessage(
            channel=self._place.channel,
            thread_ts=self._place.thread_ts,
            text=mrkdwn,
            blocks=[section(mrkdwn)],
            unfurl_links=False,
            unfurl_media=False,
        )
        await self._desk.begun(str(posted["ts"]))
        await self._drop_old()

    async def leave(self) -> None:
        """Write no more: somebody else goes on, or nothing was to be said."""
        self._status.end()
        if not self._written:
            await self._status.clear()

    @property
    def has_begun(self) -> bool:
        """Whether there is a message that somebody reads."""
        return self._written or bool(self._old) or self._sheet.ts is not None

    async def _show(self, length: int, *, last: bool = False) -> None:
        ready, self._waiting = defused(self._waiting[:length]), self._waiting[length:]
        if not ready:
            return
        self._status.end()
        *before, end = pieces("" if self._full else self._page, ready)
        for piece in before:
            await self._append(piece.text)
            self._full = piece.full
        await self._append(end.text, last=last)
        self._full = end.full
        self._shown_at = self._clock()

    async def _append(self, text: str, *, last: bool = False) -> None:
        if not text:
            return
        if self._full:
            await self._turn()
        await self._see_to_it()
        try:
            await self._sheet.append(text, last=last)
        except SlackApiError as error:
            self._sheet = await self._instead(error, text)
            await self._sheet.append(text, last=last)
        self._page += text
        self._written = True

    async def _see_to_it(self) -> None:
        """A stream that somebody else has ended refuses by itself; last words are said whoever goes on."""
        if isinstance(self._sheet, Posted) and not self._ending:
            await self._check()

    async def _turn(self) -> None:
        try:
            await self._sheet.close(())
        except SlackApiError as error:
            self._sheet = await self._instead(error)
        self._sheet = self._fresh(streams=isinstance(self._sheet, Streamed))
        self._page, self._full = "", False

    def _fresh(self, *, streams: bool) -> Sheet:
        """The next message: an old one to be written anew, as long as there is one."""
        if self._old:
            return Posted(self._desk, self._old.pop(0))
        return Streamed(self._desk) if streams else Posted(self._desk)

    async def _instead(self, error: SlackApiError, text: str = "") -> Posted:
        """The way to go on when streaming is refused: the same message where its stream is over, else a new one.

        What is open where `text` was refused goes on in the new one: code in its fence, rows under their head.

        Raises:
            StoppedByPerson: a person ended the stream, and this is no last word.
            SlackApiError: this was no stream, so that there is no other way.
        """
        sheet, code = self._sheet, code_of(error)
        if code == _STOPPED and not self._ending:
            raise StoppedByPerson from error
        if not isinstance(sheet, Streamed):
            raise error
        log.info("stream refused channel=%s error=%s", self._place.channel, code)
        if not self._ending:
            await self._check()
        if sheet.ts is None:
            return Posted(self._desk)
        if code in (_STREAM_IS_OVER, _STOPPED):
            return Posted(self._desk, sheet.ts, self._page)
        with contextlib.suppress(SlackApiError):
            if fence := closed(self._page):
                await sheet.append(fence)
        with contextlib.suppress(SlackApiError):
            await sheet.close(())
        self._page = said_again(self._page, text)
        return Posted(self._desk, text=self._page)

    async def _drop_old(self) -> None:
        """Take away what an earlier try wrote and this one did not need."""
        for ts in self._old:
            with contextlib.suppress(SlackApiError):
                await self._client.chat_delete(channel=self._place.channel, ts=ts)
        self._old = []


async def _unchecked() -> None:
    """Nobody else writes the answer."""


async def _unheard(_: str) -> None:
    """Nobody keeps a record of the messages."""
