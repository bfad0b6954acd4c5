"""What administrators see of private questions, held against a second reading of the rule in SECURITY.md."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.insights.content_gaps import (
    UnmetQuestion,
    extract_question_terms,
    group_content_gaps,
    is_same_question,
)
from knowledge.core.lexical import extract_content_words
from knowledge.storage.question_log import UsedPassage

_WORDS = ("badge", "parking", "Dupont", "salaire", "licenciement", "licence", "E07", "E08", "the", "pour", "badges")
_PEOPLE = ("UA", "UB", "UC")


@st.composite
def _questions(draw: st.DrawFn) -> UnmetQuestion:
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5))
    person, private = draw(st.sampled_from(_PEOPLE)), draw(st.booleans())
    near = UsedPassage("p", f"{person if private else 'all'}.pdf") if draw(st.booleans()) else None
    remarks = (f"remark of {person} private={private}",) if draw(st.booleans()) else ()
    return UnmetQuestion(
        " ".join(words),
        person,
        is_private=private,
        kind="missing",
        nearest=near,
        remarks=remarks,
        asked_at=draw(st.integers(0, 9)),
    )


def _is_shared(one: UnmetQuestion, asked: list[UnmetQuestion]) -> bool:
    terms = extract_question_terms(one.text)
    return any(
        other.person != one.person and is_same_question(terms, extract_question_terms(other.text)) for other in asked
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(_questions(), max_size=9))
def test_a_gap_shows_only_what_was_asked_in_public_or_by_two_people(asked: list[UnmetQuestion]) -> None:
    for gap in group_content_gaps(asked):
        said = set(extract_content_words(gap.question))
        speakers = {
            one.person
            for one in asked
            if said <= set(extract_content_words(one.text)) or gap.question.split() == one.text.split()
        }
        is_public = any(not one.is_private and one.text == gap.question for one in asked)
        assert is_public or len(speakers) > 1, "the wording of a single person's private question"
        assert gap.people <= len({one.person for one in asked if not one.is_private or _is_shared(one, asked)})
        assert all("private=True" not in remark for remark in gap.remarks)
        if is_public and gap.nearest:
            assert gap.nearest.path == "all.pdf"


@settings(max_examples=400, deadline=None)
@given(st.lists(_questions(), max_size=9), st.sampled_from(_PEOPLE))
def test_what_one_person_asks_privately_and_nobody_else_asks_alike_changes_nothing(
    asked: list[UnmetQuestion], person: str
) -> None:
    without = [one for one in asked if not (one.is_private and one.person == person and not _is_shared(one, asked))]
    assert group_content_gaps(asked) == group_content_gaps(without)


def _ask(person: str, text: str, asked_at: float, *, private: bool = False) -> UnmetQuestion:
    return UnmetQuestion(text, person, is_private=private, kind="missing", nearest=None, asked_at=asked_at)


def test_a_private_question_of_one_person_does_not_decide_which_wording_is_shown() -> None:
    """Its words would make another question the most typical of its group."""
    public = [_ask("UA", "parking", 0), _ask("UB", "parking visite", 2)]
    [gap] = group_content_gaps([*public, _ask("UB", "badge parking visite", 1, private=True)])
    assert [gap] == group_content_gaps(public)


def test_a_private_question_counts_only_in_a_group_in_which_another_person_asked_alike() -> None:
    asked = [
        _ask("UC", "badge bureau salaire visite", 0, private=True),
        _ask("UA", "badge parking visite", 1),
        _ask("UC", "badge bureau visite", 2),
        _ask("UB", "salaire visite", 3, private=True),
    ]
    [gap] = group_content_gaps(asked)
    assert (gap.question, gap.times) == ("badge bureau visite", 2)


@settings(max_examples=200, deadline=None)
@given(st.lists(_questions(), min_size=1, max_size=9))
def test_any_number_of_private_questions_of_one_person_show_nothing(asked: list[UnmetQuestion]) -> None:
    assert group_content_gaps([replace(one, person="UA", is_private=True) for one in asked]) == []


def test_a_second_persons_like_question_does_not_show_the_words_of_the_first() -> None:
    first = UnmetQuestion("badge parking Dupont", "UA", is_private=True, kind="missing")
    again = replace(first, text="badge parking Dupont licenciement", asked_at=3.0)
    other = replace(first, text="badge parking salaire", person="UB")
    assert group_content_gaps([first, again, other]) == []
    (gap,) = group_content_gaps([first, again, replace(other, text="badge parking")])
    assert gap.question == "badge parking"
