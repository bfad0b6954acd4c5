"""Stores each question in Qdrant: who asked it where, which process answers it, and its outcome.

The process that receives a question first writes it, once. Each claim has its own name, and a later write succeeds
only while the record still has that name. A process that lost its claim can change nothing.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from qdrant_client import QdrantClient

from knowledge.core.stored_record import OpenWord, StoredRecord
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


QuestionState = Literal["asked", "taken", "answering", "answered", "stopped", "failed"]
OPEN_STATES: tuple[QuestionState, ...] = ("asked", "taken", "answering")
# Which state may follow which. `taken` is a question that a process has claimed; it leaves an end state only when
# somebody edits the question (`taken`) or deletes it (`stopped`).
TRANSITIONS: Mapping[QuestionState, frozenset[QuestionState]] = {
    "asked": frozenset({"taken", "stopped"}),
    "taken": frozenset({"taken", "asked", "answering", "answered", "stopped", "failed"}),
    "answering": frozenset({"taken", "asked", "answering", "answered", "stopped", "failed"}),
    "answered": frozenset({"taken", "stopped"}),
    "stopped": frozenset({"taken", "stopped"}),
    "failed": frozenset({"taken", "stopped"}),
}
LEASE_SECONDS = 20.0  # at least; see `choose_lease`
RENEWAL_SECONDS = 2.0  # between two renewals of the claims
_DAY_SECONDS = 86_400.0
_QUESTION_NAMESPACE = uuid.UUID("6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31")


@dataclass(frozen=True, slots=True)
class UsedPassage(StoredRecord):
    """A passage that the model was given for an answer: its id, path and page there."""

    id: str
    path: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionRecord(StoredRecord):
    """A question. `workspace`, `channel` and `ts` name it; `team` is the asker's own.

    `holder` answers it until `lease` (seconds since the epoch) under the name `claim`; `tries` counts the claims.
    `messages` are the ts of the answer's messages, oldest first. `outcome` is the answer's state, `used` are the
    passages it was written from, best first. `private` says that not everybody could read the question. Without a
    `thread_ts`, only the asker sees the answer; it is sent to `response_url`, which is deleted when it is closed.
    `may_replace` says that only the asker sees what stands at that address. `shown_in` is the thread in which such an
    answer is shown.
    `origin` is the id of the question below whose answer this one was asked: it is forgotten with it.
    `viewed` are the places that the asker looked at: channels, and messages as `<channel>/<ts>`.
    `unasked` says that nobody put it to the bot, which answers it all the same (`ANSWER_UNASKED`).
    `edited` is when the text was last changed (seconds since the epoch, by Slack's clock).
    """

    workspace: str
    channel: str
    ts: str
    thread_ts: str
    team: str = ""
    user: str = ""
    text: str = ""
    files: bool = False
    state: Annotated[QuestionState, OpenWord] = "asked"
    holder: str = ""
    claim: str = ""
    lease: float = 0.0
    tries: int = 0
    messages: tuple[str, ...] = ()
    outcome: str = ""
    used: tuple[UsedPassage, ...] = ()
    private: bool = True
    response_url: str = ""
    may_replace: bool = False
    shown_in: str = ""
    origin: str = ""
    viewed: tuple[str, ...] = ()
    unasked: bool = False
    edited: float = 0.0
    asked_at: float = 0.0
    changed_at: float = 0.0

    @property
    def id(self) -> str:
        """The record's id: the same for every event about one message."""
        return make_question_id(self.workspace, self.channel, self.ts)

    @property
    def passage_ids(self) -> tuple[str, ...]:
        """The ids of the passages that the answer was written from."""
        return tuple(one.id for one in self.used)

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the asker sees the answer."""
        return not self.thread_ts

    @property
    def has_content(self) -> bool:
        """Whether the record still has text, asker or passages."""
        return bool(self.text or self.user or self.used)

    @property
    def is_open(self) -> bool:
        """Whether the question still needs an answer."""
        return self.state in OPEN_STATES


@lru_cache(maxsize=1024)  # one question needs its id many times
def make_question_id(workspace: str, channel: str, ts: str) -> str:
    """The id of the question that a message asks."""
    return str(uuid.uuid5(_QUESTION_NAMESPACE, f"{workspace} {channel} {ts}"))


@dataclass(frozen=True, slots=True)
class Retention:
    """How long questions are kept after they were closed.

    With 0 `days`, text and people are deleted at once. A record without them stays for `mark_seconds`, so that no
    question is answered twice.
    """

    days: float = 30.0
    mark_seconds: float = 13 * 3600.0

    @property
    def content_seconds(self) -> float:
        """How many seconds text and people are kept."""
        return self.days * _DAY_SECONDS

    @property
    def record_seconds(self) -> float:
        """How many seconds a record is kept, with or without its content."""
        return max(self.content_seconds, self.mark_seconds)


def choose_lease(call_timeout: float) -> float:
    """How many seconds a claim lives: longer than the longest call to Qdrant, so that one slow renewal loses none."""
    return max(LEASE_SECONDS, call_timeout + 5 * RENEWAL_SECONDS)


def check_transition(before: QuestionState, after: QuestionState) -> None:
    """Hold a change of state to the table; one from a state that only a newer version knows is allowed.

    Raises:
        ValueError: the table does not allow it.
    """
    if before in TRANSITIONS and after not in TRANSITIONS[before]:
        raise ValueError(f"a question that is {before} cannot become {after}")


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """The log as one process sees it. `is_single_process` says that no other can work on the same Qdrant."""

    repository: Repository[QuestionRecord]
    is_single_process: bool
    retention: Retention = Retention()
    lease_seconds: float = LEASE_SECONDS
    clock: Callable[[], float] = time.time
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)

    @classmethod
    def open_question_log(
        cls,
        client: QdrantClient,
        prefix: str,
        *,
        is_single_process: bool,
        retention: Retention = Retention(),
        call_timeout: float = 0.0,
    ) -> QuestionLog:
        """Open the log beside the index `prefix`. `call_timeout` is how many seconds a call to Qdrant may take."""
        # A power cut may take the last writes; the bot then finds these questions in Slack's history.
        repository = Repository(client, f"{prefix}_questions", QuestionRecord, ("state", "holder", "thread_ts"))
        return cls(repository, is_single_process, retention, choose_lease(call_timeout))

    def with_new_claim(self, question: QuestionRecord) -> QuestionRecord:
        """The question under a new claim of this process; nothing is written."""
        check_transition(question.state, "taken")
        now = self.clock()
        return replace(
            question,
            state="taken",
            holder=self.holder,
            claim=uuid.uuid4().hex,
            lease=now + self.lease_seconds,
            tries=question.tries + 1,
            asked_at=question.asked_at or now,
            changed_at=now,
        )

    def add_questions(self, questions: Iterable[QuestionRecord]) -> None:
        """Write questions, claimed or not; known ones stay as they are."""
        self.repository.add_records((question.id, question) for question in questions)

    def list_claimed_questions(self, questions: Sequence[QuestionRecord]) -> list[QuestionRecord]:
        """Those of the questions whose claim is the stored one."""
        known = self.get_questions([question.id for question in questions])
        return [one for one in questions if one.id in known and known[one.id].claim == one.claim]

    def claim_question(self, question: QuestionRecord, **changes: Any) -> QuestionRecord | None:
        """Claim a question as it was read; None if another process was quicker."""
        claimed = self.with_new_claim(replace(question, **changes))
        self.repository.replace_record(question.id, claimed, claim=question.claim)
        return claimed if self.list_claimed_questions([claimed]) else None

    def update_question(self, question: QuestionRecord, **changes: Any) -> QuestionRecord | None:
        """Write how far the work on a question is. None if the claim was lost: nothing is written then."""
        noted = replace(question, **changes, changed_at=self.clock())
        if "state" in changes:
            check_transition(question.state, noted.state)
        self.repository.replace_record(question.id, noted, claim=question.claim)
        return noted if self.list_claimed_questions([noted]) else None

    def close_question(self, question: QuestionRecord, state: QuestionState, **changes: Any) -> QuestionRecord | None:
        """Write the outcome of a question, and only what may be kept of it.

        With 0 days, a private question is deleted: Slack sends no private question twice.
        """
        closed = self.update_question(
            self._apply_retention(question), state=state, **({} if self.retention.days == 0 else changes)
        )
        if closed and question.is_ephemeral and self.retention.days == 0:
            self.repository.delete_records([question.id])
        return closed

    def release_question(self, question: QuestionRecord) -> None:
        """Give up the claim, so that another process can take the question."""
        self.update_question(question, state="asked", holder="", lease=0.0, tries=max(question.tries - 1, 0))

    def stop_question(self, question: QuestionRecord, reason: str, **changes: Any) -> QuestionRecord | None:
        """End a question, whichever process works on it. Its holder sees the lost claim and the `reason`.

        A question with the reason "deleted" loses its content.
        """
        check_transition(question.state, "stopped")
        kept = _without_content(question) if reason == "deleted" else self._apply_retention(question)
        over = replace(
            kept, state="stopped", outcome=reason, claim=uuid.uuid4().hex, changed_at=self.clock(), **changes
        )
        self.repository.replace_record(question.id, over, claim=question.claim)
        return over if self.list_claimed_questions([over]) else None

    def renew_leases(self) -> None:
        """Extend every claim of this process. A single process needs no leases."""
        if self.is_single_process:
            return
        self.repository.update_records(
            {"lease": self.clock() + self.lease_seconds}, holder=self.holder, state=OPEN_STATES
        )

    def get_question(self, workspace: str, channel: str, ts: str) -> QuestionRecord | None:
        """The question that a message asks, if it is known."""
        return self.repository.get_record(make_question_id(workspace, channel, ts))

    def get_questions(self, ids: Sequence[str]) -> dict[str, QuestionRecord]:
        """Questions by id, as they are stored now."""
        return self.repository.get_records(ids)

    def list_thread_questions(self, channel: str, thread_ts: str) -> list[QuestionRecord]:
        """The questions of a thread, oldest first."""
        questions = self.repository.find_records(thread_ts=thread_ts)
        return sorted((one for one in questions if one.channel == channel), key=lambda one: one.ts)

    def find_answered_question(self, channel: str, message_ts: str) -> QuestionRecord | None:
        """The question that a message of the bot answers."""
        found = self.repository.find_records(messages=message_ts)
        return next((one for one in found if one.channel == channel and one.state == "answered"), None)

    def list_later_questions(self, question_id: str) -> list[QuestionRecord]:
        """The questions that were asked below the answer to a question, with its words."""
        return list(self.repository.find_records(origin=question_id))

    def has_other_question(self, record: QuestionRecord) -> bool:
        """Whether another question was asked in the same conversation, as far as the log goes back."""
        return any(one.id != record.id for one in self.repository.find_records(channel=record.channel))

    def has_questions(self) -> bool:
        """Whether any question is kept."""
        return next(self.repository.list_records(), None) is not None

    def list_questions_since(self, moment: float) -> list[QuestionRecord]:
        """The questions that were asked since a moment (seconds since the epoch), in no order."""
        return [question for question in self.repository.list_records() if question.asked_at >= moment]

    def list_abandoned_questions(self, at_work: Collection[str] = ()) -> list[QuestionRecord]:
        """Open questions that no process works on, oldest first. This process works on the ids `at_work`."""
        now = self.clock()

        def is_abandoned(one: QuestionRecord) -> bool:
            if one.holder != self.holder:
                return self.is_single_process or one.lease < now
            # Qdrant may have stored a claim although the call failed. Such a question waits for one lease.
            return one.id not in at_work and one.changed_at + self.lease_seconds < now

        return sorted(filter(is_abandoned, self.repository.find_records(state=OPEN_STATES)), key=lambda one: one.ts)

    def purge_questions(self) -> int:
        """Delete content, then records, that are older than the retention allows; returns how many records."""
        now, old = self.clock(), []
        for question in self.repository.list_records():
            age = now - question.changed_at
            if age > self.retention.record_seconds:
                old.append(question.id)
            elif age > self.retention.content_seconds and not question.is_open and question.has_content:
                self.repository.replace_record(question.id, _without_content(question), claim=question.claim)
        self.repository.delete_records(old)
        return len(old)

    def _apply_retention(self, question: QuestionRecord) -> QuestionRecord:
        return replace(question, response_url="") if self.retention.days > 0 else _without_content(question)


def _without_content(question: QuestionRecord) -> QuestionRecord:
    """A question without texts and people: only a mark that it was asked.

    The unknown fields of a newer version may hold such content, so they are dropped too.
    """
    return replace(
        question, team="", user="", text="", used=(), outcome="", response_url="", viewed=(), unknown_fields=()
    )
