from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass, field, replace
from typing import get_args

import pytest
from qdrant_client import QdrantClient

from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.question_log import (
    LEASE_SECONDS,
    OPEN_STATES,
    RENEWAL_SECONDS,
    TRANSITIONS,
    QuestionLog,
    QuestionRecord,
    QuestionState,
    Retention,
    UsedPassage,
)
from playground.qdrant.server import QdrantServer
from tests.doubles.temporary_qdrant import open_temporary_qdrant

QUESTION = QuestionRecord("T", "C", "1.0", "1.0", "T", "U", "How many days?")
OTHER = replace(QUESTION, ts="2.0", text="And weeks?")


@dataclass(slots=True)
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Office:
    """Several processes over one Qdrant."""

    client: QdrantClient
    prefix: str
    clock: Clock = field(default_factory=Clock)

    def open_log(self, days: float = 30, *, alone: bool = False, client: QdrantClient | None = None) -> QuestionLog:
        keeping = Retention(days, mark_seconds=600)
        return replace(
            QuestionLog.open_question_log(
                client or self.client, self.prefix, is_single_process=alone, retention=keeping
            ),
            clock=self.clock,
        )


@pytest.fixture
def office(client: QdrantClient, prefix: str) -> Office:
    return Office(client, prefix)


def _taken(question_log: QuestionLog, entry: QuestionRecord = QUESTION) -> QuestionRecord:
    ours = question_log.with_new_claim(entry)
    question_log.add_questions([ours])
    assert question_log.list_claimed_questions([ours]) == [ours]
    return ours


def test_a_question_is_known_by_its_place_and_kept_whole(office: Office) -> None:
    taken = _taken(office.open_log())
    assert office.open_log().get_question("T", "C", "1.0") == taken
    assert taken.id != OTHER.id
    assert office.open_log().get_question("T", "C", "2.0") is None


def test_a_question_that_comes_again_belongs_to_whoever_wrote_it_first(office: Office) -> None:
    one, two = office.open_log(), office.open_log()
    first = _taken(one)
    for question_log in (one, two):
        again = question_log.with_new_claim(QUESTION)
        question_log.add_questions([again, question_log.with_new_claim(OTHER)])
        assert question_log.list_claimed_questions([again]) == []
    assert one.get_question("T", "C", "1.0") == first


def test_what_is_answered_is_not_asked_again(office: Office) -> None:
    question_log = office.open_log()
    question_log.close_question(
        _taken(question_log), "answered", outcome="answered", used=(UsedPassage("p", "a.pdf", 3),)
    )
    again = question_log.with_new_claim(QUESTION)
    question_log.add_questions([again])
    assert question_log.list_claimed_questions([again]) == []
    answered = question_log.get_question("T", "C", "1.0")
    assert answered
    assert (answered.state, answered.outcome, answered.used) == (
        "answered",
        "answered",
        (UsedPassage("p", "a.pdf", 3),),
    )


def test_a_lease_that_is_renewed_is_not_abandoned(office: Office) -> None:
    living, other = office.open_log(), office.open_log()
    _taken(living)
    office.clock.now += LEASE_SECONDS - 1
    living.renew_leases()
    office.clock.now += LEASE_SECONDS - 1
    assert other.list_abandoned_questions() == []


def test_the_questions_of_a_stopped_process_are_taken_once_its_lease_is_over(office: Office) -> None:
    stopped, other = office.open_log(), office.open_log()
    first, second = _taken(stopped), _taken(stopped, OTHER)
    stopped.update_question(first, state="answering", messages=("7.0",))
    assert other.list_abandoned_questions() == []
    office.clock.now += LEASE_SECONDS + 1
    found = other.list_abandoned_questions()
    assert [one.id for one in found] == [first.id, second.id]
    taken_over = other.claim_question(found[0])
    assert taken_over
    assert (taken_over.tries, taken_over.messages) == (2, ("7.0",))


