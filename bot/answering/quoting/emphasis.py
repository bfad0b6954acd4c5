"""Chooses the deciding words of a sentence: the amount, time or name that is asked for, else the question's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.languages.known import COUNTED_WORDS
from bot.answering.quoting.matching import AMOUNT, LIST_MARK, NAME, match_word, terms_of

if TYPE_CHECKING:
    from bot.answering.quoting.matching import QuestionMatch

_MAX_WORDS = 5
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def emphasised_words(text: str, match: QuestionMatch) -> tuple[str, ...]:
    """The deciding words of a sentence, in order, without repetition; few, so that they stand out."""
    told, said = [], LIST_MARK.sub("", text)
    if match.kinds & {"amount", "time"}:
        told = [found[0].strip() for pattern in (AMOUNT, COUNTED_WORDS) for found in pattern.finditer(said)]
    elif "person" in match.kinds:
        told = [found[0] for found in NAME.finditer(said)]
    words = [word for word in dict.fromkeys(told or _question_words(said, match)) if word]
    return tuple(words[:_MAX_WORDS])


def _question_words(text: str, match: QuestionMatch) -> list[str]:
    found = dict.fromkeys(word[0] for word in _WORD.finditer(text))
    return [
        word
        for word in found
        if any(match_word(asked, terms_of(word, match.language), match.language) == 1 for asked in match.weights)
    ]
