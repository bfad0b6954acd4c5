"""Chooses the passages that the model is given, their order, and how they are written into the prompt.

The best passages that fit are chosen first; the model then reads them document by document. Passages of the places that
the asker looks at come before others that are not much better. Who may read what is decided before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.passages import headings_below_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.prompt_texts import PromptTexts
    from knowledge.core.passages import Excerpt, FoundPassage, Passage

_PASSAGE_SEPARATOR = "\n\n"
FENCE_MARK_LENGTH = 12  # characters of the random mark in the tags around passages
_LEAST_SHARE = 0.6  # of the best score: a passage below it is about something else, wherever it stands


@dataclass(frozen=True, slots=True)
class PreferredPlaces:
    """The folders that belong to a channel, by their requirements, and documents, by their paths."""

    requirements: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is preferred."""
        return bool(self.requirements or self.paths)

    def hold_passage(self, passage: Passage) -> bool:
        """Whether a passage is of one of these places."""
        return passage.path in self.paths or not self.requirements.isdisjoint(passage.audience)


NO_PLACES = PreferredPlaces()


def put_preferred_first(found: Sequence[FoundPassage], places: PreferredPlaces, limit: int) -> tuple[FoundPassage, ...]:
    """The first `limit` passages, those of the preferred places before others, if their scores are high enough."""
    if not (places and found):
        return tuple(found[:limit])
    least = _LEAST_SHARE * found[0].score
    first = [one for one in found if one.score >= least and places.hold_passage(one.passage)]
    chosen = {one.passage.id for one in first}
    return tuple([*first, *(one for one in found if one.passage.id not in chosen)][:limit])


@dataclass(frozen=True, slots=True)
class PackedPassages:
    """The passages given to the model, in the order of their numbers, and what did not fit."""

    passages: tuple[FoundPassage, ...]
    left_out_count: int = 0
    shortened: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether everything fitted."""
        return not (self.left_out_count or self.shortened)


def pack_passages(found: Sequence[FoundPassage], prompt_texts: PromptTexts, budget: int) -> PackedPassages:
    """Packs the best of `found` that fit into `budget` characters; always at least one, shortened if necessary."""
    fitting: list[FoundPassage] = []
    for one in put_doubtful_last(found):
        needed = len(_format_numbered_passage(99, one, prompt_texts, " " * FENCE_MARK_LENGTH)) + len(_PASSAGE_SEPARATOR)
        if needed > budget:
            if fitting:
                break
            return PackedPassages((_shorten_passage(one, needed - budget),), len(found) - 1, shortened=True)
        budget -= needed
        fitting.append(one)
    return PackedPassages(tuple(sort_in_reading_order(fitting)), len(found) - len(fitting))


def sort_in_reading_order(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Sorts by document, the one with the best passage first, then by place in it; doubtful passages come last."""
    documents = list(dict.fromkeys(one.passage.document_id for one in found))
    placed = sorted(found, key=lambda one: (documents.index(one.passage.document_id), one.passage.n))
    return put_doubtful_last(placed)


def put_doubtful_last(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Puts passages with text that their document may hide behind all others, so that none leads an answer."""
    return sorted(found, key=lambda one: one.passage.excerpt.doubtful)


def format_passages(passages: Sequence[FoundPassage], prompt_texts: PromptTexts, mark: str, first: int = 1) -> str:
    """Formats passages for the model, numbered from `first`, each between tags that contain `mark`."""
    return _PASSAGE_SEPARATOR.join(
        _format_numbered_passage(n, one, prompt_texts, mark) for n, one in enumerate(passages, first)
    )


def _format_numbered_passage(n: int, found: FoundPassage, prompt_texts: PromptTexts, mark: str) -> str:
    location = format_passage_location(found.passage, prompt_texts)
    return prompt_texts.passage.format(n=n, mark=mark, place=location, text=found.passage.excerpt.text)


def format_passage_location(passage: Passage, prompt_texts: PromptTexts) -> str:
    """Formats where a passage is: document, page, section path."""
    excerpt = passage.excerpt
    trail = TITLE_SEPARATOR.join(headings_below_title(passage.title, excerpt.section))
    return ", ".join(filter(None, (passage.title, _format_pages(excerpt, prompt_texts), trail)))


def _format_pages(excerpt: Excerpt, prompt_texts: PromptTexts) -> str:
    if excerpt.page is None:
        return ""
    if excerpt.last_page in (None, excerpt.page):
        return prompt_texts.page.format(page=excerpt.page)
    return prompt_texts.pages.format(page=excerpt.page, last=excerpt.last_page)


def _shorten_passage(found: FoundPassage, by: int) -> FoundPassage:
    excerpt = found.passage.excerpt
    text = excerpt.text[: max(len(excerpt.text) - by, 0)]
    return replace(found, passage=replace(found.passage, excerpt=replace(excerpt, text=text)))
