from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from knowledge.core.access import Audience
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.passage_writer import PassageWriter
from tests.knowledge.samples import ALL, document, passages

BOARD = Audience(frozenset({"board"}))


@pytest.fixture
def lookup(client: QdrantClient, prefix: str) -> PassageLookup:
    return PassageLookup(client, prefix)


def test_a_passage_comes_between_its_neighbours(index: PassageWriter, lookup: PassageLookup) -> None:
    of = document(passages=3)
    first, second, third = made = passages(of, "one", "two", "three")
    index.replace_passages(of, made)
    found = lookup.get_passage_neighbours(second.id, ALL)
    assert found
    assert (found.before, found.passage, found.after) == (first, second, third)
    edge = lookup.get_passage_neighbours(first.id, ALL)
    assert edge
    assert (edge.before, edge.after) == (None, second)


def test_only_who_may_know_a_passage_gets_it(index: PassageWriter, lookup: PassageLookup) -> None:
    of = document(passages=2)
    secret = passages(of, "for the board", audience="board")[0]
    index.replace_passages(of, [secret, passages(of, "", "for all")[1]])
    assert lookup.get_passage_neighbours(secret.id, ALL) is None
    assert lookup.get_known_passages([secret.id], BOARD) == {secret.id: secret}
    assert lookup.get_known_passages([secret.id], Audience(frozenset())) == {}
    beside = lookup.get_passage_neighbours(passages(of, "", "for all")[1].id, ALL)
    assert beside
    assert beside.before is None


def test_headings_and_lists_hold_only_what_an_audience_may_know(index: PassageWriter, lookup: PassageLookup) -> None:
    of = document(passages=2)
    secret, known = passages(of, "for the board", audience="board")[0], passages(of, "", "for all")[1]
    secret = replace(secret, excerpt=replace(secret.excerpt, section=("Takeover",)))
    known = replace(known, excerpt=replace(known.excerpt, section=("Leave",)))
    index.replace_passages(of, [secret, known])
    assert lookup.read_outlines([of.id], ALL)[of.id].headings == ("Leave",)
    assert lookup.read_outlines([of.id], BOARD)[of.id].headings == ("Takeover",)
    assert [*lookup.iterate_passages(ALL)] == [known]
    assert [*lookup.iterate_passages(BOARD)] == [secret]


def test_the_questions_that_a_document_asks_itself_are_listed_with_its_headings(
    index: PassageWriter, lookup: PassageLookup
) -> None:
    of = document(passages=1)
    [faq] = passages(of, "Who pays the train?\nThe company pays it.\nAnd the taxi?\nNobody pays it.")
    index.replace_passages(of, [replace(faq, excerpt=replace(faq.excerpt, section=("Travel",)))])
    assert lookup.read_outlines([of.id], ALL)[of.id].headings == ("Travel", "Who pays the train?", "And the taxi?")


def test_a_document_is_in_the_language_of_most_of_its_passages(index: PassageWriter, lookup: PassageLookup) -> None:
    of = document(passages=3)
    index.replace_passages(
        of,
        passages(
            of,
            "Every colleague has five days of leave.",
            "Chaque salarié a cinq jours de congé.",
            "Le badge est personnel et ne se prête pas.",
        ),
    )
    assert lookup.read_outlines([of.id], ALL)[of.id].language == "fr"


def test_words_that_a_page_perhaps_hides_are_no_heading_and_no_question(
    index: PassageWriter, lookup: PassageLookup
) -> None:
    of = document(passages=2)
    hidden, seen = passages(of, "Why is my pay so low?\nBecause it is.", "And the taxi?\nNobody pays it.")
    hidden = replace(hidden, excerpt=replace(hidden.excerpt, section=("Hidden",), doubtful=True))
    index.replace_passages(of, [hidden, seen])
    assert lookup.read_outlines([of.id], ALL)[of.id].headings == ("And the taxi?",)


def test_a_passage_of_an_older_version_is_gone(index: PassageWriter, lookup: PassageLookup) -> None:
    old, new = document(passages=1), document(content="b", generation=2, passages=1)
    index.replace_passages(old, passages(old, "two days"))
    index.replace_passages(new, passages(new, "three days"))
    assert lookup.get_passage_neighbours(passages(old, "two days")[0].id, ALL) is None


@pytest.mark.parametrize("wanted", ["", "no id", "6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31"])
def test_what_is_no_passage_s_id_finds_nothing(index: PassageWriter, lookup: PassageLookup, wanted: str) -> None:
    of = document(passages=1)
    index.replace_passages(of, passages(of, "one"))
    assert lookup.get_passage_neighbours(wanted, ALL) is None


def test_before_anything_is_indexed_nothing_is_found(lookup: PassageLookup) -> None:
    assert lookup.get_known_passages(["6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31"], ALL) == {}


def test_an_index_that_was_replaced_answers_nobody_though_the_alias_is_lost(
    client: QdrantClient, prefix: str, index: PassageWriter, lookup: PassageLookup
) -> None:
    """Nobody has kept true since then for whom its passages are."""
    of = document(passages=1)
    (one,) = passages(of, "one")
    index.replace_passages(of, [one])
    assert lookup.get_known_passages([one.id], ALL)
    IndexVersions(client, prefix).update_index_version(IndexVersion(), retired_at=1.0)
    assert lookup.get_known_passages([one.id], ALL) == {}
