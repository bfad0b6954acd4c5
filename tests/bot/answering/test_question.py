"""Tests which language an answer has: that of the question, the asker or the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.question import Question, QuestionRun
from knowledge.core.access import Audience
from tests.bot.answering.passages import found

if TYPE_CHECKING:
    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage


def _in(language: Language | None) -> FoundPassage:
    one = found("Orion | E27")
    return replace(one, passage=replace(one.passage, language=language))


@pytest.mark.parametrize(
    ("text", "locale", "languages", "expected"),
    [
        ("Orion E27 ?", None, [None, "fr"], "fr"),
        ("Orion E27 ?", None, ["en", "fr"], "en"),
        ("Orion E27 ?", None, [None], "en"),
        ("Orion E27 ?", None, [], "en"),
        ("Orion E27 ?", "en", ["fr"], "en"),
        ("Orion E27 ?", "fr", ["en"], "fr"),
        ("what is the Orion E27?", None, ["fr"], "en"),
        ("c'est quoi, le culot E27 ?", None, ["en"], "fr"),
    ],
)
def test_the_folder_s_language_is_asked_last(
    text: str, locale: str | None, languages: list[Language | None], expected: Language
) -> None:
    run = QuestionRun.from_question(Question(text, Audience.everyone(), locale=locale))
    run.set_found_passages(tuple(_in(language) for language in languages))
    assert (run.language, run.prompt_texts) == (expected, PROMPT_TEXTS[expected])
