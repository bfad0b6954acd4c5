"""Decides whether a message asks too little to be answered, and what its asker may choose from.

A clear question must never get a question back: only one or two words that several documents or sections hold alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import fold_phrase, guess_answer_kinds
from bot.answering.quoting.matching import choose_words, match_word, terms_of
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.language import detect_likely_language
from knowledge.core.passages import headings_below_title
from knowledge.retrieval.passage_pieces import has_quotable_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage, Passage

_MAX_WORDS = 2  # words of content in a message that may be vague
_MAX_ALL_WORDS = 4  # words in all: "what about the policy"
_MAX_OPTIONS = 3
_MAX_LABEL_CHARACTERS = 72  # of a button in Slack
_NUMBERING = re.compile(r"^(?:\d{1,2}\.)*\d{0,2}\.?\s+")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a vague message may mean: what its button says, and the question that it asks."""

    label: str
    question: str


def choose_options(question: str, found: Sequence[FoundPassage]) -> tuple[Option, ...]:
    """Returns two or three things that a message may mean; none if it is clear, or nothing fits."""
    language = detect_likely_language(question)
    words = choose_words(question, language)
    if not 1 <= len(words) <= _MAX_WORDS or len(fold_phrase(question).split()) > _MAX_ALL_WORDS:
        return ()
    if guess_answer_kinds(question) or any(sign.isdigit() for sign in question) or not all(map(str.isalpha, words)):
        return ()
    readable = (one.passage for one in found if has_quotable_pieces(one.passage.excerpt))
    fitting = [passage for passage in readable if _holds_all(words, passage.indexed_text, language)]
    places = list(dict.fromkeys(map(_place, fitting)))
    headed = [place for place in places if _holds_all(words, place.section, language)]
    titled = list(dict.fromkeys(place.title for place in places if _holds_all(words, place.title, language)))
    if headed:
        return _make_options(question, headed)  # a single one is clearly meant
    if len(titled) > 1:
        return _make_options(question, [_Place(title) for title in titled])
    if titled:
        return _make_options(question, [place for place in places if place.title == titled[0] and place.section])
    mentioned = len({place.title for place in places}) > 1 and len(words) == 1
    return _make_options(question, places) if mentioned else ()


def keep_chosen_place(place: str, found: Sequence[FoundPassage]) -> tuple[FoundPassage, ...]:
    """Keeps the passages of the document and section that were chosen; all if none is there any more."""
    kept = tuple(one for one in found if place in (_place(one.passage).where, one.passage.title or one.passage.path))
    return kept or tuple(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """A document, or a section of it."""

    title: str
    section: str = ""

    @property
    def where(self) -> str:
        """The title and the section, as a chosen question holds them."""
        return TITLE_SEPARATOR.join(filter(None, (self.title, self.section)))


def _place(passage: Passage) -> _Place:
    section = headings_below_title(passage.title, passage.excerpt.section)[:1]
    return _Place(passage.title or passage.path, _NUMBERING.sub("", section[0]) if section else "")


def _holds_all(words: Sequence[str], text: str, language: Language | None) -> bool:
    return bool(text) and all(match_word(word, terms_of(text, language), language) == 1 for word in words)


def _make_options(question: str, places: Sequence[_Place]) -> tuple[Option, ...]:
    """The first places as options; none if there is only one."""
    if len(places) < 2:
        return ()
    return tuple(_make_option(question, place) for place in places[:_MAX_OPTIONS])


def _make_option(question: str, place: _Place) -> Option:
    label = " — ".join(filter(None, (place.section, place.title)))
    shown = label if len(label) <= _MAX_LABEL_CHARACTERS else f"{label[: _MAX_LABEL_CHARACTERS - 1]}…"
    return Option(shown, f"{question.strip(' ?!.')}{TITLE_SEPARATOR}{place.where}")
