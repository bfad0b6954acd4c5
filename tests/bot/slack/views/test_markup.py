from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.views.markup import (
    count_showable_characters,
    escape_label,
    escape_mrkdwn,
    join_lines,
    neutralize_mentions,
    to_plain_text,
)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("<@UBOT> how many days?", "how many days?"),
        ("<@UBOT>how <@UBOT|souffleur> many?", "how many?"),
        ("what does <@U1|alice> mean", "what does @alice mean"),
        ("what does <@U1> mean", "what does @U1 mean"),
        ("in <#C1|general> or <#C2>", "in #general or #C2"),
        ("<!here> hello <!subteam^S1|@team>", "@here hello @team"),
        ("see <https://x.org/a|the page> and <https://y.org>", "see the page and https://y.org"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("first\n  second", "first\nsecond"),
        ("", ""),
    ],
)
def test_a_message_becomes_plain_words(message: str, words: str) -> None:
    assert to_plain_text(message, "UBOT") == words


@given(st.text(alphabet="ab<>&|@#!; ltgmp"))
def test_escaped_words_come_back_as_they_were(text: str) -> None:
    assert to_plain_text(escape_mrkdwn(text), "UBOT") == " ".join(text.split())


@pytest.mark.parametrize("half", ["\ud83d", "\udc00 \ud800", "&lt;\ud800&gt;"])
def test_half_a_character_becomes_valid_text(half: str) -> None:
    """JSON can hold it, and UTF-8 cannot: the question log would refuse the question."""
    words = to_plain_text(f"combien {half} de jours ?", "UBOT")
    assert words.encode().startswith(b"combien")
    assert words.endswith("de jours ?")


def test_a_label_stays_on_one_line_and_within_its_link() -> None:
    assert escape_label("a | b\n<c>") == "a ¦ b &lt;c&gt;"


@pytest.mark.parametrize(
    "ping",
    [
        "<@U12AB>",
        "<@W1|bob>",
        "<!here>",
        "<!HERE>",
        "<!group>",
        "<!channel>",
        "<!subteam^S1|a b>",
        "<#C1>",
        "<\\!here>",
    ],
)
def test_what_would_notify_is_defused(ping: str) -> None:
    assert ping not in neutralize_mentions(f"hello {ping}!")


@pytest.mark.parametrize(
    "code", ["List<@NonNull String> x;", "a <! b", "#include <stdio.h>", "1 < 2 > 1", "<!-- a -->", "<!DOCTYPE html>"]
)
def test_code_stays_as_it_is(code: str) -> None:
    assert neutralize_mentions(code) == code


def test_code_that_may_be_a_mention_gets_a_space() -> None:
    assert neutralize_mentions("<#if x> <@NonNull> <@UAB x>") == "< #if x> < @NonNull> < @UAB x>"


@pytest.mark.parametrize("cut", range(1, 3))
def test_a_mention_that_comes_in_pieces_is_held_back(cut: int) -> None:
    words = "hello <@U12AB>"[: 6 + cut]
    assert count_showable_characters(words) == 6


def test_words_without_a_mention_are_not_held_back() -> None:
    assert count_showable_characters("if a < b") == len("if a < b")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one  two\n\tthree ", "one two three"),
        ("attend\N{NO-BREAK SPACE}: lancez-le", "attend\N{NO-BREAK SPACE}: lancez-le"),
        ("\N{NO-BREAK SPACE}one\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}two \N{NO-BREAK SPACE}", "one two"),
    ],
)
def test_a_line_has_single_spaces_and_keeps_those_that_must_not_break(text: str, line: str) -> None:
    assert join_lines(text) == line
