from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from bot.slack.texts import Texts
from bot.slack.words_en import ENGLISH
from bot.slack.words_fr import FRENCH


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", [field.name for field in fields(Texts)])
def test_both_languages_fill_in_the_same(name: str) -> None:
    assert _holes(getattr(ENGLISH, name)) == _holes(getattr(FRENCH, name))


def test_the_languages_differ() -> None:
    same = {f.name for f in fields(Texts) if getattr(ENGLISH, f.name) == getattr(FRENCH, f.name)}
    assert same == {"sources", "page", "passage_title", "question", "home_documents"}
