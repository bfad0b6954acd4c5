from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.output_filter.links import neutralize_quoted_line
from bot.answering.quoting.markdown import format_quote_line, keep_list_number
from bot.answering.quoting.quote import QuoteLine


def test_a_numbered_line_keeps_its_number_in_markdown() -> None:
    """Markdown would number `3. …` anew after `7. …`; a no-break space makes it a plain line."""
    assert keep_list_number("3. Remplir le formulaire") == "3.\N{NO-BREAK SPACE}Remplir le formulaire"
    assert keep_list_number("le 3. Remplir") == "le 3. Remplir"


@pytest.mark.parametrize(
    ("text", "strong", "shown"),
    [
        ("See http://evil.example/lamp now.", ("lamp", "now"), "See `http://evil.example/lamp` **now**."),
        ("A [lamp](http://evil.example).", ("lamp",), "A **lamp**."),
        ("A *lamp* here.", ("here",), "A *lamp* here."),
        ("Lamps and lamp.", ("lamp",), "Lamps and **lamp**."),
        ("14 characters, 4.", ("4", "14 characters"), "**14 characters**, **4**."),
    ],
)
def test_bold_words_never_open_what_the_guard_closed(text: str, strong: tuple[str, ...], shown: str) -> None:
    assert format_quote_line(QuoteLine(text, strong)) == shown


@given(
    st.text(alphabet="ab.:/@<>[]()`*_!# lamp", max_size=60),
    st.lists(st.sampled_from(["lamp", "a", "b", "."]), max_size=3),
)
def test_without_its_marks_a_bold_line_is_the_guarded_line(text: str, strong: list[str]) -> None:
    guarded = neutralize_quoted_line(re.sub(r"^\s*[-*–•]\s+", "- ", text))
    shown = format_quote_line(QuoteLine(text, tuple(strong)))
    assert shown == keep_list_number(guarded) or shown.replace("**", "") == keep_list_number(guarded)
