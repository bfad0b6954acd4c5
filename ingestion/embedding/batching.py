"""Has texts embedded, each in the way that the model takes it: whole, by its beginning, or not at all.

Decides what is sent together and what is sent again; learns from what the model refuses how much it reads. Knows
neither passages nor documents.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import TextRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.embeddings.embedding_model import EmbeddingModel

_PROBE_TEXT = "Souffleur"
_TOO_LONG_SAMPLES = (
    8  # texts that were too long: whatever is longer than these, and than all that was taken, is too long as well
)


@dataclass(frozen=True, slots=True)
class EmbeddingResult:
    """What became of a text: its vector, of its beginning alone where `shortened`; or why there is none."""

    vector: list[float] | None
    shortened: bool = False
    refused: str | None = None


class BatchEmbedder:
    """Embeds by one model, a batch at a time. Not for two threads at once."""

    def __init__(self, embedding_model: EmbeddingModel) -> None:
        self._embedding_model = embedding_model
        self._longest_accepted = 0  # characters of the longest text that the model took whole
        self._shortest_too_long: list[int] = []  # characters of the shortest texts that were too long, ascending

    def embed_batch(self, texts: Sequence[str]) -> list[EmbeddingResult]:
        """What became of each text, in order; at most `BATCH` of them.

        A text that is known to be too long is sent by its beginning at once: what the model reads of it is the same.

        Raises:
            ModelUnavailable: the model is away, or broken.
        """
        distinct = list(dict.fromkeys(texts))
        known = [text for text in distinct if self._is_too_long(text)]
        unsure = [text for text in distinct if not self._is_too_long(text) and self._may_be_too_long(text)]
        short = [text for text in distinct if not self._may_be_too_long(text)]
        found = {**self._embed_short_texts(short), **self._embed_one_by_one(unsure), **self._embed_by_beginning(known)}
        return [found[text] for text in texts]

    def _is_too_long(self, text: str) -> bool:
        return len(self._shortest_too_long) == _TOO_LONG_SAMPLES and len(text) > max(
            self._longest_accepted, self._shortest_too_long[-1]
        )

    def _may_be_too_long(self, text: str) -> bool:
        return bool(self._shortest_too_long) and len(text) >= self._shortest_too_long[0]

    def _embed_short_texts(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        if not texts:
            return {}
        try:
            return self._embed_in_full(texts)
        except TextRefused:
            self._probe_model()
            return self._embed_by_halves(texts)

    def _embed_by_halves(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        """Those texts that the model takes: one that it refuses fails whatever it is sent with.

        A text that is longer than any it took is most likely what it refused, and is sent by itself; refusing costs
        a model little.
        """
        long = [text for text in texts if len(text) > self._longest_accepted]
        short = [text for text in texts if len(text) <= self._longest_accepted]
        if long:
            return {**self._embed_one_by_one(long), **self._embed_or_split(short)}
        if len(texts) == 1:
            return self._embed_by_beginning(texts)
        half = len(texts) // 2
        return {**self._embed_or_split(texts[:half]), **self._embed_or_split(texts[half:])}

    def _embed_or_split(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        if not texts:
            return {}
        try:
            return self._embed_in_full(texts)
        except TextRefused:
            return self._embed_by_halves(texts)

    def _embed_one_by_one(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        """Each text by itself, the shortest first, until it is known how much is too long; then the beginnings."""
        found: dict[str, EmbeddingResult] = {}
        refused: list[str] = []
        lengths: list[int] = []
        for text in sorted(texts, key=len):
            if len(lengths) >= _TOO_LONG_SAMPLES and len(text) > max(
                self._longest_accepted, lengths[_TOO_LONG_SAMPLES - 1]
            ):
                refused.append(text)
                continue
            try:
                found |= self._embed_in_full([text])
            except TextRefused:
                refused.append(text)
                lengths.append(len(text))
        return {**found, **self._embed_by_beginning(refused)}

    def _embed_by_beginning(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        """Texts that are refused as they are: by their beginnings, if it is their length that they are refused for."""
        if not texts:
            return {}
        try:
            vectors = self._embedding_model.embed_truncated(texts)
        except TextRefused as error:
            if len(texts) > 1:
                return {text: one for text in texts for one in self._embed_by_beginning([text]).values()}
            self._probe_model()
            return {texts[0]: EmbeddingResult(None, refused=str(error))}
        for text in texts:
            insort(self._shortest_too_long, len(text))
        del self._shortest_too_long[_TOO_LONG_SAMPLES:]
        return {text: EmbeddingResult(vector, shortened=True) for text, vector in zip(texts, vectors, strict=True)}

    def _embed_in_full(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        """Texts that the model takes whole; the longest of them tells how much it takes."""
        vectors = self._embedding_model.embed_documents(texts)
        self._longest_accepted = max(self._longest_accepted, *map(len, texts))
        return {text: EmbeddingResult(vector) for text, vector in zip(texts, vectors, strict=True)}

    def _probe_model(self) -> None:
        """Fail where the model is what is broken, not a text."""
        self._embedding_model.embed_documents([_PROBE_TEXT])
