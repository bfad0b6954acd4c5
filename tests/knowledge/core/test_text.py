from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.languages.all_languages import PROMPT_TEXTS
from knowledge.core.text import (
    _HIDDEN,
    add_french_spaces,
    count_invisible_runs,
    repair_surrogates,
    strip_invisible,
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("plain", 0),
        ("so\u00adft and \u05e9\u200f", 0),
        ("\ufeffa file's beginning", 0),
        ("\u0645\u06cc\u200c\u062e", 0),
        ("\U0001f469\u200d\U0001f467", 0),
        ("a\u200bb", 1),
        ("a\u200b\u200b\u2060b", 1),
        ("a\u200bb\u202ec", 2),
        ("\u00ad\u00ad\u00ad", 1),
        ("x\ufe0f", 1),
        ("".join(chr(0xE0000 + ord(c)) for c in "Secret"), 1),
    ],
)
def test_a_run_of_what_nobody_sees_is_one_place_and_single_honest_ones_are_none(text: str, count: int) -> None:
    assert count_invisible_runs(text) == count


@pytest.mark.parametrize("text", ["a\u200bb", "x\ufe0f", "\u00ad", "\U000e0041", "e\u0301", "\u4e00\U000e0100"])
def test_what_is_looked_for_first_misses_nothing(text: str) -> None:
    assert not _HIDDEN.search(strip_invisible(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("été \U0001f600", "été \U0001f600"),
        ("\ufeffa", "\ufeffa"),
        ("a\ud83d", "a\ufffd"),
        ("\udc00\ud800 b", "\ufffd\ufffd b"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
    ],
)
def test_halves_are_joined_where_they_meet_and_marked_where_they_do_not(text: str, written: str) -> None:
    assert repair_surrogates(text) == written


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("\ud83d\ude00\udcff")))
def test_what_is_valid_can_be_written_and_stays(text: str) -> None:
    assert (
        repair_surrogates(text).encode().decode()
        == repair_surrogates(text)
        == repair_surrogates(repair_surrogates(text))
    )


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Que dit « {title} » ?", "Que dit «\N{NO-BREAK SPACE}{title}\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}?"),
        ("`/gaps` : ce qui manque ; puis", "`/gaps`\N{NO-BREAK SPACE}: ce qui manque\N{NO-BREAK SPACE}; puis"),
        ("Merci :tada: beaucoup", "Merci :tada: beaucoup"),
        ("pages 3 à 5, p. 7", "pages 3 à 5, p. 7"),
    ],
)
def test_a_sign_stays_with_the_word_before_it(written: str, set_: str) -> None:
    assert add_french_spaces(written) == set_


def test_what_the_model_reads_stays_as_it_is() -> None:
    french = PROMPT_TEXTS["fr"]
    assert "Question : {question}" in french.ask
    assert "en cours de route\N{NO-BREAK SPACE}:" in french.answer.cut
