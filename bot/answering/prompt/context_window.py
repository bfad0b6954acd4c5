"""Estimates how many characters the model's context window holds, and what of a conversation fits into it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.question import Turn

ASSUMED_CHARACTERS_PER_TOKEN = (
    3.0  # low, as French and code need more tokens than English: fewer passages are safer than a silent cut
)
_MIN_CHARACTERS_PER_TOKEN = 1.0
_MOST_CHARACTERS_PER_TOKEN = 8.0  # prose has 3 to 5; only lines of dashes and spaces come near
_LEAST_SHARE_OF_NEW_TEXT = 0.5  # its tokens may be rarer than those of the text before, but not twice as rare
_MEASURED_PROMPTS = 50  # the latest prompts that count
_MIN_MEASURED_CHARACTERS = 2_000  # in a shorter prompt the model's own template counts too much
_MESSAGE_OVERHEAD = 60  # characters that a template may put around a message


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


def count_message_characters(*texts: str) -> int:
    """Counts the characters of messages, with what a model's template may put around them."""
    return sum(len(text) + _MESSAGE_OVERHEAD for text in texts)
