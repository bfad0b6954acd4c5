"""Splits a message into its questions, and completes a follow-up such as "and for interns?" without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import JOINED_QUESTION, LANGUAGES, fold_phrase, guess_answer_kinds
from bot.answering.talk import recognise_talk, strip_courtesies
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import extract_content_stems, extract_content_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.question import Turn

MAX_PARTS = 3  # questions of one message that are answered
_LEAST_FIRST_WORDS = 4  # words in all of a question before "and": "who opens" is only the beginning of one
_LEAST_SECOND_WORDS = 2  # words of content of a question after it, unless it refers back or asks for steps
_OPENING_CHARACTERS = 40  # after "and", enough to tell whether a question follows
_LOOKED_AT = 300  # characters on each side of "and": a long message is read in a time that grows with its length
_QUESTION_END = re.compile(r"(?<![?？])[?？]++[)»”\"']*+(?=\s|$)")
_SHORT_WORD = re.compile(r"(?<=[\s,])(?=\w{1,3}\s)")  # where "and" may stand
_CLAUSE_START = re.compile(r"[,;:.!\n]\s")
_SENTENCE_START = re.compile(r"[.!?\n]\s")
_FIRST_WORD = re.compile(r"\S+\s+")
_OPENING = re.compile(rf"(?:(?:{'|'.join(one.FOLLOWING.opening for one in LANGUAGES.values())})(?!\w) ?){{1,2}}")
_BACK_REFERENCE = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.reference for one in LANGUAGES.values())})(?!\w)")
_QUESTION_WORD = re.compile(rf"(?:{'|'.join(one.FOLLOWING.question for one in LANGUAGES.values())})(?!\w)")
_LATER = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.later for one in LANGUAGES.values())})(?!\w)")
_EARLIER = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.earlier for one in LANGUAGES.values())})(?!\w)")
_ASKING = re.compile(rf"(?:{'|'.join(one.FOLLOWING.joined.partition(' ')[2] for one in LANGUAGES.values())})(?!\w)")
_DEPENDS = re.compile(rf"(?<!\w)(?:{'|'.join(one.FOLLOWING.depending for one in LANGUAGES.values())})(?!\w)")
# The most words of content with which a text may still lack its subject.
_MAX_ALONE, _MAX_REFERRING, _MAX_AFTER_OPENING, _MAX_STEPPING = 1, 2, 4, 2


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One question of a message: as it was asked, and as it is searched.

    `stressed` are the words that matter most; `place` is the document and section that the asker chose. A follow-up has
    the `subject` that it was searched with; `steps` says how many rows after its answer are asked for.
    """

    text: str
    searched: str
    stressed: str = ""
    place: str = ""
    subject: str = ""
    steps: int = 0


def plan_questions(text: str, history: Sequence[Turn], condensed: str | None) -> list[QuestionPart]:
    """The questions to search for a message; `condensed` is the message as a model has completed it, None without one.

    Without a model, a first question that makes no sense alone is searched with the subject of the conversation.
    """
    asked, _, place = text.partition(TITLE_SEPARATOR)
    if place:
        return [QuestionPart(asked, text, place=place)]
    parts = split_into_questions(condensed or text)
    subject = find_subject(history) if condensed is None and is_elliptical(parts[0].text) else None
    if subject is None:
        return parts
    first = parts[0]
    subject = next(part.text for part in reversed(split_into_questions(subject)) if not part.stressed)
    completed, steps = f"{subject} {first.text}", _count_steps(first.text, history, subject)
    return [QuestionPart(first.text, completed, stressed=first.text, subject=subject, steps=steps), *parts[1:]]


def split_into_questions(text: str) -> list[QuestionPart]:
    """Splits at question marks, and at "and how"; what is told before a question, or after the last, belongs to it.

    A part that is only courtesy is left out. A part that makes no sense alone is searched with the one before it. Of
    more than `MAX_PARTS` questions, one more is returned.
    """
    marked = map(strip_courtesies, _split_at_question_marks(text))
    pieces = (piece for one in marked if _asks_something(one) for piece in _split_joined_questions(one))
    parts: list[QuestionPart] = []
    for piece in list(islice(pieces, MAX_PARTS + 1)) or [strip_courtesies(text)]:
        if parts and is_elliptical(piece):
            parts.append(QuestionPart(piece, f"{parts[-1].searched} {piece}", stressed=piece))
        else:
            parts.append(QuestionPart(piece, piece))
    return parts


def _asks_something(piece: str) -> bool:
    return bool(extract_content_stems(piece, detect_likely_language(piece))) and recognise_talk(piece) is None


def _split_at_question_marks(text: str) -> list[str]:
    ends = [found.end() for found in _QUESTION_END.finditer(text)]
    if len(ends) < 2:
        return [text]
    ends[-1] = len(text)
    return [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


def _split_joined_questions(text: str) -> list[str]:
    """Splits "how many days have I, and how do I take them?"; a text with one question stays whole."""
    parts: list[str] = []
    begin = 0
    for place in _SHORT_WORD.finditer(text):
        at = place.start()
        first = text[max(begin, at - _LOOKED_AT) : at].rstrip(" ,")
        asking = _opens_joined_question(text[at : at + _OPENING_CHARACTERS])
        if asking and _is_whole_question(first, asking) and _is_complete(text[at : at + _LOOKED_AT]):
            parts.append(text[begin:at].rstrip(" ,"))
            begin = _FIRST_WORD.match(text, at).end()  # type: ignore[union-attr]  # a short word and a space stand there
            if len(parts) == MAX_PARTS:
                break
    return [*parts, text[begin:]]


def _is_whole_question(first: str, asking: str) -> bool:
    """Whether the text before "and" asks a question: "somebody who works here and who is ill" only describes.

    In "tell me how long it takes and who pays" and "if I am ill and what I planned", both halves depend on one word.
    """
    if _depends(fold_phrase(_SENTENCE_START.split(first)[-1])):
        return False
    clause = fold_phrase(_CLAUSE_START.split(first)[-1])
    words = clause.split()
    return _opens_question(clause) and asking not in words[1:] and len(words) >= _LEAST_FIRST_WORDS


def _is_complete(second: str) -> bool:
    words = len(set(extract_content_words(second, detect_likely_language(second))))
    return words >= (1 if _refers_back(second) or "steps" in guess_answer_kinds(second) else _LEAST_SECOND_WORDS)


def is_elliptical(text: str) -> bool:
    """Whether a question lacks its subject: it opens like a follow-up, refers back, or has hardly a word."""
    folded, words = fold_phrase(text), len(set(extract_content_words(text, detect_likely_language(text))))
    opening = _OPENING.match(folded)
    if opening and not _QUESTION_WORD.match(folded[opening.end() :].lstrip()):
        return words <= _MAX_AFTER_OPENING
    return words <= (_MAX_REFERRING if _refers_back(text) else _MAX_ALONE)


def _opens_joined_question(text: str) -> str | None:
    """The word that asks where a text begins like "and how", else None."""
    opening = JOINED_QUESTION.match(fold_phrase(text))
    return opening[0].split()[-1] if opening else None


def _opens_question(clause: str) -> bool:
    """Whether a folded clause begins like a question: "how many", "may I"."""
    return bool(_QUESTION_WORD.match(clause) or _ASKING.match(clause))


def _depends(sentence: str) -> bool:
    """Whether a folded sentence has a word on which questions within it depend: "if", "tell me how"."""
    return bool(_DEPENDS.search(sentence))


def _refers_back(text: str) -> bool:
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


def _count_steps(text: str, history: Sequence[Turn], subject: str) -> int:
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
