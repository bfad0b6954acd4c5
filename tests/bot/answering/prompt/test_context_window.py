from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.prompt.builder import brief, brief_condensing
from bot.answering.prompt.context_window import CHARACTERS_A_TOKEN, Window, askable, in_reading_order, pack
from bot.answering.prompt.templates import ENGLISH, FRENCH, Prompts
from bot.answering.prompt.thread_cache import Exchange
from bot.answering.question import Question, Turn
from knowledge.core.access import Audience
from tests.bot.answering.passages import found

MARK = "0123456789ab"


@pytest.mark.parametrize("prompts", [FRENCH, ENGLISH], ids=["fr", "en"])
@given(
    sizes=st.lists(st.integers(1, 6000), min_size=1, max_size=20),
    question=st.integers(1, 40_000),
    num_ctx=st.integers(2048, 32_768),
    before=st.integers(0, 20_000),
)
def test_what_is_sent_never_exceeds_the_context_window_and_what_does_not_fit_is_said(
    prompts: Prompts, sizes: list[int], question: int, num_ctx: int, before: int
) -> None:
    window = Window(num_ctx)
    passages = [found(f"{n} " + "x" * size) for n, size in enumerate(sizes)]
    said = Exchange((("human", "q"), ("ai", "a" * before)), (found("known"),)) if before else Exchange()
    briefing = brief("q" * question, passages, said, prompts, window.room, MARK)
    assert briefing.characters / CHARACTERS_A_TOKEN + window.answer_tokens <= num_ctx
    assert briefing.messages[-1][1].endswith(askable("q" * question, window.room))
    whole = [one for one in passages if one.passage.excerpt.text in briefing.asked]
    assert bool(briefing.notices) == (len(whole) < len(passages) or question > window.room // 2)
    assert briefing.numbered[-1].passage.excerpt.text


@given(turns=st.lists(st.integers(1, 5000), min_size=1, max_size=12), question=st.integers(1, 20_000))
def test_a_long_thread_never_exceeds_the_window_either(turns: list[int], question: int) -> None:
    window = Window(2048)
    history = tuple(Turn("person" if n % 2 else "bot", "t" * size) for n, size in enumerate(turns))
    asked = Question("q" * question, Audience.everyone(), history)
    for before in (Exchange(), Exchange((("human", "q" * 3000), ("ai", "a")))):
        briefing = brief_condensing(asked, before, FRENCH, window.room)
        assert briefing.characters <= window.room


def test_the_best_passages_come_first_and_none_is_left_out_for_a_shorter_one() -> None:
    passages = [found("a" * 900), found("b" * 1400), found("c")]
    packed = pack(passages, ENGLISH, 1_500)
    assert (packed.given, packed.left_out, packed.shortened) == ((passages[0],), 2, False)


def test_a_passage_too_long_for_the_window_is_shortened_and_stays_citable() -> None:
    packed = pack([found("a" * 50_000)], FRENCH, 3_000)
    [one] = packed.given
    assert 0 < len(one.passage.excerpt.text) < 3_000
    assert one.passage.excerpt.page == 3
    assert packed.shortened


def test_an_ordinary_question_is_asked_whole() -> None:
    assert askable("Combien de jours ?", Window(8192).room) == "Combien de jours ?"


def test_passages_are_read_document_by_document_in_their_order() -> None:
    best, other, earlier = found("third", n=2), found("other", "Handbook", n=5), found("first", n=0)
    assert in_reading_order([best, other, earlier]) == [earlier, best, other]


def test_the_window_learns_from_what_the_model_counts_and_is_in_no_hurry_to_forget() -> None:
    window = Window(8192)
    room = window.room
    assert not window.measured(9_000, 2_000)  # 4.5 characters a token: better than assumed, perhaps by chance
    assert window.room == room
    assert not window.measured(9_000, 4_500)
    assert window.room == room * 2 // 3
    assert not window.measured(500, 400)  # a short prompt is mostly the model's template
    for _ in range(49):
        window.measured(9_000, 3_000)
        assert window.room == room * 2 // 3
    window.measured(9_000, 3_000)
    assert window.room == room


def test_a_prompt_that_filled_the_window_was_not_read_whole() -> None:
    assert Window(2048).measured(4_000, 2_048)
