"""Gives the texts of a language: each file `texts_<code>.py` holds those of one."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from bot.answering.question import detect_question_language
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_de import GERMAN
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_es import SPANISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.i18n.texts_it import ITALIAN
from bot.slack.i18n.texts_nl import DUTCH
from bot.slack.i18n.texts_pt import PORTUGUESE

_ALL_TEXTS = (DUTCH, ENGLISH, FRENCH, GERMAN, ITALIAN, PORTUGUESE, SPANISH)
_command_prefix = [""]


@functools.cache
def load_languages() -> Mapping[str, InterfaceTexts]:
    """The texts of each language, by its two-letter code."""
    return {texts.code: name_commands(texts, _command_prefix[0]) for texts in _ALL_TEXTS}


def set_command_prefix(prefix: str) -> None:
    """Has every text name the commands as they are called in this workspace; set once, at the start."""
    if _command_prefix != [prefix]:
        _command_prefix[:] = [prefix]
        load_languages.cache_clear()


def name_commands(texts: InterfaceTexts, prefix: str) -> InterfaceTexts:
    """Gives the texts with a prefix before each command's name."""
    if not prefix:
        return texts
    named: dict[str, Any] = {}
    for field in dataclasses.fields(texts):
        value = getattr(texts, field.name)
        if isinstance(value, str) and "`/" in value:
            named[field.name] = value.replace("`/", f"`/{prefix}-")
    return dataclasses.replace(texts, **named)


def get_texts(language: str | None) -> InterfaceTexts:
    """Gives the texts of a language; English if the language is unknown or has no file."""
    languages = load_languages()
    return languages.get(language or "") or languages[ENGLISH.code]


def get_question_texts(question: str, locale: str | None) -> InterfaceTexts:
    """Gives the texts in the language of a question, or in the asker's where its words do not tell."""
    return get_texts(detect_question_language(question, locale) if question else locale)


def language_from_locale(locale: str | None) -> str | None:
    """Gives the language of one of Slack's locales ("fr-FR"); None if it has no file."""
    code = (locale or "")[:2].lower()
    return code if code in load_languages() else None
