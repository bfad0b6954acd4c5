"""Collects the texts that the model reads, by language; `languages/` has the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.prompts import ChatPromptTemplate

from bot.answering.languages import english, french
from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.prompt.prompt_texts import NOT_FOUND, PromptTexts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BARE_PROMPT",
    "ENGLISH_PROMPTS",
    "FRENCH_PROMPTS",
    "MISSING_LABELS",
    "NOT_FOUND",
    "PROMPT_TEXTS",
    "PromptTexts",
]

BARE_PROMPT = ChatPromptTemplate([("human", "{question}")])
FRENCH_PROMPTS, ENGLISH_PROMPTS = french.PROMPTS, english.PROMPTS
PROMPT_TEXTS: Mapping[str, PromptTexts] = {code: language.PROMPTS for code, language in LANGUAGES.items()}
MISSING_LABELS = tuple(one.missing for one in PROMPT_TEXTS.values())  # the system prompts ask for a line that begins so
