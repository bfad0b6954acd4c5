"""Compares a question with texts token by token, as well as by their vectors ("late interaction").

Each token of the question looks for the token of the text that is most like it, and rare tokens count more. A vector
says what a text is about; this says whether it has what each word of the question means. `token_means.npy` has the
means of tokens in questions and in passages, which are subtracted; `python -m bench.retrieval.language_means` makes it.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.embeddings.local.encoder import LocalEncoder

    Floats = NDArray[np.float32]

TOKEN_MEANS_FILE = Path(__file__).with_name("token_means.npy")
TOKEN_WEIGHT = 1.0  # of the likeness by tokens, beside the cosine of the vectors
_CACHE_BYTES = 96 << 20  # of texts: about 4,000 pieces of passages
_REMEMBERED_QUESTIONS = 16
_LARGEST = 127  # of an 8-bit integer


@dataclass(frozen=True, slots=True)
class _AskedQuestion:
    """A question's vector, and its tokens with their weights, which sum to 1."""

    vector: Floats
    tokens: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class _ComparedText:
    """A text's vector, and its tokens in 8-bit integers: a fourth of the memory, and the same order of texts."""

    vector: Floats
    tokens: NDArray[np.int8]

    @property
    def size(self) -> int:
        """The bytes that it takes."""
        return int(self.vector.nbytes + self.tokens.nbytes)


class TextComparer:
    """Compares questions with texts, and keeps what the model gave for the last ones. Several threads may use it."""

    def __init__(self, encoder: LocalEncoder) -> None:
        self._encoder = encoder
        self._question_mean, self._text_mean = np.load(TOKEN_MEANS_FILE).astype(np.float32)
        self._rarities = encoder.list_token_rarities()
        self._questions: LRUCache[str, _AskedQuestion] = LRUCache(_REMEMBERED_QUESTIONS)
        self._texts: LRUCache[bytes, _ComparedText] = LRUCache(_CACHE_BYTES, lambda text: text.size)
        self._lock = threading.Lock()

    def compare_text(self, question: str, text: str) -> float:
        """How like a text is to a question, both with their prefixes; at most 1 + `TOKEN_WEIGHT`."""
        asked, read = self._read_question(question), self._read_text(text)
        likeness = float(asked.vector @ read.vector)
        if not len(asked.tokens) or not len(read.tokens):
            return likeness
        nearest = (read.tokens.astype(np.float32) @ asked.tokens.T).max(axis=0) / _LARGEST
        return likeness + TOKEN_WEIGHT * float(nearest @ asked.weights)

    def _read_question(self, question: str) -> _AskedQuestion:
        with self._lock:
            known = self._questions.get(question)
        if known is None:
            read = self._encoder.read_text(question)
            weights = self._rarities[read.token_ids]
            known = _AskedQuestion(
                read.vector, _normalize_rows(read.token_rows - self._question_mean), weights / (weights.sum() or 1.0)
            )
            with self._lock:
                self._questions[question] = known
        return known

    def _read_text(self, text: str) -> _ComparedText:
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            known = self._texts.get(key)
        if known is None:
            read = self._encoder.read_text(text)
            rows = _normalize_rows(read.token_rows - self._text_mean)
            known = _ComparedText(read.vector, np.rint(rows * _LARGEST).astype(np.int8))
            with self._lock:
                if known.size <= self._texts.maxsize:
                    self._texts[key] = known
        return known


def _normalize_rows(rows: Floats) -> Floats:
    """Rows of length 1."""
    normalized: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return normalized
