"""Decides what fits into the model's context window, and in which order passages are read there. Pure.

Best first in, document by document out: what is left out is the worst, and what is read hangs together.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.extractive.quotes import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.templates import Prompts
    from bot.answering.question import Turn
    from knowledge.core.passages import Found

CHARACTERS_A_TOKEN = 3.0  # French and code need more tokens than English: better too few passages than a silent cut
_LEAST = 1.0
_LATEST = 50  # prompts
_TELLING = 2_000  # characters; in a shorter prompt the model's own template weighs too much
_MESSAGE = 60  # characters that a template may put around a message
_BETWEEN = "\n\n"
MARK = 12  # characters of the mark that a request's passages are fenced with


class Window:
    """How much the model may read, in characters: as assumed at first, then as the model counts its tokens.

    The densest of the latest prompts decides, so that one page of figures does not narrow the window for ever.
    """

    def __init__(self, num_ctx: int) -> None:
        self._num_ctx = num_ctx
        self._measured: deque[float] = deque(maxlen=_LATEST)

    @property
    def characters_a_token(self) -> float:
        """As few as in the densest of the latest prompts."""
        return max(_LEAST, min((CHARACTERS_A_TOKEN, *self._measured)))

    @property
    def answer_tokens(self) -> int:
        """What is kept free for the answer, and the most that the model may write."""
        return max(512, self._num_ctx // 4)

    @property
    def room(self) -> int:
        """Characters that all messages together may hold."""
        return int((self._num_ctx - self.answer_tokens) * self.characters_a_token)

    def measured(self, characters: int, tokens: int) -> bool:
        """Learn how many tokens a prompt had; whether it filled the window, so that some of it was not read."""
        if characters >= _TELLING and tokens > 0:
            self._measured.append(characters / tokens)
        return tokens >= self._num_ctx - 1


@dataclass(frozen=True, slots=True)
class Packed:
    """The passages that the model is given, in the order of their numbers, and what did not fit."""

    given: tuple[Found, ...]
    left_out: int = 0
    shortened: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything fitted."""
        return not (self.left_out or self.shortened)


def askable(question: str, room: int) -> str:
    """The question, or so much of its beginning that as much room is left for the prompt and the passages."""
    return question[: room // 2]


def recent(turns: Sequence[Turn], room: int) -> list[Turn]:
    """The last turns that fit into half of the room."""
    kept: list[Turn] = []
    room //= 2
    for turn in reversed(turns):
        room -= len(turn.text) + _MESSAGE
        if room < 0:
            break
        kept.append(turn)
    return kept[::-1]


def pack(found: Sequence[Found], prompts: Prompts, room: int) -> Packed:
    """The best of `found` that fit into `room` characters; at least one, shortened if it must be."""
    fitting: list[Found] = []
    for one in found:
        needed = len(_numbered(99, one, prompts, " " * MARK)) + len(_BETWEEN)
        if needed > room:
            if fitting:
                break
            return Packed((_shortened(one, needed - room),), len(found) - 1, shortened=True)
        room -= needed
        fitting.append(one)
    return Packed(tuple(in_reading_order(fitting)), len(found) - len(fitting))


def in_reading_order(found: Sequence[Found]) -> list[Found]:
    """Document by document, the one with the best passage first; in each as it is read."""
    documents = list(dict.fromkeys(one.passage.document_id for one in found))
    return sorted(found, key=lambda one: (documents.index(one.passage.document_id), one.passage.n))


def together(given: Sequence[Found], prompts: Prompts, mark: str, first: int = 1) -> str:
    """The passages as the model reads them, numbered from `first`, each between tags that only `mark` can close."""
    return _BETWEEN.join(_numbered(n, one, prompts, mark) for n, one in enumerate(given, first))


def size(*texts: str) -> int:
    """Characters of messages, with what a model's template may put around them."""
    return sum(len(text) + _MESSAGE for text in texts)


def _numbered(n: int, found: Found, prompts: Prompts, mark: str) -> str:
    where = place(found.passage, prompts)
    return prompts.passage.format(n=n, mark=mark, place=where, text=found.passage.excerpt.text)


def _shortened(found: Found, by: int) -> Found:
    excerpt = found.passage.excerpt
    text = excerpt.text[: max(len(excerpt.text) - by, 0)]
    return replace(found, passage=replace(found.passage, excerpt=replace(excerpt, text=text)))
