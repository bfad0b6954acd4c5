"""Finds the languages: each file `texts_<code>.py` is one, and holds one `InterfaceTexts`."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

import bot.slack.i18n
from bot.answering.question import detect_question_language
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH

_PREFIX = "texts_"
_command_prefix = [""]


@functools.cache
def load_languages() -> Mapping[str, InterfaceTexts]:
    """Loads the texts of each language, by its two-letter code."""
    names = (module.name for module in pkgutil.iter_modules(bot.slack.i18n.__path__))
    found = {name.removeprefix(_PREFIX): _load_texts(name) for name in names if name.startswith(_PREFIX)}
    return {code: name_commands(texts, _command_prefix[0]) for code, texts in found.items()}


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


def _load_texts(name: str) -> InterfaceTexts:
    module = importlib.import_module(f"{bot.slack.i18n.__name__}.{name}")
    return next(value for value in vars(module).values() if isinstance(value, InterfaceTexts))
