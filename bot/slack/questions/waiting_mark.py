"""Puts 👀 on a question while it waits for its answer, where `WAITING_EMOJI` is on.

Slack's session shows in the thread that the bot works; the mark is seen in the channel, too. No answer and no session
waits for it: both calls are tasks of their own, and of one question they run in the order in which they were begun.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Literal

from slack_sdk.errors import SlackApiError

from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.running_tasks import RunningTasks
    from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
_EMOJI = "eyes"
_ADD, _REMOVE = "reactions.add", "reactions.remove"
_THERE_ALREADY = "already_reacted"  # an earlier try, whose process died


class WaitingMark:
    """The questions that bear the mark.

    One is marked only if Slack's rates leave room to take away its mark and all those that stand.
    """

    def __init__(self, client: RateLimitedClient, tasks: RunningTasks, is_on: Literal["off", "on"]) -> None:
        self._client = client
        self._tasks = tasks
        self._is_on = is_on == "on"
        self._marked: set[str] = set()  # also those whose call is under way: Slack may have taken it
        self._standing = 0  # marks that are not taken away yet
        self._last_calls: dict[str, asyncio.Task[None]] = {}

    def mark_question(self, record: QuestionRecord) -> None:
        """Begin to put the mark on the question's message; that Slack refuses it is only logged."""
        limiter = self._client.rate_limiter
        if not self._is_on or record.id in self._marked:
            return
        if limiter.has_room(_ADD) and limiter.count_free_calls(_REMOVE) > self._standing:
            self._marked.add(record.id)
            self._standing += 1
            self._start_call(record, partial(self._add_mark, record))

    def unmark_question(self, record: QuestionRecord) -> None:
        """Begin to take the mark away; an earlier try, perhaps of another process, may have left one."""
        is_marked = record.id in self._marked
        if is_marked or (self._is_on and record.tries > 1):
            self._marked.discard(record.id)
            self._start_call(record, partial(self._remove_mark, record, is_counted=is_marked))

    def _start_call(self, record: QuestionRecord, call: Callable[[], Awaitable[None]]) -> None:
        task = self._tasks.start_task(_run_after(self._last_calls.get(record.id), call))
        self._last_calls[record.id] = task
        task.add_done_callback(lambda _: self._forget_call(record.id, task))

    def _forget_call(self, question_id: str, task: asyncio.Task[None]) -> None:
        if self._last_calls.get(question_id) is task:
            del self._last_calls[question_id]

    async def _add_mark(self, record: QuestionRecord) -> None:
        try:
            await self._client.reactions_add(channel=record.channel, timestamp=record.ts, name=_EMOJI)
        except SLACK_ERRORS as error:
            code = get_error_code(error)
            log.info("no mark on a question channel=%s error=%s", record.channel, code)
            is_refused = isinstance(error, SlackApiError) and code != _THERE_ALREADY
            if is_refused and record.id in self._marked:  # after a time-out, Slack may have taken it all the same
                self._marked.discard(record.id)
                self._standing -= 1

    async def _remove_mark(self, record: QuestionRecord, *, is_counted: bool) -> None:
        """Take the mark away; the message or the mark may be gone."""
        try:
            await self._client.reactions_remove(channel=record.channel, timestamp=record.ts, name=_EMOJI)
        except SLACK_ERRORS as error:
            log.info("no mark taken away channel=%s error=%s", record.channel, get_error_code(error))
        finally:
            self._standing -= is_counted


async def _run_after(earlier: asyncio.Task[None] | None, call: Callable[[], Awaitable[None]]) -> None:
    if earlier:
        await asyncio.wait([earlier])
    await call()
