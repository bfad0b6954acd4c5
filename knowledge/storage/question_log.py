"""The journal of questions, in Qdrant: who asked what where, who answers it, and what became of it.

A question is written down once, by whichever process hears of it first. Each claim has a name of its own; every later
write holds only while the record still carries that name, so that a process which lost its claim can change nothing.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from knowledge.storage.repository import Record, Records, known_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qdrant_client import QdrantClient

QuestionState = Literal["asked", "taken", "answering", "answered", "stopped", "failed"]
OPEN: tuple[QuestionState, ...] = ("asked", "taken", "answering")
LEASE_SECONDS = 20.0
_DAY = 86_400.0
_NAMES = uuid.UUID("6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31")


@dataclass(frozen=True, slots=True)
class Used:
    """A passage that was at hand for an answer: its id, and where it stood then."""

    id: str
    path: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A question. `workspace`, `channel` and `ts` name it; `team` is the asker's own.

    `holder` answers it until `lease` (seconds since the epoch) under the name `claim`; `tries` counts the claims.
    `messages` are the ts of the answer's messages, oldest first. `outcome` is the answer's state, `used` are the
    passages it was written from, best first. `private` says that not everybody could read the question. Where there is
    no `thread_ts`, the answer is for the asker's eyes, and shown at `response_url`, which goes when it is closed.
    `edited` is when the words were last changed (seconds since the epoch, by Slack's clock).
    """

    workspace: str
    channel: str
    ts: str
    thread_ts: str
    team: str = ""
    user: str = ""
    text: str = ""
    files: bool = False
    state: QuestionState = "asked"
    holder: str = ""
    claim: str = ""
    lease: float = 0.0
    tries: int = 0
    messages: tuple[str, ...] = ()
    outcome: str = ""
    used: tuple[Used, ...] = ()
    private: bool = True
    response_url: str = ""
    edited: float = 0.0
    asked_at: float = 0.0
    changed_at: float = 0.0

    @property
    def id(self) -> str:
        """The same for every event about the same message."""
        return question_id(self.workspace, self.channel, self.ts)

    @property
    def passages(self) -> tuple[str, ...]:
        """The ids of the passages that the answer was written from."""
        return tuple(one.id for one in self.used)

    @property
    def whispered(self) -> bool:
        """Whether the answer is for the asker's eyes alone."""
        return not self.thread_ts

    @property
    def keeps(self) -> bool:
        """Whether there is more than a mark that it was asked."""
        return bool(self.text or self.user or self.used)

    @property
    def open(self) -> bool:
        """Whether somebody still owes an answer."""
        return self.state in OPEN


