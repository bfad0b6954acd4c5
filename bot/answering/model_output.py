"""Notes what a model does while it speaks: how it ends, how much it has read. Knows LangChain's chunks, no text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.answering.output_filter.repetition import ends_in_repetition

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

    from knowledge.core.failures import ModelUnavailable

_LOOP_CHECK_CHUNKS = 16  # pieces between two looks for a loop


@dataclass(slots=True)
class ModelOutput:
    """What came from the model so far. `read` is how many tokens it says to have read."""

    text: str = ""
    prompt_tokens: int = 0
    stop_reason: Literal["length", "loop"] | None = None
    error: ModelUnavailable | None = None
    _pieces: int = 0

    def read_chunk(self, chunk: AIMessageChunk) -> str:
        """Take the next chunk; return its words."""
        words = str(chunk.text)
        self.text += words
        self._pieces += 1
        if chunk.usage_metadata:
            self.prompt_tokens = chunk.usage_metadata["input_tokens"]
        if chunk.response_metadata.get("done_reason") == "length":
            self.stop_reason = "length"
        elif self._pieces % _LOOP_CHECK_CHUNKS == 0 and ends_in_repetition(self.text):
            self.stop_reason = "loop"
        return words

    @property
    def is_complete(self) -> bool:
        """Whether the model has come to its own end."""
        return not (self.error or self.stop_reason)
