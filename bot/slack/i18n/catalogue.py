"""Finds the languages of the Slack edge: a file `words_<code>.py` is one, and its one `Texts` holds every text."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

import bot.slack
from bot.slack.i18n.texts import Texts
from bot.slack.i18n.texts_en import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "words_"


@functools.cache
def languages() -> Mapping[str, Texts]:
    """The texts of each language, by its two-letter code."""
    names = (module.name for module in pkgutil.iter_modules(bot.slack.__path__))
    return {name.removeprefix(_PREFIX): _texts(name) for name in names if name.startswith(_PREFIX)}


def texts_in(language: str | None) -> Texts:
    """The texts of a language; English where it is not known, or not spoken here."""
    return languages().get(language or "", ENGLISH)


def language_of_locale(locale: str | None) -> str | None:
    """The language of a locale as Slack writes it ("fr-FR"); None where it is not spoken here."""
    code = (locale or "")[:2].lower()
    return code if code in languages() else None


def _texts(name: str) -> Texts:
    module = importlib.import_module(f"{bot.slack.__name__}.{name}")
    return next(value for value in vars(module).values() if isinstance(value, Texts))
