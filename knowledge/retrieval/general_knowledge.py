"""Measures how near a question is to general knowledge, which no team's own documents are asked for.

"How much does the moon weigh?" is a little like some passage about weights, but much more like a sentence about the
moon. `general_knowledge.txt` has such sentences, written for this; `general_knowledge.npy` has their vectors, for the
local model alone: `python -m bench.retrieval.general_knowledge` makes it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SENTENCES_FILE = Path(__file__).with_name("general_knowledge.txt")
VECTORS_FILE = SENTENCES_FILE.with_suffix(".npy")


def measure_general_likeness(question: Sequence[float]) -> float:
    """The cosine of a question's vector, centred and of length 1, to that of the nearest sentence."""
    return float((_load_vectors() @ np.asarray(question, dtype=np.float32)).max())


def list_general_sentences() -> list[str]:
    """The sentences of general knowledge, in English: centred vectors of all languages are near each other."""
    return SENTENCES_FILE.read_text(encoding="utf-8").splitlines()


@lru_cache(maxsize=1)
def _load_vectors() -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = np.load(VECTORS_FILE).astype(np.float32)
    return vectors
