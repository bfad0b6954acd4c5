"""Shows that the bot works on a question: by Slack's agent session of the thread, and by 👀 on the message.

A session gives people a Stop button. A stream writes it too: `chat.startStream` says that the bot works, and
`chat.stopStream` what comes after, so that most answers need one call here. The mark (`WAITING_EMOJI`) is seen in the
channel, too. No answer and no session waits for it: both calls are tasks of their own, and of one question they run in
the order in which they were begun.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from cachetools import LRUCache
from slack_sdk.errors import SlackApiError

from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies.messages import EndStatus
from bot.slack.running_tasks import RunningTasks
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
_METHOD = "agents.sessions.setStatus"
_RATE_LIMITED, _RETRY_SECONDS = "ratelimited", 1.0
_REPEAT_SECONDS = 90.0  # Slack may drop it after two minutes
_RATE_SHARE = 0.5  # of Slack's rate for what is repeated; the rest is for new questions
_MAX_TITLES = 1_000
_Thread = tuple[str, str]
_EMOJI = "eyes"
_ADD, _REMOVE = "reactions.add", "reactions.remove"
_THERE_ALREADY = "already_reacted"  # an earlier try, whose process died


class AgentSessions:
    """The sessions of the threads. The questions of a thread share one, which ends with the last of them.

    A question is named by its id. What Slack refuses for good is not asked for again: the client remembers it.
    """

    def __init__(self, client: RateLimitedClient) -> None:
        self._client = client
        self._in_progress: dict[_Thread, set[str]] = {}
        self._shown: set[_Thread] = set()
        self._repeats: dict[_Thread, asyncio.Task[None]] = {}
        self._titles: LRUCache[_Thread, str] = LRUCache(_MAX_TITLES)

    def list_session_questions(self, channel: str, thread_ts: str) -> set[str]:
        """The ids of the questions in progress in a thread."""
        return set(self._in_progress.get((channel, thread_ts), ()))

    def enter_session(self, place: ThreadPlace, question: str) -> None:
        """Note that a question is in progress, without telling Slack yet."""
        self._in_progress.setdefault(_thread(place), set()).add(question)

    async def begin_session(self, place: ThreadPlace, question: str, title: str | None = None) -> bool:
        """Show that a question is in progress, and give the thread a `title`; whether Slack takes it, or may later."""
        self.enter_session(place, question)
        if not await self.show_working(place, title):
            return False
        if _thread(place) not in self._repeats:
            self._repeats[_thread(place)] = asyncio.create_task(self._repeat_working(place))
        return True

    async def show_working(self, place: ThreadPlace, title: str | None = None, *, share: float = 1.0) -> bool:
        """Tell Slack that the bot works in a thread; False where Slack refuses it."""
        if not self._client.rate_limiter.has_room(_METHOD, share=share):
            return True  # no answer waits for its session
        was_shown = _thread(place) in self._shown
        self._shown.add(_thread(place))  # at once: Slack may take it although this call is cancelled
        try:
            told = await self._client.agents_sessions_setStatus(
                channel_id=place.channel,
                thread_ts=place.thread_ts,
                status="processing",
                title=title,
                initiator_user_id=place.user or None,
            )
        except SLACK_ERRORS as error:
            log.info("session status refused channel=%s error=%s", place.channel, get_error_code(error))
            if not was_shown:
                self._shown.discard(_thread(place))
            return get_error_code(error) == _RATE_LIMITED
        if title:
            await self._rename_session(place, title, str(told.get("title") or ""))
        return True

    def has_others(self, place: ThreadPlace, question: str) -> bool:
        """Whether another question of the thread is in progress in this process."""
        return bool(self._in_progress.get(_thread(place), set()) - {question})

    def note_end(self, place: ThreadPlace) -> None:
        """Note that the end of a stream has told Slack that nobody works in a thread any more."""
        self._shown.discard(_thread(place))

    async def end_session(self, place: ThreadPlace, question: str, status: EndStatus) -> None:
        """End the work on a question, and the session with the last one; `status` is what Slack is told then.

        While Slack's rate has no room, the call is tried again.
        """
        thread = _thread(place)
        others = self._in_progress.pop(thread, set()) - {question}
        if others:
            self._in_progress[thread] = others
            return
        if repeat := self._repeats.pop(thread, None):
            repeat.cancel()
        while status != "processing" and thread in self._shown and not await self._tell_end(place, status):
            await asyncio.sleep(_RETRY_SECONDS)
            if self._in_progress.get(thread):
                return  # a later question ends the session
        self._shown.discard(thread)

    async def _tell_end(self, place: ThreadPlace, status: EndStatus) -> bool:
        """Tell Slack that the work has ended; whether it need not be told again."""
        if not self._client.rate_limiter.has_room(_METHOD):
            return False
        try:
            await self._client.agents_sessions_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=status
            )
        except SLACK_ERRORS as error:
            log.info("session end refused channel=%s error=%s", place.channel, get_error_code(error))
            return get_error_code(error) != _RATE_LIMITED
        return True

    async def _repeat_working(self, place: ThreadPlace) -> None:
        while True:
            await asyncio.sleep(_REPEAT_SECONDS)
            await self.show_working(place, share=_RATE_SHARE)

    async def _rename_session(self, place: ThreadPlace, title: str, shown: str) -> None:
        """Give a title to a session that was made without it, or for other words; a person's own title stays."""
        thread = _thread(place)
        if shown != title and shown in ("", self._titles.get(thread)):
            try:
                await self._client.agents_sessions_rename(
                    channel_id=place.channel, thread_ts=place.thread_ts, title=title
                )
            except SLACK_ERRORS as error:
                log.info("session not renamed channel=%s error=%s", place.channel, get_error_code(error))
                return
        self._titles[thread] = title


@dataclass(slots=True)
class QuestionSession:
    """A thread's session as the reply to one question uses it.

    `is_answered_elsewhere` says whether another process works in the thread. `end_status` is what comes after.
    `is_seen` says whether Slack shows that the bot works; None while it was not told yet.
    """

    sessions: AgentSessions
    place: ThreadPlace
    question: str
    is_answered_elsewhere: Callable[[], Awaitable[bool]]
    end_status: EndStatus = "active"
    is_seen: bool | None = None

    async def begin_session(self, title: str | None = None) -> None:
        """Show that the bot works, and give people a Stop button; a session takes its title when it is made."""
        self.is_seen = await self.sessions.begin_session(self.place, self.question, title)

    async def is_seen_working(self) -> bool:
        """Show that the bot works, if that is not shown yet; False where Slack refuses it."""
        if self.is_seen is None:
            await self.begin_session()
        return bool(self.is_seen)

    async def resume_working(self) -> None:
        """Show again that the bot works, when Slack has ended the session by itself."""
        await self.sessions.show_working(self.place)

    async def choose_end_status(self, *, asks_back: bool) -> EndStatus:
        """What the session is after the reply: at work while another question of the thread is."""
        self.end_status = "suspended" if asks_back else "active"
        others = self.sessions.has_others(self.place, self.question)
        return "processing" if others or await self.is_answered_elsewhere() else self.end_status

    def note_end(self, status: EndStatus) -> None:
        """Note what the end of a stream has told Slack."""
        if status != "processing":
            self.sessions.note_end(self.place)


def _thread(place: ThreadPlace) -> _Thread:
    return place.channel, place.thread_ts


class WaitingMark:
    """The questions that bear the mark; one is marked only if Slack's rates leave room to take all marks away."""

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
