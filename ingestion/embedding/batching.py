"""Embeds texts in batches: in full, by their beginning if too long, or not at all; learns how long a text may be."""

from __future__ import annotations

import threading
from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import Failure, TextRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.embeddings.embedding_model import EmbeddingModel

_PROBE_TEXT = "Souffleur"
_TOO_LONG_SAMPLES = 8  # refused texts: a text longer than these, and than all accepted ones, counts as too long


@dataclass(frozen=True, slots=True)
class EmbeddingResult:
    """The vector of a text, or why there is none; `shortened`: the vector is of its beginning only."""

    vector: list[float] | None
    shortened: bool = False
    refused: Failure | None = None


class BatchEmbedder:
    """Embeds batches with one model; several threads may call it."""

    def __init__(self, embedding_model: EmbeddingModel) -> None:
        self._embedding_model = embedding_model
        self._lock = threading.Lock()
        self._longest_accepted = 0  # characters of the longest text that the model took whole
        self._shortest_too_long: list[int] = []  # characters of the shortest texts that were too long, ascending

    def embed_batch(self, texts: Sequence[str]) -> list[EmbeddingResult]:
        """Embed at most `EMBEDDING_BATCH_SIZE` texts (of long ones the beginning); return the results in order."""
        distinct = list(dict.fromkeys(texts))
        too_long = [text for text in distinct if self._is_too_long(text)]
        unsure = [text for text in distinct if not self._is_too_long(text) and self._may_be_too_long(text)]
        short = [text for text in distinct if not self._may_be_too_long(text)]
        results = {
            **self._embed_short_texts(short),
            **self._embed_one_by_one(unsure),
            **self._embed_by_beginning(too_long),
        }
        return [results[text] for text in texts]

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
        """Embed a refused batch in smaller ones; a text longer than any accepted one is the likely cause: alone."""
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
        """Embed each text alone, the shortest first, until the limit is known; then the beginnings of the rest."""
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
        """Embed the beginnings of refused texts; a text whose beginning is refused too gets no vector."""
        if not texts:
            return {}
        try:
            vectors = self._embedding_model.embed_truncated(texts)
        except TextRefused as error:
            if len(texts) > 1:
                return {text: one for text in texts for one in self._embed_by_beginning([text]).values()}
            self._probe_model()
            return {texts[0]: EmbeddingResult(None, refused=error.failure)}
        with self._lock:
            for text in texts:
                insort(self._shortest_too_long, len(text))
            del self._shortest_too_long[_TOO_LONG_SAMPLES:]
        return {text: EmbeddingResult(vector, shortened=True) for text, vector in zip(texts, vectors, strict=True)}

    def _embed_in_full(self, texts: list[str]) -> dict[str, EmbeddingResult]:
        """Embed whole texts; the longest one raises the known limit of the model."""
        vectors = self._embedding_model.embed_documents(texts)
        with self._lock:
            self._longest_accepted = max(self._longest_accepted, *map(len, texts))
        return {text: EmbeddingResult(vector) for text, vector in zip(texts, vectors, strict=True)}

    def _probe_model(self) -> None:
        """Raise if the model refuses even a short harmless text: then the model is broken, not the texts."""
        self._embedding_model.embed_documents([_PROBE_TEXT])
