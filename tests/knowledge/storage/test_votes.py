from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from knowledge.storage.question_log import UsedPassage
from knowledge.storage.record_repository import Repository
from knowledge.storage.votes import ChannelVotes, Vote, VoteStore

DOWN = Vote(
    "q1", "UA", liked=False, reason="outdated", words="Since May.", passages=(UsedPassage("p", "a.pdf", 3),), at=10.0
)


@pytest.fixture
def votes(client: QdrantClient, prefix: str) -> VoteStore:
    return VoteStore.open_vote_store(client, prefix, 90)


def test_a_person_has_one_vote_on_a_question_and_the_last_one_counts(votes: VoteStore) -> None:
    up = Vote("q1", "UA", liked=True, at=11.0)
    for vote in (DOWN, up, DOWN, DOWN, up):
        votes.cast_vote(vote)
    votes.cast_vote(replace(DOWN, user="UB"))
    votes.cast_vote(replace(DOWN, question="q2"))
    assert sorted(votes.list_votes(["q1"]), key=lambda vote: vote.user) == [up, replace(DOWN, user="UB")]


def test_of_many_questions_every_vote_is_found_and_no_other_is_read(
    votes: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [f"q{n}" for n in range(300)]  # more than are looked up at once
    votes.repository.put_records((vote.id, vote) for vote in (Vote(one, "UA", liked=True) for one in [*asked, "other"]))

    def read_everything(_: object) -> None:
        raise AssertionError("every vote is read")

    monkeypatch.setattr(Repository, "list_records", read_everything)
    assert sorted(vote.question for vote in votes.list_votes(asked)) == sorted(asked)
    assert votes.list_votes([]) == []


def test_of_each_person_one_unhelpful_answer_a_day_counts(votes: VoteStore) -> None:
    for hour, (question, user) in enumerate([("q1", "UA"), ("q2", "UA"), ("q1", "UB"), ("q3", "UB")]):
        votes.cast_vote(Vote(question, user, liked=False, channel="C1", at=hour * 3600.0))
    votes.cast_vote(Vote("q1", "", liked=True, channel="C1", at=7.0))
    assert votes.read_channel_votes("C1") == ChannelVotes(answers=1, latest=7.0, unhelpful=1, people=2)
    votes.cast_vote(Vote("q3", "UA", liked=False, channel="C1", at=86_400.0))
    assert votes.read_channel_votes("C1").unhelpful == 2
    assert votes.list_votes(["q1"]) == [], "they stand beside the votes on the answer"
    assert votes.drop_unhelpful_votes("C1") == 5
    assert votes.read_channel_votes("C1") == ChannelVotes(answers=1, latest=7.0, unhelpful=0, people=0)


def test_a_vote_is_forgotten_in_time(votes: VoteStore) -> None:
    votes.cast_vote(DOWN)
    votes.cast_vote(replace(DOWN, user="UB", at=86_400.0))
    assert replace(votes, clock=lambda: 90 * 86_400.0 + 9).purge_votes() == 0
    assert replace(votes, clock=lambda: 90 * 86_400.0 + 11).purge_votes() == 1
    assert [vote.user for vote in votes.list_votes(["q1"])] == ["UB"]


def test_without_days_no_vote_is_written_and_the_old_ones_go(votes: VoteStore) -> None:
    votes.cast_vote(DOWN)
    none = replace(votes, days=0, clock=lambda: 20.0)
    none.cast_vote(replace(DOWN, user="UB"))
    assert none.purge_votes() == 1
    assert votes.list_votes(["q1"]) == []
