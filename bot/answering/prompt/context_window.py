"""Decides which passages fit into the model's context window, and their order.

The best passages are chosen first; the model then reads them document by document.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.passages import headings_below_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.prompt_texts import PromptTexts
    from bot.answering.question import Turn
    from knowledge.core.passages import Excerpt, FoundPassage, Passage

ASSUMED_CHARACTERS_PER_TOKEN = (
    3.0  # low, as French and code need more tokens than English: fewer passages are safer than a silent cut
)
_MIN_CHARACTERS_PER_TOKEN = 1.0
_MOST_CHARACTERS_PER_TOKEN = 8.0  # prose has 3 to 5; only lines of dashes and spaces come near
_LEAST_SHARE_OF_NEW_TEXT = 0.5  # its tokens may be rarer than those of the text before, but not twice as rare
_MEASURED_PROMPTS = 50  # the latest prompts that count
_MIN_MEASURED_CHARACTERS = 2_000  # in a shorter prompt the model's own template counts too much
_MESSAGE_OVERHEAD = 60  # characters that a template may put around a message
_PASSAGE_SEPARATOR = "\n\n"
FENCE_MARK_LENGTH = 12  # characters of the random mark in the tags around passages


@dataclass(frozen=True, slots=True)
class PromptSize:
    """The size of a prompt: the characters that were sent, and the tokens that the model reports to have read."""

    characters: int
    tokens: int


class ContextWindow:
    """Estimates how many characters the model may read, from the token counts that it reports.

    The prompt with the fewest characters per token decides, among the latest ones only: a single page of figures
    loses its effect after a while.
    """

    def __init__(self, num_ctx: int) -> None:
        self._num_ctx = num_ctx
        self._measured: deque[float] = deque(maxlen=_MEASURED_PROMPTS)

    @property
    def characters_per_token(self) -> float:
        """The lowest ratio of the latest prompts, or the assumed one if that is lower."""
        return max(_MIN_CHARACTERS_PER_TOKEN, min((ASSUMED_CHARACTERS_PER_TOKEN, *self._measured)))

    @property
    def answer_tokens(self) -> int:
        """The tokens reserved for the answer, which is also the most that the model may write."""
        return max(512, self._num_ctx // 4)

    @property
    def character_budget(self) -> int:
        """The number of characters that all messages together may have."""
        return int((self._num_ctx - self.answer_tokens) * self.characters_per_token)

    def record_prompt_size(
        self, size: PromptSize, earlier: PromptSize | None = None, context_tokens: int | None = None
    ) -> bool:
        """Records the tokens that the model reports for a prompt; returns whether it cannot have read all of it.

        `earlier` is a prompt with which this one begins. `context_tokens` is the context that the model really has;
        a model that was trained on less than NUM_CTX gets less. Ollama cuts without a word: a single message to the
        whole context, a thread by its oldest messages.
        """
        if size.tokens <= 0:
            return False
        if size.characters >= _MIN_MEASURED_CHARACTERS:
            self._measured.append(size.characters / size.tokens)
        window = min(self._num_ctx, context_tokens or self._num_ctx)
        return size.tokens >= window - 1 or size.tokens < _estimate_least_tokens(size.characters, earlier)


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


def _estimate_least_tokens(characters: int, earlier: PromptSize | None) -> float:
    """The fewest tokens that a prompt of so many characters can have, if nothing of it was cut."""
    least = characters / _MOST_CHARACTERS_PER_TOKEN
    if earlier is None:
        return least
    added = (characters - earlier.characters) * earlier.tokens / earlier.characters
    return max(least, earlier.tokens + added * _LEAST_SHARE_OF_NEW_TEXT)


def truncate_question(question: str, budget: int) -> str:
    """Cuts the question to half of `budget` characters, so that prompt and passages fit beside it."""
    return question[: budget // 2]


def keep_recent_turns(turns: Sequence[Turn], budget: int) -> list[Turn]:
    """Returns the last turns that fit into half of `budget` characters."""
    kept: list[Turn] = []
    budget //= 2
    for turn in reversed(turns):
        budget -= len(turn.text) + _MESSAGE_OVERHEAD
        if budget < 0:
            break
        kept.append(turn)
    return kept[::-1]


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


def count_message_characters(*texts: str) -> int:
    """Counts the characters of messages, with what a model's template may put around them."""
    return sum(len(text) + _MESSAGE_OVERHEAD for text in texts)


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
