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

    from knowledge.embeddings.embedding_model import Meaning

_PROBE = "Souffleur"
_PROOF = 8  # texts that were too long: whatever is longer than these, and than all that was taken, is too long as well


@dataclass(frozen=True, slots=True)
class Embedded:
    """What became of a text: its vector, of its beginning alone where `shortened`; or why there is none."""

    vector: list[float] | None
    shortened: bool = False
    refused: str | None = None


class Embedder:
    """Embeds by one model, a batch at a time. Not for two threads at once."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._fits = 0  # characters of the longest text that the model took whole
        self._shortest: list[int] = []  # characters of the shortest texts that were too long, ascending

    def embed(self, texts: Sequence[str]) -> list[Embedded]:
        """What became of each text, in order; at most `BATCH` of them.

        A text that is known to be too long is sent by its beginning at once: what the model reads of it is the same.

        Raises:
            ModelUnavailable: the model is away, or broken.
        """
        distinct = list(dict.fromkeys(texts))
        known = [text for text in distinct if self._is_too_long(text)]
        unsure = [text for text in distinct if not self._is_too_long(text) and self._may_be_too_long(text)]
        short = [text for text in distinct if not self._may_be_too_long(text)]
        found = {**self._whole(short), **self._each(unsure), **self._beginnings(known)}
        return [found[text] for text in texts]

    def _is_too_long(self, text: str) -> bool:
        return len(self._shortest) == _PROOF and len(text) > max(self._fits, self._shortest[-1])

    def _may_be_too_long(self, text: str) -> bool:
        return bool(self._shortest) and len(text) >= self._shortest[0]

    def _whole(self, texts: list[str]) -> dict[str, Embedded]:
        if not texts:
            return {}
        try:
            return self._taken(texts)
        except TextRefused:
            self._probe()
            return self._accepted(texts)

    def _accepted(self, texts: list[str]) -> dict[str, Embedded]:
        """Those texts that the model takes: one that it refuses fails whatever it is sent with.

        A text that is longer than any it took is most likely what it refused, and is sent by itself; refusing costs
        a model little.
        """
        long = [text for text in texts if len(text) > self._fits]
        short = [text for text in texts if len(text) <= self._fits]
        if long:
            return {**self._each(long), **self._some(short)}
        if len(texts) == 1:
            return self._beginnings(texts)
        half = len(texts) // 2
        return {**self._some(texts[:half]), **self._some(texts[half:])}

    def _some(self, texts: list[str]) -> dict[str, Embedded]:
        if not texts:
            return {}
        try:
            return self._taken(texts)
        except TextRefused:
            return self._accepted(texts)

    def _each(self, texts: list[str]) -> dict[str, Embedded]:
        """Each text by itself, the shortest first, until it is known how much is too long; then the beginnings."""
        found: dict[str, Embedded] = {}
        refused: list[str] = []
        lengths: list[int] = []
        for text in sorted(texts, key=len):
            if len(lengths) >= _PROOF and len(text) > max(self._fits, lengths[_PROOF - 1]):
                refused.append(text)
                continue
            try:
                found |= self._taken([text])
            except TextRefused:
                refused.append(text)
                lengths.append(len(text))
        return {**found, **self._beginnings(refused)}

    def _beginnings(self, texts: list[str]) -> dict[str, Embedded]:
        """Texts that are refused as they are: by their beginnings, if it is their length that they are refused for."""
        if not texts:
            return {}
        try:
            vectors = self._meaning.embed_beginnings(texts)
        except TextRefused as error:
            if len(texts) > 1:
                return {text: one for text in texts for one in self._beginnings([text]).values()}
            self._probe()
            return {texts[0]: Embedded(None, refused=str(error))}
        for text in texts:
            insort(self._shortest, len(text))
        del self._shortest[_PROOF:]
        return {text: Embedded(vector, shortened=True) for text, vector in zip(texts, vectors, strict=True)}

    def _taken(self, texts: list[str]) -> dict[str, Embedded]:
        """Texts that the model takes whole; the longest of them tells how much it takes."""
        vectors = self._meaning.embed_documents(texts)
        self._fits = max(self._fits, *map(len, texts))
        return {text: Embedded(vector) for text, vector in zip(texts, vectors, strict=True)}

    def _probe(self) -> None:
        """Fail where the model is what is broken, not a text."""
        self._meaning.embed_documents([_PROBE])
