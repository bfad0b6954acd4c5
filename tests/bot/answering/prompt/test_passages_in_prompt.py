"""What belongs to the places that somebody looks at comes first, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

from bot.answering.answer import Answer
from bot.answering.prompt.passages_in_prompt import NO_PLACES, PreferredPlaces, put_preferred_first
from bot.answering.question import Question
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.passages import Excerpt, FoundPassage, Passage
from tests.bot.answering.pipeline_setup import open_pipeline

FINANCE = PreferredPlaces(frozenset({"C1", "#finance"}))


def found(n: int, score: float, *audience: str) -> FoundPassage:
    audience = audience or (EVERYONE,)
    return FoundPassage(
        Passage(str(n), str(n), f"{n}.pdf", str(n), "v", 1, 0, Excerpt("text"), frozenset(audience)), score
    )


def order(passages: tuple[FoundPassage, ...]) -> list[str]:
    return [one.passage.id for one in passages]


def test_passages_of_a_channel_s_folder_come_before_others_that_are_not_much_better() -> None:
    ranked = [found(1, 0.9), found(2, 0.8), found(3, 0.7, "#finance"), found(4, 0.6, "C1")]
    assert order(put_preferred_first(ranked, FINANCE, 3)) == ["3", "4", "1"]
    assert order(put_preferred_first(ranked, PreferredPlaces(paths=frozenset({"2.pdf"})), 3)) == ["2", "1", "3"]


def test_what_is_about_something_else_stays_where_it_is() -> None:
    ranked = [found(1, 0.9), found(2, 0.8), found(3, 0.2, "#finance")]
    assert order(put_preferred_first(ranked, FINANCE, 3)) == ["1", "2", "3"]
    assert order(put_preferred_first(ranked, NO_PLACES, 2)) == ["1", "2"]
    assert put_preferred_first([], FINANCE, 3) == ()


async def answer_about(places: PreferredPlaces, audience: Audience) -> Answer:
    with open_pipeline() as setup:
        setup.store("Lyon.pdf", ("Le badge de Lyon est remis par la directrice du site.",))
        setup.store("Nantes.pdf", ("Le badge de Nantes est remis par le gardien du site.",))
        question = replace(Question("qui remet le badge du site ?", audience), preferred=places)
        *_, last = [event async for event in setup.pipeline.answer_question(question)]
    assert isinstance(last, Answer)
    return last


async def test_a_question_is_answered_from_the_document_that_its_asker_looks_at() -> None:
    for path in ("Lyon.pdf", "Nantes.pdf"):
        answer = await answer_about(PreferredPlaces(paths=frozenset({path})), Audience.everyone())
        assert [one.path for one in answer.citations] == [path]
        assert answer.passages[0].passage.path == path


async def test_a_preference_shows_nothing_to_those_who_may_not_read_it() -> None:
    places = PreferredPlaces(frozenset({EVERYONE}), frozenset({"Lyon.pdf"}))
    assert (await answer_about(places, Audience(frozenset({"#other"})))).passages == ()