@lru_cache(maxsize=1024)  # of each question it is wanted many times within a moment
def question_id(workspace: str, channel: str, ts: str) -> str:
    """The id of the question that a message asks."""
    return str(uuid.uuid5(_NAMES, f"{workspace} {channel} {ts}"))


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long questions are kept, in seconds after they were closed.

    With `days` 0 the words and the people go at once; a bare mark stays for `mark`, so that nothing is answered twice.
    """

    days: float = 30.0
    mark: float = 13 * 3600.0

    @property
    def words(self) -> float:
        """How many seconds words and people stay."""
        return self.days * _DAY

    @property
    def seconds(self) -> float:
        """How many seconds a record stays, if only as a mark."""
        return max(self.words, self.mark)


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal as one process sees it. `alone` says that no other can be at work on the same Qdrant."""

    records: Records
    alone: bool
    keeping: Keeping = Keeping()
    clock: Callable[[], float] = time.time
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)

    @classmethod
    def of(cls, client: QdrantClient, prefix: str, *, alone: bool, keeping: Keeping = Keeping()) -> Journal:
        """The journal beside the index `prefix`."""
        # Of what a power cut takes, the bot finds the questions again in Slack's history.
        records = Records(client, f"{prefix}_questions", ("state", "holder", "thread_ts"), hurried=True)
        return cls(records, alone, keeping)

    def ours(self, entry: Entry) -> Entry:
        """The entry under a new claim of this process; nothing is written."""
        now = self.clock()
        return replace(
            entry,
            state="taken",
            holder=self.holder,
            claim=uuid.uuid4().hex,
            lease=now + LEASE_SECONDS,
            tries=entry.tries + 1,
            asked_at=entry.asked_at or now,
            changed_at=now,
        )

    def write_down(self, entries: Iterable[Entry]) -> None:
        """Write down questions, claimed or not; those that are known already stay as they are."""
        self.records.add_all((entry.id, asdict(entry)) for entry in entries)

    def held(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of the entries whose claim stands in the journal."""
        known = self.read([entry.id for entry in entries])
        return [entry for entry in entries if entry.id in known and known[entry.id].claim == entry.claim]

    def take(self, entry: Entry, **changes: Any) -> Entry | None:
        """Claim a question as it was read; None if somebody else was quicker."""
        claimed = self.ours(replace(entry, **changes))
        self.records.replace(entry.id, asdict(claimed), claim=entry.claim)
        return claimed if self.held([claimed]) else None

    def note(self, entry: Entry, **changes: Any) -> Entry | None:
        """Write down how far the work on a question has come; None, and nothing done, if the claim was lost."""
        noted = replace(entry, **changes, changed_at=self.clock())
        self.records.replace(entry.id, asdict(noted), claim=entry.claim)
        return noted if self.held([noted]) else None

    def close(self, entry: Entry, state: QuestionState, **changes: Any) -> Entry | None:
        """Write down what became of a question, and no more of it than may be kept.

        With `days` 0 not even a mark stays of one that was asked privately: Slack sends none of those twice.
        """
        closed = self.note(self._kept(entry), state=state, **({} if self.keeping.days == 0 else changes))
        if closed and entry.whispered and self.keeping.days == 0:
            self.records.delete([entry.id])
        return closed

    def hand_back(self, entry: Entry) -> None:
        """Leave a question to whoever comes next."""
        self.note(entry, state="asked", holder="", lease=0.0, tries=max(entry.tries - 1, 0))

    def stop(self, entry: Entry, why: str, **changes: Any) -> Entry | None:
        """End a question, whoever is at work on it: its holder sees that the claim is gone, and why.

        Of one that was `deleted` nothing is kept but that it was there.
        """
        kept = _bare(entry) if why == "deleted" else self._kept(entry)
        over = replace(kept, state="stopped", outcome=why, claim=uuid.uuid4().hex, changed_at=self.clock(), **changes)
        self.records.replace(entry.id, asdict(over), claim=entry.claim)
        return over if self.held([over]) else None

    def renew(self) -> None:
        """Lengthen every claim of this process; where it is alone, nobody asks how long they live."""
        if self.alone:
            return
        self.records.change({"lease": self.clock() + LEASE_SECONDS}, holder=self.holder, state=OPEN)

    def get(self, workspace: str, channel: str, ts: str) -> Entry | None:
        """The question that a message asks, if it is known."""
        record = self.records.get(question_id(workspace, channel, ts))
        return _entry(record) if record else None

    def read(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Questions by id, as they stand now."""
        return {id_: _entry(record) for id_, record in self.records.get_all(ids).items()}

    def in_thread(self, channel: str, thread_ts: str) -> list[Entry]:
        """The questions of a thread, oldest first."""
        entries = map(_entry, self.records.where(thread_ts=thread_ts))
        return sorted((entry for entry in entries if entry.channel == channel), key=lambda entry: entry.ts)

    def since(self, moment: float) -> list[Entry]:
        """The questions that were asked since a moment (seconds since the epoch), in no order."""
        return [entry for entry in map(_entry, self.records.all()) if entry.asked_at >= moment]

    def abandoned(self, at_work: Collection[str] = ()) -> list[Entry]:
        """Open questions that nobody is at work on, oldest first; this process is `at_work` on these ids of its own."""
        now = self.clock()

        def is_left(one: Entry) -> bool:
            if one.holder != self.holder:
                return self.alone or one.lease < now
            # What Qdrant failed on may be written down all the same, and its work may have ended: not at once.
            return one.id not in at_work and one.changed_at + LEASE_SECONDS < now

        return sorted(filter(is_left, map(_entry, self.records.where(state=OPEN))), key=lambda one: one.ts)

    def forget_old(self) -> int:
        """Drop what was kept long enough, its words and people first; gives how many records are gone."""
        now, old = self.clock(), []
        for entry in map(_entry, self.records.all()):
            age = now - entry.changed_at
            if age > self.keeping.seconds:
                old.append(entry.id)
            elif age > self.keeping.words and not entry.open and entry.keeps:
                self.records.replace(entry.id, asdict(_bare(entry)), claim=entry.claim)
        self.records.delete(old)
        return len(old)

    def _kept(self, entry: Entry) -> Entry:
        return replace(entry, response_url="") if self.keeping.days > 0 else _bare(entry)


def _bare(entry: Entry) -> Entry:
    """A question without its words and its people: a mark that it was there."""
    return replace(entry, team="", user="", text="", used=(), outcome="", response_url="")


def _entry(record: Record) -> Entry:
    used = tuple(Used(**known_to(Used, one)) for one in record["used"])
    return Entry(**{**known_to(Entry, record), "messages": tuple(record["messages"]), "used": used})
