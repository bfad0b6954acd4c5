"""Subtracts from a vector what all texts of its language share, so that texts of two languages can be compared.

The model puts texts of one language near each other, whatever they say. `language_means.npy` has the mean vectors of
questions and passages of each language; `python -m bench.retrieval.language_means` makes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.language import detect_likely_language
from knowledge.embeddings.prefixes import CENTRED_MARK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

MEANS_FILE = Path(__file__).with_name("language_means.npy")
QUESTION_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "


class VectorCentring:
    """The mean vectors: for questions, then for passages, one of each language, and one for any other."""

    def __init__(self, means: NDArray[np.float16]) -> None:
        questions, passages = means.astype(np.float32)
        self._means = {QUESTION_PREFIX: questions, PASSAGE_PREFIX: passages}

    @classmethod
    def load(cls) -> VectorCentring:
        """Reads the means that are shipped."""
        return cls(np.load(MEANS_FILE))

    def centre_vector(self, vector: Vector, text: str) -> Vector:
        """Returns a vector of length 1; `text` has the prefix of a question or of a passage."""
        prefix = QUESTION_PREFIX if text.startswith(QUESTION_PREFIX) else PASSAGE_PREFIX
        language = detect_likely_language(text.removeprefix(prefix))
        place = LANGUAGE_CODES.index(language) if language else len(LANGUAGE_CODES)
        moved: Vector = vector / np.linalg.norm(vector) - self._means[prefix][place]
        centred: Vector = moved / np.linalg.norm(moved)
        return centred


def remove_mark(text: str) -> str:
    """The text that the model reads."""
    return text.removeprefix(CENTRED_MARK)
