"""Make the vectors of the sentences of general knowledge, and measure how well they tell foreign questions.

`python -m bench.retrieval.general_knowledge` writes the vectors, then prints, for the samples and for each public set,
which share of its own questions and of those of the other sets is nearer to general knowledge than to any passage.
Make them anew when the sentences, the model or its means change.
"""

from __future__ import annotations

import json

import numpy as np

from bench.retrieval.question_sets import load_question_sets
from bench.retrieval.vectors import VectorCache
from knowledge.retrieval.quotability import VECTORS_FILE, list_general_sentences, measure_general_likeness

_SETS = ("samples, fr", "samples, everyday", "Spring Boot", "PIAF", "XQuAD")


def main() -> None:
    """Write and print."""
    vectors = VectorCache()
    np.save(VECTORS_FILE, vectors.embed_passages(list_general_sentences()).astype(np.float16))
    sets = [one for one in load_question_sets(vectors) if one.name in _SETS]
    general = {one.name: np.array([measure_general_likeness(row.tolist()) for row in one.asked]) for one in sets}
    for one in sets:
        shares = {
            asked.name: round(float((general[asked.name] > (asked.asked @ one.vectors.T).max(axis=1)).mean()), 3)
            for asked in sets
        }
        print(json.dumps({"documents": one.name, "nearer to general knowledge": shares}))


if __name__ == "__main__":
    main()
