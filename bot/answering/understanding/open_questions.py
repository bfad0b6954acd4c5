"""Recognises a question in a channel that is put to nobody in particular, so that the bot may answer it unasked.

What is doubtful is no open question: silence costs nothing, and an answer between people does. Only languages in which
`python -m bench.bot.unasked` has measured it are understood.
"""

from __future__ import annotations

import re

from bot.answering.languages.all_languages import LANGUAGES, fold_phrase
from bot.answering.talk import recognise_talk, strip_courtesies
from bot.answering.understanding.question_splitting import split_into_questions
from knowledge.core.language import detect_likely_language

_MAX_CHARACTERS = 300  # what is longer tells a story
# "Nadia, how …?", "Hi Nadia! How …?", "how …, Nadia?" and "@Nadia": a name with a capital, set apart by a sign.
_NAME = r"[A-ZÀ-Ý][\w’'-]{1,30}+"
_NAME_FIRST = re.compile(rf"\W{{0,3}}{_NAME}(?: {_NAME}){{0,2}}(?:[,:!.]| ?[—–]| - )")
_NAME_LAST = re.compile(rf", ?{_NAME} ?[?!]{{0,3}}$")
_MENTION = re.compile(r"(?:^|[^\w.-])@\w")


def find_open_question(text: str) -> str:
    """The one question of a message that anybody may answer, as it is searched; "" if there is none."""
    asked = strip_courtesies(text)
    if "?" not in asked or len(asked) > _MAX_CHARACTERS or recognise_talk(text):
        return ""
    language = detect_likely_language(asked)
    if language not in (None, *LANGUAGES) or _is_put_to_somebody(asked, language):
        return ""
    parts = split_into_questions(asked)
    return parts[0].searched if len(parts) == 1 else ""


def _is_put_to_somebody(asked: str, language: str | None) -> bool:
    """Whether a question names or addresses a person, or expects no answer."""
    if _NAME_FIRST.match(asked) or _NAME_LAST.search(asked) or _MENTION.search(asked):
        return True
    # Where the language is not known, the words of all count: one's article is another's "you".
    languages = [LANGUAGES[language]] if language else LANGUAGES.values()
    folded = fold_phrase(asked)
    return any(one.OPEN_QUESTIONS.is_put_to_somebody(folded) for one in languages)
