"""Collects the files of the languages. Whatever depends on the question's language or words asks here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.languages import dutch, english, french, german, italian, portuguese, spanish
from knowledge.core.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.answering.languages.word_lists import AnswerKind
    from bot.answering.prompt.prompt_texts import PromptTexts
    from knowledge.core.documents import Language

LANGUAGES = {
    "en": english,
    "fr": french,
    "de": german,
    "es": spanish,
    "it": italian,
    "pt": portuguese,
    "nl": dutch,
}
PROMPT_TEXTS: Mapping[str, PromptTexts] = {code: language.PROMPTS for code, language in LANGUAGES.items()}
MISSING_LABELS = tuple(one.missing for one in PROMPT_TEXTS.values())  # the system prompts ask for a line that begins so
_NOT_WORDS = re.compile(r"[\W_]+")


def fold_phrase(text: str) -> str:
    """The words of a text in lower case, without accents and signs, with one space between them."""
    return _NOT_WORDS.sub(" ", fold_word(text)).strip()


def split_at_and(text: str, language: Language | None) -> list[str]:
    """The parts of a text around the word for "and" of its language; the whole text where that is not known."""
    return text.split(f" {LANGUAGES[language].FOLLOWING.conjunction} ") if language else [text]


# "and how", "et qui", in a folded text.
JOINED_QUESTION = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.joined for one in LANGUAGES.values())})(?!\w)")
# A number in words with the word that it counts: "two days".
COUNTED_WORDS = re.compile(
    rf"\b(?:{'|'.join(word for language in LANGUAGES.values() for word in language.ASKING.numbers.split())})"
    r"\s[^\W\d_]{3,20}",
    re.IGNORECASE,
)


def guess_answer_kinds(question: str) -> frozenset[AnswerKind]:
    """What a question asks for, as its words in any known language say."""
    asked = fold_phrase(question)
    return frozenset(
        kind for language in LANGUAGES.values() for kind, pattern in language.ASKING.patterns if pattern.search(asked)
    )
