"""Notes what a model does while it speaks: how it ends, how much it has read. Knows LangChain's chunks, no text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.answering.output_filter.repetition import loops

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

    from knowledge.core.failures import ModelUnavailable

_LOOK_EVERY = 16  # pieces between two looks for a loop


@dataclass(slots=True)
class Speech:
    """What came from the model so far. `read` is how many tokens it says to have read."""

    text: str = ""
    read: int = 0
    stopped: Literal["length", "loop"] | None = None
    away: ModelUnavailable | None = None
    _pieces: int = 0

    def take(self, chunk: AIMessageChunk) -> str:
        """Take the next chunk; return its words."""
        words = str(chunk.text)
        self.text += words
        self._pieces += 1
        if chunk.usage_metadata:
            self.read = chunk.usage_metadata["input_tokens"]
        if chunk.response_metadata.get("done_reason") == "length":
            self.stopped = "length"
        elif self._pieces % _LOOK_EVERY == 0 and loops(self.text):
            self.stopped = "loop"
        return words

    @property
    def whole(self) -> bool:
        """Whether the model has come to its own end."""
        return not (self.away or self.stopped)
