from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from string import Formatter

import pytest

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.slack.i18n.catalogue import load_languages
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.language import detect_language

_COMMAND = re.compile(r"`(?:/\w+|[A-Z_]{4,})")


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _named(texts: InterfaceTexts) -> dict[str, str]:
    """Every text by its name."""
    names = {field.name for field in fields(InterfaceTexts)} - {"code", "failures"}
    return {name: getattr(texts, name) for name in sorted(names)}


_ENGLISH, _FRENCH = _named(ENGLISH), _named(FRENCH)
_OTHERS = {code: _named(texts) for code, texts in load_languages().items() if code != "en"}
_OTHER = pytest.mark.parametrize("code", _OTHERS)
# What two languages write alike.
_SAME_AS_ENGLISH = {
    "fr": {"sources", "page", "passage_title", "question", "home_documents"},
    "de": set[str](),
    "es": {"page"},
    "it": {"page"},
    "pt": {"page", "quoted"},
    "nl": {"page", "passage_title", "quoted"},
}


def test_every_language_has_its_texts() -> None:
    assert {code: texts.code for code, texts in load_languages().items()} == {code: code for code in LANGUAGE_CODES}
    assert load_languages().keys() == set(LANGUAGE_CODES) == _SAME_AS_ENGLISH.keys() | {"en"}


@_OTHER
def test_every_language_fills_in_the_same(code: str) -> None:
    assert {name: _holes(text) for name, text in _OTHERS[code].items()} == {
        name: _holes(text) for name, text in _ENGLISH.items()
    }


@_OTHER
def test_no_text_is_empty_or_left_in_english(code: str) -> None:
    assert all(text.strip() for text in _OTHERS[code].values())
    assert {name for name, text in _OTHERS[code].items() if text == _ENGLISH[name]} == _SAME_AS_ENGLISH[code]


@_OTHER
def test_commands_and_settings_are_the_same_in_every_language(code: str) -> None:
    for name, text in _ENGLISH.items():
        assert _COMMAND.findall(_OTHERS[code][name]) == _COMMAND.findall(text), name


@pytest.mark.parametrize("code", LANGUAGE_CODES)
def test_long_texts_are_in_their_language(code: str) -> None:
    texts = _named(load_languages()[code])
    long = [re.sub(r"`[^`]*`|\{\w+\}|\*[^*]*\*", "", text) for text in texts.values() if len(text) > 60]
    assert [text for text in long if detect_language(text) != code] == []


def _list_portuguese_texts() -> Iterator[str]:
    texts, module = load_languages()["pt"], LANGUAGES["pt"]
    yield from texts.failures.templates.values()
    for source in (texts, NOT_FOUND_TEXTS["pt"], module.ANSWER_TEXTS, module.TALK_TEXTS, module.PROMPTS):
        yield from (str(getattr(source, field.name)) for field in fields(source) if field.name != "failures")


def test_portuguese_is_written_as_in_portugal_throughout() -> None:
    brazilian = re.compile(
        r"\b(?:arquivos?|vocês?|equipes?|senhas?|planilhas?|usuári\w+|registros?|treinamento|compartilh\w+|colchetes|"
        r"aba|em uma?|acessar|salv[ae]\w*|aceitos|controle|descompacte|monitorad[ao]|exclus\w+|por quê|"
        r"est(?:á|ou|ava) (?:se )?\w+[aei]ndo)\b|^(?!Quando)\w+[aei]ndo\b|\} me ",
        re.IGNORECASE,
    )
    texts = list(_list_portuguese_texts())
    assert len(texts) > 300
    assert [found[0] for text in texts if (found := brazilian.search(text))] == []


@pytest.mark.parametrize("name", _FRENCH)
def test_french_keeps_its_signs_with_the_word_before(name: str) -> None:
    assert not re.search(r" [?!;:»](?:\W|$)|« ", _FRENCH[name])


@pytest.mark.parametrize("text", [text for texts in (_ENGLISH, *_OTHERS.values()) for text in texts.values()])
def test_no_plural_stands_in_brackets(text: str) -> None:
    assert not re.search(r"\w\((?:e?s|x|n|en)\)", text)
