"""Completes a follow-up such as "and for interns?" by the question that it follows, without a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES, fold_phrase
from bot.answering.talk.recognise import recognise_talk, strip_courtesies
from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import extract_content_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.question import Turn

_OPENING = re.compile(rf"(?:(?:{'|'.join(one.FOLLOWING.opening for one in LANGUAGES.values())})(?!\w) ?){{1,2}}")
_BACK_REFERENCE = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.reference for one in LANGUAGES.values())})(?!\w)")
_QUESTION_WORD = re.compile(rf"(?:{'|'.join(one.FOLLOWING.question for one in LANGUAGES.values())})(?!\w)")
_LATER = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.later for one in LANGUAGES.values())})(?!\w)")
_EARLIER = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.earlier for one in LANGUAGES.values())})(?!\w)")
_JOINED = re.compile(rf"(?:{'|'.join(one.FOLLOWING.joined for one in LANGUAGES.values())})(?!\w)")
_ASKING = re.compile(rf"(?:{'|'.join(one.FOLLOWING.joined.partition(' ')[2] for one in LANGUAGES.values())})(?!\w)")
_DEPENDS = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.depending for one in LANGUAGES.values())})(?!\w)")
# The most words of content with which a text may still lack its subject.
_MAX_ALONE, _MAX_REFERRING, _MAX_AFTER_OPENING, _MAX_STEPPING = 1, 2, 4, 2


def is_elliptical(text: str) -> bool:
    """Whether a question lacks its subject: it opens like a follow-up, refers back, or has hardly a word."""
    folded, words = fold_phrase(text), len(set(extract_content_words(text, detect_likely_language(text))))
    opening = _OPENING.match(folded)
    if opening and not _QUESTION_WORD.match(folded[opening.end() :].lstrip()):
        return words <= _MAX_AFTER_OPENING
    return words <= (_MAX_REFERRING if refers_back(text) else _MAX_ALONE)


def opens_joined_question(text: str) -> str | None:
    """The word that asks where a text begins like "and how", else None."""
    opening = _JOINED.match(fold_phrase(text))
    return opening[0].split()[-1] if opening else None


def opens_question(clause: str) -> bool:
    """Whether a folded clause begins like a question: "how many", "may I"."""
    return bool(_QUESTION_WORD.match(clause) or _ASKING.match(clause))


def depends(sentence: str) -> bool:
    """Whether a folded sentence has a word on which questions within it depend: "if", "tell me how"."""
    return bool(_DEPENDS.search(sentence))


def refers_back(text: str) -> bool:
    """Whether a text has a word such as "it" or "there"."""
    return bool(_BACK_REFERENCE.search(fold_phrase(text)))


def find_subject(history: Sequence[Turn]) -> str | None:
    """The last question of a conversation that is complete in itself; None if there is none."""
    asked = [strip_courtesies(turn.text) for turn in history if turn.speaker == "person"]
    questions = [
        text
        for text in asked
        if recognise_talk(text) is None and any(extract_content_words(text, detect_likely_language(text)))
    ]
    complete = [text for text in questions if not is_elliptical(text)]
    return next(iter(reversed(complete or questions)), None)


def count_steps(text: str, history: Sequence[Turn], subject: str) -> int:
    """How many rows after the one that answers the subject a follow-up asks for ("the next week"); before it, below 0.

    The follow-ups since the subject count, too.
    """
    asked = [strip_courtesies(turn.text) for turn in history if turn.speaker == "person"]
    last = next((n for n in range(len(asked) - 1, -1, -1) if asked[n] == subject), len(asked))
    return _read_step(text) and sum(map(_read_step, (*asked[last + 1 :], text)))


def _read_step(text: str) -> int:
    """1 for what asks for the next one and hardly more, -1 for the one before, else 0."""
    folded, words = fold_phrase(text), set(extract_content_words(text, detect_likely_language(text)))
    if len(words) > _MAX_STEPPING:
        return 0
    return bool(_LATER.search(folded)) - bool(_EARLIER.search(folded))