def test_a_process_that_is_alone_waits_for_no_lease(office: Office) -> None:
    _taken(office.open_log())
    assert len(office.open_log(alone=True).list_abandoned_questions()) == 1


def test_a_question_of_one_s_own_that_nobody_works_on_is_left_after_a_while(office: Office) -> None:
    question_log = office.open_log()
    mine = _taken(question_log)
    assert question_log.list_abandoned_questions() == []
    office.clock.now += LEASE_SECONDS + 1
    question_log.renew_leases()
    assert question_log.list_abandoned_questions([mine.id]) == []
    assert [one.id for one in question_log.list_abandoned_questions()] == [mine.id]


def test_a_lost_claim_can_change_nothing(office: Office) -> None:
    slow, quick = office.open_log(), office.open_log()
    mine = _taken(slow)
    office.clock.now += LEASE_SECONDS + 1
    theirs = quick.claim_question(quick.list_abandoned_questions()[0])
    assert theirs
    assert slow.claim_question(mine) is None
    assert slow.update_question(mine, state="answering") is None
    assert slow.close_question(mine, "answered") is None
    assert quick.get_question("T", "C", "1.0") == theirs


def test_what_is_stopped_stays_stopped(office: Office) -> None:
    holder, other = office.open_log(), office.open_log()
    mine = _taken(holder)
    assert other.stop_question(mine, "stopped")
    assert holder.close_question(mine, "answered") is None
    office.clock.now += LEASE_SECONDS + 1
    assert other.list_abandoned_questions() == []


def test_a_question_that_is_handed_back_waits_for_no_lease(office: Office) -> None:
    leaving, other = office.open_log(), office.open_log()
    leaving.release_question(_taken(leaving))
    (found,) = other.list_abandoned_questions()
    assert (found.state, found.tries) == ("asked", 0)


def test_the_questions_of_a_thread_are_found(office: Office) -> None:
    question_log = office.open_log()
    below = replace(QUESTION, ts="3.0")
    for entry in (below, QUESTION, replace(OTHER, thread_ts="2.0"), replace(QUESTION, channel="D", ts="4.0")):
        _taken(question_log, entry)
    assert [entry.ts for entry in question_log.list_thread_questions("C", "1.0")] == ["1.0", "3.0"]


@pytest.mark.parametrize(("days", "after"), [(30, 30 * 86_400), (0, 600)])
def test_a_question_is_forgotten_in_time(office: Office, days: float, after: float) -> None:
    question_log = office.open_log(days)
    question_log.close_question(_taken(question_log), "answered")
    office.clock.now += after - 1
    assert question_log.purge_questions() == 0
    office.clock.now += 2
    assert question_log.purge_questions() == 1
    assert question_log.get_question("T", "C", "1.0") is None


def test_words_go_after_their_days_though_the_mark_stays(office: Office) -> None:
    question_log = replace(office.open_log(), retention=Retention(1.0, mark_seconds=7 * 86_400.0))
    asked, open_ = _taken(question_log), _taken(question_log, OTHER)
    question_log.close_question(asked, "answered", used=(UsedPassage("p"),))
    office.clock.now += 2 * 86_400.0
    assert question_log.purge_questions() == 0
    known = question_log.get_questions([asked.id, open_.id])
    assert (known[asked.id].text, known[asked.id].user, known[asked.id].used) == ("", "", ())
    assert known[open_.id].text == "And weeks?"
    office.clock.now += 6 * 86_400.0
    assert question_log.purge_questions() == 2


def test_what_a_later_version_writes_besides_is_left_aside(office: Office) -> None:
    question_log = office.open_log()
    asked = _taken(question_log)
    question_log.repository.put_record(asked.id, replace(asked, unknown_fields=(("of_tomorrow", 1),)))
    assert question_log.get_question("T", "C", "1.0") == asked


