from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.packing import ANSWER_TOKENS, CHARACTERS_A_TOKEN, askable, fitting, together
from bot.answering.prompts import ENGLISH, FRENCH, Prompts
from tests.bot.answering.passages import found


@pytest.mark.parametrize("prompts", [FRENCH, ENGLISH], ids=["fr", "en"])
@given(
    sizes=st.lists(st.integers(1, 6000), min_size=1, max_size=20),
    question=st.integers(1, 40_000),
    num_ctx=st.integers(2048, 32_768),
)
def test_what_is_sent_never_exceeds_the_context_window(
    prompts: Prompts, sizes: list[int], question: int, num_ctx: int
) -> None:
    asked = askable("q" * question, num_ctx)
    given_ = fitting([found("x" * size) for size in sizes], prompts, asked, num_ctx)
    sent = prompts.system + prompts.ask.format(passages=together(given_, prompts), question=asked)
    assert len(sent) / CHARACTERS_A_TOKEN + ANSWER_TOKENS <= num_ctx
    assert len(given_) >= 1
    assert given_[0].passage.excerpt.text


def test_the_best_passages_come_first_and_none_is_left_out_for_a_shorter_one() -> None:
    passages = [found("a" * 900), found("b" * 1400), found("c")]
    assert fitting(passages, ENGLISH, "q", 2048) == passages[:1]


def test_a_passage_too_long_for_the_window_is_shortened_and_stays_citable() -> None:
    [one] = fitting([found("a" * 50_000)], FRENCH, "q", 2048)
    assert 0 < len(one.passage.excerpt.text) < 3072
    assert one.passage.excerpt.page == 3


def test_an_ordinary_question_is_asked_whole() -> None:
    assert askable("Combien de jours ?", 8192) == "Combien de jours ?"
