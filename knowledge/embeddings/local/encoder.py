"""Computes the vector of a text, and of each token in it, with the local model. Knows no process and no socket.

The model puts texts of one language near each other, whatever they say: what they share is subtracted.
`language_means.npy` has the mean vectors of questions and passages of each language; `python -m
bench.retrieval.language_means` makes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.language import detect_likely_language
from knowledge.core.text import repair_surrogates
from knowledge.embeddings.local.model_files import INPUT_NAME, OUTPUT_NAME, TOKENS_NAME
from knowledge.embeddings.local.packed_model import FIRST_ID, LAST_ID
from knowledge.embeddings.prefixes import CENTRED_MARK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.embeddings.local.model_files import ModelFiles

    Floats = NDArray[np.float32]

MEANS_FILE = Path(__file__).with_name("language_means.npy")
QUESTION_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "
WINDOW_TOKENS = 510  # what the model reads at once, without the first and the last token


class VectorCentring:
    """The mean vectors: for questions, then for passages, one of each language, and one for any other."""

    def __init__(self, means: NDArray[np.float16]) -> None:
        questions, passages = means.astype(np.float32)
        self._means = {QUESTION_PREFIX: questions, PASSAGE_PREFIX: passages}

    @classmethod
    def load(cls) -> VectorCentring:
        """Reads the means that are shipped."""
        return cls(np.load(MEANS_FILE))

    def centre_vector(self, vector: Floats, text: str) -> Floats:
        """Returns a vector of length 1; `text` has the prefix of a question or of a passage."""
        prefix = QUESTION_PREFIX if text.startswith(QUESTION_PREFIX) else PASSAGE_PREFIX
        language = detect_likely_language(text.removeprefix(prefix))
        place = LANGUAGE_CODES.index(language) if language else len(LANGUAGE_CODES)
        moved: Floats = vector / np.linalg.norm(vector) - self._means[prefix][place]
        centred: Floats = moved / np.linalg.norm(moved)
        return centred


def remove_mark(text: str) -> str:
    """The text that the model reads."""
    return text.removeprefix(CENTRED_MARK)


@dataclass(frozen=True, slots=True)
class ReadText:
    """What the model gives for a text: its vector, of length 1, and of its first window the ids and rows of tokens.

    The tokens of a prefix are left out.
    """

    vector: Floats
    token_ids: NDArray[np.int64]
    token_rows: Floats


class LocalEncoder:
    """Computes vectors, one text at a time, on the calling thread alone. Several threads may call it.

    A text alone needs no padding, its vector does not depend on its neighbours, and batches were no faster.
    """

    def __init__(self, files: ModelFiles) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(files.graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._centring = VectorCentring.load()

    def list_token_rarities(self) -> Floats:
        """How rare each token of the vocabulary is in the texts of the model's makers: minus a log probability."""
        pieces = json.loads(self._tokenizer.to_str())["model"]["vocab"]
        return np.array([max(-score, 0.0) for _, score in pieces], dtype=np.float32)

    def embed_text(self, text: str) -> list[float]:
        """Returns the vector of a text: 384 numbers, of length 1.

        After `CENTRED_MARK`, the mean of the text's language is subtracted. A text of more than 510 tokens is read in
        windows, and their vectors are averaged by their tokens.
        """
        told: list[float] = self.read_text(text).vector.tolist()
        return told

    def read_text(self, text: str) -> ReadText:
        """Returns the vector of a text, as `embed_text` does, with those of its tokens."""
        ids = self._encode(text)
        first, *others = [ids[start : start + WINDOW_TOKENS] for start in range(0, len(ids), WINDOW_TOKENS)] or [[]]
        mean, rows = self._read_window(first)
        total = mean * max(len(first), 1)
        for window in others:
            total = total + self._average_window(window) * len(window)
        bare = remove_mark(text)
        vector = total / np.linalg.norm(total) if bare == text else self._centring.centre_vector(total, bare)
        skipped = self._count_prefix_tokens(bare)
        return ReadText(vector, np.array(first[skipped:], dtype=np.int64), rows[skipped:])

    def _read_window(self, ids: list[int]) -> tuple[Floats, Floats]:
        """The mean of all tokens, and the row of each one between the first and the last."""
        mean, rows = self._session.run([OUTPUT_NAME, TOKENS_NAME], _frame_tokens(ids))
        return mean[0], rows[0][1:-1]

    def _average_window(self, ids: list[int]) -> Floats:
        """The mean of all tokens alone: the rows of a long text would be much memory for nothing."""
        mean: Floats = self._session.run([OUTPUT_NAME], _frame_tokens(ids))[0][0]
        return mean

    def _count_prefix_tokens(self, text: str) -> int:
        prefix = next((one for one in (QUESTION_PREFIX, PASSAGE_PREFIX) if text.startswith(one)), "")
        return len(self._encode(prefix.strip())) if prefix else 0

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(repair_surrogates(remove_mark(text)), add_special_tokens=False).ids
        return ids


def _frame_tokens(ids: list[int]) -> dict[str, NDArray[np.int64]]:
    return {INPUT_NAME: np.array([[FIRST_ID, *ids, LAST_ID]], dtype=np.int64)}
