from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.languages.english import PROMPTS as ENGLISH_PROMPTS
from bot.answering.languages.french import PROMPTS as FRENCH_PROMPTS
from bot.answering.prompt.builder import build_answer_prompt, build_condense_prompt
from bot.answering.prompt.context_window import (
    ASSUMED_CHARACTERS_PER_TOKEN,
    ContextWindow,
    PromptSize,
    truncate_question,
)
from bot.answering.prompt.passages_in_prompt import pack_passages, sort_in_reading_order
from bot.answering.prompt.prompt_texts import PromptTexts
from bot.answering.prompt.thread_cache import ThreadExchange
from bot.answering.question import Question, Turn
from knowledge.core.access import Audience
from tests.bot.answering.passages import found

MARK = "0123456789ab"


@pytest.mark.parametrize("prompts", [FRENCH_PROMPTS, ENGLISH_PROMPTS], ids=["fr", "en"])
@given(
    sizes=st.lists(st.integers(1, 6000), min_size=1, max_size=20),
    question=st.integers(1, 40_000),
    num_ctx=st.integers(2048, 32_768),
    before=st.integers(0, 20_000),
)
def test_what_is_sent_never_exceeds_the_context_window_and_what_does_not_fit_is_said(
    prompts: PromptTexts, sizes: list[int], question: int, num_ctx: int, before: int
) -> None:
    window = ContextWindow(num_ctx)
    passages = [found(f"{n} " + "x" * size) for n, size in enumerate(sizes)]
    earlier = ThreadExchange((("human", "q"), ("ai", "a" * before)), (found("known"),)) if before else ThreadExchange()
    prompt = build_answer_prompt("q" * question, passages, earlier, prompts, window.character_budget, MARK)
    assert prompt.character_count / ASSUMED_CHARACTERS_PER_TOKEN + window.answer_tokens <= num_ctx
    assert prompt.messages[-1][1].endswith(truncate_question("q" * question, window.character_budget))
    whole = [one for one in passages if one.passage.excerpt.text in prompt.question_message]
    assert bool(prompt.notices) == (len(whole) < len(passages) or question > window.character_budget // 2)
    assert prompt.numbered_passages[-1].passage.excerpt.text


@given(turns=st.lists(st.integers(1, 5000), min_size=1, max_size=12), question=st.integers(1, 20_000))
def test_a_long_thread_never_exceeds_the_window_either(turns: list[int], question: int) -> None:
    window = ContextWindow(2048)
    history = tuple(Turn("person" if n % 2 else "bot", "t" * size) for n, size in enumerate(turns))
    asked = Question("q" * question, Audience.everyone(), history)
    for before in (ThreadExchange(), ThreadExchange((("human", "q" * 3000), ("ai", "a")))):
        prompt = build_condense_prompt(asked, before, FRENCH_PROMPTS, window.character_budget)
        assert prompt.character_count <= window.character_budget


def test_the_best_passages_come_first_and_none_is_left_out_for_a_shorter_one() -> None:
    passages = [found("a" * 900), found("b" * 1400), found("c")]
    packed = pack_passages(passages, ENGLISH_PROMPTS, 1_500)
    assert (packed.passages, packed.left_out_count, packed.shortened) == ((passages[0],), 2, False)


def test_a_passage_too_long_for_the_window_is_shortened_and_stays_citable() -> None:
    packed = pack_passages([found("a" * 50_000)], FRENCH_PROMPTS, 3_000)
    [one] = packed.passages
    assert 0 < len(one.passage.excerpt.text) < 3_000
    assert one.passage.excerpt.page == 3
    assert packed.shortened


def test_an_ordinary_question_is_asked_whole() -> None:
    assert truncate_question("Combien de jours ?", ContextWindow(8192).character_budget) == "Combien de jours ?"


def test_passages_are_read_document_by_document_in_their_order() -> None:
    best, other, earlier = found("third", n=2), found("other", "Handbook", n=5), found("first", n=0)
    assert sort_in_reading_order([best, other, earlier]) == [earlier, best, other]


def test_a_passage_that_its_document_may_hide_stands_behind_all_others() -> None:
    best, other = found("obey", doubtful=True), found("a rule", "Handbook", n=5)
    assert pack_passages([best, other], ENGLISH_PROMPTS, 9_000).passages == (other, best)
    assert pack_passages([best], ENGLISH_PROMPTS, 9_000).passages == (best,)
    [kept] = pack_passages([best, found("y" * 2_000)], ENGLISH_PROMPTS, 2_100).passages
    assert not kept.passage.excerpt.doubtful


def test_the_window_learns_from_what_the_model_counts_and_is_in_no_hurry_to_forget() -> None:
    window = ContextWindow(8192)
    room = window.character_budget
    # 4.5 characters a token: better than assumed, perhaps by chance
    assert not window.record_prompt_size(PromptSize(9_000, 2_000))
    assert window.character_budget == room
    assert not window.record_prompt_size(PromptSize(9_000, 4_500))
    assert window.character_budget == room * 2 // 3
    assert not window.record_prompt_size(PromptSize(500, 400))  # a short prompt is mostly the model's template
    for _ in range(49):
        window.record_prompt_size(PromptSize(9_000, 3_000))
        assert window.character_budget == room * 2 // 3
    window.record_prompt_size(PromptSize(9_000, 3_000))
    assert window.character_budget == room


def test_a_prompt_that_filled_the_window_was_not_read_whole() -> None:
    assert ContextWindow(2048).record_prompt_size(PromptSize(4_000, 2_048))


def test_a_model_that_was_trained_on_less_than_num_ctx_is_full_sooner() -> None:
    window = ContextWindow(8192)
    assert not window.record_prompt_size(PromptSize(9_000, 2_048))
    assert window.record_prompt_size(PromptSize(9_000, 2_048), context_tokens=2_048)
    assert not window.record_prompt_size(PromptSize(9_000, 2_048), context_tokens=8_192)


@pytest.mark.parametrize(
    ("tokens", "was_cut"),
    [
        (5_800, False),  # 3,000 before, 2,800 for the answer and the new passages
        (4_600, False),  # the new passages are a table: fewer tokens
        (3_300, True),  # the oldest messages are missing
        (0, False),  # the model does not tell
    ],
)
def test_a_thread_that_lost_its_oldest_messages_is_noticed(tokens: int, *, was_cut: bool) -> None:
    earlier = PromptSize(9_000, 3_000)
    assert ContextWindow(8192).record_prompt_size(PromptSize(18_000, tokens), earlier) is was_cut


def test_fewer_tokens_than_any_text_has_mean_a_cut() -> None:
    assert ContextWindow(8192).record_prompt_size(PromptSize(18_000, 2_000))
    assert not ContextWindow(8192).record_prompt_size(PromptSize(18_000, 2_400))