def test_of_a_private_question_nothing_stays_without_days_unless_somebody_else_answers_it(office: Office) -> None:
    question_log, quick = office.open_log(0), office.open_log(0)
    asked = _taken(question_log, replace(QUESTION, thread_ts="", response_url="https://slack.example/"))
    theirs = quick.claim_question(asked)
    assert theirs
    assert question_log.close_question(asked, "answered") is None
    assert quick.get_question("T", "C", "1.0") == theirs
    assert quick.close_question(theirs, "answered")
    assert quick.get_question("T", "C", "1.0") is None


@pytest.mark.parametrize("end", ["answered", "stopped"])
def test_without_days_nothing_of_the_question_stays_after_its_end(office: Office, end: str) -> None:
    question_log = office.open_log(0)
    mine = _taken(question_log)
    assert mine.text
    closed = (
        question_log.stop_question(mine, "")
        if end == "stopped"
        else question_log.close_question(mine, "answered", outcome="x", used=(UsedPassage("p"),))
    )
    assert closed
    assert (closed.state, closed.user, closed.text, closed.passage_ids, closed.outcome) == (end, "", "", (), "")


@pytest.fixture
def clients(server: QdrantServer) -> Iterator[Callable[[], QdrantClient]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(open_qdrant(Settings(qdrant_url=server.url))))


def test_of_many_processes_at_once_one_gets_the_question(clients: Callable[[], QdrantClient]) -> None:
    office = Office(clients(), "race")
    stopped = office.open_log()
    _taken(stopped)
    office.clock.now += LEASE_SECONDS + 1
    others = [office.open_log(client=clients()) for _ in range(6)]
    newcomer = replace(QUESTION, ts="9.0")

    def race(question_log: QuestionLog) -> tuple[bool, bool]:
        ours = question_log.with_new_claim(newcomer)
        question_log.add_questions([ours])
        return bool(question_log.list_claimed_questions([ours])), any(
            question_log.claim_question(one) for one in question_log.list_abandoned_questions()
        )

    with ThreadPoolExecutor(len(others)) as pool:
        won = list(pool.map(race, others))
    assert [sum(wins) for wins in zip(*won, strict=True)] == [1, 1]


def test_claims_are_not_renewed_where_nobody_else_could_take_them(office: Office) -> None:
    question_log = office.open_log(alone=True)
    taken = _taken(question_log)
    office.clock.now += LEASE_SECONDS + 1
    question_log.renew_leases()
    assert question_log.get_question("T", "C", "1.0") == taken
    assert question_log.list_abandoned_questions([taken.id]) == []


@pytest.mark.parametrize("before", get_args(QuestionState))
@pytest.mark.parametrize("after", get_args(QuestionState))
def test_a_question_changes_its_state_as_the_table_says(before: QuestionState, after: QuestionState) -> None:
    log = QuestionLog.open_question_log(open_temporary_qdrant(), "souffleur", is_single_process=True)
    question = QuestionRecord("T1", "C1", "1.0", "1.0", state=before)
    log.add_questions([question])
    allowed = after in TRANSITIONS[before]
    with nullcontext() if allowed else pytest.raises(ValueError, match=f"{before} cannot become {after}"):
        log.update_question(question, state=after)
    stored = log.get_question("T1", "C1", "1.0")
    assert stored
    assert stored.state == (after if allowed else before)


def test_a_closed_question_is_reopened_only_by_a_new_claim() -> None:
    assert {state for state in get_args(QuestionState) if state not in OPEN_STATES} == {"answered", "stopped", "failed"}
    assert all(TRANSITIONS[state] == {"taken", "stopped"} for state in ("answered", "stopped", "failed"))


@pytest.mark.parametrize("timeout", [0.0, 2.0, 30.0, 300.0])
def test_a_claim_outlives_the_longest_call_to_qdrant(timeout: float) -> None:
    log = QuestionLog.open_question_log(
        open_temporary_qdrant(), "souffleur", is_single_process=False, call_timeout=timeout
    )
    now = time.time()
    claimed = log.with_new_claim(QuestionRecord("T1", "C1", "1.0", "1.0"))
    assert claimed.lease - now >= max(timeout + 2 * RENEWAL_SECONDS, LEASE_SECONDS)
