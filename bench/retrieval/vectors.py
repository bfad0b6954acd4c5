"""The vectors of the product's local embedding model, kept on disk: embedding is what takes long."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.embeddings.local.encoder import PASSAGE_PREFIX, QUESTION_PREFIX, LocalEncoder, VectorCentring
from knowledge.embeddings.local.late_interaction import TOKEN_MEANS_FILE, TOKEN_WEIGHT, TextComparer
from knowledge.embeddings.local.model_files import FILES_VERSION, ModelFiles
from knowledge.embeddings.prefixes import CENTRED_MARK
from knowledge.runtime.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


_COMPARISON = f"{TOKEN_WEIGHT} {hashlib.sha256(TOKEN_MEANS_FILE.read_bytes()).hexdigest()}"


class CachedEmbeddingModel(EmbeddingModel):
    """The product's local model, with vectors that are kept on disk."""

    def __init__(self, cache: VectorCache) -> None:
        super().__init__(Settings(_env_file=None, embedding_model="local:multilingual-e5-small"))
        self._cache = cache

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a question."""
        vector: list[float] = self._cache.embed_questions([text])[0].tolist()
        return vector

    def compare_pieces(self, question: str, texts: list[str]) -> list[float]:
        """Returns how like parts of passages are to a question."""
        return self._cache.compare_texts(question, texts)


class VectorCache:
    """Embeds texts with the local model, each text once for all runs; what is kept is not centred."""

    def __init__(self, folder: Path | None = None, *, centred: bool = True) -> None:
        kept = folder or Path(tempfile.gettempdir()) / "souffleur-bench"
        kept.mkdir(exist_ok=True)
        self._vectors = sqlite3.connect(kept / f"multilingual-e5-small-{FILES_VERSION}.sqlite", check_same_thread=False)
        self._vectors.execute("CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, vector BLOB)")
        self._vectors.execute("CREATE TABLE IF NOT EXISTS likenesses (hash TEXT PRIMARY KEY, likeness REAL)")
        self._encoder: LocalEncoder | None = None
        self._comparer: TextComparer | None = None
        self._centring = VectorCentring.load() if centred else None

    def embed_questions(self, texts: Sequence[str]) -> Floats:
        """One row for each question."""
        return self._embed([QUESTION_PREFIX + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """One row for each passage."""
        return self._embed([PASSAGE_PREFIX + text for text in texts])

    def compare_texts(self, question: str, texts: Sequence[str]) -> list[float]:
        """How like each passage is to a question, by tokens, too; kept until the comparison itself changes."""
        if self._comparer is None:
            self._comparer = TextComparer(self._open_encoder())
        hashes = [hashlib.sha256(f"{_COMPARISON} {question}\n{text}".encode()).hexdigest() for text in texts]
        known = {one: self._find_likeness(one) for one in hashes}
        asked = CENTRED_MARK + QUESTION_PREFIX + question
        new = {
            one: self._comparer.compare_text(asked, CENTRED_MARK + PASSAGE_PREFIX + text)
            for one, text in zip(hashes, texts, strict=True)
            if known[one] is None
        }
        with self._vectors:  # one write for all of them
            self._vectors.executemany("INSERT OR REPLACE INTO likenesses VALUES (?, ?)", new.items())
        told = {one: likeness for one, likeness in (known | new).items() if likeness is not None}
        return [told[one] for one in hashes]

    def _find_likeness(self, one: str) -> float | None:
        found = self._vectors.execute("SELECT likeness FROM likenesses WHERE hash = ?", (one,)).fetchone()
        return float(found[0]) if found else None

    def _open_encoder(self) -> LocalEncoder:
        if self._encoder is None:
            files = ModelFiles.in_environment()
            files.make_files()
            self._encoder = LocalEncoder(files)
        return self._encoder

    def _embed(self, texts: Sequence[str]) -> Floats:
        return np.stack([self._embed_text(text) for text in tqdm(texts, desc="Vectors", leave=False)])

    def _embed_text(self, text: str) -> Floats:
        one = hashlib.sha256(text.encode()).hexdigest()
        vector = self._find(one) if self._knows(one) else self._add(one, text)
        return self._centring.centre_vector(vector, text) if self._centring else vector

    def _knows(self, one: str) -> bool:
        return self._vectors.execute("SELECT 1 FROM vectors WHERE hash = ?", (one,)).fetchone() is not None

    def _find(self, one: str) -> Floats:
        [vector] = self._vectors.execute("SELECT vector FROM vectors WHERE hash = ?", (one,)).fetchone()
        return np.frombuffer(vector, dtype=np.float32)

    def _add(self, one: str, text: str) -> Floats:
        vector = np.array(self._open_encoder().embed_text(text), dtype=np.float32)
        with self._vectors:
            self._vectors.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (one, vector.tobytes()))
        return vector
