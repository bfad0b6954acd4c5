"""Scores the pieces of passages by meaning, for one question. A passage's vectors are computed when first needed."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.passages import PieceScore
from knowledge.retrieval.passage_pieces import introduce_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from knowledge.core.passages import FoundPassage, Passage
    from knowledge.embeddings.embedding_model import EmbeddingModel
    from knowledge.retrieval.passage_pieces import Piece

    Vectors = NDArray[np.float32]

MAX_PIECES = 24  # of a passage; a long table has more rows, which count by their words alone
_CACHE_BYTES = 64 << 20


class PieceScorer:
    """Compares a question with each piece of some passages. Several threads may use it at once."""

    def __init__(self) -> None:
        self._vectors: LRUCache[tuple[str, str], Vectors] = LRUCache(_CACHE_BYTES, lambda vectors: vectors.nbytes)
        self._lock = threading.Lock()

    def score_pieces(self, question: str, found: Sequence[FoundPassage], model: EmbeddingModel) -> list[FoundPassage]:
        """Returns the passages, each with the likeness of its pieces to the question.

        Raises:
            ModelUnavailable: the embedding model does not answer.
        """
        asked = np.array(model.embed_query(question), dtype=np.float32)
        pieces = [list(_list_piece_texts(one.passage)) for one in found]
        keys = [(model.vector_name, one.passage.indexed_text) for one in found]
        vectors = self._get_vectors(dict(zip(keys, pieces, strict=True)), model)
        return [
            replace(
                one,
                pieces=tuple(
                    PieceScore(piece.start, piece.end, float(row @ asked))
                    for (piece, _), row in zip(own, vectors[key], strict=True)
                ),
            )
            for one, own, key in zip(found, pieces, keys, strict=True)
        ]

    def _get_vectors(
        self, pieces: dict[tuple[str, str], list[tuple[Piece, str]]], model: EmbeddingModel
    ) -> dict[tuple[str, str], Vectors]:
        with self._lock:
            known = {key: self._vectors[key] for key in pieces if key in self._vectors}
        missing = {key: [text for _, text in own] for key, own in pieces.items() if key not in known}
        embedded = iter(model.embed_pieces([text for texts in missing.values() for text in texts]))
        new = {key: np.array([next(embedded) for _ in texts], dtype=np.float32) for key, texts in missing.items()}
        with self._lock:
            for key, rows in new.items():
                if rows.nbytes <= self._vectors.maxsize:
                    self._vectors[key] = rows
        return known | new


def _list_piece_texts(passage: Passage) -> Iterator[tuple[Piece, str]]:
    """The first pieces that can be quoted, each with its text below title, headings, and the line that leads to it."""
    quotable = (one for one in introduce_pieces(passage.excerpt) if one.piece.is_quotable)
    for one in islice(quotable, MAX_PIECES):
        header = TITLE_SEPARATOR.join(filter(None, (*passage.headings, one.heading)))
        text = " ".join(filter(None, (one.lead, one.piece.labelled_text)))
        yield one.piece, f"{header}\n{text}" if header else text
