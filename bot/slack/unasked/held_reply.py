"""Holds an answer that nobody asked for back until it is whole and sure; otherwise nothing is shown.

No status and no step is shown meanwhile. Of an earlier try that could be seen, the end is told as for any answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.slack.replies.steps import ReplyStep
    from bot.slack.replies.stream import ThreadReply
    from bot.slack.unasked.channel_pauses import ChannelPauses
    from bot.slack.views.block_kit import Block
    from knowledge.storage.question_log import QuestionRecord


@dataclass(slots=True)
class HeldReply:
    """A reply that writes all at once. `is_unanswered` says whether no person has answered meanwhile."""

    reply: ThreadReply
    record: QuestionRecord
    pauses: ChannelPauses
    is_unanswered: Callable[[], Awaitable[bool]]
    _words: list[str] = field(default_factory=list)

    @property
    def has_begun(self) -> bool:
        """Whether a message of the reply can be seen."""
        return self.reply.has_begun

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:
        """Show nothing: nobody waits."""

    async def show_sentence(self, mrkdwn: str) -> None:
        """Show nothing in place of an answer."""

    async def write_text(self, words: str) -> None:
        """Keep words for the end."""
        self._words.append(words)

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None:
        """Show the whole answer; nothing if it is none, or if a person has answered.

        What stands there of an earlier try is deleted if there is no answer any more.
        """
        if not is_answer:
            await self.reply.withdraw_reply()
        elif self.has_begun:
            await self._show_answer(blocks, asks_back=asks_back)
        elif await self._may_begin():
            await self.pauses.note_answer(self.record)
            try:
                await self._show_answer(blocks, asks_back=asks_back)
            finally:
                if not self.has_begun:
                    await self.pauses.forget_answer(self.record)

    async def _may_begin(self) -> bool:
        """Whether the channel had its pause, which does not hold below such an answer, and nobody has answered."""
        is_follow_up = self.record.ts != self.record.thread_ts
        return (is_follow_up or await self.pauses.is_over(self.record.channel)) and await self.is_unanswered()

    async def _show_answer(self, blocks: Sequence[Block], *, asks_back: bool) -> None:
        await self.reply.write_text("".join(self._words))
        await self.reply.finish_reply(blocks, asks_back=asks_back)

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None:
        """End an answer that can be seen; say nothing of another."""
        if self.has_begun:
            await self.reply.break_off_reply(sentence, is_over=is_over)

    async def pause_reply(self, sentence: str) -> None:
        """Say that the answer comes later, if it can be seen."""
        if self.has_begun:
            await self.reply.pause_reply(sentence)

    async def leave_reply(self) -> None:
        """Write no more."""
        await self.reply.leave_reply()
