"""Scores the pieces of passages by meaning, for one question."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.passages import PieceScore
from knowledge.retrieval.passage_pieces import introduce_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.core.passages import FoundPassage, Passage
    from knowledge.embeddings.embedding_model import EmbeddingModel
    from knowledge.retrieval.passage_pieces import Piece

MAX_PIECES = 24  # of a passage; a long table has more rows, which count by their words alone


def score_pieces(question: str, found: Sequence[FoundPassage], model: EmbeddingModel) -> list[FoundPassage]:
    """Returns the passages, each with the likeness of its pieces to the question.

    Raises:
        ModelUnavailable: the embedding model does not answer.
    """
    pieces = [list(_list_piece_texts(one.passage)) for one in found]
    texts = list(dict.fromkeys(text for own in pieces for _, text in own))
    likenesses = dict(zip(texts, model.compare_pieces(question, texts), strict=True))
    return [
        replace(one, pieces=tuple(PieceScore(piece.start, piece.end, likenesses[text]) for piece, text in own))
        for one, own in zip(found, pieces, strict=True)
    ]


def _list_piece_texts(passage: Passage) -> Iterator[tuple[Piece, str]]:
    """The first pieces that can be quoted, each with its text below title, headings, and the line that leads to it."""
    quotable = (one for one in introduce_pieces(passage.excerpt) if one.piece.is_quotable)
    for one in islice(quotable, MAX_PIECES):
        header = TITLE_SEPARATOR.join(filter(None, (*passage.headings, one.heading)))
        text = " ".join(filter(None, (one.lead, one.piece.labelled_text)))
        yield one.piece, f"{header}\n{text}" if header else text
