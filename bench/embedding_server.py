"""Serve MiniLM over Ollama's routes for embeddings on loopback. `python -m bench.embedding_server`.

The model is English, has 384 dimensions and reads 256 tokens. It is for measuring and no part of the project:
`MINILM_DIR` or `--models` says where it is.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

NAME = "all-minilm"  # as Ollama calls it
TOKENS = 256
DIMENSION = 384
MODELS = Path("../shared/models")
_MODEL, _TOKENIZER = "all-MiniLM-L6-v2-int8.onnx", "all-MiniLM-L6-v2-tokenizer.json"
_AT_ONCE = 32  # texts of like length are embedded together: padding costs as much as words
_LEAST_NORM = 1e-12


class MiniLM:
    """The model itself: texts in, unit vectors out, in order."""

    def __init__(self, models: Path, threads: int = 0) -> None:
        missing = [name for name in (_MODEL, _TOKENIZER) if not (models / name).is_file()]
        if missing:
            raise SystemExit(f"{models} has no {' and no '.join(missing)}: say where with --models or MINILM_DIR.")
        options = SessionOptions()
        options.intra_op_num_threads = threads  # 0: one for each core
        self._session = InferenceSession(str(models / _MODEL), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(models / _TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._lock = threading.Lock()  # one batch at a time, as Ollama does with one slot

    def tokens(self, text: str) -> int:
        """How many tokens `text` has, the two that frame it included."""
        return len(self._tokenizer.encode(text).ids)

    def embed(self, texts: Sequence[str], *, truncate: bool = True) -> NDArray[np.float32]:
        """One row for each text.

        Raises:
            ValueError: a text exceeds the model's context, and it may not be cut.
        """
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        with self._lock:
            ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
            if not truncate and any(len(one) > TOKENS for one in ids):
                raise ValueError("the input length exceeds the context length")
            order = sorted(range(len(ids)), key=lambda n: len(ids[n]))
            for start in range(0, len(order), _AT_ONCE):
                batch = order[start : start + _AT_ONCE]
                vectors[batch] = self._run([_cut(ids[n]) for n in batch])
        return vectors

    def _run(self, ids: list[list[int]]) -> NDArray[np.float32]:
        longest = max(map(len, ids))
        inputs = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros_like(inputs)
        for row, one in enumerate(ids):
            inputs[row, : len(one)] = one
            mask[row, : len(one)] = 1
        [hidden] = self._session.run(["h"], {"i": inputs, "a": mask, "t": np.zeros_like(inputs)})
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        norms = np.linalg.norm(pooled, axis=1, keepdims=True)
        units: NDArray[np.float32] = (pooled / np.maximum(norms, _LEAST_NORM)).astype(np.float32)
        return units


@dataclass(frozen=True, slots=True)
class Served:
    """Where the model is served, and the model."""

    url: str
    model: MiniLM


def models_dir(given: Path | None = None) -> Path:
    """Where the model lies: as given, else `MINILM_DIR`, else beside the project."""
    return given or Path(os.environ.get("MINILM_DIR") or MODELS)


@contextmanager
def serving(models: Path | None = None, port: int = 0, threads: int = 0) -> Iterator[Served]:
    """Serve for the block; port 0 takes a free one.

    Raises:
        SystemExit: the model is not where it should be; the sentence says so.
    """
    model = MiniLM(models_dir(models), threads)
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (_Routes,), {"model": model}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_address[1]}", model)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Routes(BaseHTTPRequestHandler):
    """Ollama's routes, as far as a client that embeds asks for them."""

    model: MiniLM
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def do_GET(self) -> None:
        if self.path == "/api/version":
            self._answer(200, {"version": "0.12.0"})
        elif self.path in ("/api/tags", "/api/ps"):
            self._answer(200, {"models": [_CARD]})
        else:
            self._answer(200 if self.path == "/" else 404, {"error": "Ollama's embeddings alone are served here"})

    def do_POST(self) -> None:
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        except ValueError:
            return self._answer(400, {"error": "invalid JSON"})
        if not isinstance(body, dict) or str(body.get("model")).removesuffix(":latest") != NAME:
            return self._answer(404, {"error": f"only the model {NAME} is served here"})
        if self.path == "/api/show":
            return self._answer(200, _SHOWN)
        if self.path == "/api/embed":
            return self._answer(*_embedded(self.model, body))
        return self._answer(404, {"error": "Ollama's embeddings alone are served here"})

    def _answer(self, status: int, body: Mapping[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the name is the standard library's
        """Say nothing: a bench prints its figures alone."""


def _embedded(model: MiniLM, body: Mapping[str, object]) -> tuple[int, Mapping[str, object]]:
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return 400, {"error": "invalid input type"}
    try:
        vectors = model.embed(texts, truncate=body.get("truncate") is not False)
    except ValueError as error:
        return 400, {"error": str(error)}
    return 200, {"model": NAME, "embeddings": vectors.tolist()}


def _cut(ids: list[int]) -> list[int]:
    return ids if len(ids) <= TOKENS else [*ids[: TOKENS - 1], ids[-1]]


_DETAILS = {"format": "onnx", "family": "bert", "parameter_size": "23M", "quantization_level": "Q8_0"}
_CARD = {
    "name": f"{NAME}:latest",
    "model": f"{NAME}:latest",
    "modified_at": "2026-01-01T00:00:00Z",
    "size": 22_944_160,
    "digest": "0" * 64,
    "details": _DETAILS,
}
_SHOWN = {
    "details": _DETAILS,
    "model_info": {
        "general.architecture": "bert",
        "bert.context_length": TOKENS,
        "bert.embedding_length": DIMENSION,
    },
    "capabilities": ["embedding"],
}


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bench.embedding_server", description=__doc__)
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--models", type=Path, help=f"the folder of the model (MINILM_DIR, else {MODELS})")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    given = parser.parse_args()
    with serving(given.models, given.port, given.threads) as served:
        print(f"{NAME} ({DIMENSION} dimensions, {TOKENS} tokens) is served at {served.url}.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
