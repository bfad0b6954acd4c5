"""Decides what fits into the model's context window, and in which order passages are read there. Pure.

Best first in, document by document out: what is left out is the worst, and what is read hangs together.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.passages import headings_below_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.templates import PromptTexts
    from bot.answering.question import Turn
    from knowledge.core.passages import Excerpt, FoundPassage, Passage

ASSUMED_CHARACTERS_PER_TOKEN = (
    3.0  # French and code need more tokens than English: better too few passages than a silent cut
)
_MIN_CHARACTERS_PER_TOKEN = 1.0
_MEASURED_PROMPTS = 50  # prompts
_MIN_MEASURED_CHARACTERS = 2_000  # characters; in a shorter prompt the model's own template weighs too much
_MESSAGE_OVERHEAD = 60  # characters that a template may put around a message
_PASSAGE_SEPARATOR = "\n\n"
FENCE_MARK_LENGTH = 12  # characters of the mark that a request's passages are fenced with


class ContextWindow:
    """How much the model may read, in characters: as assumed at first, then as the model counts its tokens.

    The densest of the latest prompts decides, so that one page of figures does not narrow the window for ever.
    """

    def __init__(self, num_ctx: int) -> None:
        self._num_ctx = num_ctx
        self._measured: deque[float] = deque(maxlen=_MEASURED_PROMPTS)

    @property
    def characters_per_token(self) -> float:
        """As few as in the densest of the latest prompts."""
        return max(_MIN_CHARACTERS_PER_TOKEN, min((ASSUMED_CHARACTERS_PER_TOKEN, *self._measured)))

    @property
    def answer_tokens(self) -> int:
        """What is kept free for the answer, and the most that the model may write."""
        return max(512, self._num_ctx // 4)

    @property
    def character_budget(self) -> int:
        """Characters that all messages together may hold."""
        return int((self._num_ctx - self.answer_tokens) * self.characters_per_token)

    def record_prompt_tokens(self, characters: int, tokens: int) -> bool:
        """Learn how many tokens a prompt had; whether it filled the window, so that some of it was not read."""
        if characters >= _MIN_MEASURED_CHARACTERS and tokens > 0:
            self._measured.append(characters / tokens)
        return tokens >= self._num_ctx - 1


@dataclass(frozen=True, slots=True)
class PackedPassages:
    """The passages that the model is given, in the order of their numbers, and what did not fit."""

    passages: tuple[FoundPassage, ...]
    left_out_count: int = 0
    shortened: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether everything fitted."""
        return not (self.left_out_count or self.shortened)


def truncate_question(question: str, budget: int) -> str:
    """The question, or so much of its beginning that as much room is left for the prompt and the passages."""
    return question[: budget // 2]


def keep_recent_turns(turns: Sequence[Turn], budget: int) -> list[Turn]:
    """The last turns that fit into half of the room."""
    kept: list[Turn] = []
    budget //= 2
    for turn in reversed(turns):
        budget -= len(turn.text) + _MESSAGE_OVERHEAD
        if budget < 0:
            break
        kept.append(turn)
    return kept[::-1]


def pack_passages(found: Sequence[FoundPassage], prompt_texts: PromptTexts, budget: int) -> PackedPassages:
    """The best of `found` that fit into `room` characters; at least one, shortened if it must be."""
    fitting: list[FoundPassage] = []
    for one in found:
        needed = len(_format_numbered_passage(99, one, prompt_texts, " " * FENCE_MARK_LENGTH)) + len(_PASSAGE_SEPARATOR)
        if needed > budget:
            if fitting:
                break
            return PackedPassages((_shorten_passage(one, needed - budget),), len(found) - 1, shortened=True)
        budget -= needed
        fitting.append(one)
    return PackedPassages(tuple(sort_in_reading_order(fitting)), len(found) - len(fitting))


def sort_in_reading_order(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Document by document, the one with the best passage first; in each as it is read."""
    documents = list(dict.fromkeys(one.passage.document_id for one in found))
    return sorted(found, key=lambda one: (documents.index(one.passage.document_id), one.passage.n))


def format_passages(passages: Sequence[FoundPassage], prompt_texts: PromptTexts, mark: str, first: int = 1) -> str:
    """The passages as the model reads them, numbered from `first`, each between tags that only `mark` can close."""
    return _PASSAGE_SEPARATOR.join(
        _format_numbered_passage(n, one, prompt_texts, mark) for n, one in enumerate(passages, first)
    )


def count_message_characters(*texts: str) -> int:
    """Characters of messages, with what a model's template may put around them."""
    return sum(len(text) + _MESSAGE_OVERHEAD for text in texts)


def _format_numbered_passage(n: int, found: FoundPassage, prompt_texts: PromptTexts, mark: str) -> str:
    where = format_passage_location(found.passage, prompt_texts)
    return prompt_texts.passage.format(n=n, mark=mark, place=where, text=found.passage.excerpt.text)


def format_passage_location(passage: Passage, prompt_texts: PromptTexts) -> str:
    """Where a passage stands: document, page, section path."""
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
