"""Computes the vector of a text with the local model. Knows no process and no socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from knowledge.core.text import repair_surrogates
from knowledge.embeddings.local.centring import VectorCentring, remove_mark
from knowledge.embeddings.local.model_files import INPUT_NAME, OUTPUT_NAME
from knowledge.embeddings.local.packed_model import FIRST_ID, LAST_ID

if TYPE_CHECKING:
    from knowledge.embeddings.local.model_files import ModelFiles

WINDOW_TOKENS = 510  # what the model reads at once, without the first and the last token


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

    def count_tokens(self, text: str) -> int:
        """The number of tokens of a text, with the first and the last one."""
        return len(self._encode(text)) + 2

    def embed_text(self, text: str) -> list[float]:
        """Returns the vector of a text: 384 numbers, of length 1.

        After `CENTRED_MARK`, the mean of the text's language is subtracted. A text of more than 510 tokens is read in
        windows, and their vectors are averaged by their tokens.
        """
        ids = self._encode(text)
        windows = [ids[start : start + WINDOW_TOKENS] for start in range(0, len(ids), WINDOW_TOKENS)] or [[]]
        total = np.sum([self._embed_window(window) * max(len(window), 1) for window in windows], axis=0)
        read = remove_mark(text)
        vector = total / np.linalg.norm(total) if read == text else self._centring.centre_vector(total, read)
        told: list[float] = vector.tolist()
        return told

    def _embed_window(self, ids: list[int]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        tokens = np.array([[FIRST_ID, *ids, LAST_ID]], dtype=np.int64)
        (mean,) = self._session.run([OUTPUT_NAME], {INPUT_NAME: tokens})
        row: np.ndarray[tuple[int], np.dtype[np.float32]] = mean[0]
        return row

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(repair_surrogates(remove_mark(text)), add_special_tokens=False).ids
        return ids
