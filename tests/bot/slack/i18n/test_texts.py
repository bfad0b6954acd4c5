from __future__ import annotations

import re
from dataclasses import fields
from string import Formatter

import pytest

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _named(texts: InterfaceTexts) -> dict[str, str]:
    """Every text by its name."""
    return {field.name: getattr(texts, field.name) for field in fields(InterfaceTexts) if field.name != "failures"}


_ENGLISH, _FRENCH = _named(ENGLISH), _named(FRENCH)


@pytest.mark.parametrize("name", _ENGLISH)
def test_both_languages_fill_in_the_same(name: str) -> None:
    assert _holes(_ENGLISH[name]) == _holes(_FRENCH[name])


@pytest.mark.parametrize("name", _FRENCH)
def test_french_keeps_its_signs_with_the_word_before(name: str) -> None:
    assert not re.search(r" [?!;:»](?:\W|$)|« ", _FRENCH[name])


def test_the_languages_differ() -> None:
    same = {name for name, text in _ENGLISH.items() if text == _FRENCH[name]}
    assert same == {"sources", "page", "passage_title", "question", "home_documents"}


@pytest.mark.parametrize("text", [*_ENGLISH.values(), *_FRENCH.values()])
def test_no_plural_stands_in_brackets(text: str) -> None:
    assert not re.search(r"\w\((?:e?s|x)\)", text)
